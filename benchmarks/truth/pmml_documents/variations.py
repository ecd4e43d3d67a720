"""Variations that say what they vary: functions, scopes, namespaces, encodings, whole parts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.truth.pmml_documents.fields import Document
from benchmarks.truth.pmml_documents.functions import expressions, functions
from benchmarks.truth.pmml_documents.parts import encodings, parts, roots
from benchmarks.truth.pmml_documents.scopes import duplicates, scopes
from benchmarks.truth.pmml_documents.words import literals, values


def variations() -> Iterator[Document]:
    for name, text in texts():
        yield name, text.encode()
    yield from encodings()


def texts() -> Iterator[tuple[str, str]]:
    yield from functions()
    yield from expressions()
    yield from scopes()
    yield from duplicates()
    yield from roots()
    yield from parts()
    yield from literals()
    yield from values()
