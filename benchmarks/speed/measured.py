"""Runs one command and says what it took, as JSON. It imports little, so that its memory is small.

    python -m benchmarks.speed.measured SECONDS COMMAND…

Memory is the largest of a process that the command started or of the command; Linux carries that of
this process over, which is a floor of some ten megabytes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time


def main() -> None:
    seconds, command = float(sys.argv[1]), sys.argv[2:]
    start = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,  # some tools leave files where they are run
        subprocess.Popen(
            command,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as child,
    ):
        late = threading.Timer(seconds, os.killpg, (child.pid, signal.SIGKILL))
        late.start()
        said = child.stdout.read() if child.stdout else b""
        _, status, usage = os.wait4(child.pid, 0)
        timed_out = not late.is_alive()
        late.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    print(
        json.dumps(
            {
                "wall": wall,
                "cpu": usage.ru_utime + usage.ru_stime,
                "memory": usage.ru_maxrss * 1024,
                "code": child.returncode,
                "late": timed_out,
                "said": said[-20_000:].decode("utf-8", "replace"),
            }
        )
    )


if __name__ == "__main__":
    main()
