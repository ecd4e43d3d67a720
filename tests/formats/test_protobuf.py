"""Messages by their wire format: fields, omitted data, and damage."""

from __future__ import annotations

import pytest

from modelaudit.core.errors import Malformed
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.source import Source, Window
from modelaudit.formats.protobuf import (
    KEPT,
    LENGTH,
    LONGEST_TEXT,
    MOST_DEPTH,
    Plan,
    _Slimmer,
    encoded,
    fields,
    left,
    packed_count,
    signed,
    slim,
    text,
)

PLANS = {
    "Outer": Plan({1: "Outer", 2: "Tensor", 5: "Text"}, lists=frozenset({3, 4})),
    "Text": Plan(texts=frozenset({1})),
    "Tensor": Plan(data=frozenset({4, 9}), stub=9),
}


def tagged(number: int, content: bytes) -> bytes:
    return encoded(number << 3 | LENGTH) + encoded(len(content)) + content


def slimmed(data: bytes, limits: Limits | None = None) -> bytes:
    bounds = Bounds.starting_now(limits or Limits(), 1 << 20)
    return slim(Source(data, "a"), PLANS, "Outer", bounds)


def test_fields_have_their_offsets_and_values() -> None:
    data = b"\x08\x96\x01" + b"\x12\x02hi" + b"\x1d\x01\x00\x00\x00" + b"\x21" + bytes(8)
    found = list(fields(data, 0, len(data)))
    assert [(one.at, one.number, one.wire, one.stop) for one in found] == [
        (0, 1, 0, 3),
        (3, 2, 2, 7),
        (7, 3, 5, 12),
        (12, 4, 1, 21),
    ]
    assert [found[0].value, text(data, found[1]), found[2].value] == [150, "hi", 1]


def test_negative_numbers_have_sixty_four_bits() -> None:
    data = b"\x08" + encoded((1 << 64) - 1)
    assert signed(next(fields(data, 0, len(data))).value) == -1
    assert signed(5) == 5


@pytest.mark.parametrize(
    "data",
    [
        b"\x08",
        b"\x08" + b"\xff" * 11,
        b"\x12\x05hi",
        b"\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x1d\x01",
        b"\x0b\x0c",
        b"\x0f",
        b"\x00\x01",
    ],
)
def test_what_does_not_fit_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        list(fields(data, 0, len(data)))


def test_data_is_omitted_and_listed() -> None:
    tensor = tagged(1, b"name") + tagged(9, bytes(5000)) + b"\x25" + bytes(4)
    data = tagged(2, tensor)
    small = slimmed(data)
    assert len(small) < 200
    inner = next(fields(small, 0, len(small)))
    parts = list(fields(small, inner.value, inner.stop))
    stub = small[parts[-1].value : parts[-1].stop]
    raw, unpacked = left(stub)
    start = data.index(bytes(5000))
    assert (raw.number, raw.start, raw.stop) == (9, start, start + 5000)
    assert (unpacked.number, unpacked.wire, unpacked.stop - unpacked.start) == (4, 5, 5)


def test_a_stub_is_never_the_artifacts_own() -> None:
    """Bytes of the artifact that look like a stub are not taken for one."""
    forged = tagged(9, bytes(24))
    small = slimmed(tagged(2, forged))
    inner = next(fields(small, 0, len(small)))
    parts = list(fields(small, inner.value, inner.stop))
    assert len(parts) == 1
    assert [one.start for one in left(small[parts[0].value : parts[0].stop])] == [4]


def test_long_lists_are_cut() -> None:
    numbers = b"\x20\x01" * 100_000
    floats = b"".join(tagged(3, b"s") for _ in range(1000))
    small = slimmed(numbers + floats)
    counts = [one.number for one in fields(small, 0, len(small))]
    assert counts.count(4) == KEPT
    assert counts.count(3) == KEPT


def test_a_list_of_numbers_costs_one_step() -> None:
    data = b"\x20\xff\x01" * 100_000
    slimmer = _Slimmer(data, PLANS, Bounds.starting_now(Limits(), 1 << 20))
    slimmer.message(0, len(data), "Outer", 0)
    assert slimmer.met == 1


def test_long_texts_keep_their_beginning() -> None:
    small = slimmed(tagged(7, b"x" * (LONGEST_TEXT + 1)))
    assert small == tagged(7, b"x" * KEPT)


def test_invalid_utf8_is_escaped() -> None:
    assert slimmed(tagged(5, tagged(1, b"a\xff"))) == tagged(5, tagged(1, b"a\\xff"))
    assert slimmed(tagged(5, tagged(2, b"a\xff"))) == tagged(5, tagged(2, b"a\xff"))
    long = "é".encode() * LONGEST_TEXT
    assert slimmed(tagged(5, tagged(1, b"a" + long))) == tagged(5, tagged(1, b"a" + long[:62]))


def test_what_is_short_stays_as_it_is() -> None:
    data = tagged(7, b"text") + b"\x28\x01" + tagged(1, tagged(7, b"inner"))
    assert slimmed(data) == data


def test_depth_is_bounded() -> None:
    data = b""
    for _ in range(10_000):
        data = tagged(1, data)
    with pytest.raises(Malformed, match=f"nested messages.*{MOST_DEPTH}"):
        slimmed(data)


def test_what_is_kept_is_bounded() -> None:
    data = tagged(7, bytes(1000)) * 100
    with pytest.raises(Malformed, match="max-structure"):
        slimmed(data, Limits(max_structure=10_000))


def test_time_is_bounded() -> None:
    data = b"\x28\x01" * 10_000
    with pytest.raises(Malformed, match="timeout"):
        slimmed(data, Limits(timeout=0.0))


def test_a_part_of_a_file_is_read_where_it_lies() -> None:
    inner = tagged(7, b"text")
    window = Window(b"before" + inner + b"after", 6, len(inner), "a", ("m",), Limits())
    assert slim(window, PLANS, "Outer", Bounds.starting_now(Limits(), 1 << 20)) == inner


def test_packed_numbers_are_counted() -> None:
    data = encoded(1) + encoded(300) + encoded(1 << 40)
    assert packed_count(data, 0, len(data), 0) == 3
    assert packed_count(bytes(12), 0, 12, 4) == 3
