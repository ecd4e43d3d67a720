"""Write rules/tables/pmml_schema.json: PMML's elements and attributes, with their versions.

Source: the classes of jpmml-model in the wheel ``jpmml_evaluator``. Their
annotations say how each element and attribute is spelled, what it holds, and in which version of
the standard it was added, removed or deprecated, or became required. The class files are read as
data: nothing is run. What is not annotated is as old as PMML 3.0. ``--check`` needs no network.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import cast

from scripts.common.files import TABLES, write_or_check
from scripts.common.javaclasses import Class, Field, Value, classes

TABLE = TABLES / "pmml_schema.json"
PACKAGE = "jpmml_evaluator==0.16.0"
MODEL = "jpmml_evaluator/dependencies/pmml-model-1.7.7.jar"
EVENTS = ("Added", "Removed", "Deprecated", "Required", "Optional")
ADAPTED = {
    "NumberAdapter": "number",
    "RealNumberAdapter": "real",
    "IntegerAdapter": "integer",
    "NonNegativeIntegerAdapter": "integer",
    "PositiveIntegerAdapter": "integer",
    "PercentageNumberAdapter": "number",
    "ProbabilityNumberAdapter": "number",
    "FieldNameAdapter": "field",
    "ObjectAdapter": "any",
}
PLAIN = {
    "Double": "number",
    "Object": "any",
    "Boolean": "boolean",
    "String": "text",
    "Number": "number",
    "Integer": "integer",
}

NUMERIC = ("number", "real", "integer")
INDEXES = ("elements", "numbers", "added", "gone", "words", "choices")

Entry = dict[str, object]


def unpack(package: str, member: str, folder: Path) -> Path:
    """One file out of the wheel or source archive of a package, which pip downloads."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary"]
    subprocess.run([*command, ":none:", "--dest", str(folder), package], check=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        return Path(wheel.extract(member, folder))


def version(value: Value) -> str:
    """``4.2`` of ``PMML_4_2``; the marks of JPMML's own vocabulary stay as they are."""
    return str(value).removeprefix("PMML_").replace("_", ".")


def events(field: Field | Class) -> Entry:
    held = {name: field.annotations[name] for name in EVENTS if name in field.annotations}
    return {name.lower(): version(found["value"]) for name, found in held.items()}


def attribute(field: Field, enums: dict[str, Class]) -> Entry:
    entry = events(field)
    if "required" in field.annotations["XmlAttribute"] and "required" not in entry:
        entry["required"] = "3.0"
    adapter = field.annotations.get("XmlJavaTypeAdapter", {}).get("value", "")
    adapted = str(adapter).strip("L;").rpartition("/")[2]
    kind = field.descriptor.strip("L;")
    if kind in enums:
        values = {}
        for constant in enums[kind].fields:
            if "XmlEnumValue" in constant.annotations:
                name = str(constant.annotations["XmlEnumValue"]["value"])
                values[name] = events(constant)
        return {"type": "enum", **entry, "values": values}
    return {"type": ADAPTED.get(adapted) or PLAIN[kind.rpartition("/")[2]], **entry}


def children(field: Field) -> Entry:
    """The elements that a field holds, by name."""
    many = field.annotations.get("XmlElements", {}).get("value", [])
    one = field.annotations.get("XmlElement")
    held = [item for item in many if isinstance(item, dict)] if isinstance(many, list) else []
    if one is not None:
        held.append(one)
    about = events(field)
    found: Entry = {}
    for item in held:
        entry = dict(about)
        if item.get("required") and "required" not in entry:
            entry["required"] = "3.0"
        found[str(item["name"])] = entry
    return found


def schema(jar: Path) -> dict[str, Entry]:
    """All elements of the model's classes, those of the classes they extend included."""
    by_name = {found.name: found for found in classes(jar, "org/dmg/pmml/")}
    by_name |= {found.name: found for found in classes(jar, "org/jpmml/model/")}
    enums = {name: found for name, found in by_name.items() if "XmlEnum" in found.annotations}
    elements: dict[str, Entry] = {}
    for found in by_name.values():
        if "XmlRootElement" not in found.annotations:
            continue
        name = str(found.annotations["XmlRootElement"]["name"])
        entry: Entry = {**events(found), "attributes": {}, "children": {}}
        attributes: Entry = {}
        content: Entry = {}
        above: Class | None = found
        while above is not None:
            for field in above.fields:
                if "XmlAttribute" in field.annotations:
                    spelled = str(field.annotations["XmlAttribute"]["name"])
                    attributes[spelled] = attribute(field, enums)
                content |= children(field)
                entry["text"] = "XmlValue" in field.annotations or bool(entry.get("text"))
                entry["any"] = bool(entry.get("any")) or bool(
                    {"XmlAnyElement", "XmlMixed"} & set(field.annotations)
                )
            above = by_name.get(above.parent)
        # Several classes may stand for one element: those of a Node differ in what they leave out.
        other = elements.get(name, {})
        attributes |= cast("Entry", other.get("attributes", {}))
        content |= cast("Entry", other.get("children", {}))
        elements[name] = {**other, **entry, "attributes": attributes, "children": content}
    return elements


def indexes(elements: dict[str, Entry]) -> Entry:
    """What rules look up, by element: content, types, and the versions of changes."""
    found: dict[str, dict[str, object]] = {
        name: {} for name in ("elements", "numbers", "added", "gone", "words")
    }
    for name, element in sorted(elements.items()):
        attributes = cast("dict[str, dict[str, object]]", element["attributes"])
        held: Entry = {"children": sorted(cast("Entry", element["children"]))}
        held |= {key: element[key] for key in ("added", "any") if element.get(key)}
        found["elements"][name] = held
        by_index: dict[str, dict[str, object]] = {
            "numbers": {k: a["type"] for k, a in attributes.items() if a["type"] in NUMERIC},
            "added": {k: a["added"] for k, a in attributes.items() if _is_version(a.get("added"))},
            "words": {
                k: {w: v["added"] for w, v in values.items() if _is_version(v.get("added"))}
                for k, a in attributes.items()
                if (values := cast("dict[str, Entry]", a.get("values", {})))
            },
        }
        for index, entries in by_index.items():
            kept = {key: entry for key, entry in entries.items() if entry}
            if kept:
                found[index][name] = kept
        gone = [element[key] for key in ("deprecated", "removed") if key in element]
        if gone and name != "MiningModel":
            found["gone"][name] = gone[-1]
    found["choices"] = {
        name: words
        for name, element in sorted(elements.items())
        if (
            words := {
                key: sorted(cast("Entry", attribute["values"]))
                for key, attribute in cast("dict[str, Entry]", element["attributes"]).items()
                if attribute["type"] == "enum"
            }
        )
    }
    return cast("Entry", found)


def _is_version(text: object) -> bool:
    return isinstance(text, str) and text[:1].isdigit()


def render(found: Entry, day: str) -> str:
    table = {
        "about": "PMML's elements, attributes and words, and the versions that changed them",
        "source": f"annotations in the classes of {MODEL.rpartition('/')[2]}, of {PACKAGE}",
        "licence": "facts; BSD-3-Clause source",
        "date": day,
    }
    lines = [json.dumps(table, indent=1)[:-2]]
    for index in INDEXES:
        entries = cast("Entry", found[index])
        inner = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in entries.items())
        lines.append(f" {json.dumps(index)}: {{\n{inner}\n }}")
    return ",\n".join(lines) + "\n}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    if parser.parse_args().check:
        held = json.loads(TABLE.read_text("utf-8"))
        return write_or_check(TABLE, render(held, held["date"]), check=True)
    with tempfile.TemporaryDirectory() as folder:
        elements = schema(unpack(PACKAGE, MODEL, Path(folder)))
    return write_or_check(TABLE, render(indexes(elements), date.today().isoformat()), check=False)


if __name__ == "__main__":
    sys.exit(main())
