"""Answers which modules an import imports. Run by the Python that is asked.

It reads names, one a line, and writes a line for each that can be imported: the name, and the first
parts of the names of all modules that are loaded then. Every import happens in a fork of its own,
and nothing is imported here that Python has not loaded by itself.
"""

import os
import sys


def loaded_with(name: str) -> str:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        null = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(null, number)
        try:
            __import__(name)
            tops = {module.partition(".")[0] for module in sys.modules}
            os.write(writing, " ".join(sorted(tops)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    answer = b""
    while chunk := os.read(reading, 1 << 16):
        answer += chunk
    os.close(reading)
    os.waitpid(pid, 0)
    return answer.decode()


for line in sys.stdin:
    found = loaded_with(line.strip())
    if found:
        sys.stdout.write(f"{line.strip()} {found}\n")
