"""Documents that a seed draws: a whole one, of which one thing is changed.

What is changed, and what it becomes, is in ``changes.yaml``; what it starts from, in ``bases.yaml``.
Other than ``pmml_documents``, whose documents say what they vary, these are for asking blind.
"""

from __future__ import annotations

import copy
import random
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from modelaudit.knowledge.tables import lookup

HERE: Final = Path(__file__).parent
NAMESPACE: Final = "http://www.dmg.org/PMML-4_4"
_PREFIX: Final = f"{{{NAMESPACE}}}"
_FIELDS: Final = frozenset({"field", "fieldName", "predictorName", "textField"})
_FIELD_NAMES: Final = frozenset(
    {"MiningField", "NumericPredictor", "CategoricalPredictor", "Predictor"}
)
_REFERENCES: Final = frozenset(
    {
        "outputNeuron", "from", "vectorId", "itemRef", "antecedent", "consequent", "defaultChild",
        "parameterName", "targetCategory", "alternateTargetCategory", "outputColumn", "column",
    }
)  # fmt: skip
_VALUES: Final = frozenset({"value", "score"})
_FIXED: Final[dict[str, str | bool]] = {
    "boolean": True,
    "date": "2021-05-04",
    "time": "10:00:00",
    "dateTime": "2021-05-04T10:00:00",
    "timeSeconds": "10:00:00",
    "dateDaysSince": "2021-05-04",
    "dateTimeSecondsSince": "2021-05-04T10:00:00",
}
"""What a row has for types that are neither numbers nor texts."""

Value = str | int | float | bool | list[str]
Row = dict[str, Value]
Change = tuple[str, ET.Element]
"""What was changed, and the root of the document."""


class Base(msgspec.Struct, forbid_unknown_fields=True):
    """A document: the names of its fields, what precedes the model, and the model."""

    fields: list[str]
    model: str
    before: str = ""
    version: str = "4.4"


class Bases(msgspec.Struct, forbid_unknown_fields=True):
    """``bases.yaml``."""

    fields: dict[str, str]
    row: Row
    documents: dict[str, Base]


class Changes(msgspec.Struct, forbid_unknown_fields=True):
    """``changes.yaml``."""

    values: dict[str, list[str]]
    attributes: dict[str, list[str]]
    others: list[str]
    children: dict[str, list[str]]
    parts: dict[str, list[str]]
    order: list[str]
    functions: str
    arguments: list[str]
    types: list[str]
    optypes: list[str]
    versions: list[str]


BASES: Final = msgspec.yaml.decode((HERE / "bases.yaml").read_bytes(), type=Bases)
CHANGES: Final = msgspec.yaml.decode((HERE / "changes.yaml").read_bytes(), type=Changes)


def documents(seed: int, number: int) -> dict[str, tuple[bytes, Row]]:
    """So many of each base by the name of its file, and the row that each is evaluated on."""
    found: dict[str, tuple[bytes, Row]] = {}
    rng = random.Random(seed)
    for name, base in BASES.documents.items():
        root = ET.fromstring(text_of(base))
        pools = [list(kind(root, rng)) for kind in KINDS]
        for count in range(number):
            pools = [pool for pool in pools if pool]
            pool = rng.choice(pools)
            label, changed = pool.pop(rng.randrange(len(pool)))
            plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in label)
            file = f"{name}-{count:02d}-{plain[:60]}.pmml"
            version = label.removeprefix("version-") if "version-" in label[:8] else base.version
            found[file] = (_serialised(changed, version), row_of(changed))
    return found


def text_of(base: Base) -> str:
    fields = "".join(BASES.fields[name] for name in base.fields)
    return (
        f'<PMML xmlns="{NAMESPACE}" version="4.4"><Header><Application name="rental"/></Header>'
        f"<DataDictionary>{fields}</DataDictionary>{base.before}{base.model}</PMML>"
    )


def _serialised(root: ET.Element, version: str) -> bytes:
    ET.register_namespace("", NAMESPACE)
    root.set("version", version)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    other = NAMESPACE.replace("4_4", version.replace(".", "_"))
    return data.replace(NAMESPACE.encode(), other.encode())


def row_of(root: ET.Element) -> Row:
    """The values of ``bases.yaml``, as the types and the values of the fields take them."""
    row = dict(BASES.row)
    for element in root.iter(f"{_PREFIX}DataField"):
        name, kind = element.get("name", ""), element.get("dataType", "").removeprefix("x-")
        if name not in row or isinstance(row[name], list):
            continue
        valid = [
            one.get("value", "")
            for one in element.iter(f"{_PREFIX}Value")
            if one.get("property", "valid") == "valid"
        ]
        value = row[name]
        if valid and not _is_among(value, valid):
            value = valid[0]
        row[name] = _typed(value, kind)
    return row


def _is_among(value: Value, texts: list[str]) -> bool:
    if isinstance(value, bool):
        return str(value).lower() in texts
    return str(value) in texts


def _typed(value: Value, kind: str) -> Value:
    """A value as the row of a field of that type has it, where it can be one."""
    fixed = _FIXED.get(kind.partition("[")[0])
    if fixed is not None:
        return value if isinstance(value, type(fixed)) and kind in ("boolean", "date") else fixed
    if kind == "string":
        return value if isinstance(value, str) else str(value)
    try:
        number = float(value) if isinstance(value, str | int | float) else 1.0
    except ValueError:
        number = 1.0
    return int(number) if kind == "integer" else number


def _local(element: ET.Element) -> str:
    return element.tag.removeprefix(_PREFIX)


def _each(root: ET.Element) -> Iterator[tuple[int, ET.Element]]:
    """Elements that differ in name and attributes, with their number."""
    met: set[tuple[str, ...]] = set()
    for number, element in enumerate(root.iter()):
        shape = (element.tag, *sorted(element.attrib))
        if shape not in met:
            met.add(shape)
            yield number, element


def _changed(root: ET.Element, number: int) -> tuple[ET.Element, ET.Element]:
    """A copy, and in it the element of that number."""
    twin = copy.deepcopy(root)
    return twin, list(twin.iter())[number]


def _set(root: ET.Element, number: int, given: dict[str, str]) -> ET.Element:
    twin, element = _changed(root, number)
    element.attrib.update(given)
    return twin


def _element(text: str) -> ET.Element:
    return ET.fromstring(f'<r xmlns="{NAMESPACE}">{text}</r>')[0]


def _words(element: ET.Element) -> dict[str, list[str]]:
    """The attributes of an element that have fixed words."""
    found = lookup("pmml_schema", "choices", _local(element))
    return msgspec.convert(found or {}, dict[str, list[str]])


def _added(root: ET.Element, rng: random.Random) -> Iterator[Change]:
    """An attribute more."""
    for number, element in _each(root):
        local, words = _local(element), _words(element)
        numbers = msgspec.convert(lookup("pmml_schema", "numbers", local) or {}, dict[str, str])
        known = {*words, *numbers, *CHANGES.attributes.get(local, ())} - {*element.attrib}
        for name in sorted(known):
            values = words.get(name) or CHANGES.values.get(name) or ["1", "0", "2.5"]
            value = rng.choice(values)
            yield f"add-{local}-{name}-{value}", _set(root, number, {name: value})


def _other_word(root: ET.Element, _: random.Random) -> Iterator[Change]:
    """Another word of the standard."""
    for number, element in _each(root):
        words = _words(element)
        for name in element.attrib:
            for word in words.get(name, ()):
                if word != element.get(name):
                    label = f"word-{_local(element)}-{name}-{word}"
                    yield label, _set(root, number, {name: word})


def _other_type(root: ET.Element, rng: random.Random) -> Iterator[Change]:
    """Another dataType, or both that and another optype."""
    for number, element in enumerate(root.iter()):
        if "dataType" not in element.attrib:
            continue
        for kind in CHANGES.types:
            given = {"dataType": kind}
            if "optype" in element.attrib and rng.random() < 0.4:
                given["optype"] = rng.choice(CHANGES.optypes)
            label = "-".join(("type", _local(element), element.get("name", ""), *given.values()))
            if given.items() - element.attrib.items():
                yield label, _set(root, number, given)


def _other_name(root: ET.Element, rng: random.Random) -> Iterator[Change]:
    """A reference to something else."""
    fields = [
        element.get("name", "")
        for element in root.iter()
        if _local(element) in ("DataField", "DerivedField", "OutputField")
    ]
    named = sorted({element.get("id", "") for element in root.iter()} - {""})
    for number, element in enumerate(root.iter()):
        for name, value in element.attrib.items():
            local = _local(element)
            others: list[str] = []
            if name in _FIELDS or (name == "name" and local in _FIELD_NAMES):
                others = fields
            elif name in _REFERENCES:
                same = {other.get(name, value) for other in root.iter()}
                others = sorted(same) + named
            elif name in _VALUES:
                others = CHANGES.others
            if others and (other := rng.choice(others)) != value:
                yield f"name-{local}-{name}-{other}", _set(root, number, {name: other})


def _other_text(root: ET.Element, _: random.Random) -> Iterator[Change]:
    """Another text of an array, a cell or a constant."""
    for number, element in enumerate(root.iter()):
        text = (element.text or "").strip()
        if not text or len(element):
            continue
        items = text.split()
        for label, other in {
            "empty": "",
            "fewer": " ".join(items[:-1]),
            "more": f"{text} {items[-1]}",
            "comma": ",".join(items),
            "quoted": " ".join(f'"{item}"' for item in items),
            "word": "abc",
            "fraction": " ".join(f"{item}.5" if item.isdigit() else item for item in items),
            "zero": "0",
        }.items():
            if other != text:
                twin, changed = _changed(root, number)
                changed.text = other
                yield f"text-{_local(element)}-{label}", twin


def _child(root: ET.Element, rng: random.Random) -> Iterator[Change]:
    """An element more."""
    for number, element in _each(root):
        local = _local(element)
        for index, text in enumerate(CHANGES.children.get(local, ())):
            twin, changed = _changed(root, number)
            first = rng.random() < 0.3
            changed.insert(0 if first else len(changed), _element(text))
            yield f"child-{local}-{index}-{'first' if first else 'last'}", twin


def _part(root: ET.Element, _: random.Random) -> Iterator[Change]:
    """A part of a model instead of its own."""
    order = CHANGES.order
    for number, model in enumerate(root.iter()):
        if not any(_local(child) == "MiningSchema" for child in model):
            continue
        targets = [
            field.get("name", "")
            for field in model.iter(f"{_PREFIX}MiningField")
            if field.get("usageType") in ("target", "predicted")
        ]
        for part, texts in CHANGES.parts.items():
            for index, text in enumerate(texts):
                twin, changed = _changed(root, number)
                for child in [child for child in changed if _local(child) == part]:
                    changed.remove(child)
                before = [
                    at
                    for at, child in enumerate(changed)
                    if _local(child) in order[: order.index(part)]
                ]
                filled = text.replace("{target}", targets[0] if targets else "nope")
                changed.insert(max(before, default=-1) + 1, _element(filled))
                yield f"part-{_local(model)}-{part}-{index}", twin


def _moved(root: ET.Element, _: random.Random) -> Iterator[Change]:
    """An element that comes twice, or behind its siblings."""
    for number, parent in _each(root):
        for index, child in enumerate(parent):
            label = f"{_local(parent)}-{index}-{_local(child)}"
            twin, changed = _changed(root, number)
            changed.insert(index, copy.deepcopy(changed[index]))
            yield f"twice-{label}", twin
            if index + 1 < len(parent):
                twin, changed = _changed(root, number)
                behind = changed[index]
                changed.remove(behind)
                changed.append(behind)
                yield f"last-{label}", twin


def _other_model(root: ET.Element, rng: random.Random) -> Iterator[Change]:
    """A segment that has another model."""
    for number, element in enumerate(root.iter()):
        if _local(element) != "Segment":
            continue
        for name in rng.sample(sorted(BASES.documents), 4):
            twin, changed = _changed(root, number)
            changed.remove(changed[-1])
            changed.append(_element(BASES.documents[name].model))
            yield f"model-{element.get('id', '')}-{name}", twin


def _function(root: ET.Element, rng: random.Random) -> Iterator[Change]:
    """A derived field that is given by another function."""
    for number, element in enumerate(root.iter()):
        if _local(element) not in ("DerivedField", "DefineFunction") or not len(element):
            continue
        if _local(element[-1]) != "Apply":
            continue
        for _ in range(20):
            function = rng.choice(CHANGES.functions.split())
            count = rng.choice([0, 1, 1, 2, 2, 2, 3, 3, 4])
            arguments = "".join(rng.choice(CHANGES.arguments) for _ in range(count))
            twin, changed = _changed(root, number)
            changed[-1] = _element(f'<Apply function="{function}">{arguments}</Apply>')
            yield f"function-{element.get('name', '')}-{function}-{count}", twin


def _version(root: ET.Element, _: random.Random) -> Iterator[Change]:
    """Another version of the standard."""
    for version in CHANGES.versions:
        yield f"version-{version}", copy.deepcopy(root)


Kind = Callable[[ET.Element, random.Random], Iterator[Change]]
KINDS: Final[tuple[Kind, ...]] = (
    *(_added, _other_word, _other_type, _other_name, _other_text, _child, _part, _moved),
    *(_other_model, _function, _version),
)
