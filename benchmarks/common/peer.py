"""Times picklescan inside its own environment: a path on each line in, seconds on each line out.

Imports only picklescan and the standard library, because it runs where nothing else is installed.
"""

from __future__ import annotations

import logging
import sys
import time

from picklescan.scanner import scan_file_path


def main() -> None:
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        start = time.process_time()
        result = scan_file_path(line.strip())
        seconds = time.process_time() - start
        print(seconds, int(result.scan_err), flush=True)


if __name__ == "__main__":
    main()
