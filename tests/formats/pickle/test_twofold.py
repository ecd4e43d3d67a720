"""Bytes that show another format, and that a loader of pickles runs."""

from __future__ import annotations

import gzip

import modelaudit
from fixtures.recipes.asm import EMPTY_TUPLE, POP, STOP, binbytes, system
from fixtures.recipes.tars import END, member
from modelaudit.core.limits import MIB, Bounds, Limits
from modelaudit.core.report import Report
from modelaudit.core.source import Source
from modelaudit.formats.pickle.executed import Executed
from modelaudit.formats.pickle.machine import Machine
from modelaudit.formats.pickle.recorder import Recorder

CALL = POP + system() + STOP
LONG = 3 * MIB


def rules(data: bytes, name: str) -> set[str]:
    report: Report = modelaudit.scan_bytes(data, name)
    return {finding.rule for finding in report.findings}


def test_a_vector_of_r_is_a_pickle_too() -> None:
    # Two versions, flags and a length: text, a tuple and a number to a loader of pickles.
    length = b"\0" + EMPTY_TUPLE * 3
    head = b"X\n\0\0\0\2\0\4\0\0\0\2\3\0\0" + b")M\x18" + length
    data = head + CALL.ljust(int.from_bytes(length, "big"), b"\0")
    assert "PKL101" in rules(data, "weights")
    assert "PKL101" not in rules(data.replace(CALL, b"\0" * len(CALL)), "weights")


def archive(payload: bytes) -> bytes:
    """A tar whose first member's name begins a value that ends inside of the member."""
    opened = binbytes(bytes(LONG))[:5]
    body = bytes(LONG - 512 + len(opened)) + payload
    return member(opened, body) + END


def test_a_name_of_letters_is_not_taken_for_a_length() -> None:
    named = member(b"Bert.txt", b"nothing here".ljust(LONG)) + END
    assert not rules(gzip.compress(named), "weights.tar.gz")
    assert not rules(named, "weights.tar")


def test_a_call_far_into_a_compressed_tar_is_found() -> None:
    assert "PKL101" in rules(gzip.compress(archive(CALL)), "weights.tar.gz")
    assert "PKL101" in rules(archive(CALL), "weights.tar")
    assert not rules(gzip.compress(archive(b"")), "weights.tar.gz")


def test_a_call_behind_a_long_first_value_is_found() -> None:
    limits = Limits(max_embedded=MIB)
    for payload, found in ((CALL, True), (b"", False)):
        packed = gzip.compress(archive(payload))
        report: Report = modelaudit.scan_bytes(packed, "weights.tar.gz", limits=limits)
        assert found is ("PKL101" in {finding.rule for finding in report.findings})
        assert found is bool(report.findings)


def test_names_in_what_is_inflated_later_are_found() -> None:
    executed, seen = Executed(), bytearray(256)
    early = b"a" * 1000

    def values(data: bytes) -> Machine:
        source, bounds = Source(data, "model.pkl"), Bounds.starting_now(Limits(), len(data))
        return Recorder(source, bounds).machine

    assert not executed.look(values(early), seen, 900)
    assert executed.look(values(early + b"b" * 2000 + b"formula"), seen, 3007)
