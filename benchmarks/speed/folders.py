"""Do a thousand folders cost what their structure costs? Seconds for each, against their bytes.

    python -m benchmarks.speed.folders [--count N]

The folders are those that the recipes lay out like the Hub's most downloaded ones, each many times
with other numbers in it, so that no answer can be kept. Their structure is every file but weights;
half of the folders with code have a module as long as those of real models. What is printed is the
CPU of one scan of them all in one process, by kind and for all.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import modelaudit
from fixtures.recipes.layouts import fixtures

WEIGHTS = (".safetensors", ".bin", ".pt", ".gguf", ".onnx", ".h5")
MOST_SECONDS = 0.050
"""For one folder, on the average."""
MOST_PER_MIB = 10.0
"""Seconds for a MiB of structure; a second of it is Python's own parser."""
LINES = 1500
_METHOD = """
    def step_{n}(self, hidden, mask=None, scale={n}.0):
        if mask is not None:
            hidden = hidden.masked_fill(mask[:, None], float("-inf"))
        hidden = self.norm(hidden) * scale + torch.relu(hidden)
        return torch.softmax(hidden, dim=-1).to(hidden.dtype)
"""


def layouts() -> dict[str, dict[str, bytes]]:
    """The files of each layout by their paths."""
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, content in fixtures():
        parts = PurePosixPath(path).parts
        at = next((i for i, part in enumerate(parts) if part.startswith("layout-")), None)
        if at is not None and isinstance(content, bytes):
            found[parts[at]]["/".join(parts[at + 1 :])] = content
    for files in list(found.values()):
        code = next((name for name in files if name.startswith("modeling_")), None)
        if code is not None:
            found["layout-long-code"] = {**files, code: files[code] + longer()}
    return found


def longer() -> bytes:
    """A class of many methods, as long as the module of a real model."""
    methods = "".join(_METHOD.format(n=number) for number in range(LINES // 6))
    return f"\n\nclass More(nn.Module):\n{methods}".encode()


def written(place: Path, count: int) -> Iterator[tuple[str, Path, int]]:
    """Write so many folders; the layout, the path and the bytes of structure of each."""
    kinds = list(layouts().items())
    for number in range(count):
        kind, files = kinds[number % len(kinds)]
        folder, size = place / f"{number}-{kind}", 0
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            own = f"# {number}\n".encode() if name.endswith(".py") else b""
            path.write_bytes(content + own)
            size += 0 if name.endswith(WEIGHTS) else len(content)
        yield kind, folder, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    count = parser.parse_args().count
    spent: dict[str, list[tuple[float, int]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        folders = list(written(Path(scratch), count))
        modelaudit.scan([folders[0][1]])  # what is loaded once is no folder's cost
        for kind, folder, size in folders:
            begin = time.process_time()
            modelaudit.scan([folder])
            spent[kind].append((time.process_time() - begin, size))
        begin = time.process_time()
        modelaudit.scan([scratch])
        whole = time.process_time() - begin
    for kind, pairs in sorted(spent.items()):
        seconds = sum(one for one, _ in pairs) / len(pairs)
        kib = sum(one for _, one in pairs) / len(pairs) / 1024
        print(f"{kind:<28}{seconds * 1000:>8.1f} ms{kib:>9.1f} KiB of structure")
    mib = sum(size for _, _, size in folders) / (1 << 20)
    each, rate = whole / count, whole / mib
    print(f"{count} folders in one scan: {each * 1000:.1f} ms each, {rate:.2f} s for a MiB")
    if each > MOST_SECONDS or rate > MOST_PER_MIB:
        print("  beyond the reach")


if __name__ == "__main__":
    main()
