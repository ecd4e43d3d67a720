"""Small PMML documents, one for each kind of model, that the variations start from."""

from __future__ import annotations

from typing import Final

NAMESPACE: Final = "http://www.dmg.org/PMML-4_4"
ROW: Final = {"x1": 0.5, "x2": 2.0, "n": 3, "c": "a", "t": "an apple a day"}
"""What every document is evaluated on; a consumer is given the fields that it asks for."""

FIELDS: Final = """\
<DataField name="x1" optype="continuous" dataType="double"><Interval closure="closedClosed" \
leftMargin="-1000" rightMargin="1000"/></DataField>
<DataField name="x2" optype="continuous" dataType="double"/>
<DataField name="n" optype="continuous" dataType="integer"/>
<DataField name="c" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/></DataField>
<DataField name="t" optype="categorical" dataType="string"/>
"""
NUMBER: Final = '<DataField name="y" optype="continuous" dataType="double"/>'
LABEL: Final = (
    '<DataField name="y" optype="categorical" dataType="string"><Value value="p"/>'
    '<Value value="q"/></DataField>'
)
SCHEMA: Final = """<MiningSchema>
<MiningField name="x1" usageType="active" importance="0.5" missingValueReplacement="0" \
missingValueTreatment="asValue" invalidValueTreatment="returnInvalid" outliers="asIs"/>
<MiningField name="x2"/>
<MiningField name="c" invalidValueTreatment="asIs"/>
<MiningField name="y" usageType="target"/>
</MiningSchema>
"""
OUTPUT: Final = """<Output>
<OutputField name="predicted" optype="continuous" dataType="double" feature="predictedValue"/>
<OutputField name="twice" optype="continuous" dataType="double" feature="transformedValue">
<Apply function="*"><FieldRef field="predicted"/><Constant dataType="double">2</Constant></Apply>
</OutputField>
</Output>
"""


def document(body: str, fields: str = FIELDS + NUMBER, before: str = "") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<PMML xmlns="{NAMESPACE}" version="4.4">
<Header copyright="none" description="a recipe"><Application name="recipe" version="1.0"/>\
<Timestamp>2026-01-01 00:00:00</Timestamp></Header>
<DataDictionary numberOfFields="6">
{fields}
</DataDictionary>
{before}
{body}
</PMML>
"""


TABLE: Final = """<RegressionTable intercept="1.5">
<NumericPredictor name="x1" coefficient="2.0" exponent="1"/>
<NumericPredictor name="x2" coefficient="-1.0"/>
<CategoricalPredictor name="c" value="a" coefficient="0.5"/>
<CategoricalPredictor name="c" value="b" coefficient="-0.5"/>
<PredictorTerm coefficient="0.1"><FieldRef field="x1"/><FieldRef field="x2"/></PredictorTerm>
</RegressionTable>
"""
TARGETS: Final = (
    '<Targets><Target field="y" optype="continuous" castInteger="round" min="-100" max="100" '
    'rescaleConstant="0.5" rescaleFactor="2"/></Targets>'
)
REGRESSION: Final = document(f"""<RegressionModel functionName="regression" modelName="r" \
algorithmName="least squares" normalizationMethod="none">
{SCHEMA}{OUTPUT}{TARGETS}{TABLE}</RegressionModel>""")
LOGISTIC: Final = document(
    f"""<RegressionModel functionName="classification" normalizationMethod="softmax">
{SCHEMA}<Output><OutputField name="probability(p)" optype="continuous" dataType="double" \
feature="probability" value="p"/></Output>
{TABLE.replace("<RegressionTable", '<RegressionTable targetCategory="p"')}
<RegressionTable intercept="0" targetCategory="q"/></RegressionModel>""",
    FIELDS + LABEL,
)
NODES: Final = """<Node id="1" recordCount="100"><True/>
<Node id="2" score="{0}" recordCount="60"><SimplePredicate field="x1" operator="lessOrEqual" value="1.5"/>
{2}</Node>
<Node id="3" score="{1}" recordCount="40"><CompoundPredicate booleanOperator="and">
<SimplePredicate field="x1" operator="greaterThan" value="1.5"/>
<SimpleSetPredicate field="c" booleanOperator="isIn"><Array n="2" type="string">a b</Array></SimpleSetPredicate>
</CompoundPredicate>{2}</Node>
</Node>
"""
DISTRIBUTION: Final = (
    '<ScoreDistribution value="p" recordCount="40" confidence="0.6"/>'
    '<ScoreDistribution value="q" recordCount="20" confidence="0.4"/>'
)
TREE: Final = document(f"""<TreeModel functionName="regression" missingValueStrategy="none" \
noTrueChildStrategy="returnLastPrediction" splitCharacteristic="multiSplit">
{SCHEMA}{OUTPUT}{NODES.format("1.0", "2.0", "")}</TreeModel>""")
CLASSIFIER: Final = document(
    f"""<TreeModel functionName="classification" missingValueStrategy="lastPrediction" \
splitCharacteristic="multiSplit">
{SCHEMA}<Output><OutputField name="probability(p)" optype="continuous" dataType="double" \
feature="probability" value="p"/></Output>{NODES.format("p", "q", DISTRIBUTION)}</TreeModel>""",
    FIELDS + LABEL,
)
INNER: Final = SCHEMA.replace('<MiningField name="y" usageType="target"/>', "")


def segment(number: int, model: str, weight: str = "1") -> str:
    return f'<Segment id="{number}" weight="{weight}"><True/>{model}</Segment>'


SMALL_TREE: Final = (
    f'<TreeModel functionName="regression" splitCharacteristic="multiSplit">{INNER}'
    f"{NODES.format('1.0', '2.0', '')}</TreeModel>"
)
FOREST: Final = document(f"""<MiningModel functionName="regression">
{SCHEMA}<Segmentation multipleModelMethod="average">
{segment(1, SMALL_TREE)}{segment(2, SMALL_TREE, "2")}</Segmentation></MiningModel>""")
CHAIN: Final = document(f"""<MiningModel functionName="regression">
{SCHEMA}<Segmentation multipleModelMethod="modelChain" missingPredictionTreatment="continue">
{
    segment(
        1,
        f'<RegressionModel functionName="regression">{INNER}<Output><OutputField name="first" '
        'optype="continuous" dataType="double" feature="predictedValue" isFinalResult="false"/></Output>'
        f"{TABLE}</RegressionModel>",
    )
}
{
    segment(
        2,
        '<RegressionModel functionName="regression"><MiningSchema><MiningField name="first"/>'
        '</MiningSchema><RegressionTable intercept="1"><NumericPredictor name="first" coefficient="3"/>'
        "</RegressionTable></RegressionModel>",
    )
}</Segmentation></MiningModel>""")
NETWORK: Final = document(f"""<NeuralNetwork functionName="regression" \
activationFunction="logistic" numberOfLayers="2">
{SCHEMA}<NeuralInputs numberOfInputs="2">
<NeuralInput id="0,0"><DerivedField optype="continuous" dataType="double"><FieldRef field="x1"/>\
</DerivedField></NeuralInput>
<NeuralInput id="0,1"><DerivedField optype="continuous" dataType="double"><NormContinuous field="x2">\
<LinearNorm orig="0" norm="0"/><LinearNorm orig="4" norm="1"/></NormContinuous></DerivedField></NeuralInput>
</NeuralInputs>
<NeuralLayer numberOfNeurons="1" activationFunction="tanh"><Neuron id="1,0" bias="0.1">\
<Con from="0,0" weight="0.5"/><Con from="0,1" weight="-0.5"/></Neuron></NeuralLayer>
<NeuralLayer numberOfNeurons="1" activationFunction="identity"><Neuron id="2,0" bias="0.0">\
<Con from="1,0" weight="1.0"/></Neuron></NeuralLayer>
<NeuralOutputs numberOfOutputs="1"><NeuralOutput outputNeuron="2,0"><DerivedField optype="continuous" \
dataType="double"><FieldRef field="y"/></DerivedField></NeuralOutput></NeuralOutputs></NeuralNetwork>""")
SVM: Final = document(
    f"""<SupportVectorMachineModel functionName="classification" \
classificationMethod="OneAgainstOne" svmRepresentation="SupportVectors">
{SCHEMA}<RadialBasisKernelType gamma="0.5" description="rbf"/>
<VectorDictionary numberOfVectors="2"><VectorFields numberOfFields="2"><FieldRef field="x1"/>\
<FieldRef field="x2"/></VectorFields>
<VectorInstance id="1"><REAL-SparseArray n="2"><Indices>1 2</Indices><REAL-Entries>0.5 1.0</REAL-Entries>\
</REAL-SparseArray></VectorInstance>
<VectorInstance id="2"><Array type="real" n="2">-0.5 2.0</Array></VectorInstance></VectorDictionary>
<SupportVectorMachine targetCategory="p" alternateTargetCategory="q">
<SupportVectors numberOfAttributes="2" numberOfSupportVectors="2"><SupportVector vectorId="1"/>\
<SupportVector vectorId="2"/></SupportVectors>
<Coefficients numberOfCoefficients="2" absoluteValue="0.1"><Coefficient value="1.0"/>\
<Coefficient value="-1.0"/></Coefficients></SupportVectorMachine></SupportVectorMachineModel>""",
    FIELDS + LABEL,
)
GENERAL: Final = document(f"""<GeneralRegressionModel functionName="regression" \
modelType="generalizedLinear" linkFunction="log" distribution="poisson" targetVariableName="y">
{SCHEMA}<ParameterList><Parameter name="p0" label="Intercept"/><Parameter name="p1" label="x1"/>\
<Parameter name="p2" label="c=a"/></ParameterList>
<FactorList><Predictor name="c"/></FactorList><CovariateList><Predictor name="x1"/></CovariateList>
<PPMatrix><PPCell value="1" predictorName="x1" parameterName="p1"/>\
<PPCell value="a" predictorName="c" parameterName="p2"/></PPMatrix>
<ParamMatrix><PCell parameterName="p0" beta="0.5" df="1"/><PCell parameterName="p1" beta="0.25" df="1"/>\
<PCell parameterName="p2" beta="0.1" df="1"/></ParamMatrix></GeneralRegressionModel>""")
BAYES: Final = document(
    f"""<NaiveBayesModel functionName="classification" threshold="0.001">
{SCHEMA}<BayesInputs><BayesInput fieldName="c"><PairCounts value="a"><TargetValueCounts>\
<TargetValueCount value="p" count="10"/><TargetValueCount value="q" count="5"/></TargetValueCounts></PairCounts>\
<PairCounts value="b"><TargetValueCounts><TargetValueCount value="p" count="3"/>\
<TargetValueCount value="q" count="9"/></TargetValueCounts></PairCounts></BayesInput>
<BayesInput fieldName="x1"><TargetValueStats><TargetValueStat value="p"><GaussianDistribution mean="0" \
variance="1"/></TargetValueStat><TargetValueStat value="q"><GaussianDistribution mean="1" variance="2"/>\
</TargetValueStat></TargetValueStats></BayesInput></BayesInputs>
<BayesOutput fieldName="y"><TargetValueCounts><TargetValueCount value="p" count="13"/>\
<TargetValueCount value="q" count="14"/></TargetValueCounts></BayesOutput></NaiveBayesModel>""",
    FIELDS + LABEL,
)
CLUSTERING: Final = document(
    """<ClusteringModel functionName="clustering" modelClass="centerBased" numberOfClusters="2">
<MiningSchema><MiningField name="x1"/><MiningField name="x2"/></MiningSchema>
<Output><OutputField name="cluster" optype="categorical" dataType="string" feature="predictedValue"/>\
</Output>
<ComparisonMeasure kind="distance" compareFunction="absDiff"><squaredEuclidean/></ComparisonMeasure>
<ClusteringField field="x1" isCenterField="true" fieldWeight="1.0" compareFunction="absDiff"/>
<ClusteringField field="x2" isCenterField="true"/>
<Cluster id="1" name="one" size="10"><Array n="2" type="real">0.0 0.0</Array></Cluster>
<Cluster id="2" name="two" size="20"><Array n="2" type="real">1.0 2.0</Array></Cluster></ClusteringModel>"""
)
NEIGHBORS: Final = document(
    f"""<NearestNeighborModel functionName="classification" numberOfNeighbors="1" \
categoricalScoringMethod="majorityVote" continuousScoringMethod="average" instanceIdVariable="id">
{SCHEMA}<TrainingInstances isTransformed="false" recordCount="2" fieldCount="3"><InstanceFields>\
<InstanceField field="id" column="id"/><InstanceField field="x1" column="x1"/>\
<InstanceField field="x2" column="x2"/><InstanceField field="y" column="y"/></InstanceFields>
<InlineTable><row><id>1</id><x1>0.0</x1><x2>1.0</x2><y>p</y></row><row><id>2</id><x1>2.0</x1><x2>3.0</x2>\
<y>q</y></row></InlineTable></TrainingInstances>
<ComparisonMeasure kind="distance"><euclidean/></ComparisonMeasure>
<KNNInputs><KNNInput field="x1" fieldWeight="1" compareFunction="absDiff"/><KNNInput field="x2"/></KNNInputs>\
</NearestNeighborModel>""",
    FIELDS + LABEL,
)
RULES: Final = document(
    f"""<RuleSetModel functionName="classification">
{SCHEMA}<RuleSet defaultScore="q" defaultConfidence="0.1" recordCount="10" nbCorrect="8">
<RuleSelectionMethod criterion="firstHit"/>
<SimpleRule id="r1" score="p" confidence="0.9" weight="0.8" recordCount="5" nbCorrect="4">\
<SimplePredicate field="x1" operator="lessThan" value="1"/></SimpleRule>
<CompoundRule><SimplePredicate field="c" operator="equal" value="b"/><SimpleRule id="r2" score="q" \
weight="0.2"><True/></SimpleRule></CompoundRule></RuleSet></RuleSetModel>""",
    FIELDS + LABEL,
)
SCORECARD: Final = document(f"""<Scorecard functionName="regression" initialScore="10" \
useReasonCodes="true" reasonCodeAlgorithm="pointsBelow" baselineMethod="other" baselineScore="5">
{SCHEMA}<Output><OutputField name="score" optype="continuous" dataType="double" \
feature="predictedValue"/><OutputField name="reason" optype="categorical" dataType="string" \
feature="reasonCode" rank="1"/></Output>
<Characteristics><Characteristic name="first" reasonCode="RC1" baselineScore="5">\
<Attribute partialScore="7" reasonCode="RC1a"><SimplePredicate field="x1" operator="lessOrEqual" value="1"/>\
</Attribute><Attribute partialScore="3"><True/></Attribute></Characteristic>
<Characteristic name="second" reasonCode="RC2" baselineScore="4"><Attribute partialScore="2">\
<SimplePredicate field="c" operator="equal" value="a"/></Attribute><Attribute>\
<True/><ComplexPartialScore><Apply function="+"><FieldRef field="x1"/><Constant dataType="double">1</Constant></Apply>\
</ComplexPartialScore></Attribute></Characteristic></Characteristics></Scorecard>""")
ANOMALY: Final = document(f"""<AnomalyDetectionModel functionName="regression" \
algorithmType="iforest" sampleDataSize="100">
{INNER}<Output><OutputField name="anomaly" optype="continuous" dataType="double" \
feature="predictedValue"/></Output>
<MiningModel functionName="regression">{SCHEMA}<Segmentation multipleModelMethod="average">
{segment(1, SMALL_TREE)}</Segmentation></MiningModel></AnomalyDetectionModel>""")
ASSOCIATION: Final = document("""<AssociationModel functionName="associationRules" \
numberOfTransactions="4" numberOfItems="2" minimumSupport="0.1" minimumConfidence="0.1" \
numberOfItemsets="2" numberOfRules="1"><MiningSchema><MiningField name="t" usageType="active"/></MiningSchema>
<Item id="1" value="apple"/><Item id="2" value="day"/><Itemset id="1" numberOfItems="1"><ItemRef itemRef="1"/>\
</Itemset><Itemset id="2"><ItemRef itemRef="2"/></Itemset>
<AssociationRule support="0.5" confidence="0.9" antecedent="1" consequent="2" lift="1.1"/></AssociationModel>""")
TRANSFORMED: Final = document(
    f"""<RegressionModel functionName="regression">{SCHEMA}
<LocalTransformations>
<DerivedField name="local" optype="continuous" dataType="double"><Apply function="+" mapMissingTo="0">\
<FieldRef field="x1"/><FieldRef field="scaled"/></Apply></DerivedField>
<DerivedField name="binned" optype="categorical" dataType="string"><Discretize field="x2" defaultValue="high">\
<DiscretizeBin binValue="low"><Interval closure="openClosed" rightMargin="1"/></DiscretizeBin></Discretize></DerivedField>
<DerivedField name="mapped" optype="continuous" dataType="double"><MapValues outputColumn="out" defaultValue="0">\
<FieldColumnPair field="c" column="in"/><InlineTable><row><in>a</in><out>1</out></row><row><in>b</in><out>2</out></row>\
</InlineTable></MapValues></DerivedField>
<DerivedField name="flag" optype="continuous" dataType="double"><NormDiscrete field="c" value="a"/></DerivedField>
</LocalTransformations>
<RegressionTable intercept="1"><NumericPredictor name="local" coefficient="2"/>\
<NumericPredictor name="mapped" coefficient="1"/><NumericPredictor name="flag" coefficient="1"/>\
<NumericPredictor name="applied" coefficient="1"/>\
<CategoricalPredictor name="binned" value="low" coefficient="1"/></RegressionTable></RegressionModel>""",
    before="""<TransformationDictionary>
<DefineFunction name="double" optype="continuous" dataType="double"><ParameterField name="a" optype="continuous" dataType="double"/>\
<Apply function="*"><FieldRef field="a"/><Constant dataType="double">2</Constant></Apply></DefineFunction>
<DerivedField name="scaled" optype="continuous" dataType="double"><NormContinuous field="x2" outliers="asIs">\
<LinearNorm orig="0" norm="0"/><LinearNorm orig="10" norm="1"/></NormContinuous></DerivedField>
<DerivedField name="applied" optype="continuous" dataType="double"><Apply function="double"><FieldRef field="scaled"/></Apply></DerivedField>
</TransformationDictionary>""",
)
OTHERS: Final = {
    "baseline": '<BaselineModel functionName="regression">%s<TestDistributions field="x1" '
    'testStatistic="zValue"><Baseline><GaussianDistribution mean="0" variance="1"/></Baseline>'
    "</TestDistributions></BaselineModel>",
    "bayesian-network": '<BayesianNetworkModel functionName="classification">%s'
    '<BayesianNetworkNodes><DiscreteNode name="c" count="1"><ValueProbability value="a" '
    'probability="1"/></DiscreteNode></BayesianNetworkNodes></BayesianNetworkModel>',
    "gaussian-process": '<GaussianProcessModel functionName="regression">%s'
    '<RadialBasisKernel gamma="1" noiseVariance="1"/><TrainingInstances isTransformed="false">'
    '<InstanceFields><InstanceField field="x1" column="x1"/><InstanceField field="y" column="y"/>'
    "</InstanceFields><InlineTable><row><x1>1</x1><y>1</y></row></InlineTable></TrainingInstances>"
    "</GaussianProcessModel>",
    "sequence": '<SequenceModel functionName="sequences">%s</SequenceModel>',
    "text": '<TextModel functionName="classification" numberOfTerms="1" numberOfDocuments="1">%s'
    '<TextDictionary><Array n="1" type="string">a</Array></TextDictionary><TextCorpus><TextDocument '
    'id="1"/></TextCorpus><DocumentTermMatrix><Matrix><Array n="1" type="real">1</Array></Matrix>'
    "</DocumentTermMatrix></TextModel>",
    "time-series": '<TimeSeriesModel functionName="timeSeries" bestFit="ARIMA">%s'
    "<ARIMA><NonseasonalComponent/></ARIMA></TimeSeriesModel>",
}
BASES: Final = {
    "regression": REGRESSION,
    "logistic": LOGISTIC,
    "tree": TREE,
    "classifier": CLASSIFIER,
    "forest": FOREST,
    "chain": CHAIN,
    "network": NETWORK,
    "svm": SVM,
    "general": GENERAL,
    "bayes": BAYES,
    "clustering": CLUSTERING,
    "neighbors": NEIGHBORS,
    "rules": RULES,
    "scorecard": SCORECARD,
    "anomaly": ANOMALY,
    "association": ASSOCIATION,
    "transformed": TRANSFORMED,
}
"""Documents that at least one of the consumers evaluates."""
UNUSUAL: Final = {name: document(body % SCHEMA) for name, body in OTHERS.items()}
"""Kinds of models that neither evaluates."""
