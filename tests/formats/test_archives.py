"""Zip, tar, NumPy and safetensors: what no fixture can show.

Cut at every length and with every byte flipped, the readers give facts and never fail; a large
stored member costs nothing; a part of a source reads like the whole.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import modelaudit
from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Anomaly, Identity, Member, Unreadable
from modelaudit.core.kinds import sentence
from modelaudit.core.limits import MIB, Bounds, Limits
from modelaudit.core.source import COPIED, Source, open_file
from modelaudit.formats.archives import tar, zipmembers
from modelaudit.formats.archives import zip as zips

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SAMPLES = (
    "archive/PKL101/fail/e25-stored.zip",
    "archive/PKL101/fail/e25-deflated.zip",
    "archive/PKL101/fail/e26-pax-name.tar",
    "archive/PKL101/fail/e25-object-array.npz",
    "archive/ARC107/fail/e25-zip64-end-lies.zip",
    "numpy/PKL101/fail/c17-object.npy",
    "numpy/NPY301/pass/structure.npy",
    "safetensors/SFT301/pass/two-tensors.safetensors",
    "safetensors/SFT102/fail/e25-parent.safetensors.index.json",
)
BOUNDS = Bounds.starting_now(Limits(timeout=3600), 1 << 20)


def damaged(data: bytes) -> Iterator[bytes]:
    step = max(1, len(data) // 300)
    yield from (data[:length] for length in range(1, len(data), step))
    for place in range(0, len(data), step):
        yield data[:place] + bytes((data[place] ^ 0xFF,)) + data[place + 1 :]


@pytest.mark.parametrize("name", SAMPLES)
def test_damage_never_breaks_a_reader(tmp_path: Path, name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    path = tmp_path / Path(name).name
    for case in damaged(data):
        path.write_bytes(case)
        facts = modelaudit.inspect(path).facts
        assert facts
        failed = [fact for fact in facts if getattr(fact, "reason", "") == "inspector-failed"]
        assert not failed, case


@pytest.mark.parametrize("name", SAMPLES[:2])
def test_cut_zip_is_never_clean(tmp_path: Path, name: str) -> None:
    """Whole members of it are still found."""
    data = (FIXTURES / name).read_bytes()
    path = tmp_path / "cut.zip"
    for length in range(1, len(data)):
        path.write_bytes(data[:length])
        report = modelaudit.scan([path], jobs=1)
        assert report.findings, f"cut at {length}"
        if length >= data.index(b"PK\x01\x02"):
            assert "PKL101" in {finding.rule for finding in report.findings}


def sparse_zip(path: Path, size: int) -> None:
    """One stored member of ``size`` zeros that take no room on the disk, then a small pickle."""
    big, small, pickled = b"big.bin.data", b"m.pkl", b"\x80\x04N."
    wide = struct.pack("<HHQQ", 1, 16, size, size)
    top = 0xFFFFFFFF
    local = "<4s5H3I2H"
    with path.open("wb") as file:
        header = struct.pack(local, b"PK\3\4", 45, 0, 0, 0, 33, 0, top, top, len(big), len(wide))
        file.write(header + big + wide)
        file.seek(size, os.SEEK_CUR)
        offset = file.tell()
        crc, length = zlib.crc32(pickled), len(pickled)
        header = struct.pack(local, b"PK\3\4", 45, 0, 0, 0, 33, crc, length, length, len(small), 0)
        file.write(header + small + pickled)
        start = file.tell()
        far = struct.pack("<HHQ", 1, 8, offset)
        central = "<4s6H3I5H2I"
        file.write(
            struct.pack(
                central, b"PK\1\2", 45, 45, 0, 0, 0, 33, 0, top, top, len(big), len(wide),
                0, 0, 0, 0, 0,
            ) + big + wide
            + struct.pack(
                central, b"PK\1\2", 45, 45, 0, 0, 0, 33, crc, length, length, len(small), len(far),
                0, 0, 0, 0, top,
            ) + small + far
        )  # fmt: skip
        end = file.tell()
        file.write(
            struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 2, 2, end - start, start)
            + struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
            + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 2, 2, end - start, top, 0)
        )


def test_large_stored_member_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.zip"
    sparse_zip(path, 4 << 30)
    modelaudit.inspect(FIXTURES / SAMPLES[0])  # what has to be imported is
    tracemalloc.start()
    facts = modelaudit.inspect(path).facts
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * MIB
    assert [fact.size for fact in facts if isinstance(fact, Member)] == [4 << 30, 4]
    assert [fact.where.members for fact in facts if isinstance(fact, Embedded)] == [("m.pkl",)]
    assert not [fact for fact in facts if isinstance(fact, Anomaly | Unreadable)]


def test_part_of_a_file_reads_like_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    data = os.urandom(3 * COPIED)
    path.write_bytes(data)
    with open_file(str(path)) as whole:
        part = whole.part(777, 2 * COPIED, "member", Limits())
        wanted = data[777 : 777 + 2 * COPIED]
        assert part.extent == len(wanted)
        assert part.growing
        assert part.size == 0
        assert part.read(COPIED, 9) == wanted[COPIED : COPIED + 9]
        assert part.read(len(wanted) - 3, 9) == wanted[-3:]
        assert part.read(len(wanted) + 3, 9) == b""
        inner = part.part(5, COPIED + 5, "inner", Limits())
        assert inner.members == ("member", "inner")
        assert inner.read(0, 20) == wanted[5:25]
        assert inner.whole() == wanted[5 : COPIED + 10]
        part.grow()
        after = part.skip(10, 2 * COPIED - 20)
        assert part.offset(after) == 2 * COPIED - 10
        assert part.whole()[after:] == wanted[-10:]
        assert re.search(re.escape(wanted[-10:]), part.data)


def test_a_skip_past_the_end_ends_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(2 * COPIED))
    with open_file(str(path)) as whole:
        part = whole.part(1, 2 * COPIED, "member", Limits())
        assert part.skip(0, 2 * COPIED) > part.size


def test_limits_of_members(tmp_path: Path) -> None:
    data = (FIXTURES / SAMPLES[0]).read_bytes()
    archive = zips.read(Source(data, "a"), Bounds.starting_now(Limits(max_members=0), 1 << 20))
    reasons = [fact.reason for fact in archive.anomalies if isinstance(fact, Unreadable)]
    assert not archive.members
    assert reasons == ["limit"]


def test_no_zip() -> None:
    with pytest.raises(Malformed, match="not-a-zip"):
        zips.read(Source(b"nothing", "a"), BOUNDS)


def test_members_of_one_name() -> None:
    data = (FIXTURES / "archive/ARC108/fail/e25-duplicate-name.zip").read_bytes()
    source = Source(data, "a")
    archive = zips.read(source, BOUNDS)
    members = [zips.open_member(source, member, BOUNDS) for member in archive.named("a.pkl")]
    assert len(members) == 2
    assert members[1].read(0, 9) == b"N."


@pytest.mark.parametrize("suffix", ["7z", "pt"])
def test_7z(tmp_path: Path, suffix: str) -> None:
    py7zr = pytest.importorskip("py7zr")
    path = tmp_path / f"model.{suffix}"
    with py7zr.SevenZipFile(path, "w") as archive:
        archive.writestr(b"cos\nsystem\n(Vecho modelaudit-marker\ntR.", "a/data.pkl")
        archive.writestr(b"words", "notes.txt")
    report = modelaudit.scan([path], jobs=1)
    found = {finding.rule: finding.where.members for finding in report.findings}
    assert found["PKL101"] == ("a/data.pkl",)


def test_7z_needs_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "py7zr", None)
    path = tmp_path / "model.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(26))
    facts = modelaudit.inspect(path).facts
    assert [fact.reason for fact in facts if isinstance(fact, Unreadable)] == ["needs-extra"]


@pytest.mark.parametrize("size", [1 << 16, (1 << 20) + 1, 9 << 20])
def test_inflated_to_the_last_byte(tmp_path: Path, size: int) -> None:
    """zlib may hold back output that needs no more input."""
    path = tmp_path / "zeros.joblib"
    path.write_bytes(zlib.compress(b"\x80\x05\x8e" + struct.pack("<Q", size) + bytes(size) + b"."))
    facts = modelaudit.inspect(path).facts
    assert [fact.format for fact in facts if isinstance(fact, Identity)] == ["zlib", "pickle"]
    assert not [fact for fact in facts if isinstance(fact, Anomaly | Unreadable)]


def safetensors(header: object) -> bytes:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(raw).to_bytes(8, "little") + raw + bytes(8)


ENTRY = {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}
STORED = (FIXTURES / SAMPLES[0]).read_bytes()
WRONG: dict[str, tuple[str, bytes]] = {
    "entry-fields-unknown": ("a.safetensors", safetensors({"a": {**ENTRY, "more": 1}})),
    "header-start": ("a.safetensors", safetensors(b" " + json.dumps({"a": ENTRY}).encode())),
    "too-many-dimensions": ("a.safetensors", safetensors({"a": {**ENTRY, "shape": [1] * 65}})),
    "shard-not-text": ("a.safetensors.index.json", b'{"weight_map": {"a": 1, "b": []}}'),
    "shard-index": ("a.safetensors.index.json", b'{"weight_map": 1}'),
    "truncated": ("a.npy", b"\x93NUMPY\x01\0\x76\0{'descr': "),
    "not-a-zip": ("a.zip", b"words, and no archive"),
    "not-a-tar": ("a.tar", b"words, and no archive"),
    "zip-without-members": ("a.zip", STORED[:20]),
    "truncated-member": ("a.zip", STORED[:60]),
    "missing-local-header": ("a.zip", STORED.replace(b"PK\3\4", b"PK\3\5")),
    "trailing-data": ("a.pkl.gz", gzip.compress(b"N.") + b"more"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_kinds(tmp_path: Path, kind: str) -> None:
    name, data = WRONG[kind]
    path = tmp_path / name
    path.write_bytes(data)
    facts = [f for f in modelaudit.inspect(path).facts if isinstance(f, Anomaly | Unreadable)]
    sentences = {f.kind if isinstance(f, Anomaly) else f.reason: sentence(f) for f in facts}
    assert sentences[kind]


def _zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"N.")
    return buffer.getvalue()


def _limits_reached(archive: zips.Archive) -> list[object]:
    return [
        fact.fields["limit"]
        for fact in archive.anomalies
        if isinstance(fact, Unreadable) and fact.reason == "limit"
    ]


def test_many_end_records_are_a_limit() -> None:
    appended = b"".join(_zipped(f"{index}.pkl") for index in range(17))
    archive = zips.read(Source(appended, "a"), BOUNDS)
    assert _limits_reached(archive) == ["end records of one archive"]


def test_end_records_of_members_do_not_count() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as outer:
        for index in range(30):
            outer.writestr(f"{index}.zip", _zipped("a.pkl"))
    archive = zips.read(Source(buffer.getvalue(), "a"), BOUNDS)
    assert len(archive.members) == 30
    assert not archive.anomalies


@pytest.mark.parametrize(
    ("constant", "limit"),
    [
        ("_SEARCHED", "bytes searched for unlisted members"),
        ("_DIRECTORY", "bytes of one central directory"),
    ],
)
def test_bytes_of_an_archive_are_a_limit(
    monkeypatch: pytest.MonkeyPatch, constant: str, limit: str
) -> None:
    """Only with lower limits: one archive beyond them has 64 and 256 MiB."""
    data = bytes(4000) + _zipped("a.pkl", "b.pkl") + bytes(100)
    assert not _limits_reached(zips.read(Source(data, "a"), BOUNDS))
    monkeypatch.setattr(zipmembers, constant, 60)
    assert _limits_reached(zips.read(Source(data, "a"), BOUNDS)) == [limit]


def test_a_long_extended_header_is_a_limit() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("a.pkl")
        member.pax_headers = {"comment": "x" * (MIB + 1)}
        member.size = 2
        archive.addfile(member, io.BytesIO(b"N."))
    facts = list(tar.read(Source(buffer.getvalue(), "a"), BOUNDS))
    reached = [fact.fields["limit"] for fact in facts if isinstance(fact, Unreadable)]
    assert reached == ["bytes of one extended header"]


def test_a_member_that_declares_more_than_there_is_ends_with_the_file() -> None:
    """A zip without its end is searched to where the bytes end, whatever size the tar declares."""
    zipped = _zipped("a.pkl")[:-30]
    header = bytearray(tarfile.TarInfo("a.zip").tobuf(tarfile.USTAR_FORMAT))
    header[124:136] = b"17777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    source = Source(bytes(header) + zipped, "a.tar")
    inner = [fact for fact in tar.inspect(source, BOUNDS) if isinstance(fact, Embedded)]
    archive = zips.read(inner[0].source, BOUNDS)
    assert [member.name for member in archive.members] == ["a.pkl"]
