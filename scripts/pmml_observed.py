"""What the consumers did with documents that vary one thing: the part of their table that was tried.

Observed by ``make truth-pmml`` with jpmml_evaluator 0.16.0 (JPMML-Evaluator 1.7.7) and pypmml 1.5.8
(PMML4S 1.5.8) on Java 17. ``load`` ends the loading, ``use`` the evaluation of a row, ``null`` lets a
prediction be nothing or something else without a word.
"""

from __future__ import annotations

from typing import Final

TASKED: Final = [
    "AnomalyDetectionModel",
    "AssociationModel",
    "ClusteringModel",
    "GeneralRegressionModel",
    "MiningModel",
    "NaiveBayesModel",
    "NearestNeighborModel",
    "NeuralNetwork",
    "RegressionModel",
    "RuleSetModel",
    "Scorecard",
    "SupportVectorMachineModel",
    "TimeSeriesModel",
    "TreeModel",
]

Names = dict[str, list[str]]


def _names(text: str) -> Names:
    """``Element: one two; Other: three`` as lists."""
    pairs = (part.split(":") for part in " ".join(text.split()).split(";") if part.strip())
    return {name.strip(): words.split() for name, words in pairs}


def _lacking(*parts: str) -> list[str]:
    """Contradictions of this kind, as ``kind detail``."""
    return [f"child-missing {part}" for part in parts]


def _untargeted(*models: str) -> list[str]:
    """Models for regression without a target, as ``kind detail``."""
    ends = ("", ", without an output")
    return [f"no-target-field {model} for regression{end}" for model in models for end in ends]


JPMML_REQUIRED_LOAD: Final = {name: ["functionName"] for name in TASKED} | _names("""
Array: type; BayesInput: fieldName; CategoricalPredictor: name value;
ClusteringModel: functionName modelClass; DataField: name; DefineFunction: name;
FieldColumnPair: column field;
GeneralRegressionModel: functionName modelType; MapValues: outputColumn; MiningField: name;
NormDiscrete: field value; OutputField: name; PPCell: parameterName predictorName value;
Parameter: name; Predictor: name; ScoreDistribution: value; Segmentation: multipleModelMethod;
SimplePredicate: field; SimpleRule: score; SimpleSetPredicate: field;
TargetValueCount: count value; TargetValueStat: value; Value: value; VectorInstance: id;
AssociationRule: antecedent consequent support confidence; Item: id value; Itemset: id;
ItemRef: itemRef
""")
JPMML_REQUIRED_USE: Final = _names("""
Apply: function; CategoricalPredictor: coefficient; ClusteringField: field; Con: from weight;
DataField: dataType optype; Discretize: field; DiscretizeBin: binValue; FieldRef: field;
GaussianDistribution: mean variance; InstanceField: column field; Interval: closure;
KNNInput: field; LinearNorm: norm orig; NaiveBayesModel: threshold;
NearestNeighborModel: numberOfNeighbors; NeuralInput: id; NeuralOutput: outputNeuron; Neuron: id;
NormContinuous: field; NumericPredictor: coefficient name; PCell: beta parameterName;
PairCounts: value; ParameterField: name; PredictorTerm: coefficient; RegressionTable: intercept;
RuleSelectionMethod: criterion; ScoreDistribution: recordCount; SimplePredicate: operator;
SupportVector: vectorId; Aggregate: field function; Lag: field; TextIndex: textField;
CompoundPredicate: booleanOperator; SimpleSetPredicate: booleanOperator
""")
PMML4S_REQUIRED_LOAD: Final = {name: ["functionName"] for name in TASKED} | _names("""
AnomalyDetectionModel: algorithmType functionName sampleDataSize; Application: name;
Apply: function; Array: type;
AssociationModel: functionName minimumConfidence minimumSupport numberOfItems numberOfItemsets numberOfRules numberOfTransactions;
AssociationRule: antecedent confidence consequent support; BayesInput: fieldName;
BayesOutput: fieldName; CategoricalPredictor: coefficient name value; ClusteringField: field;
ClusteringModel: functionName modelClass numberOfClusters; ComparisonMeasure: kind;
CompoundPredicate: booleanOperator; Con: from weight; DataField: name optype;
DefineFunction: name; DerivedField: optype; Discretize: field; DiscretizeBin: binValue;
FieldColumnPair: column field; FieldRef: field; GaussianDistribution: mean variance;
GeneralRegressionModel: functionName modelType; InstanceField: column field; Interval: closure;
Item: id value; ItemRef: itemRef; Itemset: id; KNNInput: field; LinearNorm: norm orig;
MapValues: outputColumn; MiningField: name; NaiveBayesModel: functionName threshold;
NearestNeighborModel: functionName numberOfNeighbors; NeuralInput: id;
NeuralNetwork: activationFunction functionName; NeuralOutput: outputNeuron; Neuron: id;
NormContinuous: field; NormDiscrete: field value; NumericPredictor: coefficient name;
OutputField: name; PCell: parameterName; PMML: version;
PPCell: parameterName predictorName value; PairCounts: value; Parameter: name;
ParameterField: name; Predictor: name; PredictorTerm: coefficient; RegressionTable: intercept;
RuleSelectionMethod: criterion; ScoreDistribution: recordCount value;
Segmentation: multipleModelMethod; SimplePredicate: field operator; SimpleRule: score;
SimpleSetPredicate: booleanOperator field; SupportVector: vectorId;
TargetValueCount: count value; TargetValueStat: value;
Value: value; VectorInstance: id
""")
_PLAIN: Final = ("RegressionModel", "GeneralRegressionModel", "NeuralNetwork")
"""Models whose regression is a number and nothing else."""
_UNRANKED: Final = (*_PLAIN, "TreeModel", "Scorecard", "RuleSetModel", "NaiveBayesModel")
_RULES: Final = [
    "ruleValue",
    "antecedent",
    "consequent",
    "rule",
    "ruleId",
    "support",
    "lift",
    "leverage",
]
_OTHERS: Final = [name for name in TASKED if name not in ("AssociationModel", "MiningModel")]
_AFFINITIES: Final = ("affinity", "entityAffinity", "clusterAffinity")
_MISFITS: Final = [
    *("* regression probability", "* regression confidence"),
    *(f"{name} regression {feature}" for name in _PLAIN for feature in ("entityId", "clusterId")),
    *(f"{name} * {feature}" for name in _UNRANKED for feature in _AFFINITIES),
    *(f"{name} * reasonCode" for name in _OTHERS if name != "Scorecard"),
]
"""``Model task feature`` of an OutputField that the model does not give."""
JPMML_OUTPUTS: Final = [
    *_MISFITS,
    "NearestNeighborModel classification probability",
    *(f"{name} * {feature}" for name in _OTHERS for feature in _RULES),
]
PMML4S_OUTPUTS: Final = [
    *_MISFITS,
    "* predictedDisplayValue",
]
_REGRESSES: Final = ["clustering", "timeSeries", "associationRules", "sequences"]
TASKS: Final = {
    name: {"functionName": _REGRESSES}
    for name in ("RegressionModel", "TreeModel", "NeuralNetwork", "GeneralRegressionModel")
}
"""Tasks that a kind of model does not have."""
NEEDS: Final = {
    "GeneralRegressionModel": {
        "linkFunction": {"negbin": "distParameter"},
        "modelType": {"CoxRegression": "endTimeVariable", "generalizedLinear": "linkFunction"},
    },
    "OutputField": {"feature": {"x-report": "x-reportField"}},
}
"""An attribute that has to be there where another one has a value."""
JPMML: Final[dict[str, object]] = {
    "models-load": ["AnomalyDetectionModel", "BaselineModel", "BayesianNetworkModel",
                    "GaussianProcessModel", "SequenceModel", "TextModel"],
    "models-use": ["TimeSeriesModel"],
    "elements-load": _names("""
        TableLocator: MapValues TrainingInstances TestDistributions ModelVerification;
        VariableWeight: Segment; LocalTransformations: Segmentation;
        Regression: Node MiningModel; DecisionTree: Node MiningModel
    """),
    "elements-use": _names("Aggregate: *; Lag: *"),
    "values-load": {
        "ClusteringModel": {"modelClass": ["distributionBased"]},
        "SupportVectorMachineModel": {"svmRepresentation": ["Coefficients"], "maxWins": ["true", "1"]},
    },
    "values-use": {
        "OutputField": {"feature": ["standardError", "standardDeviation", "confidenceIntervalLower",
                                    "confidenceIntervalUpper"]},
        "MiningField": {"usageType": ["frequencyWeight", "analysisWeight"]},
        "TextIndex": {"localTermWeights": ["augmentedNormalizedTermFrequency"],
                      "tokenize": ["false", "0"]},
        "NormDiscrete": {"method": ["thermometer"]},
        **TASKS,
    },
    "values-null": {
        "TreeModel": {"missingValueStrategy": ["aggregateNodes", "weightedConfidence"]},
    },
    "required-load": JPMML_REQUIRED_LOAD,
    "required-use": JPMML_REQUIRED_USE,
    "children-load": _names("""
        MiningModel: Segmentation; Segmentation: Segment; Scorecard: Characteristics;
        TreeModel: Node; RuleSetModel: RuleSet; RuleSet: RuleSelectionMethod;
        NearestNeighborModel: TrainingInstances ComparisonMeasure KNNInputs;
        TrainingInstances: InstanceFields; NaiveBayesModel: BayesInputs BayesOutput;
        GeneralRegressionModel: ParameterList PPMatrix ParamMatrix;
        SupportVectorMachineModel: VectorDictionary SupportVectorMachine;
        VectorDictionary: VectorFields; ClusteringModel: ComparisonMeasure;
        RegressionModel: RegressionTable; NeuralNetwork: NeuralInputs NeuralOutputs;
        NeuralOutputs: NeuralOutput
    """),
    "children-use": _names("""
        NeuralNetwork: NeuralLayer;
        TrainingInstances: InlineTable; SupportVectorMachine: Coefficients SupportVectors;
        SupportVectors: SupportVector; Coefficients: Coefficient
    """),
    "contradictions-load": [
        *_lacking("Segment/model", "SimpleSetPredicate/array", "VectorInstance/array",
                  "ComparisonMeasure/measure", "Cluster/array", "BayesOutput/counts",
                  "PairCounts/counts"),
        "unknown-predictor", "similarity-of-numbers",
    ],
    "contradictions-use": [
        *_lacking("Segment/predicate", "Node/predicate", "SimpleRule/predicate",
                  "CompoundRule/predicate", "Attribute/predicate", "TargetValueStat/distribution",
                  "DerivedField/expression", "SupportVectorMachineModel/kernel",
                  "DiscretizeBin/interval", "NeuralInput/field", "NeuralOutput/field",
                  "Attribute/score"),
        *_untargeted("NeuralNetwork"),
        "instance-column", "empty-interval", "count-mismatch", "unknown-neuron", "unknown-vector", "unknown-instance-field",
        "category-unknown", "label-as-number", "map-column", "attribute-of-other-task",
        "layer-without-width",
    ],
    "contradictions-null": ["constant-missing"],
    "outputs-use": JPMML_OUTPUTS,
    "outputs-null": ["* residual"],
    "functions-null": [],
    "functions-use": [],
}  # fmt: skip
PMML4S: Final[dict[str, object]] = {
    "models-load": ["BaselineModel", "BayesianNetworkModel", "GaussianProcessModel", "SequenceModel",
                    "TextModel", "TimeSeriesModel"],
    "models-use": [],
    "elements-load": _names("""
        TableLocator: MapValues TrainingInstances; Aggregate: *; Lag: *;
        Regression: MiningModel Node; DecisionTree: MiningModel Node
    """),
    "elements-use": {},
    "values-load": {},
    "values-use": {
        "OutputField": {"feature": ["standardDeviation", "confidenceIntervalLower",
                                    "confidenceIntervalUpper", "ruleValue"]},
        "TextIndex": {"localTermWeights": ["augmentedNormalizedTermFrequency"]},
        "AnomalyDetectionModel": {"algorithmType": ["other"]},
        **TASKS,
    },
    "values-null": {
        "OutputField": {"feature": ["standardError", "residual", "warning"]},
        "MiningField": {"usageType": ["frequencyWeight", "analysisWeight"]},
    },
    "required-load": PMML4S_REQUIRED_LOAD,
    "required-use": {},
    "children-load": _names("""
        MiningModel: Segmentation; Scorecard: Characteristics; RuleSetModel: RuleSet;
        RuleSet: RuleSelectionMethod;
        NearestNeighborModel: TrainingInstances ComparisonMeasure KNNInputs;
        TrainingInstances: InstanceFields; NaiveBayesModel: BayesInputs BayesOutput;
        GeneralRegressionModel: ParameterList PPMatrix ParamMatrix;
        SupportVectorMachineModel: VectorDictionary; ClusteringModel: ComparisonMeasure;
        SupportVectorMachine: Coefficients SupportVectors; SupportVectors: SupportVector;
        Coefficients: Coefficient
    """),
    "contradictions-load": [
        *_lacking("Segment/model", "Segment/predicate", "SimpleSetPredicate/array",
                  "VectorInstance/array", "TargetValueStat/distribution", "DiscretizeBin/interval",
                  "DerivedField/expression", "BayesOutput/counts", "PairCounts/counts",
                  "TargetValueStats/stat", "NeuralInput/field", "NeuralOutput/field",
                  "Attribute/score"),
        "value-unknown", "count-mismatch", "unknown-item", "unknown-itemset", "unknown-vector", "unknown-parameter",
    ],
    "contradictions-use": [
        *_lacking("SimpleRule/predicate", "Node/predicate", "Attribute/predicate",
                  "SupportVectorMachineModel/kernel", "ComparisonMeasure/measure", "Cluster/array",
                  "BayesInput/counts", "MapValues/table"),
        *_untargeted("NeuralNetwork", "NearestNeighborModel", "GeneralRegressionModel"),
        "instance-column",
        "unknown-neuron", "unknown-instance-field", "layer-without-width",
    ],
    "contradictions-null": [
        *_lacking("Output/field", "Targets/target"),
        "similarity-of-numbers", "attribute-of-other-task", "category-unknown", "constant-missing",
        "label-as-number", "empty-interval", "no-decision",
    ],
    "children-use": _names("""
        RegressionModel: RegressionTable; NeuralNetwork: NeuralInputs NeuralOutputs NeuralLayer;
        NeuralOutputs: NeuralOutput; TreeModel: Node; TrainingInstances: InlineTable;
        VectorDictionary: VectorFields; SupportVectorMachineModel: SupportVectorMachine
    """),
    "models-null": ["AssociationModel"],
    "outputs-use": [],
    "outputs-null": PMML4S_OUTPUTS,
    "functions-null": ["dateDaysSinceYear", "dateSecondsSinceYear", "dateSecondsSinceMidnight"],
    "functions-use": ["formatNumber"],
    # Elements below which one that is unknown ends the loading; elsewhere it is passed over.
    "strict": [*TASKED, "RuleSet", "SimpleRule", "CompoundRule", "Cluster", "ComparisonMeasure",
               "TrainingInstances", "Constant", "DefineFunction", "TransformationDictionary",
               "LocalTransformations"],
    "free-words": ["optype", "dataType", "isCenterField", "isFinalResult", "useReasonCodes"],
}  # fmt: skip
_ONE: Final = [
    "abs",
    "ln",
    "log10",
    "sqrt",
    "exp",
    "floor",
    "ceil",
    "rint",
    "expm1",
    "ln1p",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "erf",
    "isMissing",
    "isNotMissing",
    "isValid",
    "isNotValid",
    "stdNormalCDF",
    "stdNormalPDF",
    "stdNormalIDF",
    "not",
    "uppercase",
    "lowercase",
    "stringLength",
    "trimBlanks",
    "dateSecondsSinceMidnight",
]
_TWO: Final = [
    "+",
    "-",
    "*",
    "/",
    "pow",
    "threshold",
    "modulo",
    "hypot",
    "atan2",
    "equal",
    "notEqual",
    "lessThan",
    "lessOrEqual",
    "greaterThan",
    "greaterOrEqual",
    "matches",
    "formatNumber",
    "formatDatetime",
    "dateDaysSinceYear",
    "dateSecondsSinceYear",
]
_THREE: Final = ["normalCDF", "normalPDF", "normalIDF", "substring", "replace"]
ARITY: Final = {
    **{
        name: [number, number]
        for number, names in enumerate((_ONE, _TWO, _THREE), 1)
        for name in names
    },
    "if": [2, 3],
}
"""The fewest and the most arguments of functions that take neither any number."""
