"""Kinds of pickle and joblib streams, and bytecode inside them."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "hidden-stream": Kind("a pickle begins behind other data, where a loader does not look"),
    "trailing-data": Kind("{size} bytes follow the end of the stream"),
}
REASONS: Final[dict[str, Reason]] = {
    "broken-stream": Reason("the pickle breaks: {problem}", group="damaged"),
}
METADATA: Final[dict[str, Key]] = {
    "pickle-protocol": Key("the protocol that a loader has to support", "number"),
}
