"""A reader in a process of its own: what crashes, hangs or eats memory costs its own file alone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import modelaudit
from modelaudit import engine
from modelaudit.config.model import Config
from modelaudit.core import source
from modelaudit.core.embedded import Embedded
from modelaudit.core.errors import Malformed
from modelaudit.core.facts import Fact, Metadata, Unreadable
from modelaudit.core.limits import MIB, Bounds, Limits
from modelaudit.core.location import Location
from modelaudit.core.source import Source, open_file
from modelaudit.discovery.discover import Found
from modelaudit.formats import INSPECTORS, Inspector
from modelaudit.sandbox import isolation

READER = """
import os, time
from modelaudit.core.facts import Embedded, Identity, Metadata
from modelaudit.core.source import Source
from modelaudit.core.errors import Malformed

def inspect(source, bounds):
    what = source.read(0, 8).rstrip(b"\\0").decode()
    yield Identity("gguf", "", source.at())
    yield Metadata("process", str(os.getpid()), source.extent, source.at(3))
    if what == "GGUFdie":
        os.abort()
    if what == "GGUFhang":
        while True:
            pass
    if what == "GGUFeat":
        memory = bytes(64 << 30)
    if what == "GGUFmany":
        for number in range(10**9):
            yield Metadata("number", "", number, source.at())
    if what == "GGUFfile":
        open(os.environ["WRITTEN"], "wb", 0).write(bytes(1))
    if what == "GGUFrun":
        os.execv("/bin/true", ["true"])
    if what == "GGUFnet":
        import socket
        socket.create_connection(("127.0.0.1", 9))
    if what == "GGUFbad":
        raise Malformed("truncated", {"what": "the header"}, 4)
    if what == "GGUFbug":
        raise KeyError("a defect")
    if what == "GGUFtalk":
        os.write(1, b"what a library prints")
    if what == "GGUFodd":
        yield Metadata("\\ud800", "\\udfff", 1, source.at())
    if what == "GGUFin":
        inner = source.inner(b"cos\\nsystem\\n(Vecho modelaudit-marker\\ntR.", "inner")
        yield Embedded("pickle", "base64", "", "value", inner.at(), inner)
"""


@pytest.fixture(autouse=True)
def _reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[None]:
    """GGUF files go to a reader that does what their bytes say."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "wayward_reader.py").write_text(READER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    plain = vars(Inspector)["dotted"].fget
    dotted = property(lambda self: "wayward_reader" if self.isolated else plain(self))
    if "worker" not in request.node.name:
        monkeypatch.setattr(Inspector, "dotted", dotted)
    monkeypatch.setitem(INSPECTORS, "gguf", Inspector("unused", (), isolated=True))
    isolation.close()
    yield
    isolation.close()


def file(tmp_path: Path, what: str) -> Path:
    path = tmp_path / f"{what}.gguf"
    path.write_bytes(b"GGUF" + what.encode().ljust(60, b"\0"))
    return path


def inspect_artifact(path: Path, seconds: float = 20) -> tuple[Fact, ...]:
    inspection = engine.inspect_artifact(Found(str(path), 64), Limits(timeout=seconds))
    assert inspection is not None
    return inspection.facts


def process(facts: tuple[Fact, ...]) -> str:
    return next(f.value for f in facts if isinstance(f, Metadata) and f.key == "process")


def unread(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.reason for fact in facts if isinstance(fact, Unreadable)]


def test_one_process_serves_every_file(tmp_path: Path) -> None:
    first, second = inspect_artifact(file(tmp_path, "a")), inspect_artifact(file(tmp_path, "talk"))
    assert process(first) == process(second) != str(os.getpid())
    assert unread(second) == []


def test_a_crash_costs_its_file(tmp_path: Path) -> None:
    before = process(inspect_artifact(file(tmp_path, "a")))
    died = inspect_artifact(file(tmp_path, "die"))
    assert unread(died) == ["reader-died"]
    assert [f.fields for f in died if isinstance(f, Unreadable)] == [{"code": -signal.SIGABRT}]
    after = inspect_artifact(file(tmp_path, "a"))
    assert unread(after) == []
    assert process(after) != before


def test_a_hang_costs_its_file(tmp_path: Path) -> None:
    inspect_artifact(file(tmp_path, "a"))
    began = time.monotonic()
    assert unread(inspect_artifact(file(tmp_path, "hang"), 1.0)) == ["timeout"]
    assert time.monotonic() - began < 10
    assert unread(inspect_artifact(file(tmp_path, "a"))) == []


def test_memory_and_facts_are_bounded(tmp_path: Path) -> None:
    assert unread(inspect_artifact(file(tmp_path, "eat"))) == ["limit"]
    many = inspect_artifact(file(tmp_path, "many"))
    assert unread(many) == ["limit"]
    assert len(many) == Limits().max_facts + 1


def test_what_breaks_the_reader_is_reported(tmp_path: Path) -> None:
    assert unread(inspect_artifact(file(tmp_path, "bad"))) == ["truncated"]
    bug = inspect_artifact(file(tmp_path, "bug"))
    assert unread(bug) == ["inspector-failed"]
    (failed,) = (f.fields for f in bug if isinstance(f, Unreadable))
    assert failed == {"format": "gguf", "error": "KeyError", "problem": "'a defect'"}
    assert process(bug)


def test_a_reader_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRITTEN", str(tmp_path / "written"))
    assert unread(inspect_artifact(file(tmp_path, "file"))) == ["inspector-failed"]
    written = tmp_path / "written"
    assert not written.exists() or not written.stat().st_size


@pytest.mark.parametrize("what", ["file", "run", "net"])
def test_where_the_kernel_can_a_reader_may_only_read(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landlock = pytest.importorskip("landlockpy")
    if landlock.abi_version() < 4:
        pytest.skip("this kernel does not bound the network by Landlock")
    monkeypatch.setenv("WRITTEN", str(tmp_path / "written"))
    (failed,) = (f for f in inspect_artifact(file(tmp_path, what)) if isinstance(f, Unreadable))
    assert failed.fields["error"] == "PermissionError"
    assert not (tmp_path / "written").exists()


def test_facts_arrive_as_they_were(tmp_path: Path) -> None:
    path = file(tmp_path, "odd")
    where = Location(str(path))
    assert Metadata("\\ud800", "\\udfff", 1, where) in inspect_artifact(path)
    assert Metadata(
        "process", process(inspect_artifact(path)), 64, Location(str(path), offset=3)
    ) in inspect_artifact(path)


def test_what_is_embedded_is_inspected(tmp_path: Path) -> None:
    facts = inspect_artifact(file(tmp_path, "in"))
    inner = next(fact for fact in facts if isinstance(fact, Embedded))
    assert (inner.format, inner.encoding, inner.where.members) == ("pickle", "base64", ("inner",))
    assert any(getattr(fact, "module", "") == "os" for fact in facts)


def test_a_file_goes_by_its_stretch_and_a_member_by_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "MAPPED_FROM", 0)
    path = tmp_path / "long.bin"
    path.write_bytes(bytes(5) + b"GGUFa\0\0\0" + bytes(3 * MIB))
    bounds = Bounds.starting_now(Limits(), 1 << 20)
    with open_file(str(path)) as whole:
        window = whole.part(5, 2 * MIB, "a.gguf", bounds.limits)
        assert window.region == (str(path), 5, 2 * MIB)
        facts = tuple(isolation.inspect("wayward_reader", window, bounds))
    extent = next(f.number for f in facts if isinstance(f, Metadata))
    assert (extent, facts[0].where.members) == (2 * MIB, ("a.gguf",))
    inside = Source(b"GGUFa\0\0\0", "x.zip", ("b.gguf",))
    assert inside.region is None
    assert process(tuple(isolation.inspect("wayward_reader", inside, bounds)))
    small = Bounds.starting_now(Limits(max_structure=4), 1 << 20)
    with pytest.raises(Malformed):
        tuple(isolation.inspect("wayward_reader", inside, small))


def test_a_file_that_is_gone_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAPPED_FROM", 0)
    path = file(tmp_path, "a")
    bounds = Bounds.starting_now(Limits(), 1 << 20)
    with open_file(str(path)) as whole:
        path.unlink()
        facts = tuple(isolation.inspect("wayward_reader", whole, bounds))
    assert unread(facts) == ["cannot-open"]


def test_other_files_results_are_kept(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for what in ("a", "die", "bad", "z"):
        file(tmp_path / "in", what)
    (tmp_path / "in" / "bad.pkl").write_bytes(b"cos\nsystem\n(Vecho modelaudit-marker\ntR.")
    report = modelaudit.scan([tmp_path / "in"], config=Config(), jobs=1)
    found = {(Path(f.where.path).name, f.rule) for f in report.findings}
    assert {("die.gguf", "GEN308"), ("bad.gguf", "GEN301"), ("bad.pkl", "PKL101")} <= found
    assert not any(name in ("a.gguf", "z.gguf") for name, _ in found)


def test_worker_processes_have_readers_of_their_own() -> None:
    """They are daemons, which may not have children of multiprocessing's."""
    isolation.close()
    folder = Path(__file__).resolve().parents[2] / "fixtures" / "hdf5" / "HDF101"
    alone = modelaudit.scan([folder], jobs=1)
    assert {finding.rule for finding in alone.findings} == {"HDF101"}
    assert modelaudit.scan([folder], jobs=2) == alone
