"""The grammar: what acts, by which name, in which place, behind which framing.

A file is composed from a seed and a number alone, so that a miss can be composed again. ``Known``
is what ``probe.py`` found in the environment of the loaders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from benchmarks.oracle import codes, frames, limits
from benchmarks.oracle.emit import Emitter
from benchmarks.oracle.payloads import (
    ANY,
    AS_ARRAY,
    AS_MAPPING,
    HOLDERS,
    ITERATORS,
    MAKERS,
    NONE,
    ONE,
    TWO,
)
from fixtures.recipes import asm

Name = tuple[str, str]
Odd = tuple[str, str, str, str, int]  # module, name, arguments, what it calls, with how many


@dataclass(frozen=True, slots=True)
class Known:
    """Other names of what acts, which modules hold its module, and what calls an attribute."""

    aliases: dict[str, list[Name]] = field(default_factory=dict)
    holders: dict[str, list[Name]] = field(default_factory=dict)
    odd: list[Odd] = field(default_factory=list)
    special: list[tuple[str, str, str, str, int, tuple[str, ...]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Composed:
    """One file. ``kind`` says which parts of the grammar it came from."""

    kind: str
    data: bytes
    suffix: str


class Grammar:
    """Composes one file."""

    def __init__(self, known: Known, rng: Random) -> None:
        self.known = known
        self.rng = rng
        self.emit = Emitter(rng)
        self.kind: list[str] = []

    def compose(self) -> Composed:
        # The weights: most files go where readers of opcodes have to think.
        places: dict[Callable[[], bytes], float] = {
            self.direct: 3,
            self.indirect: 6,
            self.setter: 4,
            self.filler: 3,
            self.odd: 6,
            self.special: 6,
            self.consumed: 4,
            self.constructor: 4,
            self.nested: 2,
            self.state_code: 2,
            self.overwritten: 0.02,  # a scan takes a second
            self.registered: 1,
            self.buffered: 0.3,
        }
        place = self.rng.choices(list(places), list(places.values()))[0]
        body = self.surround(place())
        stream = self.emit.finish(body)
        framing, data, suffix = frames.wrap(self.rng, stream)
        return Composed("/".join([*self.kind, framing]), data, suffix)

    # Names.

    def spelled(self, dotted: str) -> Name:
        """The name, or another one of the same object."""
        module, _, name = dotted.rpartition(".")
        ways = self.known.aliases.get(dotted, [])
        if ways and self.rng.random() < 0.4:
            found = self.rng.choice(ways)
            if found != (module, name):
                self.kind.append("alias")
            return found[0], found[1]
        if self.rng.random() < 0.15:
            return self.held(module, name)
        return module, name

    def held(self, module: str, name: str) -> Name:
        """The name through another module that holds its module, or one above it."""
        parts = module.split(".")
        count = self.rng.randrange(len(parts)) + 1
        ways = self.known.holders.get(".".join(parts[:count]), [])
        if not ways:
            return module, name
        self.kind.append("held")
        holder, attribute = self.rng.choice(ways)
        return holder, ".".join([attribute, *parts[count:], name])

    def name(self, dotted: str) -> bytes:
        return self.emit.name(*self.spelled(dotted))

    def call(self, dotted: str, *arguments: bytes) -> bytes:
        return self.emit.named_call(*self.spelled(dotted), *arguments)

    def constant(self, value: str | int) -> bytes:
        return self.emit.text(value) if isinstance(value, str) else self.emit.number(value)

    def payload(self, count: int) -> tuple[bytes, list[bytes]]:
        """A callable that acts when called with these arguments, so many."""
        table = {0: NONE, 1: ONE, 2: TWO}.get(count, ANY)
        if count == 0 and self.rng.random() < 0.3:
            return self.partial(), []
        chosen = self.rng.choice(table)
        self.kind.append(chosen.dotted)
        return self.name(chosen.dotted), [self.constant(value) for value in chosen.arguments]

    def partial(self) -> bytes:
        """A callable of no arguments: ``partial`` of a payload."""
        self.kind.append("partial")
        callee, arguments = self.payload(self.rng.choice((1, 2)))
        make = self.emit.new if self.rng.random() < 0.5 else self.emit.call
        return make(self.name("functools.partial"), callee, *arguments)

    # Places where something is called.

    def direct(self) -> bytes:
        self.kind.append("call")
        callee, arguments = self.payload(self.rng.choice((1, 1, 2)))
        return self.emit.call(callee, *arguments)

    def nested(self) -> bytes:
        """A call of what another call returned."""
        self.kind.append("getter")
        dotted = self.rng.choice(("os.system", "builtins.exec", "os.mkdir"))
        argument = {"os.system": "touch M", "os.mkdir": "M"}.get(dotted, "open('M','w')")
        module, _, name = dotted.rpartition(".")
        got = self.call(
            "builtins.getattr", self.call("importlib.import_module", self.emit.text(module)),
            self.emit.text(name),
        )  # fmt: skip
        return self.emit.call(got, self.emit.text(argument))

    def indirect(self) -> bytes:
        """A call by what calls its argument."""
        emit = self.emit
        which = self.rng.choice(
            ("map", "filter", "partial", "reduce", "operator.call", "starmap", "accumulate",
             "attrgetter", "methodcaller", "exitstack", "type")
        )  # fmt: skip
        self.kind.append(which)
        callee, arguments = self.payload(2 if which in ("reduce", "accumulate") else 1)
        make = emit.new if self.rng.random() < 0.6 else emit.call
        if which in ("map", "filter", "starmap", "accumulate"):
            if which == "starmap":
                arguments = [emit.tupled(*arguments)]
            items = emit.listed(*arguments)
            given = (items, callee) if which == "accumulate" else (callee, items)
            return self.drained(make(self.name(ITERATORS[which]), *given))
        if which == "reduce":
            return self.call("functools.reduce", callee, emit.listed(*arguments))
        if which == "operator.call":
            return self.call("operator.call", callee, *arguments)
        if which == "partial":
            return emit.call(make(self.name("functools.partial"), callee, *arguments))
        return self.by_getter(which, callee, arguments)

    def by_getter(self, which: str, callee: bytes, arguments: list[bytes]) -> bytes:
        emit = self.emit
        make = emit.new if self.rng.random() < 0.6 else emit.call
        if which == "attrgetter":
            getter = make(self.name("operator.attrgetter"), emit.text("system"))
            module = self.call("importlib.import_module", emit.text("os"))
            return emit.call(emit.call(getter, module), emit.text("touch M"))
        if which == "methodcaller":
            caller = make(
                self.name("operator.methodcaller"), emit.text("system"), emit.text("touch M")
            )
            return emit.call(caller, self.call("importlib.import_module", emit.text("os")))
        if which == "exitstack":
            stack = emit.new(self.name("contextlib.ExitStack"))
            return self.call("contextlib.ExitStack.callback", stack, callee, *arguments)
        made = self.call("builtins.type", emit.text("A"), emit.tupled(), emit.mapping())
        return made + emit.call(callee, *arguments) + asm.POP

    def drained(self, iterator: bytes) -> bytes:
        """What takes everything from an iterator."""
        drain = self.rng.choice(
            ("builtins.list", "builtins.tuple", "builtins.set", "collections.deque")
        )
        return self.emit.call(self.name(drain), iterator)

    def holder(self) -> bytes:
        """An instance of a reviewed class that takes attributes."""
        module, name = self.rng.choice(HOLDERS)
        return self.emit.new(self.emit.name(module, name))

    def reached(self, path: str, callee: bytes) -> bytes:
        """An object of which ``path`` is the callable."""
        first, _, rest = path.partition(".")
        return (
            self.with_state(self.holder(), {first: self.reached(rest, callee)}) if path else callee
        )

    def with_state(self, instance: bytes, attributes: dict[str, bytes]) -> bytes:
        if len(attributes) > 1 and self.rng.random() < 0.3:
            built = instance
            for attribute, value in attributes.items():
                built += self.emit.state({attribute: value}) + asm.BUILD
            return built
        return instance + self.emit.state(attributes) + asm.BUILD

    def setter(self) -> bytes:
        """BUILD calls the ``__setstate__`` that the instance got."""
        self.kind.append("setstate-attribute")
        callee, arguments = self.payload(1)
        made = self.with_state(self.holder(), {"__setstate__": callee})
        return made + (arguments or [self.emit.text("x")])[0] + asm.BUILD

    def filler(self) -> bytes:
        """APPEND, APPENDS and ADDITEMS call what the instance got."""
        attribute = self.rng.choice(("append", "extend", "add"))
        self.kind.append(f"{attribute}-attribute")
        if attribute == "extend":
            callee, arguments = self.payload(9)
        else:
            callee, arguments = self.payload(1)
        argument = (arguments or [self.emit.text("x")])[0]
        made = self.with_state(self.holder(), {attribute: callee})
        if attribute == "append" and self.rng.random() < 0.5:
            return made + argument + asm.APPEND
        return made + asm.MARK + argument + (asm.ADDITEMS if attribute == "add" else asm.APPENDS)

    def odd(self) -> bytes:
        """A reviewed callable calls an attribute of its argument; some methods of a path act."""
        module, name, shape, attribute, count = self.asking()
        self.kind.append(f"odd:{module}.{name}.{attribute}")
        if self.rng.random() < 0.08:
            self.kind.append("path")
            spied = self.call("pathlib.PosixPath", self.emit.text("K"))
        else:
            callee, _ = self.payload(count if count == 0 else 9)
            spied = self.reached(attribute, callee)
        given = (spied if letter == "S" else self.plain(letter) for letter in shape)
        return self.emit.named_call(module, name, *given)

    def asking(self) -> Odd:
        """NumPy has a thousand functions that ask for __array__: the attribute is drawn first."""
        known = self.known.odd or [("uuid", "UUID", "S", "replace", 2)]
        asked = self.rng.choice(sorted({entry[3] for entry in known}))
        return self.rng.choice([entry for entry in known if entry[3] == asked])

    def plain(self, letter: str) -> bytes:
        emit = self.emit
        return {"i": emit.number(0), "s": emit.text("x"), "t": emit.tupled(), "l": emit.listed(),
                "d": emit.mapping()}[letter]  # fmt: skip

    def special(self) -> bytes:
        """A class whose special method calls an attribute, and what makes Python call that."""
        if not self.known.special:
            return self.filler()
        module, name, trigger, attribute, count, needed = self.rng.choice(self.known.special)
        self.kind.append(f"special:{module}.{name}.{trigger}")
        callee, _ = self.payload(count if count == 0 else 9)
        first, _, rest = attribute.partition(".")
        attributes = {other: self.name("builtins.list") for other in needed if other != first}
        attributes[first] = self.reached(rest, callee)
        made = self.emit.new(self.emit.name(module, name)) + self.emit.state(attributes) + asm.BUILD
        return self.triggered(trigger, made)

    def triggered(self, trigger: str, made: bytes) -> bytes:
        emit, x = self.emit, self.emit.text("x")
        if trigger in ("str", "list", "dict", "bytes", "float"):
            alike = {
                "str": "collections.UserString",
                "list": "builtins.set",
                "float": "numpy.float64",
            }
            ways = [f"builtins.{trigger}", alike.get(trigger, f"builtins.{trigger}")]
            return emit.call(self.name(self.rng.choice(ways)), made)
        endings = {
            "hash": asm.EMPTY_DICT + made + asm.NONE + asm.SETITEM,
            "setitem": made + emit.number(0) + x + asm.SETITEM,
            "append": made + x + asm.APPEND,
            "extend": made + asm.MARK + x + x + asm.APPENDS,
            "add": made + asm.MARK + x + asm.ADDITEMS,
            "setstate": made + emit.mapping((x, x)) + asm.BUILD,
            "del": made + asm.POP + asm.NONE,
            "call": emit.call(made, x),
        }
        return endings[trigger]

    def consumed(self) -> bytes:
        """Reviewed constructors that iterate, call, or look up."""
        emit, rng = self.emit, self.rng
        which = rng.choice(
            ("chainmap", "bit-generator", "reconstructor", "newobj", "array", "keys")
        )
        self.kind.append(which)
        if which == "chainmap":
            callee, _ = self.payload(0)
            made = emit.call(self.name("collections.defaultdict"), callee)
            chain = emit.call(
                self.name("collections.ChainMap"), made, emit.mapping((emit.text("k"), asm.NONE))
            )
            return emit.call(
                self.name(rng.choice(("builtins.dict", "collections.OrderedDict"))), chain
            )
        if which == "bit-generator":
            callee, arguments = self.payload(1)
            function = rng.choice(("__generator_ctor", "__randomstate_ctor"))
            argument = (arguments or [emit.text("x")])[0]
            return emit.named_call("numpy.random._pickle", function, argument, callee)
        if which == "reconstructor":
            callee, arguments = self.payload(2)
            base = self.with_state(self.holder(), {"__new__": callee})
            return emit.named_call("copyreg", "_reconstructor", arguments[0], base, arguments[1])
        if which == "newobj":
            callee, _ = self.payload(9)
            base = self.with_state(self.holder(), {"__new__": callee})
            if rng.random() < 0.4:
                return base + emit.tupled(emit.text("x")) + asm.NEWOBJ
            return emit.named_call("copyreg", "__newobj__", base, emit.text("x"))
        callee, _ = self.payload(0)
        attribute = "keys" if which == "keys" else "__array__"
        made = self.with_state(self.holder(), {attribute: callee})
        takes = AS_ARRAY if which == "array" else AS_MAPPING
        return emit.call(self.name(rng.choice(takes)), made)

    def constructor(self) -> bytes:
        """Classes whose ``__new__`` or ``__init__`` acts, and functions that do."""
        emit = self.emit
        dotted, arguments = self.rng.choice(MAKERS)
        self.kind.append(f"maker:{dotted}")
        spelled = [self.constant(value) for value in arguments]
        callee = self.name(dotted)
        if dotted == "numpy.memmap":
            spelled[-1] = emit.tupled(spelled[-1])
            return (
                emit.new(callee, *spelled)
                if self.rng.random() < 0.7
                else emit.call(callee, *spelled)
            )
        return emit.call(callee, *spelled)

    def state_code(self) -> bytes:
        self.kind.append("state-code")
        made = self.emit.new(self.name("scipy.stats._continuous_distns.norm_gen"))
        return made + limits.executed(self.emit) + asm.BUILD

    def overwritten(self) -> bytes:
        self.kind.append("overwritten")
        return limits.overwritten(self.emit)

    def registered(self) -> bytes:
        chosen = self.rng.choice(ONE)
        self.kind.append(f"extension:{chosen.dotted}")
        return codes.registered(self.emit, chosen)

    def buffered(self) -> bytes:
        self.kind.append("buffer")
        return codes.buffered(self.emit)

    # What is around.

    def surround(self, body: bytes) -> bytes:
        """The value somewhere in an object, as models have it."""
        emit, rng = self.emit, self.rng
        for _ in range(rng.choice((0, 0, 1, 2))):
            which = rng.choice(("list", "tuple", "dict", "discard", "instance", "instance", "many"))
            if which == "list":
                body = emit.listed(emit.number(1), body)
            elif which == "tuple":
                body = emit.tupled(body, emit.text("x"))
            elif which == "dict":
                body = emit.mapping((emit.text("weights"), body))
            elif which == "many":
                which = rng.choices(list(limits.MANY), list(limits.MANY.values()))[0]
                self.kind.append(f"many-{which}")
                body = limits.behind_many(emit, which, body)
            elif which == "discard":
                body = body + asm.POP + emit.number(3)
            else:
                self.kind.append("in-state")
                body = self.with_state(self.holder(), {"w": emit.number(1), "model": body})
        return body


def compose(known: Known, seed: int, number: int) -> Composed:
    """File ``number`` of ``seed``."""
    return Grammar(known, Random(f"{seed}:{number}")).compose()
