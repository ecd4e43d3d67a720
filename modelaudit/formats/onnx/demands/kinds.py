"""What demands on nodes are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from modelaudit.formats.onnx.values import Dims, Numbers, Value, shown

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import AttributeProto


class Unmet(NamedTuple):
    """What a kernel refuses: ``what`` is ``given`` where ``needed`` is demanded.

    ``created`` is true where the kernel refuses it when it is created, before any run. ``since`` is
    the first release that looks at it, and ``until`` the first that does not any more; empty where
    all do. ``ignored``: releases that do not look at it when a kernel is created run the node.
    """

    what: str
    given: str
    needed: str
    created: bool = False
    since: str = ""
    until: str = ""
    ignored: bool = False


class Node(NamedTuple):
    """A node of the standard's domain, with what is known of its inputs."""

    attributes: Mapping[str, AttributeProto]
    names: Sequence[str]
    inputs: Sequence[Value]
    outputs: int
    version: int = 0
    """the version of the operator, by the set in which it came"""

    def given(self, index: int) -> bool:
        """Whether the node has an input; an empty name is none."""
        return index < len(self.names) and bool(self.names[index])

    def dims(self, index: int) -> Dims | None:
        """The shape of an input; None where it is not given, or its rank is not known."""
        return self.inputs[index].dims if index < len(self.inputs) else None

    def element(self, index: int) -> int:
        """The number of the element type of an input; 0 where it is not known."""
        return self.inputs[index].element if index < len(self.inputs) else 0

    def numbers(self, index: int) -> Numbers | None:
        """The elements of an input that is a short constant."""
        return self.inputs[index].numbers if index < len(self.inputs) else None

    def integer(self, name: str, default: int) -> int:
        return self.attributes[name].i if name in self.attributes else default

    def integers(self, name: str) -> Sequence[int]:
        return self.attributes[name].ints if name in self.attributes else ()

    def word(self, name: str, default: str) -> str:
        if name not in self.attributes:
            return default
        return self.attributes[name].s.decode("utf-8", "replace")


Demand = Callable[[Node], Iterator[Unmet]]


def same(what: str, given: int, needed: int) -> Iterator[Unmet]:
    """Two sizes that have to be equal, where both are known."""
    if given >= 0 and needed >= 0 and given != needed:
        yield Unmet(what, str(given), str(needed))


def since(release: str, unmet: Iterable[Unmet]) -> Iterator[Unmet]:
    """Demands that releases before this one do not make."""
    return (one._replace(since=release) for one in unmet)


def created(unmet: Iterable[Unmet]) -> Iterator[Unmet]:
    """Demands that are made when a kernel is created."""
    return (one._replace(created=True) for one in unmet)


def shape(what: str, given: Dims | None, needed: Dims) -> Iterator[Unmet]:
    """A shape of which every known size counts."""
    if given is None or given == needed:
        return
    known = zip(given, needed, strict=False)
    if len(given) != len(needed) or any(a >= 0 and b >= 0 and a != b for a, b in known):
        yield Unmet(what, shown(given), shown(needed))


def rank(what: str, given: Dims | None, needed: int) -> Iterator[Unmet]:
    if given is not None:
        yield from same(f"number of dimensions of {what}", len(given), needed)


def axes(what: str, given: Sequence[float], number: int) -> Iterator[Unmet]:
    """Axes of a tensor with so many dimensions."""
    for axis in given:
        if not -number <= axis < number:
            yield Unmet(what, str(int(axis)), f"{-number} to {number - 1}")


def once(what: str, given: Sequence[float], number: int) -> Iterator[Unmet]:
    """Axes of a tensor with so many dimensions, none of them twice."""
    yield from axes(what, given, number)
    if number and len({one % number for one in given}) < len(given):
        yield Unmet(what, shown(given), "each axis once")


def broadcastable(given: Dims, whole: Dims) -> bool:
    """Whether a shape can be stretched to another one; unknown sizes fit."""
    return len(given) <= len(whole) and all(
        size in (1, -1, other) or other < 0
        for size, other in zip(given[::-1], whole[::-1], strict=False)
    )
