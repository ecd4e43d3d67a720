"""Graphs of TensorFlow by their structure."""

from __future__ import annotations

import pytest

from fixtures.recipes import tfprotos as tf
from modelaudit.core.source import Source
from modelaudit.discovery import graphs
from modelaudit.discovery.graphs import is_graph

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
