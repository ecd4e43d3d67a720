"""PMML, the XML standard for classic models. https://dmg.org/pmml/v4-4-1/GeneralStructure.html

The document is streamed through expat, whose events become counts; nothing that it refers to is
opened, and no entity is resolved. XML: https://www.w3.org/TR/xml/
"""

from __future__ import annotations

import codecs
import mmap
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Fact, Identity, Unreadable
from modelaudit.core.limits import Bounds
from modelaudit.core.location import Location
from modelaudit.core.source import Source
from modelaudit.formats.pmml.document import Document, Place
from modelaudit.formats.pmml.facts import Collector
from modelaudit.formats.pmml.handlers import register
from modelaudit.formats.pmml.reader import CHUNK, Reader, connect
from modelaudit.formats.pmml.resolve import close_dictionary
from modelaudit.formats.pmml.state import Pass

_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8 with a byte order mark",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_UTF8: Final = frozenset({"utf-8", "utf8"})
_ENCODINGS: Final = frozenset(
    expat.errors.codes[text]
    for text in (expat.errors.XML_ERROR_UNKNOWN_ENCODING, expat.errors.XML_ERROR_INCORRECT_ENCODING)
)
_MISMATCH: Final = expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]
_LET_GO: Final[int | None] = getattr(mmap, "MADV_DONTNEED", None)
"""Not every system has it."""
_AHEAD: Final = 1024 * 1024
"""Bytes that the system is asked to read ahead."""
_KEPT: Final = 8 * 1024 * 1024
"""Bytes of a mapped file after which those before are let go."""
MOST_ENTITIES: Final = 1000


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """What the document declares, up to where it cannot be read on."""
    document = Document()
    collector = Collector(source, document)
    reader = Reader(document, bounds)
    register(Pass(reader, collector, document))
    connect(reader)
    _watch(reader, collector)
    problem = _pass(source, reader, document)
    close_dictionary(document)
    _finish(reader, collector, complete=not problem)
    yield from _identity(collector)
    yield from collector.all_facts()
    for limit, most in document.limits.items():
        yield Unreadable("limit", {"limit": limit, "most": most}, source.at())
    yield from problem


def _identity(collector: Collector) -> Iterator[Fact]:
    if not any(isinstance(fact, Identity) for fact in collector.facts):
        yield Identity("pmml", "", collector.source.at())


def _pass(source: Source, reader: Reader, document: Document) -> list[Fact]:
    """Read to the end, or say what prevented it."""
    try:
        _feed(source, reader)
    except expat.ExpatError as error:
        return [_broken(source, reader, document, error)]
    except LookupError as error:
        return [Unreadable("unknown-encoding", {"problem": str(error)}, source.at())]
    except Malformed as stop:
        where = _at(source, reader.parser.CurrentLineNumber)
        return [Unreadable(stop.reason, stop.fields, where)]
    if reader.root != "PMML":
        return [Unreadable("not-pmml", {"root": reader.root[:60]}, source.at())]
    return []


def _broken(
    source: Source, reader: Reader, document: Document, error: expat.ExpatError
) -> Unreadable:
    fields: Fields = {"problem": expat.ErrorString(error.code)}
    where = _at(source, error.lineno)
    if error.code in _ENCODINGS:
        return Unreadable("unknown-encoding", fields, where)
    # The end tag of the first model is as far as the model itself goes.
    ended = error.code == _MISMATCH and len(reader.stack) == 2 and bool(reader.models)
    if document.complete or ended:
        return Unreadable("broken-xml-after-model", fields, where)
    return Unreadable("broken-xml", fields, where)


def _at(source: Source, line: int) -> Location:
    return Location(source.path, source.members, None, line)


def _feed(source: Source, reader: Reader) -> None:
    position = 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    while True:
        while source.growing and len(source.data) < position + CHUNK:
            source.grow()
        if position % _AHEAD == 0:
            source.expect(position, _AHEAD)
        chunk = bytes(source.data[position : position + CHUNK])
        position += len(chunk)
        if _LET_GO is not None and isinstance(source.data, mmap.mmap) and position % _KEPT == 0:
            # Pages that were read count as memory in use until they are given back.
            source.data.madvise(_LET_GO, 0, position)
        _look_at_bytes(reader, chunk, decoder)
        reader.feed(chunk, last=not chunk)
        if not chunk:
            return


def _look_at_bytes(reader: Reader, chunk: bytes, decoder: codecs.IncrementalDecoder) -> None:
    """Whether the document can be read as UTF-8, whatever it declares."""
    if reader.utf8 and not (chunk.isascii() and decoder.getstate()[0] == b""):
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError:
            reader.utf8 = False


def _watch(reader: Reader, collector: Collector) -> None:
    """Take note of declarations, entities and processing instructions."""
    parser = reader.parser
    count = 0

    def here() -> Place:
        return Place(parser.CurrentLineNumber, "")

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding:
            reader.encoding = encoding.lower()
            collector.metadata("xml-encoding", reader.encoding, here())

    def doctype(name: str, system: str | None, public: str | None, _subset: bool) -> None:
        collector.metadata("doctype", name, here())
        if system or public:
            collector.reference("external-dtd", system or public or "", here())
        # With a default handler expat leaves entities in the text alone.
        parser.DefaultHandler = lambda text: None

    def entity(name: str, parameter: bool, value: str | None, _base: str | None,
               system: str | None, public: str | None, _notation: str | None) -> None:  # fmt: skip
        nonlocal count
        count += 1
        if count > MOST_ENTITIES:
            raise Malformed("limit", {"limit": "entities", "most": MOST_ENTITIES})
        key = "parameter-entity" if parameter else "entity"
        collector.metadata(key, name, here())
        if value is None:
            collector.reference("external-entity", system or public or "", here())
        elif "&" in value and not parameter:
            raise Malformed("entity-expansion", {"name": name[:60]})

    def instruction(target: str, data: str) -> None:
        collector.metadata("processing-instruction", target, here())
        if target == "xml-stylesheet":
            collector.reference("stylesheet", data, here())

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    parser.ProcessingInstructionHandler = instruction


def _finish(reader: Reader, collector: Collector, *, complete: bool) -> None:
    """What is known only at the end."""
    document = reader.document
    while reader.opened:
        reader.leave()  # of a document that was cut short
    reader.check_columns(reader.part)
    collector.part(reader.part)
    start = Place(1, "/PMML")
    encoding = next((name for mark, name in _MARKS.items() if reader.head.startswith(mark)), "")
    if encoding or not reader.utf8:
        declared = "" if reader.encoding in _UTF8 else reader.encoding
        collector.metadata("text-encoding", encoding or declared or "unknown", start)
    for uri, place in reader.declared.items():
        collector.metadata("default-namespace", uri, place)
    collector.metadata("pmml-depth", "", start, reader.deepest)
    if reader.most_applies:
        collector.metadata("pmml-apply-depth", "", start, reader.most_applies)
    if complete:
        if not document.header:
            document.report("no-header", {}, start)
        if not document.dictionary:
            document.report("no-data-dictionary", {}, start)
        if not document.complete:
            document.report("no-model", {}, start)
    collector.end()
