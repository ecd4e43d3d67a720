"""Kinds of PMML documents.

Where a kind has ``used``, it is false for what no prediction needs: consumers that resolve names
only when they evaluate a row do not notice it. ``element`` is the element that the kind is about,
most often the model. https://dmg.org/pmml/v4-4-1/GeneralStructure.html
"""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

_USED: Final = ("used",)

_FIELDS: Final[dict[str, Kind]] = {
    "unresolved-field": Kind(
        "{element} refers to the field {name!r}, which nothing defines", also=_USED
    ),
    "unresolved-output": Kind(
        "an OutputField of {element} refers to the field {name!r}, which nothing defines",
        also=("part",),
    ),
    "unresolved-parameter": Kind(
        "the function {function!r} refers to {name!r}, which is not one of its parameters"
    ),
    # optional: whether a missing value adds nothing
    "not-in-mining-schema": Kind(
        "{element} refers to the field {name!r}, which its MiningSchema does not list",
        also=("optional", "used"),
    ),
    "only-in-outer-schema": Kind(
        "{element} refers to the field {name!r}, which only a model around it has", also=_USED
    ),
    # role: active, target or, in a model inside another one, nested
    "undeclared-field": Kind(
        "the MiningSchema of {element} lists the field {name!r}, which nothing declares",
        also=("role",),
    ),
    # fallback: whether there is a prediction without the field
    "target-as-input": Kind(
        "{element} computes with {name!r}, which is its own target",
        also=("fallback", "part", "nested"),
    ),
    "counts-of-other-field": Kind(
        "the BayesOutput is for {name!r}, which is no target of the model"
    ),
    "input-of-usage": Kind("{element} computes with the field {name!r} of usageType {usage!r}"),
    "defined-twice": Kind("{what} {name!r} is defined twice in {within}", also=("nested",)),
    "schema-later": Kind("the MiningSchema of {element} follows {before}"),
    # asked: whether an output asks for the id
    "id-twice": Kind("the id {name!r} is given twice in {within}", also=("asked",)),
    "defined-later": Kind("{what} {name!r} refers to {other!r}, which is defined later"),
    "definition-cycle": Kind("{what} {name!r} depends on itself", also=_USED),
    "derived-field-without-name": Kind("a DerivedField has no name"),
    "unknown-reference": Kind("{element} refers to the {what} {name!r}, which it does not define"),
}
"""What names refer to."""
_PARTS: Final[dict[str, Kind]] = {
    "no-header": Kind("the document has no Header"),
    "header-later": Kind("the Header follows the first model"),
    "no-data-dictionary": Kind("the document has no DataDictionary"),
    "no-model": Kind("the document contains no model"),
    "dictionary-after-model": Kind("the DataDictionary follows the first model"),
    "no-mining-schema": Kind("{element} has no MiningSchema", also=("task", "nested")),
    # outputs is the number of its OutputFields, method how its segments are combined
    "no-target-field": Kind(
        "the MiningSchema of {element} lists no target field",
        also=("task", "method", "outputs", "nested"),
    ),
    "several-targets": Kind(
        "the MiningSchema of {element} lists {count} target fields: {names}", also=("method",)
    ),
    "no-expression": Kind("{what} {name!r} has no expression", also=_USED),
    "no-output-expression": Kind("OutputField {name!r} of feature {feature} has no expression"),
    "predicate-without-value": Kind("a SimplePredicate with operator {operator!r} has no value"),
    "too-few-points": Kind("a NormContinuous has {count} LinearNorm and needs two", also=_USED),
    "no-target-category": Kind("a {part} of {element} has no targetCategory"),
    # fit: none, or more than there are
    "neighbors": Kind(
        "numberOfNeighbors is {declared}, and there are {rows} training instances", also=("fit",)
    ),
    "identifier-column": Kind("no column of the training instances is {name!r}, the id variable"),
    "no-alternate-category": Kind(
        "a SupportVectorMachine has no alternateTargetCategory, and the classification is "
        "OneAgainstOne"
    ),
    "segment-task": Kind(
        "a {element} has the functionName {task!r} in an ensemble for {outer}", also=("method",)
    ),
    "declared-count": Kind("{element} declares {attribute}={declared} and has {count}"),
    "layer-without-activation": Kind(
        "neither a NeuralLayer nor its network has an activationFunction of the standard",
        also=("value",),
    ),
    "neuron-of-later-layer": Kind(
        "a NeuralLayer refers to the neuron {name!r}, which only a later layer defines"
    ),
    "output-neuron-without-class": Kind(
        "a NeuralOutput of a classification names no class by a NormDiscrete"
    ),
    "output-neuron-class-twice": Kind("two NeuralOutputs are for the same class {value!r}"),
    "several-results": Kind("a {element} for regression has {count} {part} and needs one"),
    # what it lacks is a reasonCode or a baselineScore
    "characteristic-without": Kind(
        "the Characteristic {name!r} has no {part}, and useReasonCodes is not false",
        also=("form",),
    ),
    "layer-without-width": Kind("a NeuralLayer of radial basis functions has no width"),
    "child-missing": Kind("at least one {element} has no {part}", also=("parent",)),
    "count-mismatch": Kind("there are {count} {element} and {other_count} {other}"),
    "verification-count": Kind("ModelVerification declares {declared} records and has {rows}"),
    "argument-count": Kind(
        "the function {function!r} has {parameters} parameters and is given {given} arguments",
        also=("difference", "used"),
    ),
}
"""Parts that are missing, or come in the wrong number."""
_VALUES: Final[dict[str, Kind]] = {
    "constant-not-a-number": Kind(
        "a numeric Constant contains {value!r}", also=("form", "output", "used")
    ),
    "constant-fraction": Kind(
        "an integer Constant contains {value!r}", also=("form", "output", "used")
    ),
    "constant-missing": Kind('a DerivedField is a Constant with missing="true"', also=_USED),
    # form: one of formats.pmml.vocabulary.form
    # fallback: whether there is a prediction where a predicate is neither true nor false
    "predicate-value": Kind(
        "the numeric field {name!r} is compared with {value!r}",
        also=("form", "fallback", "element", "nested"),
    ),
    # reading: any, or split or joined where readers count quoted texts differently
    "array-length": Kind("an Array declares {declared} items and has {items}", also=("reading",)),
    # whole: whether every Cluster of the model has such an item
    "array-number": Kind("a numeric Array contains {item!r}", also=("form", "parent", "whole")),
    "array-type": Kind('an Array of type="{type}" holds the numbers of a {element}'),
    "sparse-number": Kind("a sparse array contains {item!r}", also=("form",)),
    "sparse-index": Kind("a sparse array of size {size} has the index {index}"),
    "vector-length": Kind(
        "a VectorInstance has {count} coordinates, and there are {fields} fields"
    ),
    "covariate-exponent": Kind(
        "a PPCell has the value {value!r} for {name!r}, which the CovariateList makes a number",
        also=("form",),
    ),
    "leaf-without-score": Kind("at least one leaf has no score"),
    "compound-of-few": Kind("a CompoundPredicate has {count} predicates, and two are the fewest"),
    # by: the element that first refers to it; listed: whether it lists its values
    "field-incomplete": Kind(
        "the DataField {name!r} has no {attribute} of the standard",
        also=("role", "element", "task", "state", "by", "used", "listed", "fallback"),
    ),
    "outlier-limits": Kind(
        "a MiningField has outliers={treatment!r}, lowValue={low!r} and highValue={high!r}",
        also=("limits", "nested"),
    ),
    "interval-without-margins": Kind("an Interval has no margin", also=_USED),
    "class-without-cell": Kind("no PCell is for the class {value!r} of {name!r}"),
    "output-value-unknown": Kind(
        "the output {output!r} asks for the {feature} of {value!r}, which the model does not have",
        also=("element", "task"),
    ),
    "variance": Kind("a GaussianDistribution has the variance {variance}"),
    "number-as-boolean": Kind("the field {name!r} of type {type} is used as true or false"),
    "value-not-a-number": Kind(
        "the numeric DerivedField {name!r} gets the value {value!r} from a {element}", also=_USED
    ),
    "sparse-length": Kind("a sparse array has {indices} indices and {entries} entries"),
    # part is the element that names the class
    "class-number": Kind(
        "the class {value!r} is not a number, and the target {name!r} is of type {type!r} and "
        "optype {optype!r}",
        also=("element", "own", "part", "form", "listed", "group"),
    ),
    "text-as-number": Kind(
        "{element} computes with {name!r}, whose values are texts such as {value!r}"
    ),
    "fraction-as-integer": Kind(
        "{what} {name!r} is declared as an integer, and {part} gives fractions", also=_USED
    ),
    # form: nan, fraction, digit for 0 and 1, unlisted for none of the values of the field, or text
    "training-cell": Kind(
        "a training instance has {value!r} for the field {name!r} of type {type}",
        also=("form", "role", "task"),
    ),
    "verification-cell": Kind(
        "a record of the ModelVerification has {value!r} for {name!r} of type {type}",
        also=("form", "role"),
    ),
    # role: whether the column is compared with or gives the result; given: whether the MapValues
    # says itself of which type that is
    "map-cell": Kind(
        "the column {column!r} of a MapValues has {value!r}, and is of type {type}",
        also=("form", "role", "given", "used"),
    ),
    "function-type": Kind(
        "the DefineFunction {name!r} of type {type} gives a {result}", also=_USED
    ),
    "target-optype": Kind(
        "the {part} of {name!r} in a {element} for {task} has optype={optype!r}, and its DataField "
        "another one",
        also=("method",),
    ),
    "target-without-values": Kind("the Target {name!r} of {element} has no TargetValue"),
    # part: what each of has the predicate False, Segment or the topmost Node
    "never-true": Kind(
        "each {part} of {element} that could apply has the predicate False", also=("nested",)
    ),
    "covariate-type": Kind("the CovariateList computes with {name!r}, which is of type {type}"),
    "date-compared": Kind(
        "{element} compares the field {name!r} of type {type}", also=("fallback",)
    ),
    "output-target": Kind(
        "OutputField {name!r} is about {field!r}, which is no target of the model"
    ),
    "reason-codes-off": Kind(
        "OutputField {name!r} asks for a reason code, and useReasonCodes is false"
    ),
    "output-rank": Kind("OutputField {name!r} of feature {feature} has the rank {rank}"),
    # own: whether the target is in the MiningSchema of the model itself
    "score-unknown": Kind(
        "the score {score!r} is not among the values of the target {name!r}", also=("own",)
    ),
    "category-unknown": Kind(
        "the class {value!r} is not among the values of {name!r}", also=("element", "own")
    ),
    "value-unknown": Kind("the category {value!r} is not among the values of the field {name!r}"),
    # fit: none, fewer, one-fewer, equal or more than classes, or "" where these are not counted
    "classes-of-target": Kind(
        "the target {name!r} of a {element} that classifies is {optype} and lists {listed} values",
        also=("type", "method", "fit", "classes", "values"),
    ),
    "center-length": Kind(
        "the center of a Cluster has {count} coordinates, and there are {fields} fields",
        also=("difference",),
    ),
    "interval-of-categories": Kind(
        "{element} uses the categorical field {name!r}, whose values are given by an Interval alone"
    ),
    "label-as-number": Kind(
        "OutputField {name!r} is declared as a number, and its feature {feature} is text"
    ),
    "integer-target": Kind(
        "the target {name!r} of {element} is an integer and no Target rounds the result"
    ),
    "attribute-of-other-task": Kind(
        "{attribute}={value!r} of {element} does not go with functionName={task!r}",
        also=("type",),
    ),
    "similarity-of-numbers": Kind(
        "the measure {measure} is for zeros and ones, and a Cluster has other numbers"
    ),
    # treatment: what the model's MiningField does with invalid values
    "empty-interval": Kind(
        "the Interval from {left} to {right} contains no value", also=("treatment",)
    ),
    "map-column": Kind(
        "no row of a MapValues has the column {column!r}", also=("difference", "used")
    ),
    # used: whether a prediction compares with the values; whole: whether no value is of the type;
    # active: whether a row has to have one of the values
    "value-of-other-type": Kind(
        "the DataField {name!r} of type {type} lists the value {value!r}",
        also=("used", "whole", "active", "optype", "element"),
    ),
    "target-type": Kind("the target {name!r} is of type {type}, and {element} gives numbers"),
    # group: of the type, as formats.pmml.types.group_of has it
    "output-type": Kind(
        "OutputField {name!r} is of type {type}, and its feature {feature} gives a {result}",
        also=("group",),
    ),
    "derived-type": Kind(
        "the DerivedField {name!r} of type {type} gets a {result} from its {part}",
        also=("group", "used"),
    ),
    # form: digit for 0 and 1, else text
    "constant-type": Kind(
        "a Constant of type {type} contains {value!r}", also=("form", "output", "used")
    ),
    "predicate-type": Kind(
        "the field {name!r} of type {type} is compared with {value!r}",
        also=("form", "group", "fallback"),
    ),
    "target-value": Kind("a TargetValue is for {value!r}, and the target is of type {type}"),
    "output-of-segments": Kind(
        "an OutputField asks for the {feature} of segments that are combined by {method}"
    ),
    # of: the model; replaced: whether its MiningField has a missingValueReplacement
    "type-as-number": Kind(
        "{element} computes with {name!r}, which is of type {type}",
        also=("group", "of", "replaced"),
    ),
    "values-of-vendor-type": Kind(
        "the DataField {name!r} lists values of the type {type}, which the standard does not have",
        also=("treatment",),
    ),
    "order-of-categories": Kind(
        "the categorical field {name!r} is compared by the operator {operator}"
    ),
    # declared: whether there is a DataField of that name; outputs: 1 where there are OutputFields
    "target-of-other-field": Kind(
        "a Target of {element} is for {name!r}, which is no target of the model",
        also=("task", "declared", "outputs"),
    ),
    # form: digit for 0 and 1, boolean for true and false, else text
    "category-type": Kind(
        "the field {name!r} of type {type} has no category {value!r}",
        also=("form", "group", "part", "listed"),
    ),
    "segment-output": Kind("OutputField {name!r} has a segmentId, and {element} has no segments"),
    "outliers-of-categories": Kind(
        "the MiningField of the categorical field {name!r} has outliers={treatment!r}",
        also=("nested",),
    ),
    # whole: whether that is true of every column, as of a row without cells
    "instance-column": Kind("a training instance lacks the column {column!r}", also=("whole",)),
    "version-contradicts-namespace": Kind(
        "version={version!r} contradicts the namespace {namespace}"
    ),
    "unbound-prefix": Kind("the prefix of the element {name} is not declared"),
}
"""Values that do not fit their type or what they belong to."""

ANOMALIES: Final[dict[str, Kind]] = _FIELDS | _PARTS | _VALUES
REASONS: Final[dict[str, Reason]] = {
    "broken-xml": Reason("the XML is not well-formed: {problem}", group="damaged"),
    "broken-xml-after-model": Reason(
        "the XML is not well-formed behind the first model: {problem}", group="damaged"
    ),
    "unknown-encoding": Reason(
        "the declared character encoding cannot be read: {problem}", group="unsupported"
    ),
    "entity-expansion": Reason(
        "the entity {name!r} is built from other entities, which are never expanded",
        group="limit",
    ),
    "not-pmml": Reason("the root element is {root!r} and not PMML", group="misnamed"),
}
METADATA: Final[dict[str, Key]] = {
    "pmml-version": Key("the version attribute of the root", "text"),
    "pmml-namespace": Key("the namespace of the root, empty where it has none", "text"),
    "default-namespace": Key("a default namespace that an element below the root declares", "text"),
    "text-encoding": Key("the encoding of the text where it is not UTF-8 without a mark", "text"),
    "xml-encoding": Key("the encoding that the XML declaration names", "text"),
    "doctype": Key("the root that the DOCTYPE names", "text"),
    "entity": Key("the name of an entity that the DOCTYPE declares", "text"),
    "parameter-entity": Key("the name of a parameter entity that the DOCTYPE declares", "text"),
    "processing-instruction": Key("the target of a processing instruction", "text"),
    "pmml-model": Key("the element of the first model, which is number 0", "number"),
    "pmml-other-model": Key("the element of another model, and its number", "number"),
    "pmml-model-not-scorable": Key("the first model says isScorable=false", "number"),
    "pmml-other-model-not-scorable": Key("another model says isScorable=false", "number"),
    "pmml-verification": Key("how many records a ModelVerification has", "number"),
    "pmml-depth": Key("how deep elements are nested", "number"),
    "pmml-apply-depth": Key("how deep Apply elements are nested", "number"),
}
