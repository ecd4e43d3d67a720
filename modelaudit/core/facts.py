"""The closed vocabulary of facts: what an artifact says about itself.

An inspector yields facts and holds no opinion; a rule judges them and sees no bytes. A fact says
"calls ``os.system`` at byte 31" and never "is dangerous". Field types are the ones that rule
conditions are checked against, so they stay plain: ``str``, ``int``, ``bool``, tuples of ``str``.

They are Structs rather than dataclasses, as frozen and as slotted, because making a dataclass takes
half a millisecond of every start.
"""

from __future__ import annotations

from typing import get_args

import msgspec

from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Fields
from modelaudit.core.location import Location


class Identity(msgspec.Struct, frozen=True):
    """What this is. ``version`` is the format's own, empty where it has none."""

    format: str
    version: str
    where: Location


class Producer(msgspec.Struct, frozen=True):
    """Who wrote it: a distribution's name and its version."""

    name: str
    version: str
    where: Location


class Import(msgspec.Struct, frozen=True):
    """A name that loading resolves, after the Python 2 mapping that the loader itself applies.

    ``spelled`` is the dotted name as the bytes have it, ``calls`` how often loading calls it.
    ``via`` names the call that resolved it (``builtins.getattr``) where no import opcode did. An
    empty ``module`` is a name that could not be worked out from the stream. ``asked`` are the
    module and the name that loading looks up, empty where they are ``module`` and ``name``: those
    say what the same object is reviewed as, which another release may not have.
    """

    module: str
    name: str
    opcode: str
    spelled: str
    via: str
    calls: int
    count: int
    where: Location
    asked: tuple[str, ...] = ()


class Call(msgspec.Struct, frozen=True):
    """A call that loading makes.

    ``callee`` says what is called: ``global`` (``module`` and ``name`` tell which), ``result``
    (what another call returned; ``module`` and ``name`` are that call's) or ``value`` (plain data).
    ``target`` is true where the opcode works on the global itself rather than on an instance of it
    (BUILD on a function, SETITEM on ``os.environ``). ``arguments`` is a bounded rendering.
    ``resolves`` is the dotted name that a call such as ``getattr(os, "system")`` leads to, empty
    where its arguments are not constants or it is no such call. ``via`` names the call that will
    make this one (``functools.partial``), or the opcode that makes it by looking it up on an
    instance (``BUILD``). ``given`` is how many arguments there are, -1 where that
    is computed.

    Of each of the first arguments ``origins`` has where it comes from: ``constant``, the dotted
    name of a global, ``builtins.slice()`` for what a call of that name returns, or ``other``; and
    ``constants`` the first characters of a constant, empty for the others.
    """

    module: str
    name: str
    opcode: str
    callee: str
    target: bool
    arguments: str
    given: int
    resolves: str
    via: str
    count: int
    where: Location
    origins: tuple[str, ...]
    constants: tuple[str, ...]
    makers: tuple[str, ...] = ()


class State(msgspec.Struct, frozen=True):
    """What an instance is given when loading rebuilds it: the ``keys`` of its attributes.

    A kind of its own, since a class of another release may need an attribute that is not among
    them. For ``numpy.dtype`` they are the fields of a structured type. ``count`` is how many
    instances got the same keys, and ``where`` the first of them. ``whole`` is false where there are
    more keys than these.

    Of all these instances, ``texts`` has the texts and bytes that an attribute is, cut with an
    ellipsis where they are very long, and the short texts in its lists and tuples; ``objects`` are
    the attributes that are names, or what calls return, with the names and with what is called;
    ``constants`` says which attributes are ``None``, ``True`` or ``False``. ``held`` are classes
    whose instances have an instance of this one as an attribute, and how often.
    """

    module: str
    name: str
    keys: tuple[str, ...]
    texts: dict[str, tuple[str, ...]]
    objects: dict[str, tuple[str, ...]]
    whole: bool
    count: int
    where: Location
    constants: dict[str, tuple[str, ...]] = {}
    held: dict[str, int] = {}


class BodyOperator(msgspec.Struct, frozen=True):
    """One operator of the body that can replace another operator.

    ``depth`` is 0 in the body itself, and one more in the body of each operator inside it.
    An empty ``name`` stands for operators that depend on more than types, such as shapes.
    """

    depth: int
    domain: str
    name: str
    version: int
    types: tuple[tuple[str, str], ...]


class Operator(msgspec.Struct, frozen=True):
    """A computation that the runtime must know: ``aten::add``, ``torchvision::nms``.

    ``overload`` is the part after the dot where the artifact tells it (``add.Tensor``), ``version``
    the operator's own version, -1 where it has none. ``count`` is how often it is used, ``where``
    the first place, and ``arguments`` a bounded rendering of what it is called with there, empty
    where that is unknown. ``via`` is the form of the format that it comes from: ``source``,
    ``bytecode`` or ``graph`` in TorchScript.

    ``types`` pairs each parameter of the operator's schema with a type that it is bound to
    (``("T", "tensor(float)")``), where that is known; a parameter may have several types. ``body``
    lists the operators that it can be replaced by: each one precedes those of its own body.

    ``origins`` says where each argument comes from: ``constant``, ``empty``, ``asset``, ``saver``
    (the name of the checkpoint), ``input`` or ``computed``. ``constants`` are the constant strings
    in the arguments: all of an attribute, the first few of a tensor, the parts of a joined string.

    In PMML it is a function: ``domain`` is ``document`` where the document defines it, ``given``
    how many arguments it has, and ``via`` is ``reached`` where a prediction needs it. It is also
    what a kind of model (``domain``) has to do for a task (``overload``): with ``via`` ``output`` a
    feature that an OutputField asks for, with ``ensemble`` a method that combines segments.
    """

    domain: str
    name: str
    overload: str
    version: int
    via: str
    arguments: str
    count: int
    where: Location
    types: tuple[tuple[str, str], ...] = ()
    body: tuple[BodyOperator, ...] = ()
    origins: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    given: int = -1


class Opset(msgspec.Struct, frozen=True):
    """A set of operators that is relied on, and its version.

    ``domain`` is ``ai.onnx`` where the file has the empty name of the standard's own.
    """

    domain: str
    version: int
    where: Location


class Layer(msgspec.Struct, frozen=True):
    """A layer, or another object or function, that loading rebuilds from its configuration.

    ``keys`` are those of the configuration. ``role`` is what it is for the one that holds it
    (``layers``, ``kernel_initializer``, ``loss``, ``dtype``), ``function`` for a function. ``via``
    is what holds the configuration: ``archive``, ``hdf5``, ``training`` (the compilation in HDF5),
    ``json``, ``yaml`` or ``savedmodel``. ``module`` and ``registered_name`` are empty where the
    artifact does not tell them, and ``module`` is ``None`` where it says that there is none.
    ``unset`` are the keys without a value (null, or an empty text, list or object), ``layers`` the
    names of the layers directly inside a model.
    """

    class_name: str
    module: str
    registered_name: str
    keys: tuple[str, ...]
    role: str
    via: str
    count: int
    where: Location
    unset: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()


class Setting(msgspec.Struct, frozen=True):
    """A text in a configuration: ``value`` under the key ``name`` in an object of class ``owner``.

    ``role`` is the key that leads to that object. ``owner`` is empty for what no object has. A kind
    of its own, since ``Layer`` has keys without values. ``leaves`` is true for an address, and for
    a value that as a path does not stay in the artifact's own directory.
    """

    owner: str
    name: str
    value: str
    role: str
    leaves: bool
    count: int
    where: Location


class Element(msgspec.Struct, frozen=True):
    """A construct of a standard: an element, or one of its attributes and a value of that.

    ``attribute`` and ``value`` are empty for the element itself, which is one fact for each
    ``parent`` and set of ``attributes`` that it has. An element of a foreign namespace is
    ``{uri}name``. ``count`` is how often it occurs, ``where`` the first place. ``used`` is false
    where nothing that is computed leads to it, ``children`` are the names of elements inside.
    """

    name: str
    attribute: str
    value: str
    count: int
    where: Location
    parent: str = ""
    attributes: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    used: bool = True


class Opcode(msgspec.Struct, frozen=True):
    """An opcode of a pickle that a restricted unpickler reads, and what it acts on.

    ``on`` is the dotted name that GLOBAL reads and that REDUCE, OBJ and NEWOBJ call, the type of
    what BUILD, APPEND and SETITEM change, the form of the id that BINPERSID looks up, and empty
    for an opcode that acts on no more than data.
    """

    name: str
    on: str
    count: int
    where: Location


class Tensor(msgspec.Struct, frozen=True):
    """Stored numbers, never read. ``span`` is their size in bytes, -1 where it is not known."""

    name: str
    dtype: str
    shape: tuple[str, ...]
    span: int
    where: Location


class Reference(msgspec.Struct, frozen=True):
    """Something outside the file: ``kind`` is what loading takes it for (``side-file``).

    ``leaves`` is true where the target does not stay in the artifact's own directory.
    """

    kind: str
    target: str
    leaves: bool
    where: Location


class Code(msgspec.Struct, frozen=True):
    """Code carried inside. ``text`` is a bounded rendering; ``versions`` are the only ones of the
    language (3.11) that can run it, none where that is unknown. ``maker`` is the callable of a
    pickle that makes it. ``size`` is how many bytes all of it has and ``sha256`` their digest, -1
    and empty where it was not read to its end.
    """

    language: str
    origin: str
    versions: tuple[str, ...]
    text: str
    where: Location
    maker: str = ""
    size: int = -1
    sha256: str = ""


class SourceUse(msgspec.Struct, frozen=True):
    """A name of another module that Python source uses which a loader of the artifact runs.

    ``how`` is what it does with it (``call``, ``reference``, ``assignment``), ``when`` that is: at
    ``import``, when the loader calls what is named to it (``load``), or later (``use``).
    ``within`` is the function that does it, empty for the module itself, and ``<data set>`` for a
    script that makes a data set. A ``name`` that the source works out while it runs is ``?``. Of a
    call, ``arguments`` and ``keywords`` have the constant texts among its arguments, empty ones for
    the others.
    """

    module: str
    name: str
    how: str
    when: str
    within: str
    arguments: tuple[str, ...]
    keywords: tuple[tuple[str, str], ...]
    count: int
    where: Location


class Metadata(msgspec.Struct, frozen=True):
    """A property of the file, such as the pickle protocol. ``number`` is -1 for a text value."""

    key: str
    value: str
    number: int
    where: Location


class Member(msgspec.Struct, frozen=True):
    """An entry of an archive. ``size`` and ``packed`` are what the archive declares, in bytes.

    ``method`` is how it is compressed (``stored``, ``deflate``), ``kind`` what it is (``file``,
    ``directory``, ``link``, ``device``). ``listed`` is false for a member that the archive's own
    directory does not name. ``where`` is its header.
    """

    name: str
    size: int
    packed: int
    method: str
    kind: str
    listed: bool
    where: Location


class Anomaly(msgspec.Struct, frozen=True):
    """The bytes contradict themselves or the standard.

    ``kind`` is one of ``core.kinds.ANOMALIES``, which says what it means and what its ``fields``
    are. ``core.kinds.sentence`` puts the two together for people.
    """

    kind: str
    fields: Fields
    where: Location


class Unreadable(msgspec.Struct, frozen=True):
    """This part was not inspected. ``reason`` is one of ``core.kinds.REASONS``."""

    reason: str
    fields: Fields
    where: Location


class Unjudged(msgspec.Struct, frozen=True):
    """No table answers whether the artifact loads with a release of a package.

    Judging brings it up and no inspector does: rules of ``profile: strict`` gate on it.
    """

    package: str
    version: str
    because: str
    where: Location


Fact = (
    Identity
    | Producer
    | Import
    | Call
    | State
    | Operator
    | Opset
    | Layer
    | Setting
    | Element
    | Opcode
    | Tensor
    | Reference
    | Code
    | SourceUse
    | Metadata
    | Member
    | Anomaly
    | Unreadable
    | Unjudged
    | Embedded
)

KINDS: dict[str, type[Fact]] = {kind.__name__: kind for kind in get_args(Fact)}
