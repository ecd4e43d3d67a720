"""Kinds that the engine and the readers of several formats share."""

from __future__ import annotations

from typing import Final

from modelaudit.core.kinds.kind import Key, Kind, Reason

ANOMALIES: Final[dict[str, Kind]] = {
    "trailing-data": Kind("{size} bytes follow the end of the stream"),
    "name-contradicts-content": Kind("the name claims {claimed} and the content is {format}"),
    "module-shadowed": Kind("{file} is imported in place of {module} of {of}"),
    "unsatisfiable-requirements": Kind(
        "no release satisfies {requirements} on Python {python}", ("package",)
    ),
    "built-for-older-numpy": Kind(
        "{package} {version} was built for NumPy 1, and NumPy {numpy} installs with it",
        ("needed", "beside", "python"),
    ),
    "no-arrays": Kind(
        "{package} {version} was built for NumPy 1, and has no arrays with NumPy {numpy}",
        ("needed", "beside", "python"),
    ),
    "no-wheel": Kind("{package} {version} has wheels for Python {pythons}, and none for {python}"),
    "module-beside": Kind("loading imports {module}, which is {file} beside it"),
}
REASONS: Final[dict[str, Reason]] = {
    "empty": Reason("the file is empty", group="other"),
    "requirement-file": Reason("{problem}", group="other"),
    "pointer": Reason("a {system} pointer takes the place of the model", group="pointer"),
    "limit": Reason("the limit {limit} ({most}) was reached", group="limit"),
    "timeout": Reason("reading took longer than the timeout of {seconds} s", group="limit"),
    "judging-timeout": Reason(
        "judging took longer than the timeout of {seconds} s, so that not every rule was applied",
        group="limit",
    ),
    "not-supported": Reason("{what} is recognised and not supported", group="unsupported"),
    "needs-extra": Reason(
        "{what} needs the package {package}, which is not installed: pip install"
        ' "modelaudit-lint[{extra}]"',
        group="unsupported",
    ),
    "encrypted": Reason("{what} is encrypted", group="unsupported"),
    "not-recognised": Reason(
        "the name claims {claimed}, and the content is of no known format", group="misnamed"
    ),
    "not-known": Reason(
        "the content is of no known format, and the name has an ending that much else has too",
        group="unrecognised",
    ),
    "known-not-read": Reason("{format} is recognised and not inspected", group="uninspected"),
    "known-and-runs": Reason(
        "{format} is recognised and not inspected, and its loader runs code that it brings",
        group="uninspected",
    ),
    "damaged-compression": Reason("the {format} stream is damaged: {problem}", group="damaged"),
    "truncated": Reason("the file ends inside {what}", group="damaged"),
    "cannot-open": Reason("cannot be opened: {problem}", group="unreachable"),
    "not-a-file": Reason("{problem}", group="unreachable"),
    "inspector-failed": Reason(
        "the reader of {format} failed with {error}: {problem}", group="failed"
    ),
    "reader-died": Reason("the process that read it ended with exit code {code}", group="failed"),
    "defective-rule": Reason("the rule {rule} could not be evaluated: {problem}", group="failed"),
}
METADATA: Final[dict[str, Key]] = {}
