"""What the streaming pass counts: elements by shape, and columns of values to be checked.

A *shape* is an element's name with the names of its attributes. Elements of one shape below the
same parent share a ``Tally``, which says which of their attributes are worth a look.
"""

from __future__ import annotations

from collections.abc import Callable

from modelaudit.formats.pmml.document import Owner, Place


class Tally:
    """Elements of one shape below one parent, in one part of the document."""

    __slots__ = ("apart", "attributes", "columns", "compared", "contents", "count", "entered",
                 "ids", "inside", "keys", "later", "name", "parent", "place", "push", "rows",
                 "seen", "words")  # fmt: skip

    def __init__(self, name: str, parent: str, attributes: tuple[str, ...], place: Place) -> None:
        self.name = name
        self.parent = parent
        self.attributes = attributes
        self.keys = list(attributes)
        self.place = place
        self.count = 0
        self.apart = 0
        """how many of them are a part of their own"""
        self.seen: tuple[tuple[int, dict[str, Place]], ...] = ()
        """columns whose distinct values are kept"""
        self.rows: list[str] = []
        """names and values of elements whose columns are yet to be checked, one after the other"""
        self.push: Callable[[list[str]], None] | None = None
        """what adds to ``rows``, where there are columns to be checked"""
        self.columns: tuple[tuple[int, Column], ...] = ()
        """columns of numbers, with their positions in a row"""
        self.compared: tuple[int, int] | None = None
        """columns of a field and the value that it is compared with"""
        self.ids = 0
        """the column of an id, where there is one"""
        self.words: dict[str, dict[str, Place]] = {}
        self.entered = False
        """whether there is something to do for each element"""
        self.later = False
        """whether the first model ended before it"""
        self.contents: set[tuple[str, ...]] = set()
        """names of children, for elements that are a part"""
        self.inside: Level = Level("", None)


class Never(dict[str, Tally]):
    """Remembers nothing: the namespace of an element depends on more than its shape."""

    def __setitem__(self, name: str, tally: Tally) -> None:
        pass


class Level(dict[tuple[str, ...], Tally]):
    """The children of elements of one name, by shape."""

    __slots__ = ("latest", "name", "part")

    def __init__(self, name: str, part: Part | None) -> None:
        super().__init__()
        self.latest: dict[str, Tally] = {}
        """the tally that was met last, by the name as it is spelled"""
        self.name = name
        self.part = part

    def names(self) -> tuple[str, ...]:
        """The names of all elements here."""
        return tuple(sorted({tally.name for tally in self.values()}))


class Column:
    """Numbers in an attribute, or what a field is compared with."""

    __slots__ = ("attribute", "field", "kind", "tally")

    def __init__(self, tally: Tally, attribute: str, kind: str, field: str = "") -> None:
        self.tally = tally
        self.attribute = attribute
        self.kind = kind
        self.field = field


class Part:
    """A stretch of the document that is judged on its own, such as a model.

    ``owner`` refers to what its elements refer to, ``namespaces`` maps prefixes.
    """

    __slots__ = ("ids", "levels", "namespaces", "owner", "tallies", "watched")

    def __init__(self, owner: Owner, namespaces: dict[str, str]) -> None:
        self.owner = owner
        self.namespaces = namespaces
        self.levels: dict[str, Level] = {}
        self.tallies: list[Tally] = []
        self.watched: list[Tally] = []
        """those that have columns to be checked"""
        self.ids: list[str] = []

    def level(self, name: str) -> Level:
        found = self.levels.get(name)
        if found is None:
            found = self.levels[name] = Level(name, self)
        return found
