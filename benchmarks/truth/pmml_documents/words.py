"""Variations of PMML documents: literals, and the words of attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from benchmarks.truth.pmml_documents import bases


def literals() -> Iterator[tuple[str, str]]:
    for label, value in {
        "text": "abc",
        "comma": "1,5",
        "nan": "NaN",
        "hex": "0x10",
        "empty": "",
        "big": "1e400",
        "space": " 1.5 ",
    }.items():
        yield (
            f"literal-predicate-{label}",
            bases.TREE.replace(
                'operator="lessOrEqual" value="1.5"', f'operator="lessOrEqual" value="{value}"'
            ),
        )
        yield f"literal-score-{label}", bases.TREE.replace('score="1.0"', f'score="{value}"')
        yield (
            f"literal-array-{label}",
            bases.CLUSTERING.replace(">0.0 0.0<", f">{value or '0.0'} 0.0<"),
        )
        yield (
            f"literal-interval-{label}",
            bases.REGRESSION.replace('leftMargin="-1000"', f'leftMargin="{value}"'),
        )
    yield (
        "literal-array-count",
        bases.CLUSTERING.replace('<Array n="2" type="real">0.0', '<Array n="3" type="real">0.0'),
    )
    yield "literal-array-short", bases.CLUSTERING.replace(">0.0 0.0<", ">0.0<")
    yield "literal-array-type", bases.CLUSTERING.replace('type="real"', 'type="double"')
    yield (
        "literal-sparse-short",
        bases.SVM.replace("<Indices>1 2</Indices>", "<Indices>1</Indices>"),
    )
    yield "literal-score-class", bases.CLASSIFIER.replace('score="p"', 'score="other"')
    yield (
        "literal-operator-set",
        bases.TREE.replace('operator="lessOrEqual" value="1.5"', 'operator="lessOrEqual"'),
    )
    yield (
        "literal-is-missing",
        bases.TREE.replace('operator="lessOrEqual" value="1.5"', 'operator="isMissing"'),
    )
    yield (
        "literal-predicate-string",
        bases.TREE.replace(
            'field="x1" operator="lessOrEqual" value="1.5"',
            'field="c" operator="lessOrEqual" value="b"',
        ),
    )
    yield (
        "literal-replacement",
        bases.REGRESSION.replace('missingValueReplacement="0"', 'missingValueReplacement="abc"'),
    )


ENUMS: Final = {
    "logistic": ('normalizationMethod="softmax"', "none simplemax logit probit cloglog loglog cauchit exp bogus"),
    "tree": ('missingValueStrategy="none"', "lastPrediction nullPrediction defaultChild weightedConfidence aggregateNodes none"),
    "network": ('activationFunction="tanh"', "threshold logistic identity exponential reciprocal square Gauss sine cosine Elliott arctan rectifier radialBasis"),
    "general": ('modelType="generalizedLinear"', "regression generalLinear multinomialLogistic ordinalMultinomial CoxRegression"),
    "clustering": ('modelClass="centerBased"', "distributionBased"),
    "svm": ('svmRepresentation="SupportVectors"', "Coefficients"),
    "scorecard": ('reasonCodeAlgorithm="pointsBelow"', "pointsAbove"),
    "rules": ('criterion="firstHit"', "weightedSum weightedMax"),
    "neighbors": ('categoricalScoringMethod="majorityVote"', "weightedMajorityVote"),
    "anomaly": ('algorithmType="iforest"', "ocsvm clusterMeanDist other"),
}  # fmt: skip
"""Words of the standard at the place of another one."""


def values() -> Iterator[tuple[str, str]]:
    for name, (held, words) in ENUMS.items():
        attribute = held.partition("=")[0]
        for word in words.split():
            yield (
                f"word-{name}-{attribute}-{word}",
                bases.BASES[name].replace(held, f'{attribute}="{word}"'),
            )
    for function in [
        "identity",
        "log",
        "logc",
        "logit",
        "loglog",
        "negbin",
        "oddspower",
        "power",
        "probit",
        "cloglog",
        "cauchit",
    ]:
        yield (
            f"word-general-link-{function}",
            bases.GENERAL.replace(
                'linkFunction="log"', f'linkFunction="{function}" linkParameter="1" '
            ),
        )
    for measure in [
        "euclidean",
        "squaredEuclidean",
        "chebychev",
        "cityBlock",
        "minkowski",
        "simpleMatching",
        "jaccard",
        "tanimoto",
    ]:
        more = ' p-parameter="2"' if measure == "minkowski" else ""
        yield (
            f"word-clustering-{measure}",
            bases.CLUSTERING.replace("<squaredEuclidean/>", f"<{measure}{more}/>"),
        )
    for kernel in (
        "LinearKernelType",
        "PolynomialKernelType",
        "SigmoidKernelType",
        "RadialBasisKernelType",
    ):
        yield (
            f"word-svm-{kernel}",
            bases.SVM.replace(
                '<RadialBasisKernelType gamma="0.5" description="rbf"/>', f"<{kernel}/>"
            ),
        )
    yield (
        "word-svm-max-wins",
        bases.SVM.replace("svmRepresentation", 'maxWins="true" svmRepresentation'),
    )
    yield "word-svm-against-all", bases.SVM.replace("OneAgainstOne", "OneAgainstAll")
    yield (
        "word-surrogate",
        bases.TREE.replace('booleanOperator="and"', 'booleanOperator="surrogate"'),
    )
    yield "word-xor", bases.TREE.replace('booleanOperator="and"', 'booleanOperator="xor"')
    yield "word-set-predicate", bases.TREE.replace("SimpleSetPredicate", "SetPredicate")
    for treatment in ["returnInvalid", "asIs", "asMissing", "asValue"]:
        yield (
            f"word-invalid-{treatment}",
            bases.REGRESSION.replace(
                'name="c" invalidValueTreatment="asIs"',
                f'name="c" invalidValueTreatment="{treatment}"',
            ),
        )
    for usage in [
        "active",
        "supplementary",
        "group",
        "order",
        "frequencyWeight",
        "analysisWeight",
        "Active",
        "bogus",
    ]:
        yield (
            f"word-usage-{usage}",
            bases.REGRESSION.replace(
                '<MiningField name="x2"/>', f'<MiningField name="x2" usageType="{usage}"/>'
            ),
        )
    for cast in ["round", "ceiling", "floor", "bogus"]:
        yield (
            f"word-cast-{cast}",
            bases.REGRESSION.replace('castInteger="round"', f'castInteger="{cast}"'),
        )
    for attribute in ('x-weight="1"', 'x-leakage="1"'):
        label = attribute.partition("=")[0]
        yield (
            f"vendor-{label}",
            bases.REGRESSION.replace(
                '<MiningField name="x2"', f'<MiningField {attribute} name="x2"'
            ),
        )
