"""Graphs of TensorFlow by their structure."""

from __future__ import annotations

import pytest

from fixtures.recipes import tfprotos as tf
from modelaudit.core.source import Source
from modelaudit.discovery import graphs
from modelaudit.discovery.graphs import is_core_ml, is_descriptors, is_graph
from modelaudit.discovery.identify import UNKNOWN, candidate_formats

GRAPH = tf.graph(tf.const("n" * 10, "/etc/hostname"), tf.node("r", "ReadFile", "n"))
TEXT = b'node { name: "r" op: "ReadFile" }'


@pytest.mark.parametrize(
    "data",
    [
        GRAPH,
        tf.part(15, "first") + GRAPH,
        tf.meta(GRAPH),
        tf.saved(tf.meta(GRAPH)),
        tf.part(4, tf.number(1, 27)) + GRAPH,
        TEXT,
        b"# " + b"x" * 10_000 + b"\n" + TEXT,
        b"versions { producer: 27 }" + TEXT,
    ],
)
def test_graph(data: bytes) -> None:
    assert is_graph(Source(data, "x"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GRAPH[:-1],
        GRAPH + b"\xff",
        tf.part(1, tf.part(1, "a name alone")),
        tf.part(1, tf.part(1, "name") + tf.part(2, "no operator")),
        tf.part(1, tf.number(1, 7) + tf.part(2, "Const")),
        b"\x0a\xff\xff\xff\xff\x0f",
        b"\x80" * 12,
        b"node of a tree {",
    ],
)
def test_no_graph(data: bytes) -> None:
    assert not is_graph(Source(data, "x"))


def test_fields_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "MOST_FIELDS", 8)
    assert not is_graph(Source(tf.part(15, "") * 8 + GRAPH, "x"))


FILE = tf.part(1, tf.part(1, "a/small.proto") + tf.part(2, "small.parts") + tf.part(12, "proto3"))
BARE = tf.part(1, tf.part(1, "bare.proto"))


@pytest.mark.parametrize("data", [FILE, FILE + BARE, BARE + FILE])
def test_descriptors_are_no_graph(data: bytes) -> None:
    assert is_descriptors(Source(data, "x"))
    assert candidate_formats(Source(data, "x")) == [UNKNOWN]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        GRAPH,
        FILE[:-1],
        FILE + GRAPH,
        FILE + tf.part(2, ""),
        tf.part(1, tf.part(1, "a.proto") + tf.part(2, "ReadFile")),
        tf.part(1, tf.part(1, "a.proto") + tf.number(2, 1)),
        tf.part(1, tf.part(2, "small")),
    ],
)
def test_what_may_be_a_graph_is_no_descriptors(data: bytes) -> None:
    assert not is_descriptors(Source(data, "x"))


CORE_ML = tf.number(1, 4) + tf.part(2, tf.part(1, tf.part(1, "x"))) + tf.part(500, b"layers")


def test_core_ml() -> None:
    assert is_core_ml(Source(CORE_ML, "x"))
    assert candidate_formats(Source(CORE_ML, "x")) == ["coreml"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        CORE_ML[:-1],
        tf.saved(tf.meta(GRAPH)),
        tf.saved(tf.meta(GRAPH)) + tf.part(500, b"layers"),
        tf.part(1, "x") + tf.part(500, b"layers"),
    ],
)
def test_a_graph_is_no_core_ml(data: bytes) -> None:
    assert not is_core_ml(Source(data, "x"))


@pytest.mark.parametrize(
    ("data", "name", "found"),
    [
        (tf.number(1, 8) + tf.part(2, "maker"), "labels.pb", UNKNOWN),
        (tf.number(1, 8) + tf.part(2, "maker"), "small.onnx", "onnx"),
        (tf.number(1, 8) + tf.part(2, "maker") + tf.part(7, ""), "labels.pb", "onnx"),
    ],
)
def test_a_number_and_a_text_are_no_onnx(data: bytes, name: str, found: str) -> None:
    assert candidate_formats(Source(data, name)) == [found]
