"""Kinds of pickle and joblib streams, and bytecode inside them. Sizes are in bytes."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "stack-leftover": Kind("{values} values and {marks} marks remain on the stack at STOP"),
    "frame-overrun": Kind("an opcode reaches {size} bytes past the end of its frame"),
    "frame-beyond-stop": Kind("a frame goes on for {size} bytes behind STOP"),
    "frame-nested": Kind("a frame begins inside another frame"),
    "frame-too-long": Kind("a frame claims {claimed} bytes and only {remaining} remain"),
    "array-in-frame": Kind("the raw bytes of an array begin inside a frame"),
    "array-as-opcodes": Kind(
        "{loader}, which reads the bytes of an array as opcodes, calls {module}.{name}",
        also=("inside",),
    ),
    "memo-index": Kind("a value is stored at memo index {index}, far beyond the entries before it"),
    "protocol-unknown": Kind("the pickle declares protocol {protocol}, which no Python has"),
    "protocol-lower-than-opcodes": Kind(
        "the pickle declares protocol {declared} and uses opcodes of protocol {used}"
    ),
    "out-of-band-buffer": Kind("the opcode {opcode} takes a buffer that is not in the file"),
    "several-streams": Kind("{count} pickles follow one another"),
    "hidden-stream": Kind("a pickle begins behind other data, where a loader does not look"),
    "leading-data": Kind("{size} bytes come before the first pickle"),
}
REASONS: Final[dict[str, Reason]] = {
    "not-a-pickle": Reason(
        "the file is not a pickle: it begins like {content}. An error page or another file may"
        " have been saved under the name of the model; download the model again",
        group="misnamed",
    ),
    "broken-stream": Reason("the pickle breaks: {problem}", group="damaged"),
    "broken-code": Reason("a code object cannot be read: {problem}", group="damaged"),
}
METADATA: Final[dict[str, Key]] = {
    "pickle-protocol": Key("the protocol that a loader has to support", "number"),
    "pickle-protocol-declared": Key("the protocol that the pickle declares", "number"),
    "joblib-framing": Key(
        "the first joblib release that frames arrays this way; legacy is before 0.10", "text"
    ),
    "python2-text": Key("what a text of Python 2 has that is not ASCII", "text"),
    "persistent-id": Key("what loading asks its loader for; the first few", "text"),
    "persistent-ids": Key("how often loading asks its loader for something", "number"),
}
