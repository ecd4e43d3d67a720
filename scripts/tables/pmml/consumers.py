"""Write rules/tables/pmml_consumers.json: what two consumers of PMML know, and what they refuse.

Sources: the class files in the jars of the wheels ``jpmml_evaluator`` and ``pypmml``, read as data,
which list functions, elements and words; and what was observed, which is kept in
scripts/sources/pmml_observed.yaml. ``--check`` needs no network.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from datetime import date
from pathlib import Path

import msgspec

from scripts.common.files import TABLES, write_or_check
from scripts.common.javaclasses import Class, classes
from scripts.common.sources import document
from scripts.tables.pmml.schema import unpack

TABLE = TABLES / "pmml_consumers.json"
JPMML = ("jpmml_evaluator==0.16.0", "jpmml_evaluator/dependencies/pmml-evaluator-1.7.7.jar")
PMML4S = ("pypmml==1.5.8", "pypmml/jars/pmml4s_2.13-1.5.8.jar")
OLDER = (("0.12.1", "1.6.9"), ("0.14.1", "1.7.2"))
"""Releases before that, as the Python package and the Java library in it count them."""
FIRST_WITH_MORE = ("0.15.4", "1.7.6")
"""The release that those functions are looked for in which no older one has."""
NAMESPACES = ["3_0", "3_1", "3_2", "4_0", "4_1", "4_2", "4_3", "4_4"]
ARGUMENTS = {"input", "startPos", "length", "pattern", "replacement", "referenceYear"}
"""Names of arguments, beside the names of functions."""
WORDS = {
    "ClusteringModel": {"modelClass": "model/ModelClass"},
    "ComparisonMeasure": {
        "compareFunction": "common/CompareFunction",
        "kind": "common/ComparisonMeasureKind",
    },
    "ClusteringField": {"compareFunction": "common/CompareFunction"},
    "KNNInput": {"compareFunction": "common/CompareFunction"},
    "CompoundPredicate": {"booleanOperator": "common/CompoundPredicate$BooleanOperator"},
    "SimpleSetPredicate": {"booleanOperator": "common/SimpleSetPredicate$BooleanOperator"},
    "SimplePredicate": {"operator": "common/Operator"},
    "Array": {"type": "common/ArrayType"},
    "Interval": {"closure": "common/Closure"},
    "Value": {"property": "common/Property"},
    "Matrix": {"kind": "common/MatrixKind"},
    "MiningField": {
        "usageType": "metadata/UsageType",
        "outliers": "metadata/OutlierTreatmentMethod",
        "missingValueTreatment": "metadata/MissingValueTreatment",
        "invalidValueTreatment": "metadata/InvalidValueTreatment",
    },
    "Apply": {"invalidValueTreatment": "metadata/InvalidValueTreatment"},
    "NormContinuous": {"outliers": "metadata/OutlierTreatmentMethod"},
    "OutputField": {
        "feature": "metadata/ResultFeature",
        "ruleFeature": "metadata/RuleFeature",
        "algorithm": "metadata/Algorithm",
        "rankBasis": "metadata/RankBasis",
        "rankOrder": "metadata/RankOrder",
    },
    "Target": {"castInteger": "metadata/CastInteger"},
    "NeuralNetwork": {
        "activationFunction": "model/ActivationFunction",
        "normalizationMethod": "model/NNNormalizationMethod",
    },
    "NeuralLayer": {
        "activationFunction": "model/ActivationFunction",
        "normalizationMethod": "model/NNNormalizationMethod",
    },
    "GeneralRegressionModel": {
        "modelType": "model/GeneralModelType",
        "linkFunction": "model/LinkFunction",
        "cumulativeLink": "model/CumulativeLinkFunction",
        "distribution": "model/Distribution",
    },
    "RegressionModel": {
        "normalizationMethod": "model/RegressionNormalizationMethod",
        "modelType": "model/RegressionModelType",
    },
    "Segmentation": {
        "multipleModelMethod": "model/MultipleModelMethod",
        "missingPredictionTreatment": "model/MissingPredictionTreatment",
    },
    "TreeModel": {
        "missingValueStrategy": "model/MissingValueStrategy",
        "noTrueChildStrategy": "model/NoTrueChildStrategy",
        "splitCharacteristic": "model/SplitCharacteristic",
    },
    "Scorecard": {
        "baselineMethod": "model/BaselineMethod",
        "reasonCodeAlgorithm": "model/ReasonCodeAlgorithm",
    },
    "RuleSelectionMethod": {"criterion": "model/Criterion"},
    "NearestNeighborModel": {
        "categoricalScoringMethod": "model/CatScoringMethod",
        "continuousScoringMethod": "model/ContScoringMethod",
    },
    "SupportVectorMachineModel": {
        "classificationMethod": "model/SVMClassificationMethod",
        "svmRepresentation": "model/SVMRepresentation",
    },
    "AnomalyDetectionModel": {"algorithmType": "model/AlgorithmType"},
    "TextIndex": {
        "countHits": "transformations/CountHits",
        "localTermWeights": "transformations/LocalTermWeights",
    },
}
"""Attributes of which PMML4S looks up the word, and the class of its enumeration."""

MODELS = (
    *("AnomalyDetectionModel", "AssociationModel", "ClusteringModel", "GeneralRegressionModel"),
    *("MiningModel", "NaiveBayesModel", "NearestNeighborModel", "NeuralNetwork"),
    *("RegressionModel", "RuleSetModel", "Scorecard", "SupportVectorMachineModel"),
    *("TimeSeriesModel", "TreeModel"),
)
"""Models of which PMML4S looks up the attribute ``functionName``."""

Entry = dict[str, object]


class Observed(msgspec.Struct, forbid_unknown_fields=True):
    """``scripts/sources/pmml_observed.yaml``."""

    domains: dict[str, list[str]]
    consumers: dict[str, Entry]
    arity: dict[str, list[int]]
    repairs: dict[str, str]


def jpmml(jar: Path) -> Entry:
    named = {*next(classes(jar, "org/jpmml/evaluator/Functions.class")).texts} - ARGUMENTS
    # A leading x- is taken away where the rest is a function.
    return {
        "functions": sorted(named | {f"x-{name}" for name in named if not name.startswith("x-")}),
        "namespaces": [f"http://www.dmg.org/PMML-{version}" for version in NAMESPACES],
    }


def since(older: dict[tuple[str, str], set[str]]) -> dict[str, list[str]]:
    """The first release that was looked into with a function that an older one does not have."""
    found: dict[str, list[str]] = {}
    known: set[str] | None = None
    for releases, names in older.items():
        for name in () if known is None else sorted(names - known):
            found[name] = found[f"x-{name}"] = list(releases)
        known = names
    return found


def older_functions() -> dict[tuple[str, str], set[str]]:
    """The names in ``Functions.class`` of several releases, oldest first."""
    found: dict[tuple[str, str], set[str]] = {}
    for python, java in (*OLDER, FIRST_WITH_MORE):
        with tempfile.TemporaryDirectory() as scratch:
            name = f"jpmml_evaluator/dependencies/pmml-evaluator-{java}.jar"
            jar = unpack(f"jpmml_evaluator=={python}", name, Path(scratch))
            functions = next(classes(jar, "org/jpmml/evaluator/Functions.class"))
            found[python, java] = {*functions.texts} - ARGUMENTS
    return found


def pmml4s(jar: Path) -> Entry:
    held = {found.name.removeprefix("org/pmml4s/"): found for found in classes(jar, "org/pmml4s/")}
    builtin = held["transformations/BuiltInFunctions$"]
    names = {mention.removeprefix("org/pmml4s/") for mention in builtin.mentions}
    functions = {
        text
        for name in names & held.keys()
        if name.endswith("$") and name != "transformations/BuiltInFunctions$"
        for text in held[name].texts
    }
    functions = {text for text in functions if text and " " not in text and text != "UTC"}
    words = {
        element: {name: _words(held[f"{kind}$"]) for name, kind in attributes.items()}
        for element, attributes in WORDS.items()
    }
    tasks = _words(held["common/MiningFunction$"])
    for model in MODELS:
        words[model] = {**words.get(model, {}), "functionName": tasks}
    elements = sorted(held["xml/ElemTags$"].texts)
    return {"functions": sorted(functions), "elements": elements, "words": words}


def _words(enumeration: Class) -> list[str]:
    """The names of a Scala enumeration's values, which its fields have too."""
    names = {field.name.replace("$minus", "-") for field in enumeration.fields} - {"MODULE$"}
    return sorted({*names, *enumeration.texts})


def render(consumers: Entry, day: str) -> str:
    table = {
        "about": (
            "what consumers of PMML know (functions, elements, words), and what they refuse. As a "
            "target, jpmml-evaluator 0.x is the Python package and 1.x the Java library, pypmml "
            "the Python package around pmml4s. functions-since has the first release of each of "
            "the two that has a function; what else is said of JPMML was the same from 1.6.7 on "
            "in 711 documents, from 1.6.4 on in 228, and from 1.5.14 on in 328"
        ),
        "source": (
            f"class files in the wheels {JPMML[0]} (functions in older ones too) and {PMML4S[0]}; "
            "documents tried there"
        ),
        "licence": "facts; AGPL-3.0 and Apache-2.0 sources",
        "date": day,
        **consumers,
    }
    return json.dumps(table, indent=1) + "\n"


def complete(read: dict[str, Entry]) -> Entry:
    """What was read out of the jars, with what was observed."""
    observed = document("pmml_observed.yaml", Observed)
    found: Entry = {}
    for name, entry in observed.consumers.items():
        for key in entry:
            if key.startswith(("anomalies-", "methods-", "outputs-")):
                entry[key] = _expand(entry[key], observed.domains)
        found[name] = {**read[name], **entry}
    return found | {
        "arity": observed.arity,
        "repairs": observed.repairs,
    }


def _expand(cases: object, domains: dict[str, list[str]]) -> object:
    """Cases that list the values of each field."""
    if isinstance(cases, dict):
        return {kind: _expand(some, domains) for kind, some in cases.items()}
    if not isinstance(cases, list):
        message = f"not a list of cases: {cases!r}"
        raise TypeError(message)
    return [
        {field: _values(field, value, domains) for field, value in case.items()} for case in cases
    ]


def _values(field: str, value: object, domains: dict[str, list[str]]) -> list[object]:
    if isinstance(value, dict):
        return [other for other in domains[field] if other not in value["not"]]
    return value if isinstance(value, list) else [value]


READ = {
    "jpmml-evaluator": ("functions", "namespaces", "functions-since"),
    "pmml4s": ("functions", "elements", "words"),
}
"""What is read out of the jars, and kept where only the rest is checked."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--offline", action="store_true", help="keep what was read out of jars")
    arguments = parser.parse_args()
    if arguments.check or arguments.offline:
        held = json.loads(TABLE.read_text("utf-8"))
        read = {name: {key: held[name][key] for key in keys} for name, keys in READ.items()}
        text = render(complete(read), held["date"])
        return write_or_check(TABLE, text, check=arguments.check)
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        read = {
            "jpmml-evaluator": {
                **jpmml(unpack(*JPMML, Path(first))),
                "functions-since": since(older_functions()),
            },
            "pmml4s": pmml4s(unpack(*PMML4S, Path(second))),
        }
    return write_or_check(TABLE, render(complete(read), date.today().isoformat()), check=False)


if __name__ == "__main__":
    sys.exit(main())
