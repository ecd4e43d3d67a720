"""The package index as pip sees it: the files of a distribution, and the metadata of a release.

Asked through pip's own session, so that pip's cache and certificates count. Both answers are
standards: https://packaging.python.org/en/latest/specifications/simple-repository-api/
Only metadata is fetched: where the index has no file of it, out of the wheel by requests for the
ranges in which it lies, as ``pip --use-feature=fast-deps`` does.
"""

from __future__ import annotations

from email.parser import HeaderParser
from pathlib import Path

import msgspec
from pip._internal.exceptions import InvalidWheel, NetworkConnectionError
from pip._internal.models.index import PyPI
from pip._internal.network.lazy_wheel import HTTPRangeRequestUnsupported, dist_from_wheel_url
from pip._internal.network.session import PipSession
from pip._internal.network.utils import raise_for_status

_JSON = "application/vnd.pypi.simple.v1+json"
_PLAIN = {"Accept-Encoding": "identity", "Cache-Control": "no-store"}


class File(msgspec.Struct, frozen=True, rename="kebab"):
    """One file of a release."""

    filename: str
    url: str
    requires_python: str | None = None
    yanked: bool | str = False
    upload_time: str = ""


class _Listing(msgspec.Struct, frozen=True):
    files: list[File]


class Index:
    """One package index. ``cache`` keeps the metadata of releases, which never changes."""

    def __init__(self, cache: Path, index: str = "") -> None:
        self._cache = cache
        self._index = (index or PyPI.simple_url).rstrip("/")
        self._session = PipSession(cache=str(cache / "http"), retries=3)

    def files(self, name: str) -> list[File]:
        """What the index lists under a distribution's canonical name."""
        response = self._session.get(f"{self._index}/{name}/", headers={"Accept": _JSON})
        raise_for_status(response)
        return msgspec.json.decode(response.content, type=_Listing).files

    def download(self, file: File, into: Path) -> None:
        """Write a file of the listing to a path."""
        response = self._session.get(file.url, headers=_PLAIN, stream=True)
        raise_for_status(response)
        with into.open("wb") as out:
            for piece in response.iter_content(1 << 20):
                out.write(piece)

    def requires(self, file: File) -> list[str] | None:
        """The ``Requires-Dist`` of a wheel; None where its metadata cannot be had."""
        kept = self._cache / "metadata" / file.filename
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            response = self._session.get(f"{file.url}.metadata")
            if response.ok:
                kept.write_bytes(response.content)
            elif (text := self._inside(file)) is not None:
                kept.write_text(text, "utf-8")
            else:
                return None
        message = HeaderParser().parsestr(kept.read_text("utf-8", "replace"))
        return [str(value) for value in message.get_all("Requires-Dist", [])]

    def _inside(self, file: File) -> str | None:
        name = file.filename.partition("-")[0]
        try:
            found = dist_from_wheel_url(name, file.url, self._session)
        except (HTTPRangeRequestUnsupported, InvalidWheel, NetworkConnectionError):
            return None
        required = found.metadata.get_all("Requires-Dist", [])
        return "".join(f"Requires-Dist: {one}\n" for one in required)
