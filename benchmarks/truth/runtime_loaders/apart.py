"""Files read in a child process, which may raise, hang or die: another one then reads the rest.

Runs in the environments of the loaders, from Python 3.8 on, with nothing of this project.
"""

import json
import os
import select
import signal
import sys

SECONDS = 20


def read_all(folder, result, read):
    """Write what ``read(path)`` says of every file, as JSON has it."""
    files = list(every_file(folder))
    outcomes = {}
    while len(outcomes) < len(files):
        outcomes.update(_some(files[len(outcomes) :], read))
    with open(result, "w", encoding="utf-8") as out:
        json.dump(outcomes, out)


def _some(files, read):
    """What a child says of the first files, up to one that ends it; at least of one."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        _child(files, read, reads, writes)
    os.close(writes)
    said, hangs = b"", False
    while select.select([reads], [], [], SECONDS)[0]:
        part = os.read(reads, 1 << 16)
        if not part:
            break
        said += part
    else:
        os.kill(child, signal.SIGKILL)
        hangs = True
    os.close(reads)
    status = os.waitpid(child, 0)[1]
    lines = [json.loads(line) for line in said.decode().splitlines(True) if line.endswith("\n")]
    outcomes = {name: outcome for (name, _), outcome in zip(files, lines)}
    if len(outcomes) < len(files):
        ended = "hangs" if hangs else "killed: status %d" % status
        outcomes[files[len(outcomes)][0]] = {"load": ended}
    return outcomes


def _child(files, read, reads, writes):
    os.close(reads)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    for _, path in files:
        line = json.dumps(read(path)).encode() + b"\n"
        while line:
            line = line[os.write(writes, line) :]
    os._exit(0)


def raised(error):
    text = str(error).split("Stack trace")[0].strip()
    return "%s: %s" % (type(error).__name__, " ".join(text.split())[:300])


def every_file(folder):
    """Files below a folder by their paths in it, without the files that describe them."""
    for at, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if not name.endswith((".txt", "outcomes.json", "expected.json")):
                path = os.path.join(at, name)
                yield os.path.relpath(path, folder), path


def main(write, read):
    what, folder = sys.argv[1:3]
    if what == "write":
        os.makedirs(folder, exist_ok=True)
        write(folder)
    else:
        read_all(folder, sys.argv[3], read)
