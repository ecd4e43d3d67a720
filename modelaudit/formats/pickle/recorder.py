"""Turns the events of one stream into facts, and merges those that repeat."""

from __future__ import annotations

from typing import Final

from modelaudit.core.digest import measured
from modelaudit.core.errors import Fields
from modelaudit.core.facts import (
    Anomaly,
    Code,
    Fact,
    Import,
    Metadata,
    Producer,
    Reference,
    Tensor,
    Unreadable,
)
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.pickle import arrays, indirection, operations, producers, sharing
from modelaudit.formats.pickle.calls import CODE_MAKERS, SAMPLES, Calls
from modelaudit.formats.pickle.carried import ENCODED, Carried
from modelaudit.formats.pickle.elsewhere import FORKED, Elsewhere, Kept
from modelaudit.formats.pickle.events import Broken
from modelaudit.formats.pickle.hooks import LOOKED_UP, SETATTR, WHOLE, Hooks, behind
from modelaudit.formats.pickle.machine import Machine
from modelaudit.formats.pickle.naming import registered
from modelaudit.formats.pickle.render import render
from modelaudit.formats.pickle.states import States, attributes_of
from modelaudit.formats.pickle.values import (
    UNKNOWN,
    Box,
    Global,
    Result,
    Value,
    class_of,
    dotted,
    returned,
)

STATES: Final = 200
"""Instances of one class whose state is looked into."""
REPEATS: Final = 8
"""Persistent ids and handles of boosters that are looked at; a stream may have thousands."""
PERSISTENT: Final = "persistent-id"
MOST_LINE: Final = 80
"""Bytes of a persistent id that are shown."""
NESTED: Final = 8
"""Indirections within each other, ``partial(partial, getattr, …)``, that are followed."""
COMPUTED: Final = "a computed name"
"""Stands for the name of a file that the stream does not spell out."""


class Recorder:
    """The machine's events for one stream. ``finish()`` turns them into facts."""

    def __init__(self, source: Source, bounds: Bounds) -> None:
        self.source = source
        self.bounds = bounds
        self.machine = Machine(source, self, bounds)
        self.calls = Calls(self.machine)
        self.elsewhere = Elsewhere(source, bounds)  # what other loaders make of arrays
        self.is_plain = False  # True for a loader that knows no arrays
        self.wraps = False  # whether joblib's wrapper of arrays is imported
        self.framing = ""  # what joblib's array framing needs, once an array was met
        self.facts: list[tuple[int, Fact]] = []
        self.imports: dict[tuple[Global, str, str], tuple[int, int]] = {}
        self.occurred: dict[object, int] = {}
        self.carries = Carried(self.machine, bounds)
        self.extensions: dict[int, Global] = {}
        self.states = States()
        self.hooks = Hooks(self.machine, bounds)

    # The machine's events.

    def imported(self, name: Global, opcode: str, position: int, via: str = "") -> None:
        first, count = self.imports.get((name, opcode, via), (position, 0))
        self.imports[name, opcode, via] = (first, count + 1)
        if not count:
            self.wraps = self.wraps or arrays.is_wrapper(name)

    def called(self, callee: Value, opcode: str, arguments: Value, position: int) -> Value:
        return self._called(callee, opcode, arguments, position, "")

    def _called(
        self, callee: Value, opcode: str, arguments: Value, position: int, via: str
    ) -> Value:
        if opcode in LOOKED_UP and (self.hooks.patched or type(callee) is not Global):
            self._call_hooks(callee, opcode, behind(callee, arguments), position)
        if type(arguments) is not int:
            self.bounds.check(position)  # to tell apart what is nested deep may take long
        if type(callee) is not Global or "." in callee.name:
            sharing.called(callee, arguments)
        if not via and self.calls.again(callee, opcode, arguments):
            if isinstance(callee, Global) and callee.dotted == ENCODED:
                self.carries.arguments(callee, arguments)
            return Result(callee, arguments, callee)
        outcome = indirection.follow(self.machine, callee, arguments)
        if outcome is not None:
            self._lead(outcome, callee, opcode, position)
        self.carries.arguments(callee, arguments)
        resolves = (
            outcome.resolves if outcome is not None else self.carries.artifact(callee, arguments)
        )
        self._record(callee, opcode, arguments, position, resolves=resolves, via=via)
        if outcome is not None and outcome.name is not None:
            return outcome.name
        result = self._result(callee, arguments, position)
        if isinstance(result, Result):
            result.pure = outcome is not None and outcome.pure == operations.VALUE
            result.is_instance = opcode == "NEWOBJ"
        return result

    def mutated(self, target: Value, opcode: str, items: Value, position: int) -> None:
        sharing.filled(target)
        if opcode in LOOKED_UP:
            self._call_hooks(target, opcode, items, position)
        self._record(class_of(target), opcode, items, position, target=isinstance(target, Global))

    def unpacked(self, named: Value, opcode: str, position: int) -> None:
        for hook in self.hooks.of(named, ("keys",)):
            self._called(hook, "REDUCE", (), position, opcode)

    def built(self, target: Value, state: Value, position: int) -> int:
        owner = target.root if type(target) is Result else target
        if not self.hooks.has_none(target):
            self._call_hooks(target, "BUILD", (state,), position)
        if type(state) is not Box:
            self._call_items(state, position)
            self._change_class(target, state, position)
        if isinstance(target, Result):
            if target.states:
                sharing.filled(target)
            first = target.state is None
            target.build(state, state if first else arrays.state_after(target, state))
        else:
            self.hooks.patch(target, state)
        if isinstance(owner, Global):
            early = self.once(owner, STATES)
            if self.states.news(self.machine, owner, state, position, early=early) or early:
                self._look_at_state(owner, state, position)
        if not self.calls.again(owner, "BUILD", state):
            self._record(owner, "BUILD", (state,), position, target=isinstance(target, Global))
        if isinstance(owner, Global) and owner.dotted in indirection.STATE_CALLS:
            outcome = indirection.follow(self.machine, owner, indirection.kept_by(target))
            if outcome is not None:
                self._lead(outcome, owner, "REDUCE", position)
        if not self.is_plain and isinstance(owner, Global) and arrays.is_wrapper(owner):
            return self._pass_array(owner, target, state, position)
        if self.wraps and not self.is_plain:
            arrays.check_origin(target, state)
        return position + 1

    def _change_class(self, target: Value, state: Value, position: int) -> None:
        """Note another class that the part of a state for slots gives to an instance."""
        for cls in self.hooks.classes(state):
            self._called(SETATTR, "REDUCE", (target, cls), position, "BUILD")
            if isinstance(target, Result):
                target.root = cls

    def settled(self, name: Global) -> bool:
        tally = self.calls.tally(name, "NEWOBJ")
        known = tally is not None and tally.count > SAMPLES and not tally.followed
        known = known and name not in self.hooks.patched
        return known and self.occurred.get(name, 0) > STATES and name.name not in arrays.WRAPPERS

    def repeated(self, name: Global, count: int) -> None:
        for opcode in ("NEWOBJ", "BUILD"):
            self.calls.tallies[name, opcode, "", False].count += count

    def persistent(self, ident: Value, opcode: str, position: int) -> None:
        if self.once(PERSISTENT):
            shown = render(self.machine, ident) if opcode == "BINPERSID" else self._line(position)
            self.add(Metadata(PERSISTENT, shown, -1, self.source.at(position)), position)

    def extension(self, code: int, opcode: str, position: int) -> Value:
        name = self.extensions.get(code) or Global("", f"extension {code}", f"extension {code}")
        self.imported(name, opcode, position)
        return name

    def carried(self, position: int) -> bool:
        limit = self.carries.value(position)
        if limit is not None:
            self.add(limit, position)
        return self.carries.found(position)

    def anomaly(self, kind: str, fields: Fields, position: int) -> None:
        if self.once(kind, self.bounds.limits.max_facts + 1):
            self.add(Anomaly(kind, fields, self.source.at(position)), position)

    def _call_hooks(self, target: Value, opcode: str, items: Value, position: int) -> None:
        """Call what the states of a target have under the names that an opcode looks up."""
        given = items if isinstance(items, tuple) else (UNKNOWN,)
        for name in LOOKED_UP[opcode]:
            for hook in self.hooks.of(target, (name,)):
                calls: list[Value] = [given]
                if name in WHOLE:
                    calls = [(Box("list", list(given)),)]
                elif opcode in ("APPENDS", "ADDITEMS"):
                    calls = [(item,) for item in given]
                for arguments in calls:
                    self._called(hook, "REDUCE", arguments, position, opcode)

    def _call_items(self, state: Value, position: int) -> None:
        """Call ``items`` of a state, or of the parts of one, that is no dict."""
        for part in state if isinstance(state, tuple) and len(state) == 2 else (state,):
            for hook in self.hooks.of(part, ("items",)):
                self._called(hook, "REDUCE", (), position, "BUILD")

    # joblib's arrays.

    def _pass_array(self, owner: Global, target: Value, state: Value, position: int) -> int:
        """Pass what follows the BUILD of an array's wrapper; the position to read on from."""
        if not arrays.is_inline(owner):
            self._side_file(arrays.side_file(self.machine, state), position)
            return position + 1
        machine, after = self.machine, position + 1
        if machine.frame_end and machine.frame_end != after:
            self.anomaly("array-in-frame", {}, position)
        machine.frame_end = 0
        array, where = arrays.array(machine, target, state), self.source.at(position)
        shape = tuple(map(str, array.shape))
        if array.has_object:
            self.add(Tensor("", array.dtype, shape, -1, where), position)
            end = self._pass_pickle(after)
            self._read_as_pickle(after, after, "pickle.load")
            return end
        self.framing = self.framing or ("1.2" if array.padded else "0.10")
        self.add(Tensor("", array.dtype, shape, array.span, where), position)
        shifted = 0
        if array.padded:
            # Before joblib 1.2 the padding is the beginning of the array, whose end is left over.
            shifted = arrays.padding(machine, after)
            after += shifted
        else:
            self._read_as_pickle(after, after + array.span, "pickle.load")
        machine.reach(after)
        if not 0 < shifted <= array.span:
            return arrays.skip(machine, after, array.span)
        rest = arrays.skip(machine, after, array.span - shifted)
        machine.reach(rest + shifted)
        self._read_as_pickle(rest, rest + shifted, "joblib before 1.2")
        return rest + shifted

    def _side_file(self, file: arrays.SideFile, position: int) -> None:
        self.framing = self.framing or "legacy"
        target = COMPUTED if file.name is None else file.name
        self.add(Reference("side-file", target, file.leaves, self.source.at(position)), position)

    def _pass_pickle(self, position: int) -> int:
        """An object array: a pickle of its own in the middle of the stream; where it ends."""
        inner = Recorder(self.source, self.bounds)
        inner.is_plain = True
        ending = inner.machine.run(position)
        self.elsewhere.expect(inner.calls)
        self.facts += [(position, fact) for fact in inner.finish()]
        if ending.problem is not None:
            raise Broken(f"inside an array of objects, {ending.problem}")
        return ending.position

    def _read_as_pickle(self, position: int, end: int, loader: str) -> None:
        """Read on from an array's bytes, which end at ``end``, as another loader would."""
        if self.is_plain or not self.elsewhere.may_act(self.machine, position):
            return
        plain = Recorder(self.source, self.bounds)
        plain.is_plain = True
        kept = Kept(self.machine)
        reached = plain.machine.fork(self.machine, position, FORKED).position
        if not self.source.growing:  # an operand may claim more than there is
            reached = min(reached, self.source.size)
        kept.restore()
        self.elsewhere.note(plain.calls, self.source.offset(end), loader, reached - position)

    # How events become facts.

    def finish(self) -> list[Fact]:
        """All facts of the stream, in the order of their positions."""
        called = self.calls.times()
        for (name, opcode, via), (position, count) in self.imports.items():
            times, where = called[name], self.source.at(position)
            words = name.module, name.name, opcode, name.spelled
            self.add(Import(*words, via, times, count, where, name.asked), position)
        for call in self.calls.facts():
            self.add(call, call.where.offset or 0)
        self.facts += self.states.facts(self.source)
        asked = self.occurred.get(PERSISTENT, 0)
        if asked > REPEATS:
            self.add(Metadata("persistent-ids", str(asked), asked, self.source.at()), 0)
        self.elsewhere.expect(self.calls)
        for odd in self.elsewhere.facts():
            self.add(odd, odd.where.offset or 0)
        for position, inner in self.carries.facts():
            self.add(inner, position)
        facts = [fact for _, fact in sorted(self.facts, key=lambda entry: entry[0])]
        most = self.bounds.limits.max_facts
        if len(facts) > most:
            fields: Fields = {"limit": "max-facts", "most": most}
            facts = [*facts[:most], Unreadable("limit", fields, self.source.at())]
        return facts

    def add(self, fact: Fact, position: int) -> None:
        self.facts.append((position, fact))

    def once(self, what: object, most: int = REPEATS) -> bool:
        """True the first few times that something occurs."""
        count = self.occurred[what] = self.occurred.get(what, 0) + 1
        return count <= most

    def _line(self, position: int) -> str:
        """The text of an opcode up to the newline."""
        data = self.source.data
        end = min(data.find(b"\n", position), position + 1 + MOST_LINE)
        return repr(bytes(data[position + 1 : end]).decode("utf-8", "backslashreplace"))

    def _lead(
        self,
        outcome: operations.Outcome,
        callee: Value,
        opcode: str,
        position: int,
        depth: int = NESTED,
    ) -> None:
        """Record where an indirection leads."""
        via = dotted(callee)
        if outcome.name is not None:
            self.imported(outcome.name, opcode, position, via)
        for made, given in outcome.calls:
            inner = indirection.follow(self.machine, made, given) if depth else None
            if inner is not None:
                self._lead(inner, made, opcode, position, depth - 1)
            resolves = inner.resolves if inner is not None else ""
            self._record(made, opcode, given, position, via=via, resolves=resolves)

    def _result(self, callee: Value, arguments: Value, position: int) -> Value:
        """What a call returns that is not an indirection; for a constructor, an instance."""
        given = arguments if isinstance(arguments, tuple) else ()
        dotted = callee.dotted if isinstance(callee, Global) else ""
        if dotted == "copyreg.add_extension":
            self.extensions.update(registered(self.machine, given))
        if dotted in indirection.CONSTRUCTORS and given and isinstance(given[0], Global):
            self._record(given[0], "NEWOBJ", (), position, via=dotted)
            return returned(given[0], UNKNOWN)
        if dotted in indirection.CALLERS:
            known = given if isinstance(arguments, tuple | int) else (UNKNOWN,)
            self._call_argument(callee, known, indirection.CALLERS[dotted], position)
        return returned(callee, arguments)

    def _call_argument(
        self, callee: Value, given: tuple[Value, ...], called: int, position: int
    ) -> None:
        """A function calls one of its arguments, which may be one that is not spelled out."""
        argument: Value = UNKNOWN
        if UNKNOWN not in given[: called + 1]:
            if called >= len(given):
                return
            argument = given[called]
        if isinstance(argument, Global):
            self._record(argument, "REDUCE", (), position, via=dotted(callee))
        elif not isinstance(argument, int | tuple | Box):
            made_by = argument if isinstance(argument, Result) else returned(UNKNOWN, UNKNOWN)
            self._called(made_by, "REDUCE", (UNKNOWN,), position, dotted(callee))

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
        """One call, and the code that it carries. Raises Malformed past the deadline."""
        self.bounds.check(position)  # the bytes of few opcodes may take long to describe
        new = self.calls.record(
            callee, opcode, arguments, position, target=target, resolves=resolves, via=via
        )
        if new and isinstance(callee, Global) and callee.dotted in CODE_MAKERS:
            self._record_code(callee.dotted, arguments, position)

    def _record_code(self, maker: str, arguments: Value, position: int) -> None:
        from modelaudit.formats.pickle import bytecode  # noqa: PLC0415  few files carry code

        code = bytecode.code(self.machine, maker, arguments if type(arguments) is tuple else ())
        if code is not None:
            found = (code.name, code.versions, code.names, self.source.at(position), maker)
            self.add(Code("python-bytecode", *found, *measured(code.data)), position)

    def _look_at_state(self, owner: Global, state: Value, position: int) -> None:
        """Note what a state sets, and the release that wrote it."""
        attributes = attributes_of(self.machine, owner, state)
        for key, value in attributes:
            most = REPEATS if key == producers.HANDLE else STATES
            if key in producers.KEYS and self.once((owner, key), most):
                made_by = producers.producer(self.machine, owner, key, value)
                if made_by is not None and self.once(made_by, 1):
                    self.add(Producer(*made_by, self.source.at(position)), position)
        self.states.add(self.machine, owner, state, attributes, position)
