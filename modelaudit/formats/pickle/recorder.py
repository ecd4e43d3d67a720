"""What one stream does, collected into facts and merged where it does the same over and over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from modelaudit.core.facts import (
    Anomaly,
    Call,
    Code,
    Embedded,
    Fact,
    Import,
    Metadata,
    Unreadable,
)
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle import (
    arrays,
    bytecode,
    embedded,
    indirection,
    opcodes,
    producers,
    states,
)
from modelaudit.formats.pickle.events import Broken
from modelaudit.formats.pickle.machine import Machine
from modelaudit.formats.pickle.render import render, render_arguments
from modelaudit.formats.pickle.values import (
    UNKNOWN,
    Box,
    Global,
    Persistent,
    Result,
    Value,
    class_of,
)

SAMPLES: Final = 16
"""Calls of one callable by one opcode that are shown with their arguments; the rest is counted."""
STATES: Final = 200
"""Instances of one class whose state is looked into."""
REPEATS: Final = 8
"""Facts of one kind that are kept where a stream repeats an oddity."""

_CALLS: Final = frozenset({"REDUCE", "NEWOBJ", "NEWOBJ_EX", "OBJ", "INST"})
_POP: Final = opcodes.OP["POP"]
_RUN_KEYS: Final = {"_parse_arg_template": "python", "formula": "formula"}
"""Keys whose text a class of scipy.stats or statsmodels runs when it is unpickled."""
MOST_CODE: Final = 4000
"""Characters of such text that a fact holds."""
_DESCRIBING: Final = frozenset({"numpy.dtype", "types.CodeType"})
"""Calls whose every result is kept, since what follows depends on its arguments."""


@dataclass(slots=True)
class _Tally:
    """Calls of one callable by one opcode. ``result`` stands for what the unsampled ones return."""

    result: Result
    followed: bool
    count: int = 0
    samples: list[Call] = field(default_factory=list)


class Recorder:
    """The machine's events for one stream. ``finish()`` tells what they amount to."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.source = source
        self.bounds = bounds
        self.machine = Machine(source, self, bounds.deadline)
        self.plain: Recorder | None = None  # the reading of a loader that knows no arrays
        self.is_plain = False
        self.framing = ""  # what joblib's array framing needs, once an array was met
        self.facts: list[tuple[int, Fact]] = []
        self.imports: dict[tuple[Global, str, str], tuple[int, int]] = {}
        self.tallies: dict[tuple[Value, str, str, bool], _Tally] = {}
        self.occurred: dict[object, int] = {}
        self.found: dict[int, embedded.Found] = {}
        self.handed: dict[int, str] = {}
        self.extensions: dict[int, Global] = {}
        self.states = states.States()

    # Events, as the machine tells them.

    def imported(self, name: Global, opcode: str, position: int, via: str = "") -> None:
        first, count = self.imports.get((name, opcode, via), (position, 0))
        self.imports[name, opcode, via] = (first, count + 1)

    def called(self, callee: Value, opcode: str, arguments: Value, position: int) -> Value:
        known = isinstance(callee, Global)  # anything else may be costly to hash
        tally = self.tallies.get((callee, opcode, "", False)) if known else None
        if tally is not None and tally.count >= SAMPLES and not tally.followed:
            tally.count += 1
            return tally.result
        outcome = indirection.follow(self.machine, callee, arguments)
        if outcome is not None:
            self._lead(outcome, callee, opcode, position)
        self._look_at_arguments(callee, arguments)
        resolves = outcome.resolves if outcome is not None else self._artifact(callee, arguments)
        self._record(callee, opcode, arguments, position, resolves=resolves)
        if outcome is not None and outcome.name is not None:
            return outcome.name
        return self._result(callee, arguments, position)

    def mutated(self, target: Value, opcode: str, items: Value, position: int) -> None:
        on_name = isinstance(target, Global)
        self._record(class_of(target), opcode, items, position, target=on_name)

    def built(self, target: Value, state: Value, position: int) -> int:
        owner = class_of(target)
        if isinstance(target, Result):
            target.state = state
        if isinstance(owner, Global) and self.once(owner, STATES):
            self._look_at_state(owner, state, position)
        on_name = isinstance(target, Global)
        self._record(owner, "BUILD", (state,), position, target=on_name)
        if _dotted(owner) in indirection.STATE_CALLS and isinstance(state, tuple):
            for item in state:
                if isinstance(item, Global):
                    self._record(item, "REDUCE", (), position, via=_dotted(owner))
        if (
            not self.is_plain
            and isinstance(owner, Global)
            and owner.name.rpartition(".")[2] in arrays.WRAPPERS
        ):
            return arrays.pass_array(self, owner, state, position)
        return position + 1

    def settled(self, name: Global) -> bool:
        tally = self.tallies.get((name, "NEWOBJ", "", False))
        known = tally is not None and tally.count > SAMPLES and not tally.followed
        return known and self.occurred.get(name, 0) > STATES and name.name not in arrays.WRAPPERS

    def repeated(self, name: Global, count: int) -> None:
        for opcode in ("NEWOBJ", "BUILD"):
            self.tallies[name, opcode, "", False].count += count

    def persistent(self, ident: Value, opcode: str, position: int) -> None:
        if self.once("persistent-id"):
            shown = render(self.machine, ident) if opcode == "BINPERSID" else "text"
            self.add(Metadata("persistent-id", shown, -1, self.source.at(position)), position)

    def extension(self, code: int, opcode: str, position: int) -> Value:
        name = self.extensions.get(code) or Global("", f"extension {code}", f"extension {code}")
        self.imported(name, opcode, position)
        return name

    def carried(self, position: int) -> None:
        start, length = self._payload(position)
        most = self.bounds.limits.max_embedded
        found = embedded.look(self.source.data[start : start + min(length, most)])
        if found is not None and length > most:
            detail = f"max-embedded: a value of {length} bytes looks like an artifact"
            self.add(Unreadable("limit", detail, self.source.at(position)), position)
        elif found is not None:
            self.found[position] = found

    def anomaly(self, kind: str, detail: str, position: int) -> None:
        if self.once(kind):
            self.add(Anomaly(kind, detail, self.source.at(position)), position)

    def nested(self, position: int) -> int:
        """An object array: a pickle of its own in the middle of the stream; where it ends."""
        inner = Recorder(self.source, self.bounds)
        ending = inner.machine.run(position)
        self.facts += [(position, fact) for fact in inner.finish()]
        if ending.problem is not None:
            raise Broken(f"the pickle of an object array breaks: {ending.problem}")
        return ending.position

    def read_as_pickle(self, position: int) -> None:
        """Read on from an array's raw bytes as ``pickle.load`` would, which knows no arrays.

        Only what acts in that reading is kept; ordinary numbers break it at once.
        """
        if self.plain is not None or self.is_plain:
            return
        self.plain = Recorder(self.source, self.bounds)
        self.plain.is_plain = True
        self.plain.machine.fork(self.machine, position)
        if self.plain.imports:
            detail = "the raw bytes of an array are opcodes for a loader that knows no arrays"
            self.anomaly("array-as-opcodes", detail, position)
            self.facts += [(position, fact) for fact in self.plain.finish()]

    # How events become facts.

    def finish(self) -> list[Fact]:
        """All facts of the stream, in the order of their positions."""
        called: Counter[Global] = Counter()
        for (name, opcode, _, _), tally in self.tallies.items():
            if isinstance(name, Global) and opcode in _CALLS:
                called[name] += tally.count
        for (name, opcode, via), (position, count) in self.imports.items():
            where = self.source.at(position)
            fact = Import(
                name.module, name.name, opcode, name.spelled, via, called[name], count, where
            )
            self.add(fact, position)
        for tally in self.tallies.values():
            if tally.count > len(tally.samples):
                last = tally.samples[-1]
                tally.samples[-1] = replace(last, count=1 + tally.count - len(tally.samples))
            for sample in tally.samples:
                self.add(sample, sample.where.offset or 0)
        self.facts += self.states.facts(self.source)
        for position, found in self._carried_text():
            self.found.setdefault(position, found)
        for position, found in self.found.items():
            self.add(self._embedded(found, position), position)
        facts = [fact for _, fact in sorted(self.facts, key=lambda entry: entry[0])]
        most = self.bounds.limits.max_facts
        if len(facts) > most:
            detail = f"max-facts: {len(facts) - most} facts of this stream were left out"
            facts = [*facts[:most], Unreadable("limit", detail, self.source.at())]
        return facts

    def add(self, fact: Fact, position: int) -> None:
        self.facts.append((position, fact))

    def once(self, what: object, most: int = REPEATS) -> bool:
        """True the first few times that something occurs."""
        count = self.occurred[what] = self.occurred.get(what, 0) + 1
        return count <= most

    def _payload(self, position: int) -> tuple[int, int]:
        data = self.source.data
        if data[position] in opcodes.COUNTED:
            return opcodes.payload(data, position)
        return position + 2, data.find(b"\n", position) - position - 3  # without its quotes

    def _lead(
        self, outcome: indirection.Outcome, callee: Value, opcode: str, position: int
    ) -> None:
        """Record where an indirection leads."""
        via = _dotted(callee)
        if outcome.name is not None:
            self.imported(outcome.name, opcode, position, via)
        for made, given in outcome.calls:
            self._record(made, opcode, given, position, via=via)

    def _result(self, callee: Value, arguments: Value, position: int) -> Value:
        """What a call returns that is no indirection; for a constructor, an instance."""
        given = arguments if isinstance(arguments, tuple) else ()
        dotted = callee.dotted if isinstance(callee, Global) else ""
        if dotted == "copyreg.add_extension":
            self._register_extension(given)
        if dotted in indirection.CONSTRUCTORS and given and isinstance(given[0], Global):
            self._record(given[0], "NEWOBJ", (), position, via=dotted)
            return Result(given[0], UNKNOWN)
        called = indirection.CALLERS.get(dotted, len(given))
        if called < len(given) and isinstance(given[called], Global):
            self._record(given[called], "REDUCE", (), position, via=dotted)
        return Result(callee, arguments)

    def _record(
        self,
        callee: Value,
        opcode: str,
        arguments: Value,
        position: int,
        *,
        target: bool = False,
        resolves: str = "",
        via: str = "",
    ) -> None:
        """One call; past the first few of a kind it is only counted."""
        key = (callee if isinstance(callee, Global) else UNKNOWN, opcode, via, bool(resolves))
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = _Tally(Result(callee, UNKNOWN), _is_followed(callee))
        tally.count += 1
        if tally.count > SAMPLES:
            return
        named = class_of(callee)
        data = self.source.data
        tally.samples.append(
            Call(
                module=named.module if isinstance(named, Global) else "",
                name=named.name if isinstance(named, Global) else "",
                opcode=opcode,
                callee=_kind_of(callee),
                target=target,
                arguments=render_arguments(self.machine, arguments),
                # What another call is going to call it with does not stand in the stream.
                given=-1 if via and arguments == () else self._given(arguments),
                resolves=resolves,
                via=via,
                discarded=position + 1 < len(data) and data[position + 1] == _POP,
                count=1,
                where=self.source.at(position),
            )
        )
        if isinstance(callee, Global) and callee.dotted == "types.CodeType":
            self._record_code(arguments, position)

    def _given(self, arguments: Value) -> int:
        """How many arguments a call gets; -1 where the stream does not tell."""
        if isinstance(arguments, tuple):
            return -1 if UNKNOWN in arguments[-1:] else len(arguments)
        return 0 if self.machine.scalar(arguments) == () else -1

    def _record_code(self, arguments: Value, position: int) -> None:
        given = arguments if isinstance(arguments, tuple) else ()
        versions = bytecode.bound_to(self.machine, given)
        text = bytecode.describe(self.machine, given)
        where = self.source.at(position)
        self.add(Code("python-bytecode", "types.CodeType", versions, text, where), position)

    def _register_extension(self, arguments: tuple[Value, ...]) -> None:
        words = [self.machine.scalar(value) for value in arguments[:3]]
        if len(words) == 3 and isinstance(words[2], int):
            module, name = str(words[0]), str(words[1])
            self.extensions[words[2]] = Global(module, name, f"{module}.{name}")

    def _look_at_state(self, owner: Global, state: Value, position: int) -> None:
        """Keys of a state that say which release wrote it, or hold text that its class runs."""
        items = self.machine.contents(state) if isinstance(state, Box) else []
        words = []
        for key, value in zip(items[0::2], items[1::2], strict=False):
            word = self.machine.text(key) or ""
            words.append(word)
            if word in producers.KEYS:
                producers.tell(self, owner, word, value, position)
            language = _RUN_KEYS.get(word)
            text = self.machine.text(value) if language else None
            if language and _dotted(owner).startswith(("scipy.", "statsmodels.")):
                origin = f"{_dotted(owner)} {word}"
                shown = text[:MOST_CODE] if text is not None else render(self.machine, value)
                self.add(Code(language, origin, (), shown, self.source.at(position)), position)
        self.states.add(self.machine, owner, state, words, position)

    def _look_at_arguments(self, callee: Value, arguments: Value) -> None:
        """Short text is looked into only where a call takes it; long text and bytes always are."""
        for item in arguments if isinstance(arguments, tuple) else ():
            if not isinstance(item, int):
                continue
            text = self.machine.text(item) if item not in self.found else None
            found = embedded.look(text.encode("latin-1", "replace")) if text else None
            if found is not None:
                self.found[item] = found
            if item in self.found:
                self.handed.setdefault(item, _dotted(callee))

    def _artifact(self, callee: Value, arguments: Value) -> str:
        """What the loader of tensors in plain pickles is given, where that is inspected too."""
        given = arguments if isinstance(arguments, tuple) else ()
        if _dotted(callee) != "torch.storage._load_from_bytes" or len(given) != 1:
            return ""
        source = given[0]
        if _dotted(source) == "_codecs.encode" and isinstance(source, Result):
            source = source.arguments[0] if isinstance(source.arguments, tuple) else UNKNOWN
        return "bytes of this file" if isinstance(source, int) and source in self.found else ""

    def _carried_text(self) -> Iterator[tuple[int, embedded.Found]]:
        """Encoded artifacts in short text, which the machine does not look into as it passes."""
        covered = [sum(self._payload(position)) for position in self.found]
        starts = [self._payload(position)[0] for position in self.found]
        end = min(self.machine.position, self.source.size)
        for position, found in embedded.search(self.source.data, self.machine.start, end):
            if not any(a <= position < b for a, b in zip(starts, covered, strict=True)):
                yield position, found

    def _embedded(self, found: embedded.Found, position: int) -> Embedded:
        inner = self.source.inner(found.data, f"value@{self.source.offset(position):#x}")
        handed = self.handed.get(position, "")
        where = self.source.at(position)
        return Embedded(found.format, found.encoding, handed, "value", where, inner)


def _is_followed(callee: Value) -> bool:
    """True for calls whose every result matters."""
    if not isinstance(callee, Global):
        return True
    return callee.dotted in indirection.NAMES or callee.dotted in _DESCRIBING


def _kind_of(callee: Value) -> str:
    if isinstance(callee, Global):
        return "global"
    return "result" if isinstance(callee, Result | Persistent) else "value"


def _dotted(value: Value) -> str:
    named = class_of(value)
    return named.dotted if isinstance(named, Global) else ""
