"""Bad input gives a finding or a clear error that names the path; never a traceback, never silence.

Fixtures are cut at every length, and those of up to ``SMALL`` bytes have every byte flipped. All of
these are read; since judging costs more than reading and takes no bytes, a sample of them is also
scanned, in one run.
"""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path

import pytest

import modelaudit
from modelaudit import UsageError, engine
from modelaudit.config.model import Config
from modelaudit.core.facts import Fact
from modelaudit.core.limits import Bounds, Limits
from modelaudit.core.report import Report
from modelaudit.core.source import Source
from modelaudit.discovery.identify import candidate_formats
from tests.defects import defects

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
ELSEWHERE = {"hdf5", "keras", "onnx", "pmml", "savedmodel"}
"""Topics whose fixtures tests of their own damage, in tests/formats."""
SMALL = 400
"""Bytes of a fixture up to which every byte is flipped."""
SAMPLE = 997
"""One in so many of the damaged files is scanned as well."""
HARMLESS = b"\x80\x04]\x94(K\x01K\x02e."
PAYLOAD = b"cos\nsystem\n(Vecho modelaudit-marker\ntR"


def corpus() -> list[bytes]:
    """Fixtures of distinct content, the long ones of a kind left out."""
    found: dict[bytes, bytes] = {}
    for path in sorted(FIXTURES.glob("*/*/*/*")):
        if path.is_dir() or ELSEWHERE & set(path.relative_to(FIXTURES).parts):
            continue
        data = path.read_bytes()
        if path.name != "targets.txt" and 0 < len(data) < 5_000:
            found.setdefault(hashlib.sha256(data).digest(), data)
    return list(found.values())


def read(data: bytes) -> list[Fact]:
    """What the engine reads of a pickle's bytes, without a file."""
    source = Source(data, "damaged.pkl")
    bounds = Bounds.starting_now(Limits(), 1 << 20)
    formats = candidate_formats(source)
    return [fact for name in formats for fact in engine._inspect(source, name, "pickle", bounds, 0)]


def scan_all(directory: Path, cases: dict[str, bytes]) -> Report:
    """Scan all cases in this process: one file each, beside one that is known to be bad."""
    for name, data in cases.items():
        (directory / name).write_bytes(data)
    (directory / "witness.pkl").write_bytes(PAYLOAD + b".")
    report = modelaudit.scan([directory], config=Config(), jobs=1)
    assert "PKL101" in rules(report, "witness.pkl")
    return report


def rules(report: Report, name: str) -> set[str]:
    return {finding.rule for finding in report.findings if Path(finding.where.path).name == name}


def outcome(path: Path) -> str:
    """The usage error that naming ``path`` gives, or its findings as text."""
    try:
        report = modelaudit.scan([path], jobs=1)
    except UsageError as error:
        return str(error)
    return "\n".join(f"{finding.where}: {finding.message}" for finding in report.findings)


def check_survived(report: Report, cases: dict[str, bytes]) -> None:
    """Every case is listed as an artifact, and no reader and no rule of ours broke on one."""
    listed = {Path(artifact.path).name for artifact in report.artifacts}
    assert set(cases) <= listed
    assert defects(report) == []


def cut() -> Iterator[bytes]:
    """Every fixture of the corpus, cut at every length."""
    return (data[:length] for data in corpus() for length in range(len(data)))


def flipped() -> Iterator[bytes]:
    """Every small fixture of the corpus with one byte changed, in one of four ways."""
    for data in corpus():
        for place in range(len(data) if len(data) <= SMALL else 0):
            changed = bytearray(data)
            changed[place] ^= (0xFF, 0x01, 0x20, 0x80)[place % 4]
            yield bytes(changed)


@pytest.mark.parametrize("damage", [cut, flipped])
def test_damage_never_breaks_the_reader(damage: Callable[[], Iterator[bytes]]) -> None:
    """Reading gives facts, and none of them is a defect of the inspector."""
    for number, data in enumerate(damage()):
        facts = read(data)
        assert facts, f"case {number}: nothing was said about {data!r}"
        failed = [fact for fact in facts if getattr(fact, "reason", "") == "inspector-failed"]
        assert not failed, f"case {number}: {failed} for {data!r}"


def test_a_limit_in_a_file_that_claims_nothing_is_a_finding(tmp_path: Path) -> None:
    """Whether such a file is a pickle is asked outside the inspectors' net."""
    path = tmp_path / "model.dat"
    path.write_bytes(b"N0cos\nsystem\n0" + b"N0" * 2_200_000 + b".")
    report = modelaudit.scan([path], Config(limits=Limits(timeout=1e-9)))
    assert "GEN307" in {finding.rule for finding in report.findings}


@pytest.mark.parametrize("damage", [cut, flipped])
def test_damage_never_ends_the_run(tmp_path: Path, damage: Callable[[], Iterator[bytes]]) -> None:
    """A sample goes through the whole pipeline, in one run."""
    sample = islice(damage(), None, None, SAMPLE)
    cases = {f"{number:05}.pkl": data for number, data in enumerate(sample)}
    check_survived(scan_all(tmp_path, cases), cases)


@pytest.mark.parametrize("length", range(1, len(HARMLESS)))
def test_cut_stream_is_not_clean(tmp_path: Path, length: int) -> None:
    """A harmless stream that lacks its end is incomplete, not harmless."""
    cases = {"cut.pkl": HARMLESS[:length]}
    report = scan_all(tmp_path, cases)
    assert rules(report, "cut.pkl") & {"PKL301", "GEN301", "GEN306"}


def test_cut_behind_payload_finds_both(tmp_path: Path) -> None:
    report = scan_all(tmp_path, {"cut.pkl": PAYLOAD})
    assert {"PKL101", "PKL301"} <= rules(report, "cut.pkl")


@cache
def nested_tuples(depth: int) -> bytes:
    return b"\x80\x04N" + b"\x85" * depth + b"."


CLAIMS = {
    "string-2to63": b"\x80\x04\x8d" + struct.pack("<Q", 2**63) + b"a.",
    "string-2to64-1": b"\x80\x04\x8d" + struct.pack("<Q", 2**64 - 1) + b"a.",
    "bytes-2to63-1": b"\x80\x04\x8e" + struct.pack("<Q", 2**63 - 1) + b"a.",
    "bytearray-2to62": b"\x80\x05\x96" + struct.pack("<Q", 2**62) + b"a.",
    "binunicode-4gib": b"\x80\x02X\xff\xff\xff\xffa.",
    "binstring-negative": b"\x80\x02T\xff\xff\xff\xffa.",
    "long4-2gib": b"\x80\x02\x8b\xff\xff\xff\x7fa.",
    "long4-negative": b"\x80\x02\x8b\xff\xff\xff\xffa.",
    "memo-never-set": b"\x80\x02h\x07.",
    "long-memo-never-set": b"\x80\x02j\xff\xff\xff\xff.",
    "text-memo-never-set": b"g123456789012345678901234567890\n.",
    "memo-put-on-empty-stack": b"\x80\x02q\x00.",
    "pop-on-empty-stack": b"\x80\x020.",
    "reduce-on-empty-stack": b"\x80\x02R.",
    "build-on-empty-stack": b"\x80\x02b.",
    "stop-on-empty-stack": b"\x80\x02.",
    "tuple-without-mark": b"\x80\x02t.",
    "appends-on-scalar": b"\x80\x02K\x01(K\x02e.",
    "line-without-end": b"c" + b"a" * 10_000,
    "frame-2to64-1": b"\x80\x04\x95" + struct.pack("<Q", 2**64 - 1) + b"N.",
}


@pytest.mark.parametrize("name", CLAIMS)
def test_claim_is_reported(tmp_path: Path, name: str) -> None:
    cases = {f"{name}.pkl": CLAIMS[name]}
    report = scan_all(tmp_path, cases)
    check_survived(report, cases)
    assert rules(report, f"{name}.pkl"), "no finding"


def test_a_long_integer_is_data(tmp_path: Path) -> None:
    """Pythons before 3.11 read it; rendering it in a message must not break on its digits."""
    number = b"I" + b"9" * 100_000 + b"\n"
    cases = {"long.pkl": number + b".", "argument.pkl": b"cos\nsystem\n(" + number + b"tR."}
    report = scan_all(tmp_path, cases)
    check_survived(report, cases)
    assert (rules(report, "long.pkl"), rules(report, "argument.pkl")) == (set(), {"PKL101"})


DEEP = {
    "marks": (b"\x80\x04" + b"(" * 100_000 + PAYLOAD + b".", {"PKL101"}),
    "tuples": (nested_tuples(100_000)[:-1] + b"0" + PAYLOAD + b".", {"PKL101"}),
    "lists": (b"\x80\x04" + b"]" * 100_000 + b"a" * 99_999 + b"0" + PAYLOAD + b".", {"PKL101"}),
    "dicts": (b"\x80\x04" + b"}N" * 100_000 + b"}" + b"s" * 100_000 + PAYLOAD + b".", {"PKL101"}),
    "calls": (
        b"\x80\x04cmylib\nmake\n" + b"N\x85R" * 100_000 + b"0" + PAYLOAD + b".",
        {"PKL101", "PKL110"},
    ),
    "arguments": (b"\x80\x04cos\nsystem\nN" + b"\x85" * 100_000 + b"R.", {"PKL101"}),
    "state": (b"\x80\x04cmylib\nM\n)\x81N" + b"\x85" * 100_000 + b"b" + PAYLOAD + b".", {"PKL101"}),
    "persistent": (b"\x80\x04N" + b"Q" * 100_000 + PAYLOAD + b".", {"PKL101"}),
    "protocols": (b"\x80\x04" * 100_000 + PAYLOAD + b".", {"PKL101"}),
    "frames": (b"\x80\x04" + (b"\x95" + bytes(8)) * 50_000 + PAYLOAD + b".", {"PKL101"}),
    "streams": (b"\x80\x04N." * 50_000 + PAYLOAD + b".", {"PKL101"}),
    "imports": (
        b"\x80\x04" + b"".join(b"cmylib\nN%d\n0" % n for n in range(30_000)) + PAYLOAD + b".",
        {"GEN307"},
    ),
    "doubling": (
        b"\x80\x04)\x94" + b"".join(b"h%ch%c\x86\x94" % (n, n) for n in range(100)) + b"0"
        + PAYLOAD + b".",
        {"PKL101"},
    ),
    "doubled-arguments": (
        b"\x80\x04)\x94"
        + b"".join(b"h%ch%c\x86\x94" % (n, n) for n in range(100))
        + b"cos\nsystem\nh\x64R.",
        {"PKL101"},
    ),
    "cyclic-list": (b"\x80\x04cos\nsystem\n]\x94h\x00a\x85R.", {"PKL101"}),
    "cyclic-dict": (b"\x80\x04cos\nsystem\n}\x94K\x01h\x00s\x85R.", {"PKL101"}),
}  # fmt: skip


@pytest.mark.parametrize("name", DEEP)
def test_depth_and_number_cost_little(tmp_path: Path, name: str) -> None:
    """Neither recursion nor repetition keeps the call behind it from being found.

    More imports than are reported cut the list; that is a finding too.
    """
    data, expected = DEEP[name]
    cases = {f"{name}.pkl": data}
    report = scan_all(tmp_path, cases)
    check_survived(report, cases)
    assert expected <= rules(report, f"{name}.pkl")


def bomb(packed_kib: int) -> bytes:
    """A zlib stream that inflates to about a thousand times its size, all of it one string."""
    size = packed_kib * 1024 * 1000
    head = b"\x80\x04\x8e" + struct.pack("<Q", size)
    packer = zlib.compressobj(9)
    parts = [packer.compress(head)]
    zeros = bytes(1 << 20)
    parts += [packer.compress(zeros) for _ in range(size >> 20)]
    return b"".join([*parts, packer.flush()])


def test_bomb_is_stopped(tmp_path: Path) -> None:
    """570 MB of zeros: more than is kept of a stream, and at a ratio that no data has."""
    cases = {"bomb.joblib": bomb(560)}
    report = scan_all(tmp_path, cases)
    assert "GEN307" in rules(report, "bomb.joblib")
    artifact = next(a for a in report.artifacts if a.path.endswith("bomb.joblib"))
    assert not artifact.complete


def test_nested_compression_is_stopped(tmp_path: Path) -> None:
    data = HARMLESS
    for _ in range(50):
        data = zlib.compress(data)
    report = scan_all(tmp_path, {"nested.joblib": data})
    assert "GEN307" in rules(report, "nested.joblib")


def test_nested_pickles_are_stopped(tmp_path: Path) -> None:
    data = HARMLESS
    for _ in range(50):
        data = b"\x80\x04\x8e" + struct.pack("<Q", len(data)) + data + b"."
    report = scan_all(tmp_path, {"nested.pkl": data})
    assert "GEN307" in rules(report, "nested.pkl")


def test_empty_file_is_a_finding(tmp_path: Path) -> None:
    assert "GEN303" in rules(scan_all(tmp_path, {"empty.pkl": b""}), "empty.pkl")


def test_directory_named_like_a_pickle(tmp_path: Path) -> None:
    """A directory is walked, whatever its name says, and the name is a finding of its own."""
    inner = tmp_path / "x.pkl"
    inner.mkdir()
    (inner / "y.pkl").write_bytes(PAYLOAD + b".")
    report = modelaudit.scan([inner])
    assert rules(report, "y.pkl") == {"PKL101"}
    assert rules(report, "x.pkl")


def test_empty_directory_named_like_a_pickle(tmp_path: Path) -> None:
    (tmp_path / "x.pkl").mkdir()
    assert rules(scan_all(tmp_path, {}), "x.pkl")


def test_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing-here\.pkl"):
        modelaudit.scan([tmp_path / "nothing-here.pkl"])


def test_dangling_link(tmp_path: Path) -> None:
    """Named itself it is a usage error or a finding; found in a directory, the run goes on."""
    link = tmp_path / "dangling.pkl"
    link.symlink_to(tmp_path / "gone.pkl")
    assert "dangling.pkl" in outcome(link)
    report = scan_all(tmp_path, {})
    assert rules(report, "dangling.pkl")


def test_looping_link(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.pkl").symlink_to(tmp_path / "self.pkl")
    report = scan_all(tmp_path, {})
    assert sum(artifact.path.endswith("witness.pkl") for artifact in report.artifacts) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.pkl"
    secret.write_bytes(HARMLESS)
    secret.chmod(0)
    report = scan_all(tmp_path, {})
    assert "GEN309" in rules(report, "secret.pkl")


def test_file_that_fails_to_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a missing permission does, for whoever runs the tests as root."""
    secret = tmp_path / "secret.pkl"
    secret.write_bytes(HARMLESS)
    real_open, real_path_open = os.open, Path.open

    def refuse(path: object) -> None:
        if str(path).endswith("secret.pkl"):
            raise PermissionError(13, "Permission denied", str(path))

    def guarded(path, *arguments, **options):
        refuse(path)
        return real_open(path, *arguments, **options)

    def guarded_path(self, *arguments, **options):
        refuse(self)
        return real_path_open(self, *arguments, **options)

    import builtins

    real_builtin = builtins.open

    def guarded_builtin(path, *arguments, **options):
        refuse(path)
        return real_builtin(path, *arguments, **options)

    monkeypatch.setattr(os, "open", guarded)
    monkeypatch.setattr(Path, "open", guarded_path)
    monkeypatch.setattr(builtins, "open", guarded_builtin)
    report = scan_all(tmp_path, {})
    assert "GEN309" in rules(report, "secret.pkl")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs /proc")
def test_file_that_fails_to_read(tmp_path: Path) -> None:
    """It opens, and reading it is an error."""
    path = tmp_path / "memory.pkl"
    path.symlink_to("/proc/self/mem")
    assert "memory.pkl" in outcome(path)


@pytest.mark.parametrize("name", ["pipe.pkl", "socket.pkl"])
def test_special_file(tmp_path: Path, name: str) -> None:
    """A pipe has no end to wait for."""
    import socket

    path = tmp_path / name
    if name.startswith("pipe"):
        os.mkfifo(path)
    else:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
    report = scan_all(tmp_path, {})
    assert rules(report, name)


def test_names_that_are_hostile(tmp_path: Path) -> None:
    cases = {
        "line\nbreak.pkl": PAYLOAD + b".",
        "escape\x1b[2J.pkl": PAYLOAD + b".",
        "per%cent,comma::set.pkl": PAYLOAD + b".",
        "right-to-left\u202e.pkl": PAYLOAD + b".",
    }
    report = scan_all(tmp_path, cases)
    assert all("PKL101" in rules(report, name) for name in cases)


def test_name_that_is_no_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.pkl"
    with open(path, "wb") as file:  # noqa: PTH123  (a name that is no UTF-8)
        file.write(PAYLOAD + b".")
    report = modelaudit.scan([tmp_path])
    assert [finding.rule for finding in report.findings] == ["PKL101"]
