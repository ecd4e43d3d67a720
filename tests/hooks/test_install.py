"""What the documents say of installing, and the steps of the release and the image, for real.

Run by ``make test-hooks``, from a repository on this machine; needs a package index.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from modelaudit.version import VERSION
from tests.hooks.conftest import PRE_COMMIT, ROOT

README = (ROOT / "README.md").read_text("utf-8")
INTEGRATIONS = (ROOT / "docs" / "integrations.md").read_text("utf-8")
PROGRAMS = Path(PRE_COMMIT or ".").absolute().parent

pytestmark = pytest.mark.skipif(PRE_COMMIT is None, reason="run by make test-hooks")


def run(script: str, folder: Path, **environment: str) -> str:
    """Run a script in a directory; it has to succeed. What it printed."""
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PATH": path, **environment}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def address_of(snapshot: tuple[Path, str]) -> str:
    """The address of a repository, with a host, which older releases of pip want."""
    return snapshot[0].as_uri().replace("file://", "file://localhost")


def block(text: str, begin: str) -> str:
    """The block of a document that begins with a text, without its fences."""
    found = next(
        body
        for body in re.findall(r"^```\w+\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
        if body.startswith(begin)
    )
    assert isinstance(found, str)
    return found


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a model and a configuration."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "good.pkl").write_bytes(b"\x80\x04}.")
    (tmp_path / "modelaudit.yaml").write_text("version: 1\n")
    return tmp_path


def test_pip(project: Path, snapshot: tuple[Path, str]) -> None:
    address = address_of(snapshot)
    line = block(README, "pip install").replace("<address of this repository>", address)
    run(f"python -m venv env; env/bin/{line}", project)
    assert "No findings in 1 artifact." in run("env/bin/modelaudit scan models", project)
    (extras,) = re.findall(r'`(pip install "modelaudit-lint\[.*?")`', README)
    run(f"env/bin/{extras}".replace("<address of this repository>", address), project)
    run("env/bin/modelaudit scan models -o a.cdx.json", project)


def test_uvx_and_pipx(project: Path, snapshot: tuple[Path, str]) -> None:
    text = block(INTEGRATIONS, "uvx ").replace("<address>", address_of(snapshot))
    lines = text.splitlines()
    assert [line.split()[0] for line in lines] == ["uvx", "pipx"]
    homes = {"PIPX_HOME": str(project / "pipx"), "UV_CACHE_DIR": str(project / "uv")}
    for line in lines:
        assert "No findings in 1 artifact." in run(line, project, **homes)


def test_tox_and_nox(project: Path, snapshot: tuple[Path, str]) -> None:
    address = address_of(snapshot)
    tox = block(INTEGRATIONS, "[testenv:models]").replace("<address>", address)
    nox = block(INTEGRATIONS, "import nox").replace("<address>", address)
    (project / "tox.ini").write_text(f"[tox]\nskipsdist = true\n{tox}")
    (project / "noxfile.py").write_text(nox)
    assert "No findings in 1 artifact." in run("tox -e models", project)
    assert "No findings in 1 artifact." in run("nox -s models", project)


def test_the_release(tmp_path: Path, snapshot: tuple[Path, str]) -> None:
    """The steps that build, without the tests, which ``make check`` ran."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))
    steps = [step for step in workflow["jobs"]["build"]["steps"] if "run" in step]
    folder = tmp_path / "checkout"
    shutil.copytree(snapshot[0], folder)
    environment = {"VERSION": VERSION, "RUNNER_TEMP": str(tmp_path)}
    printed = [run(step["run"], folder, **environment) for step in steps if step["name"] != "Check"]
    assert len(printed) == 3
    assert "PKL101" in printed[-1]
    built = {path.name for path in (folder / "dist").iterdir()}
    assert built == {
        f"modelaudit_lint-{VERSION}.tar.gz",
        f"modelaudit_lint-{VERSION}-py3-none-any.whl",
    }


def test_the_image(tmp_path: Path) -> None:
    """The steps of the Dockerfile, in directories of the test in place of the image's."""
    first, second = re.split(r"^FROM .*$", dockerfile(), flags=re.MULTILINE)[1:]
    (tmp_path / "source").mkdir()
    for names in re.findall(r"^COPY (.+)$", first, re.MULTILINE):
        *sources, target = names.split()
        for name in sources:
            place = tmp_path / "source" / (name if target == "./" else target)
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
            copy(ROOT / name, place)
    (install,) = re.findall(r"^RUN (.+)$", first, re.MULTILINE)
    opt = str(tmp_path / "opt")
    run(install.replace("/opt/modelaudit", opt), tmp_path / "source")
    (entry,) = re.findall(r'^ENTRYPOINT \["(.+)"\]$', second, re.MULTILINE)
    (command,) = re.findall(r'^CMD \["(.+)"\]$', second, re.MULTILINE)
    shutil.rmtree(tmp_path / "source")
    assert "Examples" in run(f"{opt}/bin/{entry} {command}", tmp_path)
    (tmp_path / "good.pkl").write_bytes(b"\x80\x04}.")
    said = run(f"{opt}/bin/{entry} scan good.pkl -o bill.cdx.json", tmp_path)
    assert "No findings in 1 artifact." in said


def dockerfile() -> str:
    """The Dockerfile with its long lines in one."""
    return (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
