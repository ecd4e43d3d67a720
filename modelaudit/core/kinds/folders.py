"""Kinds of directories and archives that a loader opens as one model, and of Python source."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "module-compiled": Kind("{file} is imported as the module {module}, before any source of it"),
    "target-computed": Kind("{key} is {value!r}, which its loader works out"),
    "triton-file-missing": Kind(
        "{served_by} loads {wanted}, and version {version} has only {file}"
    ),
    "triton-port-unknown": Kind("{file} has no {role} {name!r}"),
    "triton-input-undeclared": Kind("{file} has the input {name!r}, which is not declared"),
    "triton-port-differs": Kind(
        "the {what} of the {role} {name!r} is {declared} in the configuration and {graph} in {file}"
    ),
}
REASONS: Final[dict[str, Reason]] = {
    "python-syntax": Reason(
        "the Python source does not parse: {problem} in line {line}", group="damaged"
    ),
    "broken-configuration": Reason("the configuration does not parse: {problem}", group="damaged"),
}
METADATA: Final[dict[str, Key]] = {
    "triton-served-by": Key("platform or backend that serves the model", "text"),
    "spacy-asked": Key("releases of spaCy that the pipeline asks for", "text"),
    "skops-protocol": Key("version of the schema", "number"),
    "hub-model-type": Key("model type, which the configuration does not have", "text"),
}
