"""The packages whose releases are read: ``scripts/sources/read_packages.yaml``."""

from __future__ import annotations

import msgspec

from scripts.common.sources import document, rows


class Package(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A distribution, and what of it is read. The YAML file says what each field means."""

    top: str
    licence: str
    oldest: str
    parts: str = ""
    mac: bool = False
    compiled: bool = False
    also: tuple[str, ...] = ()
    states: str = ""
    releases: tuple[str, ...] = ()


class _Document(msgspec.Struct, forbid_unknown_fields=True):
    packages: dict[str, Package]


def _with_releases() -> dict[str, Package]:
    sampled = dict(rows("sampled_releases.tsv"))
    return {
        name: msgspec.structs.replace(package, releases=tuple(sampled.get(name, "").split()))
        for name, package in document("read_packages.yaml", _Document).packages.items()
    }


PACKAGES = _with_releases()
