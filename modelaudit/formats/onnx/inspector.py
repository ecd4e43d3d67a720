"""An ONNX model into facts.

https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import re
from collections import ChainMap, Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from modelaudit.core.errors import Fields, Malformed
from modelaudit.core.facts import Anomaly, Fact, Identity, Metadata, Opset, Producer
from modelaudit.core.limits import Bounds
from modelaudit.core.source import Source
from modelaudit.formats.onnx import library
from modelaudit.formats.onnx.graph import Walk
from modelaudit.formats.onnx.library import STANDARD
from modelaudit.formats.onnx.shapes import Shapes

if TYPE_CHECKING:
    from onnx.onnx_ml_pb2 import ModelProto

_TEXT: Final = re.compile(rb"\s*(?:<\s*ir_version\s*:|\{\s*\"irVersion\"|ir_version\s*:)")
"""How the text formats of a model begin: onnx's own, JSON, and that of protocol buffers."""
_MOST_TEXT: Final = 1000


def inspect(source: Source, bounds: Bounds) -> Iterator[Fact]:
    """Opsets, operators, tensors and contradictions. Raises Malformed."""
    if _TEXT.match(source.read(0, 256)):
        yield Identity("onnx", "", source.at())
        raise Malformed("not-supported", {"what": "an ONNX model in a text format"})
    model = library.read(source, bounds)
    yield Identity("onnx", str(model.ir_version), source.at())
    yield from _properties(source, model)
    if not model.HasField("graph"):
        yield Anomaly("no-graph", {}, source.at())
    walk = Walk(source, bounds, model)
    yield from walk.model(model)
    yield from Shapes(source, bounds, model).graph(model.graph, "graph", ChainMap())
    yield from _opsets(source, model, walk.used)


def _properties(source: Source, model: ModelProto) -> Iterator[Fact]:
    where = source.at()
    if model.producer_name or model.producer_version:
        yield Producer(model.producer_name[:_MOST_TEXT], model.producer_version[:_MOST_TEXT], where)
    yield Metadata("onnx-ir-version", "", model.ir_version, where)
    for entry in model.metadata_props:
        text = f"{entry.key[:_MOST_TEXT]}={entry.value[:_MOST_TEXT]}"
        yield Metadata("onnx-property", text, -1, where)
    for index, training in enumerate(model.training_info):
        count = len(training.algorithm.node)
        at = replace(where, object=f"training[{index}]")
        yield Metadata("onnx-training", "", count, at)


def _opsets(source: Source, model: ModelProto, used: set[str]) -> Iterator[Fact]:
    """The operator sets that the model imports, compared with those that it uses."""
    imports = [(one.domain or STANDARD, one.version) for one in model.opset_import]
    for domain, version in dict(imports).items():
        yield Opset(domain, version, source.at())
    for domain, count in Counter(domain for domain, _ in imports).items():
        if count > 1:
            fields: Fields = {"domain": domain, "count": count}
            yield Anomaly("duplicate-opset-import", fields, source.at())
    own = {function.domain or STANDARD for function in model.functions}
    imported = {domain for domain, _ in imports}
    for domain in sorted(imported - used - own - {STANDARD}):
        yield Anomaly("unused-opset-import", {"domain": domain}, source.at())
    for domain in sorted(used - imported - own):
        yield Anomaly("missing-opset-import", {"domain": domain}, source.at())
