"""Many artifacts at once, each in a process that may be killed when it takes too long."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from modelaudit.config import Config
from modelaudit.discover import Found
from modelaudit.engine import Outcome, audit, lost
from modelaudit.findings import Target
from modelaudit.limits import MIB

WORTH_BYTES: Final = 64 * MIB
"""Bytes in all from which starting processes pays."""
WORTH_FILES: Final = 4
GRACE: Final = 5.0
"""Seconds past an artifact's own timeout after which its process is killed."""


def worth(found: Sequence[Found]) -> int:
    """How many processes to use for files where the caller did not say."""
    heavy = len(found) >= WORTH_FILES and sum(item.size for item in found) >= WORTH_BYTES
    return min(os.cpu_count() or 1, len(found), 8) if heavy else 1


def audit_parallel(
    found: Sequence[Found],
    config: Config,
    targets_of: Callable[[str], Sequence[Target]],
    jobs: int,
) -> Iterator[tuple[Found, Outcome]]:
    """Every file and its outcome, in order. A process that dies or hangs costs its file alone."""
    from multiprocessing import get_context  # noqa: PLC0415  only where processes are worth it

    from pebble import ProcessExpired, ProcessPool  # noqa: PLC0415

    timeout = config.limits.timeout + GRACE
    with ProcessPool(max_workers=jobs, context=get_context("spawn")) as pool:
        futures = []
        for item in found:
            given = [item, config, targets_of(item.path)]
            futures.append(pool.schedule(audit, args=given, timeout=timeout))
        for item, future in zip(found, futures, strict=True):
            targets = targets_of(item.path)
            try:
                yield item, future.result()
            except TimeoutError:
                yield item, lost(item, "timeout", "the reader did not end in time", config, targets)
            except ProcessExpired as death:
                detail = f"the reader's process ended with {death.exitcode}"
                yield item, lost(item, "reader-died", detail, config, targets)
