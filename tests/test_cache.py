"""The cache of inspections: the same report, of what is the same, and of nothing else."""

from __future__ import annotations

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from modelaudit import cache, engine
from modelaudit.core.limits import Limits
from modelaudit.discovery.discover import discover
from modelaudit.report.inspection import write_json

ROOT = Path(__file__).resolve().parents[1]
PAYLOAD = b"\x80\x04cos\nsystem\n(Vecho modelaudit-marker\ntR."


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "cache"


def shown(path: str, store: Path | str, limits: Limits = Limits()) -> str:  # noqa: B008
    (found,) = discover([path])
    inspection = engine.inspect_artifact(found, limits, str(store))
    assert inspection is not None
    import io

    out = io.StringIO()
    write_json(inspection, out)
    return out.getvalue()


def kept(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def test_real_artifacts_give_the_same_facts(store: Path) -> None:
    names = [
        *sorted((ROOT / "fixtures" / "demo").iterdir()),
        *sorted((ROOT / "fixtures" / "archive").glob("*/pass/*"))[:20],
        *sorted((ROOT / "fixtures" / "torch").glob("*/pass/*"))[:20],
        *sorted((ROOT / "fixtures" / "onnx").glob("*/pass/*.onnx"))[:3],
    ]
    files = [path for path in names if path.is_file() and path.suffix not in {".txt", ".toml"}]
    for number, file in enumerate(files):
        path = f"{number}-{file.name}"
        shutil.copyfile(file, path)
        (found,) = discover([path])
        if engine.inspect_artifact(found, Limits()) is None:
            continue
        without = shown(path, "")
        assert [shown(path, store), shown(path, store)] == [without, without]
    assert 10 < len(kept(store)) < len(files)


def test_it_is_read_where_nothing_changed(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    first = shown("a.pkl", store)
    monkeypatch.setattr(engine, "_inspect_as", lambda *_: iter(()))
    assert shown("a.pkl", store) == first
    assert "system" not in shown("a.pkl", "")


def test_bytes_name_limits_and_tool_are_part_of_the_key(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    shown("a.pkl", store)
    assert len(kept(store)) == 1
    os.utime("a.pkl", (1, 1))
    shown("a.pkl", store)
    assert len(kept(store)) == 1
    shutil.copyfile("a.pkl", "b.bin")
    shown("b.bin", store)
    shown("a.pkl", store, Limits(max_depth=3))
    monkeypatch.setattr(cache, "stamp", lambda: "another modelaudit")
    shown("a.pkl", store)
    assert len(kept(store)) == 4
    Path("a.pkl").write_bytes(PAYLOAD.replace(b"echo", b"ECHO"))
    assert "ECHO" in shown("a.pkl", store)


def test_what_was_not_read_to_its_end_is_not_kept(store: Path) -> None:
    Path("a.pkl").write_bytes(PAYLOAD[:-3])
    Path("b.pkl").write_bytes(b"nothing that is known")
    for path in ("a.pkl", "b.pkl"):
        shown(path, store)
    assert kept(store) == []


def test_what_lies_beside_is_looked_at_anew(store: Path) -> None:
    Path("a.pkl").write_bytes(PAYLOAD.replace(b"os\nsystem", b"mylib\nf"))
    before = shown("a.pkl", store)
    Path("mylib.py").write_text("")
    after = shown("a.pkl", store)
    assert len(kept(store)) == 1
    assert "mylib.py" in after
    assert "mylib.py" not in before


@pytest.mark.parametrize("content", [b"", b"\xc1", b"\x91\x92\xa4None\xc0", PAYLOAD])
def test_a_damaged_entry_is_none(store: Path, content: bytes) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    first = shown("a.pkl", store)
    (entry,) = kept(store)
    entry.write_bytes(content)
    assert shown("a.pkl", store) == first
    assert entry.read_bytes() != content


def test_a_place_that_cannot_be_written(store: Path) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    Path("file").write_text("")
    assert shown("a.pkl", "file") == shown("a.pkl", "")


def test_runs_at_the_same_time(store: Path) -> None:
    Path("a.pkl").write_bytes(PAYLOAD)
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(lambda _: shown("a.pkl", store), range(40)))
    assert len(results) == 1
    assert len(kept(store)) == 1
    assert json.loads(results.pop())
