"""Attention and what goes with it: heads, sequences, masks and caches.

https://github.com/onnx/onnx/blob/main/docs/Operators.md#Attention
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from typing import Final, NamedTuple

from modelaudit.formats.onnx.demands.kinds import Demand, Node, Unmet, rank, same, shape, since
from modelaudit.formats.onnx.values import Dims

_QUERY, _KEY, _VALUE, _MASK, _PAST_KEY, _PAST_VALUE, _VALID = range(7)
_BATCHED, _HEADED = 3, 4
"""Dimensions of values whose heads lie side by side, and of those with a dimension for heads."""
_WINDOWED: Final = 25
"""The version from which a mask may be one row for all."""
_SIZES_SINCE: Final = "1.28"
"""Up to then sizes of keys and values whose heads lie side by side are not looked at."""


_Found = Generator[Unmet, None, "_Heads | None"]
"""Yields what is not met, and returns what is known; None where that makes no sense."""


class _Heads(NamedTuple):
    """What query, key and value say; -1 for what is not known."""

    batch: int
    queries: int
    """heads"""
    keys: int
    """heads"""
    rows: int
    """length of the query"""
    columns: int
    """length of keys and values, without those that are kept"""
    size: int
    """of one head of a key"""
    value_size: int


def _attention(node: Node) -> Iterator[Unmet]:
    query, key, value = (node.dims(index) for index in (_QUERY, _KEY, _VALUE))
    if query is None or key is None or value is None:
        return
    if len(query) not in (_BATCHED, _HEADED):
        yield Unmet("number of dimensions of the query", str(len(query)), "3 or 4")
        return
    for what, other in (("the key", key), ("the value", value)):
        yield from rank(what, other, len(query))
    if not len(query) == len(key) == len(value):
        return
    yield from same("batch of the key", key[0], query[0])
    yield from same("batch of the value", value[0], query[0])
    heads = yield from (_headed if len(query) == _HEADED else _side_by_side)(
        node, query, key, value
    )
    if heads is None:
        return
    if min(heads.queries, heads.keys) > 0 and heads.queries % heads.keys:
        multiple = f"a multiple of {heads.keys}"
        yield Unmet("number of heads of the query", str(heads.queries), multiple)
    yield from _cached(node, heads)


def _headed(node: Node, query: Dims, key: Dims, value: Dims) -> _Found:
    for attribute, what, given in (
        ("kv_num_heads", "key", key[1]),
        ("kv_num_heads", "value", value[1]),
        ("q_num_heads", "query", query[1]),
    ):
        stated = node.integer(attribute, 0)
        if stated > 0:
            yield from same(f"number of heads of the {what}", given, stated)
    yield from same("number of heads of the value", value[1], key[1])
    yield from same("size of a head of the key", key[3], query[3])
    yield from same("length of the value", value[2], key[2])
    return _Heads(query[0], query[1], key[1], query[2], key[2], query[3], value[3])


def _side_by_side(node: Node, query: Dims, key: Dims, value: Dims) -> _Found:
    queries, keys = node.integer("q_num_heads", 0), node.integer("kv_num_heads", 0)
    for attribute, number in (("q_num_heads", queries), ("kv_num_heads", keys)):
        if number < 1:
            yield Unmet(attribute, str(number), "1 or more")
    if queries < 1 or keys < 1:
        return None
    for what, size, number in (("query", query[2], queries), ("value", value[2], keys)):
        if size >= 0 and size % number:
            yield Unmet(f"size of the {what}", str(size), f"a multiple of {number}")
            return None
    if query[2] >= 0:
        needed = query[2] // queries * keys
        yield from since(_SIZES_SINCE, same("size of the key", key[2], needed))
    yield from since(_SIZES_SINCE, same("length of the value", value[1], key[1]))
    size = query[2] // queries if query[2] >= 0 else -1
    value_size = value[2] // keys if value[2] >= 0 else -1
    return _Heads(query[0], queries, keys, query[1], key[1], size, value_size)


def _cached(node: Node, heads: _Heads) -> Iterator[Unmet]:
    """Keys and values that are kept, and the mask over all of them."""
    past, past_value = node.dims(_PAST_KEY), node.dims(_PAST_VALUE)
    if node.given(_PAST_KEY) != node.given(_PAST_VALUE):
        yield Unmet("past_key and past_value", "one of them", "both or none")
        return
    kept = -1 if node.given(_PAST_KEY) else 0
    if past is not None and len(past) == _HEADED:
        kept = past[2]
    yield from shape("shape of past_key", past, (heads.batch, heads.keys, kept, heads.size))
    needed = (heads.batch, heads.keys, kept, heads.value_size)
    yield from shape("shape of past_value", past_value, needed)
    whole = kept + heads.columns if min(kept, heads.columns) >= 0 else -1
    yield from _masked(node, heads, whole)
    if node.given(_VALID):
        yield from shape("shape of nonpad_kv_seqlen", node.dims(_VALID), (heads.batch,))
        if node.given(_PAST_KEY):
            yield Unmet("nonpad_kv_seqlen", "given with past_key", "given without")
        for one in node.numbers(_VALID) or ():
            if one < 0 or one > whole >= 0:
                yield Unmet("nonpad_kv_seqlen", str(int(one)), f"0 to {whole}")
                break


def _masked(node: Node, heads: _Heads, whole: int) -> Iterator[Unmet]:
    mask = node.dims(_MASK)
    if mask is None:
        return
    least = 1 if node.version >= _WINDOWED else 2
    if not least <= len(mask) <= _HEADED:
        yield Unmet("number of dimensions of the mask", str(len(mask)), f"{least} to 4")
        return
    yield from same("last size of the mask", mask[-1], whole)
    if len(node.dims(_QUERY) or ()) == _HEADED and len(mask) > 1:
        yield from same("rows of the mask", mask[-2], heads.rows)
    if len(mask) == _HEADED and mask[0] != 1:
        yield from same("batch of the mask", mask[0], heads.batch)
    if len(mask) >= _BATCHED and mask[-3] != 1:
        yield from same("number of heads of the mask", mask[-3], heads.queries)


def _scatter(node: Node) -> Iterator[Unmet]:
    """https://github.com/onnx/onnx/blob/main/docs/Operators.md#TensorScatter."""
    cache, update, starts = (node.dims(index) for index in range(3))
    if cache is None or update is None or len(cache) < 2:
        return
    yield from rank("the update", update, len(cache))
    axis = node.integer("axis", -2)
    axis += len(cache) if axis < 0 else 0
    if not 0 < axis < len(cache):
        yield Unmet("axis", str(node.integer("axis", -2)), f"1 to {len(cache) - 1}")
        return
    if len(update) != len(cache):
        return
    for place, (size, needed) in enumerate(zip(update, cache, strict=True)):
        if place != axis:
            yield from same(f"size {place} of the update", size, needed)
    yield from shape("shape of write_indices", starts, cache[:1])
    length, most = update[axis], cache[axis]
    if length > most >= 0:
        yield Unmet(f"size {axis} of the update", str(length), f"{most} or less")
        return
    last = most - length if min(length, most) >= 0 else -1
    linear = node.word("mode", "linear") == "linear"
    for one in node.numbers(2) or ():
        if one < 0 or (linear and one > last >= 0):
            yield Unmet("write index", str(int(one)), f"0 to {last}" if linear else "0 or more")
            return


def _rotary(node: Node) -> Iterator[Unmet]:
    """https://github.com/onnx/onnx/blob/main/docs/Operators.md#RotaryEmbedding."""
    data, cos, sin, positions = (node.dims(index) for index in range(4))
    if data is None or cos is None or sin is None:
        return
    for what, given in (("cos_cache", cos), ("sin_cache", sin)):
        yield from rank(what, given, 2 if node.given(3) else 3)
    yield from shape("shape of sin_cache", sin, cos)
    if len(data) not in (_BATCHED, _HEADED):
        return
    size = data[-1] if len(data) == _HEADED else -1
    length = data[2] if len(data) == _HEADED else data[1]
    heads = node.integer("num_heads", 0)
    if len(data) == _BATCHED and heads > 0 and data[2] >= 0:
        size = data[2] // heads
    turned = node.integer("rotary_embedding_dim", 0) or size
    if turned > size >= 0:
        yield Unmet("rotary_embedding_dim", str(turned), f"{size} or less")
    if cos and turned >= 0:
        yield from same("last size of cos_cache", cos[-1], turned // 2)
    if node.given(3):
        yield from shape("shape of position_ids", positions, (data[0], length))
    elif len(cos) == _BATCHED:
        yield from shape("shape of cos_cache", cos, (data[0], length, -1))


DEMANDS: Final[Mapping[str, Demand]] = {
    "Attention": _attention,
    "RotaryEmbedding": _rotary,
    "TensorScatter": _scatter,
}
