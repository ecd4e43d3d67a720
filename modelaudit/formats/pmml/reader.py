"""The streaming pass: expat's events, counted by the shape of an element.

The hundred thousandth Node of a forest costs a look-up in a dictionary (see ``tallies``), and its
numbers are checked many at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from modelaudit.core.errors import Fields, Malformed
from modelaudit.formats.pmml import vocabulary
from modelaudit.formats.pmml.document import MOST_NAMES, Document, Model, Owner, Place
from modelaudit.formats.pmml.tallies import Column, Level, Never, Part, Tally
from modelaudit.formats.pmml.types import check_compared, check_order

if TYPE_CHECKING:
    from modelaudit.core.limits import Bounds

CHUNK: Final = 32 * 1024
"""Bytes that expat is given at once; values wait no longer to be checked, so that they stay in the
caches of the processor."""
MOST_DEPTH: Final = 20_000
"""Elements inside elements."""
MOST_SHAPES: Final = 50_000
"""Shapes of elements, in all parts of a document."""
MOST_WORDS: Final = 100
"""Distinct values of one attribute that become facts."""
MOST_PATH: Final = 12
"""Steps of a path that a place has."""
MOST_ATTRIBUTES: Final = 1000
"""Attributes of one element that its fact has."""
MOST_TEXT: Final = 1024 * 1024
"""Characters of one element's text that are looked at."""

Attributes = list[str]
"""Names and values in turn."""
Leave = Callable[[], None]
Enter = Callable[["Tally", Attributes], Leave | None]
"""What is done when an element begins; it gives what is done when that ends."""


class Reader:
    """The state of a pass. ``specials`` names what has to be done for elements of a name."""

    def __init__(self, document: Document, bounds: Bounds) -> None:
        self.document = document
        self.bounds = bounds
        # PyExpat interns names itself in a dictionary that it is given.
        self.parser = expat.ParserCreate(intern={})
        self.parser.ordered_attributes = True
        self.part = Part(Owner(Place(1, "")), {"": ""})
        self.parts: list[Part] = []
        self.specials: dict[str, Enter] = {}
        self.cells: dict[str, Enter] = {}
        """what is done for cells of the table that is open, by their local names"""
        self.foreign: Enter | None = None
        """for elements of other namespaces"""
        self.finished: Callable[[Part], None] = lambda part: None
        self.opened: list[tuple[int, Tally, Leave | None, int]] = []
        """depth, tally, what is to be done, and how many parts end there"""
        self.mark = -1
        self.stack: list[Level] = []
        self.deepest = 0
        self.shapes = 0
        self.models: list[Model] = []
        self.applies: list[int] = []
        """arguments so far of each Apply that is open"""
        self.most_applies = 0
        self.root = ""
        self.namespace = ""
        """of the root"""
        self.declared: dict[str, Place] = {}
        """default namespaces that elements below the root declare"""
        self.utf8 = True
        """whether all bytes so far are UTF-8"""
        self.encoding = ""
        """that the XML declaration names"""
        self.head = b""
        self._line = 1
        self._chunk = b""

    def place(self, name: str, parent: str = "") -> Place:
        """Here, as the line and the names on the way; ``parent`` where it is not yet noted."""
        names = [level.name for level in self.stack[1:]]
        if parent:
            names.append(parent)
        if len(names) > MOST_PATH:
            names = [*names[: MOST_PATH // 2], "...", *names[-MOST_PATH // 2 :]]
        return Place(self.parser.CurrentLineNumber, "/" + "/".join([*names, name]), name)

    def first(self, below: Level, shape: tuple[str, ...], attributes: Attributes) -> Tally:
        """The tally of a shape that is met for the first time here."""
        self.shapes += 1
        if self.shapes > MOST_SHAPES:
            raise Malformed("limit", {"limit": "shapes of elements", "most": MOST_SHAPES})
        part = self.part
        spelled, names = shape[0], shape[1:]
        space = part.namespaces
        key = shape
        if any(name.startswith("xmlns") for name in names):
            below.latest = Never()
            # The name of an element that declares namespaces depends on them.
            key = (*shape, *attributes[1::2])
            if key in below:
                return below[key]
            space = space | declared(attributes)
        if not self.stack:
            self.root = spelled.rpartition(":")[2]
            self.namespace = space.get(spelled.rpartition(":")[0], "")
            part.namespaces["#root"] = self.namespace
            space = {**space, "#root": self.namespace}
        if len(names) > MOST_ATTRIBUTES:
            self.document.reach("attributes of one element", MOST_ATTRIBUTES)
        name = _qualify(spelled, space)
        tally = Tally(name, below.name, names, self.place(name, below.name))
        if name.startswith("{?}"):
            self.document.report("unbound-prefix", {"name": spelled[:60]}, tally.place)
        tally.inside = part.level(name)
        tally.later = self.document.complete > 0
        tally.entered = key is not shape or below.name == "Apply"
        part.tallies.append(tally)
        if name.startswith("{"):
            tally.entered |= self.foreign is not None
        else:
            self._choose_columns(tally)
            plain = vocabulary.PLAIN_WITH.get(name) in names
            tally.entered |= name in self.specials and not plain
        tally.entered |= below.name == "row" and name.rpartition("}")[2] in self.cells
        below[key] = tally
        return tally

    def _choose_columns(self, tally: Tally) -> None:
        seen: list[tuple[int, dict[str, Place]]] = []
        columns: list[tuple[int, Column]] = []
        for index, attribute in enumerate(tally.attributes):
            at = 2 * index + 1
            kind = vocabulary.kind_of(tally.name, attribute)
            if attribute == "score" and tally.name in vocabulary.SCORED:
                kind = vocabulary.NUMBER if self._is_regression() else ""
                if not kind and self.models:
                    seen.append((at, self.models[-1].scores))
            if attribute == "id" and tally.name in vocabulary.IDENTIFIED:
                tally.ids = at
            named = vocabulary.NAMED.get((tally.name, attribute))
            if named is not None and self.models:
                seen.append((at, self.models[-1].named.setdefault(named, {})))
            if kind == vocabulary.FIELD:
                seen.append((at, self.part.owner.refs))
            elif kind == vocabulary.WORD:
                seen.append((at, tally.words.setdefault(attribute, {})))
            elif kind:
                columns.append((at, Column(tally, attribute, kind)))
        if tally.name == "SimplePredicate" and {"field", "value"} <= set(tally.attributes):
            places = {name: 2 * index + 1 for index, name in enumerate(tally.attributes)}
            tally.compared = (places["field"], places["value"])
        tally.seen, tally.columns = tuple(seen), tuple(columns)
        if columns or tally.ids or tally.compared:
            tally.push = tally.rows.extend
            self.part.watched.append(tally)

    def _is_regression(self) -> bool:
        """Whether the scores of the model are numbers."""
        if not self.models or self.models[-1].task != "regression":
            return False
        mining = self.models[-1].mining
        targets = (name for name, usage in mining.items() if usage in ("target", "predicted"))
        return self.document.data.get(next(targets, ""), "double") != "string"

    def met(self, tally: Tally, seen: dict[str, Place], value: str) -> None:
        """A value that was not met before in its column."""
        few = any(seen is words for words in tally.words.values())
        most = MOST_WORDS if few else MOST_NAMES
        if len(seen) < most:
            seen[value] = self.place(tally.name, tally.parent)
        else:
            self.document.reach("distinct values of one attribute", most)

    def begin(self, owner: Owner, namespaces: dict[str, str] | None = None) -> None:
        """Begin a part, which ends with the element that is being entered."""
        self.parts.append(self.part)
        self.part = Part(owner, self.part.namespaces if namespaces is None else namespaces)

    def enter(self, tally: Tally, attributes: Attributes) -> Level:
        """Do what has to be done for one element; the level of its children."""
        before = len(self.parts)
        if tally.parent == "Apply" and self.applies and tally.name in vocabulary.EXPRESSIONS:
            self.applies[-1] += 1
        if any(name.startswith("xmlns") for name in tally.attributes):
            spaces = declared(attributes)
            if "" in spaces and len(self.stack) > 1 and spaces[""] not in self.declared:
                if len(self.declared) < MOST_WORDS:
                    self.declared[spaces[""]] = self.place(tally.name)
                else:
                    self.document.reach("namespaces", MOST_WORDS)
            self.begin(self.part.owner, self.part.namespaces | spaces)
        special = self.foreign if tally.name[0] == "{" else self.specials.get(tally.name)
        leave = None if special is None else special(tally, attributes)
        if leave is None and tally.parent == "row" and self.cells:
            cell = self.cells.get(tally.name.rpartition("}")[2])
            leave = None if cell is None else cell(tally, attributes)
        self.opened.append((len(self.stack) - 1, tally, leave, len(self.parts) - before))
        self.mark = len(self.stack) - 1
        return self.part.level(tally.name)

    def leave(self) -> int:
        """The innermost element that was entered has ended; the depth of the next one."""
        _, tally, leave, parts = self.opened.pop()
        if parts:
            tally.apart += 1
            names = self.part.level(tally.name).names()
            if len(tally.contents) < MOST_WORDS or names in tally.contents:
                tally.contents.add(names)
            else:
                self.document.reach("different contents of one element", MOST_WORDS)
        for _ in range(parts):
            self.check_columns(self.part)
            self._check_ids(self.part, tally)
            self.finished(self.part)
            self.part = self.parts.pop()
        if leave is not None:
            leave()
        self.mark = self.opened[-1][0] if self.opened else -1
        return self.mark

    def feed(self, chunk: bytes, *, last: bool) -> None:
        """Give expat more; raises ExpatError, and Malformed at a limit."""
        self._chunk = chunk
        self.head = self.head or chunk[:4]
        self.parser.Parse(chunk, last)
        for part in (*self.parts, self.part):
            self.check_columns(part)
        if len(self.stack) > MOST_DEPTH:
            raise Malformed("limit", {"limit": "depth of elements", "most": MOST_DEPTH})
        self.bounds.check()
        self._line += chunk.count(b"\n")

    def check_columns(self, part: Part) -> None:
        """Look at the values that were met since the last time, a column at once."""
        for tally in part.watched:
            rows = tally.rows
            if not rows:
                continue
            width = len(tally.keys) * 2
            for at, column in tally.columns:
                self._check(column, rows[at::width])
            if tally.ids:
                ids = rows[tally.ids :: width]
                own = tally.name in vocabulary.OWN_IDS
                part.ids += [f"{tally.name} {name}" for name in ids] if own else ids
            if tally.compared is not None:
                field, value = tally.compared
                self._compare(tally, rows[field::width], rows[value::width])
                if self.document.categories and "operator" in tally.keys and not tally.later:
                    operator = tally.keys.index("operator") * 2 + 1
                    check_order(self.document, rows[field::width], rows[operator::width], tally)
            rows.clear()

    def _check(self, column: Column, values: list[str]) -> None:
        if not _are_plain(values, column.kind):
            self._look_closer(column, values)

    def _compare(self, tally: Tally, fields: list[str], values: list[str]) -> None:
        """Whether what fields are compared with is of their type."""
        if self.document.untyped and not tally.later:
            other = self._falls_back(tally)
            element, line_of = self._element(), self._line_of
            check_compared(self.document, fields, values, tally, line_of, element, fallback=other)
        if _are_plain(values, vocabulary.NUMBER):
            return
        by_field: dict[str, list[str]] = {}
        for field, value in zip(fields, values, strict=True):
            if self.document.data.get(field) in vocabulary.NUMERIC:
                by_field.setdefault(field, []).append(value)
        for field, some in by_field.items():
            self._check(Column(tally, "value", "", field), some)

    def _element(self) -> str:
        return self.models[-1].element if self.models else ""

    def _falls_back(self, tally: Tally) -> bool:
        """Whether there is a prediction where a predicate is neither true nor false."""
        chosen = bool(self.models) and self.models[-1].falls_back
        return chosen or tally.parent in vocabulary.ALTERNATIVES

    def _check_ids(self, part: Part, tally: Tally) -> None:
        if len(set(part.ids)) < len(part.ids):
            twice = next(name for name, count in Counter(part.ids).items() if count > 1)
            model = self.models[-1] if self.models else None
            asked = model is None or "entityId" in model.features
            fields: Fields = {"name": twice, "within": tally.name, "asked": asked}
            self.document.report("id-twice", fields, tally.place)
        part.ids.clear()

    def _look_closer(self, column: Column, values: list[str]) -> None:
        pattern = vocabulary.PLAIN[column.kind or vocabulary.NUMBER]
        words = column.tally.words.setdefault(column.attribute, {})
        for value in values:
            if pattern.fullmatch(value + " ") is not None:
                continue
            if len(words) >= MOST_WORDS and value not in words:
                self.document.reach("distinct values of one attribute", MOST_WORDS)
                continue
            if vocabulary.is_fitting(value, column.kind):
                continue
            if column.kind:
                if value not in words:
                    words[value] = Place(self._line_of(value), column.tally.place.path)
            elif not _is_padded(value):
                place = Place(self._line_of(value), column.tally.place.path)
                words[value] = place
                if not column.tally.later:
                    short = value[:60]
                    fields: Fields = {
                        "name": column.field, "value": short, "form": vocabulary.form(short),
                        "fallback": self._falls_back(column.tally),
                        "element": self._element(),
                        "nested": len(self.models) > 1,
                    }  # fmt: skip
                    self.document.report("predicate-value", fields, place)

    def _line_of(self, value: str) -> int:
        """The line of an attribute's value that the last chunk holds, at least nearly."""
        raw = value.encode("utf-8", "replace")
        at = max(self._chunk.find(b'"%b"' % raw), self._chunk.find(b"'%b'" % raw), 0)
        return self._line + self._chunk.count(b"\n", 0, at)


def _are_plain(values: list[str], kind: str) -> bool:
    joined = " ".join([*values, ""])
    return vocabulary.PLAIN[kind or vocabulary.NUMBER].fullmatch(joined) is not None


def _is_padded(value: str) -> bool:
    """Whether only blanks keep a number from being plain."""
    return vocabulary.PLAIN[vocabulary.NUMBER].fullmatch(value.strip() + " ") is not None and bool(
        value.strip()
    )


def declared(attributes: Attributes) -> dict[str, str]:
    """The namespaces that an element declares, by prefix."""
    pairs = zip(attributes[::2], attributes[1::2], strict=True)
    return {name.partition(":")[2]: uri for name, uri in pairs if name.startswith("xmlns")}


def _qualify(spelled: str, namespaces: dict[str, str]) -> str:
    """The local name where the namespace is PMML's or none, else ``{uri}name``."""
    prefix, colon, local = spelled.rpartition(":")
    uri = namespaces.get(prefix)
    if uri is None:
        return f"{{?}}{spelled}"
    root = namespaces.get("#root")
    if not uri or uri.startswith(vocabulary.NAMESPACE) or uri == root:
        return local if colon else spelled
    return f"{{{uri[:200]}}}{local}"


def connect(reader: Reader) -> None:
    """Give the parser the two handlers that all elements pass through."""
    stack = reader.stack
    children = reader.part.level("")
    mark = -1
    deepest = 0
    first, met = reader.first, reader.met

    def start(name: str, attributes: Attributes) -> None:
        nonlocal children, mark, deepest
        tally = children.latest.get(name)
        if tally is None or tally.keys != attributes[::2]:
            shape = (name, *attributes[::2])
            tally = children.get(shape) or first(children, shape, attributes)
            children.latest[name] = tally
        tally.count += 1
        for at, seen in tally.seen:
            if attributes[at] not in seen:
                met(tally, seen, attributes[at])
        push = tally.push
        if push is not None:
            push(attributes)
        stack.append(children)
        if tally.entered:
            children = reader.enter(tally, attributes)
            mark = reader.mark
        else:
            children = tally.inside
        if len(stack) > deepest:
            deepest = reader.deepest = len(stack)

    def end(_name: str) -> None:
        nonlocal children, mark
        children = stack.pop()
        if len(stack) == mark:
            mark = reader.leave()

    reader.parser.StartElementHandler = start
    reader.parser.EndElementHandler = end
