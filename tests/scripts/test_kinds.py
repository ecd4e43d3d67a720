"""The table of kinds says what the fixtures show: each is read as the format that it names."""

from __future__ import annotations

import pytest

import modelaudit
from modelaudit.core.facts import Identity
from modelaudit.discovery.folders import FOLDERS
from modelaudit.formats import INSPECTORS
from scripts.common.files import ROOT
from scripts.generate.folders import Kind, kinds

KINDS = kinds()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_fixtures_are_of_the_kind(kind: Kind) -> None:
    for fixture in filter(None, (kind.honest, kind.hostile)):
        path = ROOT / "fixtures" / fixture
        formats = {one.format for one in modelaudit.scan(path).artifacts}
        if path.is_file():  # an archive of another format may be one of this kind
            facts = modelaudit.inspect(path).facts
            formats |= {fact.format for fact in facts if isinstance(fact, Identity)}
        assert kind.format in formats, fixture


def test_every_folder_has_a_kind() -> None:
    assert {folder.format for folder in FOLDERS} <= {kind.format for kind in KINDS}


def test_every_kind_is_in_the_registry() -> None:
    assert {kind.format for kind in KINDS} <= set(INSPECTORS)
    assert len({kind.kind for kind in KINDS}) == len(KINDS) >= 45
