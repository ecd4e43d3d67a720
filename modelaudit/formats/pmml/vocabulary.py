"""What the attributes of PMML hold: numbers, names of fields, or one of a few words.

By name, since nearly every attribute has the same type in every element; ``PAIRS`` has the others.
https://dmg.org/pmml/v4-4-1/GeneralStructure.html
"""

from __future__ import annotations

import math
import re
from typing import Final

NUMBER: Final = "number"
INTEGER: Final = "integer"
PROBABILITY: Final = "probability"
AMOUNT: Final = "amount"
WORD: Final = "word"
FIELD: Final = "field"
TEXT: Final = ""

_NUMBERS: Final = (
    "AIC AICc AUC BIC F1 F2 Fhalf RMSE SSB SSE absoluteValue accuracy adj-r-squared affinity alpha "
    "altitude avgNumberOfItemsPerTA avgNumberOfItemsPerTransaction avgNumberOfTAsPerTAGroup "
    "baselineScore beta bias c00-parameter c01-parameter c10-parameter c11-parameter "
    "chiSquareValue coef0 coefficient confidence confidenceLevel confidenceLowerBound "
    "confidenceUpperBound constant coord1 coord2 coord3 count cubicSmoothedValue cumHazard "
    "d00-parameter d01-parameter d10-parameter d11-parameter dF dampingCoefficient "
    "defaultConfidence degree degreesOfFreedom delta diagDefault distParameter endTime fStatistic "
    "fValue fieldWeight gamma highValue importance initialScore interQuartileRange intercept "
    "invalidFreq lambda leftMargin leverage lift linkParameter lowValue lower magnitude max "
    "maxTime maximum maximumAntConsSeparationTime maximumItemsetSeparationTime "
    "maximumTotalSequenceTime mean meanAbsoluteError meanError meanOfSquares meanSquaredError "
    "median min minimum minimumConfidence minimumLift minimumSupport missingFreq missingThreshold "
    "missingValuePenalty modelDF nbCorrect noiseVariance norm numOfPredictors numOfRecords "
    "numOfRecordsWeighted offDiagDefault offsetValue orig p-parameter pValue pValueAlpha "
    "pValueFinal pValueInitial partialScore phi precision priorProbability probability "
    "quadraticSmoothedValue quantileLimit quantileValue r-squared rankingQuality recall "
    "recordCount referencePoint rescaleConstant rescaleFactor resetValue rightMargin "
    "rootMeanSquaredError sample similarityScale size smoothedValue specificity standardDeviation "
    "standardError startTime stdError sumOfSquares sumSquaredError sumSquaredRegression support "
    "tValue theta threshold time totalFreq totalSquaresSum totalValuesSum upper variance weight "
    "width x-leakage zeroThreshold"
).split()
_INTEGERS: Final = (
    "cardinality col delay df difference exponent fieldCount index length lengthLimit "
    "maxLevenshteinDistance maxNumberOfItemsPerTA maxNumberOfItemsPerTransaction "
    "maxNumberOfTAsPerTAGroup maximumOrder maximumTime minimumTime n nbCols nbRows "
    "numberOfAttributes numberOfClusters numberOfCoefficients numberOfDocuments numberOfFields "
    "numberOfInputs numberOfItems numberOfItemsets numberOfLayers numberOfNeighbors "
    "numberOfNeurons numberOfOutputs numberOfRules numberOfSequences numberOfSets "
    "numberOfSupportVectors numberOfTerms numberOfTransactionGroups numberOfTransactions "
    "numberOfVectors occurrence offset rank row timeWindowWidth trialsValue windowSize"
).split()
_WORDS: Final = (
    "activationFunction aggregate algorithm algorithmType baselineMethod bestFit booleanOperator "
    "castInteger categoricalScoringMethod classificationMethod closure compareFunction "
    "continuousScoringMethod countHits criterion cumulativeLink dataType dataUsage delimiter "
    "distribution documentNormalization feature function functionName futureValuesMethod gap "
    "globalTermWeights interpolationMethod invalidValueTreatment isCaseSensitive isCenterField "
    "isCyclic isFinalResult isIntercept isMultiValued isRecursive isScorable isTransformed kind "
    "linkFunction localTermWeights maxWins method missing missingPredictionTreatment "
    "missingValueStrategy missingValueTreatment modelClass modelType multipleModelMethod "
    "noTrueChildStrategy normalizationMethod operator optype outliers predictionMethod property "
    "rankBasis rankOrder reasonCodeAlgorithm recursive ruleFeature similarityType "
    "splitCharacteristic svmRepresentation testStatistic tokenize transformation trend type usage "
    "usageType useReasonCodes version weighted x-mathContext"
).split()

KINDS: Final[dict[str, str]] = {
    **dict.fromkeys(_NUMBERS, NUMBER),
    **dict.fromkeys(_INTEGERS, INTEGER),
    **dict.fromkeys(_WORDS, WORD),
    "field": FIELD,
    "fieldName": FIELD,
    "predictorName": FIELD,
    "targetField": FIELD,
    "textField": FIELD,
}
"""What an attribute of that name holds where ``PAIRS`` does not say otherwise."""

PAIRS: Final[dict[tuple[str, str], str]] = {
    ("NumericPredictor", "name"): FIELD,
    ("CategoricalPredictor", "name"): FIELD,
    ("Predictor", "name"): FIELD,
    ("Coefficient", "value"): NUMBER,
    ("PCovCell", "value"): NUMBER,
    ("FieldValue", "field"): TEXT,
    ("NormContinuous", "mapMissingTo"): NUMBER,
    ("NormDiscrete", "mapMissingTo"): NUMBER,
    ("TargetValue", "defaultValue"): NUMBER,
    ("REAL-SparseArray", "defaultValue"): NUMBER,
    ("INT-SparseArray", "defaultValue"): INTEGER,
    ("ModelVerification", "recordCount"): INTEGER,
    ("TrainingInstances", "recordCount"): INTEGER,
    ("Cluster", "size"): INTEGER,
    ("Neuron", "id"): TEXT,
    ("ARIMA", "constantTerm"): NUMBER,
    ("ARMAPart", "p"): INTEGER,
    ("ARMAPart", "q"): INTEGER,
    ("Constraints", "minimumNumberOfItems"): INTEGER,
    ("Constraints", "maximumNumberOfItems"): INTEGER,
    ("Constraints", "minimumNumberOfAntecedentItems"): INTEGER,
    ("Constraints", "maximumNumberOfAntecedentItems"): INTEGER,
    ("Constraints", "minimumNumberOfConsequentItems"): INTEGER,
    ("Constraints", "maximumNumberOfConsequentItems"): INTEGER,
    ("Constraints", "minimumTotalSequenceTime"): NUMBER,
    ("Constraints", "minimumItemsetSeparationTime"): NUMBER,
    ("Constraints", "minimumAntConsSeparationTime"): NUMBER,
    ("GARCHPart", "gp"): INTEGER,
    ("GARCHPart", "gq"): INTEGER,
    ("MaximumLikelihoodStat", "periodDeficit"): INTEGER,
    ("NonseasonalComponent", "p"): INTEGER,
    ("NonseasonalComponent", "d"): INTEGER,
    ("NonseasonalComponent", "q"): INTEGER,
    ("SeasonalComponent", "P"): INTEGER,
    ("SeasonalComponent", "D"): INTEGER,
    ("SeasonalComponent", "Q"): INTEGER,
    ("SeasonalComponent", "period"): INTEGER,
    ("Seasonality_ExpoSmooth", "period"): INTEGER,
    ("Seasonality_ExpoSmooth", "phase"): INTEGER,
    ("Theta", "i"): INTEGER,
    ("Theta", "j"): INTEGER,
    ("TimeAnchor", "stepsize"): INTEGER,
    ("TimeException", "count"): INTEGER,
    ("TimeValue", "value"): NUMBER,
    ("PsiVector", "targetField"): TEXT,
    ("PredictiveModelQuality", "targetField"): TEXT,
    ("OutputField", "targetField"): TEXT,
    ("PsiVector", "variance"): TEXT,
    ("AssociationRule", "id"): TEXT,
    ("VerificationField", "field"): TEXT,
    ("InstanceField", "field"): TEXT,
    ("FieldColumnPair", "field"): FIELD,
    ("MultivariateStat", "category"): TEXT,
    ("Target", "field"): TEXT,
    ("UnivariateStats", "field"): TEXT,
    ("ContStats", "field"): TEXT,
    ("CountTable", "sample"): TEXT,
}

_PROBABILITIES: Final = (
    "AnovaRow@pValue AssociationModel@minimumConfidence AssociationModel@minimumSupport "
    "AssociationRule@affinity AssociationRule@confidence AssociationRule@support "
    "DecisionTree@missingValuePenalty Itemset@support MultivariateStat@confidenceLevel "
    "MultivariateStat@pValueAlpha MultivariateStat@pValueFinal MultivariateStat@pValueInitial "
    "ScoreDistribution@probability Segmentation@missingThreshold TargetValue@priorProbability "
    "TreeModel@missingValuePenalty ValueProbability@probability"
).split()
_AMOUNTS: Final = (
    "AssociationModel@maxNumberOfItemsPerTA AssociationModel@numberOfItems "
    "AssociationModel@numberOfItemsets AssociationModel@numberOfRules "
    "AssociationModel@numberOfTransactions Cluster@size ClusteringModel@numberOfClusters "
    "Coefficients@numberOfCoefficients Constraints@maximumNumberOfAntecedentItems "
    "Constraints@maximumNumberOfConsequentItems Constraints@maximumNumberOfItems "
    "Constraints@minimumNumberOfAntecedentItems Constraints@minimumNumberOfConsequentItems "
    "Constraints@minimumNumberOfItems Counts@cardinality DataDictionary@numberOfFields "
    "Itemset@numberOfItems Lag@n NearestNeighborModel@numberOfNeighbors "
    "NeuralInputs@numberOfInputs NeuralLayer@numberOfNeurons NeuralNetwork@numberOfLayers "
    "NeuralOutputs@numberOfOutputs NonseasonalComponent@d NonseasonalComponent@p "
    "NonseasonalComponent@q SeasonalComponent@D SeasonalComponent@P SeasonalComponent@Q "
    "SeasonalComponent@period Sequence@numberOfSets SequenceModel@maxNumberOfItemsPerTransaction "
    "SequenceModel@maxNumberOfTAsPerTAGroup SequenceModel@numberOfItems "
    "SequenceModel@numberOfRules SequenceModel@numberOfSequences SequenceModel@numberOfSets "
    "SequenceModel@numberOfTransactionGroups SequenceModel@numberOfTransactions "
    "SequenceRule@numberOfSets SupportVectors@numberOfAttributes "
    "SupportVectors@numberOfSupportVectors TextModel@numberOfDocuments TextModel@numberOfTerms "
    "VectorDictionary@numberOfVectors VectorFields@numberOfFields"
).split()
RANGES: Final = {
    **dict.fromkeys((tuple(pair.split("@")) for pair in _PROBABILITIES), PROBABILITY),
    **dict.fromkeys((tuple(pair.split("@")) for pair in _AMOUNTS), AMOUNT),
}
"""Attributes of an element that are probabilities, or whole numbers that are not negative."""

MODELS: Final = frozenset(
    "AnomalyDetectionModel AssociationModel BaselineModel BayesianNetworkModel ClusteringModel "
    "GaussianProcessModel GeneralRegressionModel MiningModel NaiveBayesModel NearestNeighborModel "
    "NeuralNetwork RegressionModel RuleSetModel Scorecard SequenceModel "
    "SupportVectorMachineModel TextModel TimeSeriesModel TreeModel".split()
)
SCORED: Final = frozenset({"Node", "SimpleRule"})
"""Elements whose score is a value of the target."""
PLAIN_WITH: Final = {"Node": "score"}
"""Elements that are only looked at where they lack an attribute: there are many of them."""
IDENTIFIED: Final = frozenset({"Node", "Neuron", "NeuralInput", "SimpleRule", "Item", "Itemset"})
"""Elements that have an id of their own within a model."""
OWN_IDS: Final = frozenset({"Item", "Itemset"})
"""Those of them whose ids differ from those of their own kind only."""
ALTERNATIVES: Final = frozenset({"CompoundPredicate", "SimpleRule"})
"""Elements beside whose predicate there are often others that apply."""
EMBEDDED: Final = frozenset({"Regression", "DecisionTree"})
"""Models inside a Node or a MiningModel, as PMML 3 had them."""

EXPRESSIONS: Final = frozenset(
    {
        "Constant", "FieldRef", "NormContinuous", "NormDiscrete", "Discretize", "MapValues",
        "TextIndex", "Apply", "Aggregate", "Lag",
    }
)  # fmt: skip
NUMERIC_FEATURES: Final = frozenset(
    "probability confidence affinity entityAffinity clusterAffinity residual standardError "
    "standardDeviation clusterId entityId reasonCode transformedValue decision warning ruleValue "
    "confidenceIntervalLower confidenceIntervalUpper support lift leverage rank x-report".split()
)
"""Features of an output that may be numbers where classes are predicted."""
NAMED: Final[dict[tuple[str, str], tuple[str, bool]]] = {
    ("NeuralInput", "id"): ("neuron", True),
    ("Neuron", "id"): ("neuron", True),
    ("Con", "from"): ("neuron", False),
    ("NeuralOutput", "outputNeuron"): ("neuron", False),
    ("VectorInstance", "id"): ("vector", True),
    ("SupportVector", "vectorId"): ("vector", False),
    ("Item", "id"): ("item", True),
    ("ItemRef", "itemRef"): ("item", False),
    ("Itemset", "id"): ("itemset", True),
    ("AssociationRule", "antecedent"): ("itemset", False),
    ("AssociationRule", "consequent"): ("itemset", False),
    ("Parameter", "name"): ("parameter", True),
    ("PCell", "parameterName"): ("parameter", False),
    ("Predictor", "name"): ("predictor", True),
    ("PPCell", "predictorName"): ("predictor", False),
    ("InstanceField", "field"): ("instance field", True),
    ("KNNInput", "field"): ("instance field", False),
    ("Cluster", "id"): ("cluster", True),
    ("PCell", "targetCategory"): ("class", True),
    ("TargetValueCount", "value"): ("class", True),
    ("ScoreDistribution", "value"): ("distributed", True),
    **dict.fromkeys(
        (
            ("SupportVectorMachine", "targetCategory"),
            ("SupportVectorMachine", "alternateTargetCategory"),
            ("TargetValueStat", "value"),
            ("TargetValue", "value"),
        ),
        ("label", True),
    ),
}
"""Attributes that name something within a model: what, and whether they define or refer to it."""

ACTIVATIONS: Final = frozenset(
    "Elliott Gauss arctan cosine exponential identity logistic radialBasis reciprocal rectifier "
    "sine square tanh threshold".split()
)
"""Values of activationFunction."""
FIELDS_OF_MODEL: Final[dict[str, frozenset[str]]] = {
    "offsetVariable": frozenset({"generalizedLinear", "ordinalMultinomial"}),
    "trialsVariable": frozenset({"generalizedLinear"}),
    "endTimeVariable": frozenset({"CoxRegression"}),
    "baselineStrataVariable": frozenset({"CoxRegression"}),
    **dict.fromkeys(("startTimeVariable", "statusVariable", "subjectIDVariable"), frozenset()),
}
"""Attributes of a model that name fields, and the values of modelType that compute with them."""
STATISTICS: Final = frozenset({"ContStats", "DiscrStats", "PartitionFieldStats", "Quantile"})
"""Elements with arrays that no prediction needs."""
NUMERIC: Final = frozenset({"integer", "float", "double"})
"""Values of dataType that are numbers."""
OPTYPES: Final = frozenset({"categorical", "ordinal", "continuous"})
_EPOCHS: Final = (
    "dateDaysSince[0] dateDaysSince[1960] dateDaysSince[1970] dateDaysSince[1980] "
    "dateTimeSecondsSince[0] dateTimeSecondsSince[1960] dateTimeSecondsSince[1970] "
    "dateTimeSecondsSince[1980]"
)
DATA_TYPES: Final = frozenset(
    {"string", "boolean", "date", "time", "dateTime", "timeSeconds", *NUMERIC, *_EPOCHS.split()}
)
NAMESPACE: Final = "http://www.dmg.org/PMML-"

PLAIN: Final = {
    # The first branch is what most numbers look like, and much faster.
    NUMBER: re.compile(
        r"(?>[-+]?[0-9]++(?:\.[0-9]++)?+ "
        r"|[-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]{1,2}+)? )*+"
    ),
    INTEGER: re.compile(r"(?:[-+]?[0-9]++ )*+"),
    PROBABILITY: re.compile(r"(?:(?:0?\.[0-9]++|[01](?:\.0*+)?+) )*+"),
    AMOUNT: re.compile(r"(?:[0-9]++ )*+"),
}
"""Literals that every reader takes, each with a blank behind it; others become facts, except finite
numbers with a long exponent."""
NUMERAL: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|NaN|[-+]?INF")


_SUFFIXED: Final = re.compile(r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?[dDfF]")
_FORMS: Final = {
    "": "blank",
    "true": "boolean",
    "false": "boolean",
    "NaN": "nan",
    "INF": "inf",
    "Infinity": "infinity",
}


def form(value: str) -> str:
    """How text that is not a plain number is written: ``blank``, ``boolean``, ``nan``, ``inf`` as
    XML Schema has it, ``infinity`` and ``suffixed`` as Java has them (``1.5f``), ``overflow``,
    ``quoted``, or ``text``.
    """
    text = value.strip()
    known = _FORMS.get(text) or _FORMS.get(text[1:] if text[:1] in "+-" else text)
    if known:
        return known
    if NUMERAL.fullmatch(text) is not None:
        return "overflow"
    if len(text) > 2 and text[0] == text[-1] == '"' and NUMERAL.fullmatch(text[1:-1]) is not None:
        return "quoted"
    return "suffixed" if _SUFFIXED.fullmatch(text.lstrip("+-")) else "text"


def is_number(value: str) -> bool:
    """Whether a reader of decimal numbers takes a text, with a suffix of Java or without."""
    text = value.strip()
    return NUMERAL.fullmatch(text) is not None or form(text) in ("suffixed", "inf", "infinity")


def is_finite(value: str) -> bool:
    """Whether a number with an exponent of any length is one that a double holds."""
    return NUMERAL.fullmatch(value) is not None and math.isfinite(float(value))


def is_fitting(value: str, kind: str) -> bool:
    """Whether a number of an unusual form is finite, and in the range of its kind."""
    if kind == PROBABILITY:
        return is_finite(value.strip()) and 0 <= float(value) <= 1
    return kind not in (INTEGER, AMOUNT) and is_finite(value)


def kind_of(element: str, attribute: str) -> str:
    """What an attribute of an element holds."""
    found = RANGES.get((element, attribute)) or PAIRS.get((element, attribute))
    return KINDS.get(attribute, TEXT) if found is None else found
