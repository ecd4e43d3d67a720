"""PMML documents for the comparison with real consumers: single variations, seeded.

Systematic ones take a base document and change one thing: an attribute goes, gets a word that the
standard does not have, a number that is none; an element goes or is met by one that nobody knows.
The others say what is varied: functions, scopes, namespaces, encodings, versions, embedded parts.
"""

from __future__ import annotations

import copy
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final

from benchmarks.truth.pmml_documents import bases

SEED: Final = 20260101
LIMITS: Final = {"attribute": 150, "word": 130, "number": 130, "element": 110, "added": 60}
"""How many of each systematic variation are taken."""
NUMBERS: Final = re.compile(r"[-+]?[0-9.]+")
BAD_NUMBERS: Final = ("1,5", "nan", "Infinity", "1.5d", "0x10", "", "one", " 2 ", "1e3", "+1", ".5")
WORD: Final = re.compile(r"[A-Za-z]+")
NAMES: Final = frozenset({"name", "field", "id", "value", "fieldName", "modelName", "version"})
"""Attributes whose text is no word of the standard."""
PREFIX: Final = f"{{{bases.NAMESPACE}}}"

Document = tuple[str, bytes]


def documents() -> dict[str, bytes]:
    """Every document by the name of its file."""
    found: dict[str, bytes] = {}
    for name, data in _all():
        if name in found:
            raise ValueError(name)
        found[name] = data
    return {f"{name}.pmml": data for name, data in found.items()}


def _all() -> Iterator[Document]:
    for name, text in {**bases.BASES, **bases.UNUSUAL}.items():
        yield f"base-{name}", text.encode()
    rng = random.Random(SEED)
    for kind, make in SYSTEMATIC.items():
        every = [
            found
            for name, text in bases.BASES.items()
            for found in make(name, ET.fromstring(text), rng)
        ]
        yield from rng.sample(every, min(LIMITS[kind], len(every)))
    from benchmarks.truth.pmml_documents.variations import variations  # noqa: PLC0415  it needs what stands above

    yield from variations()


def serialised(root: ET.Element) -> bytes:
    ET.register_namespace("", bases.NAMESPACE)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data


def _each(root: ET.Element) -> Iterator[tuple[int, ET.Element, str]]:
    """Elements that differ in name and attributes, with their number and local name."""
    met: set[tuple[str, ...]] = set()
    for number, element in enumerate(root.iter()):
        shape = (element.tag, *sorted(element.attrib))
        if shape not in met:
            met.add(shape)
            yield number, element, element.tag.removeprefix(PREFIX)


def _changed(root: ET.Element, number: int) -> tuple[ET.Element, ET.Element]:
    """A copy, and in it the element of that number."""
    twin = copy.deepcopy(root)
    return twin, list(twin.iter())[number]


def _without_attribute(name: str, root: ET.Element, _: random.Random) -> Iterator[Document]:
    for number, element, local in _each(root):
        for attribute in element.attrib:
            twin, found = _changed(root, number)
            del found.attrib[attribute]
            yield f"{name}-{number}-{local}-no-{attribute}", serialised(twin)


def _bad_word(name: str, root: ET.Element, rng: random.Random) -> Iterator[Document]:
    for number, element, local in _each(root):
        for attribute, value in element.attrib.items():
            if attribute in NAMES or not WORD.fullmatch(value):
                continue
            twin, found = _changed(root, number)
            worse = rng.choice(["bogus", value.capitalize(), value.upper()])
            found.set(attribute, worse if worse != value else "bogus")
            yield f"{name}-{number}-{local}-{attribute}-{found.get(attribute)}", serialised(twin)


def _bad_number(name: str, root: ET.Element, rng: random.Random) -> Iterator[Document]:
    for number, element, local in _each(root):
        for attribute, value in element.attrib.items():
            if NUMBERS.fullmatch(value) and (attribute != "version"):
                twin, found = _changed(root, number)
                worse = rng.choice(BAD_NUMBERS)
                found.set(attribute, worse)
                label = BAD_NUMBERS.index(worse)
                yield f"{name}-{number}-{local}-{attribute}-number{label}", serialised(twin)


def _without_element(name: str, root: ET.Element, _: random.Random) -> Iterator[Document]:
    met: set[tuple[str, str]] = set()
    for parent_number, parent in enumerate(root.iter()):
        for index, child in enumerate(parent):
            if (parent.tag, child.tag) in met:
                continue
            met.add((parent.tag, child.tag))
            twin, found = _changed(root, parent_number)
            del found[index]
            local = child.tag.removeprefix(PREFIX)
            yield f"{name}-{parent_number}-no-{local}", serialised(twin)


def _more(name: str, root: ET.Element, rng: random.Random) -> Iterator[Document]:
    for number, _, local in _each(root):
        twin, found = _changed(root, number)
        kind = rng.choice(["element", "known", "attribute", "foreign", "extension"])
        if kind == "attribute":
            found.set("unknownAttribute", "1")
        elif kind == "foreign":
            found.set("{urn:vendor}extra", "1")
        elif kind == "extension":
            extension = ET.Element(f"{PREFIX}Extension", {"name": "n", "value": "v"})
            found.insert(0, extension)
        elif kind == "known":
            found.append(ET.Element(f"{PREFIX}Annotation"))
        else:
            found.append(ET.Element(f"{PREFIX}Unknown"))
        yield f"{name}-{number}-{local}-more-{kind}", serialised(twin)


SYSTEMATIC: Final = {
    "attribute": _without_attribute,
    "word": _bad_word,
    "number": _bad_number,
    "element": _without_element,
    "added": _more,
}
