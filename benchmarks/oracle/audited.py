"""What a process does while it is watched, by the events of Python's audit hooks."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any, Final

MARK: Final = "MARKED"
PARSED: Final = "<unknown>"
"""The file that ast.parse and ast.literal_eval name: nothing runs what they compile."""
ALWAYS: Final = (
    "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "os.kill",
    "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate",
    "os.chmod", "os.chown", "os.putenv", "os.unsetenv", "os.chdir", "os.utime", "os.setxattr",
    "subprocess.Popen", "socket.connect", "socket.bind", "socket.getaddrinfo", "shutil.",
    "tempfile.", "urllib.Request", "webbrowser.open", "pty.spawn", "ftplib.", "smtplib.", "glob.",
    "sqlite3.", "pickle.find_class", "ctypes.dlopen", "ctypes.call_function",
    "function.__new__", "code.__new__", "setopencodehook", "sys.settrace", "sys.setprofile",
    "signal.pthread_kill", "syslog.", "builtins.input", "builtins.breakpoint", "gc.get_objects",
    "mmap.__new__",
)  # fmt: skip
"""Events that are an act whatever they are about; ``.`` at the end takes all of a module."""
MARKED: Final = ("open", "compile", "exec", "import")
"""Events that are an act where they are about what the file said."""

happened: list[str] = []
_watching = [False]


def hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching[0]:
        return
    _watching[0] = False
    try:
        if event in MARKED:
            if event == "compile" and arguments[1] == PARSED:
                return
            writes = event == "open" and _writes(arguments)
            if not writes and MARK not in ascii(arguments[:1])[:400]:
                return
        elif not event.startswith(ALWAYS):
            return
        happened.append(f"{event} {ascii(arguments[:2])[:60]}")
    finally:
        _watching[0] = True


def _writes(arguments: tuple[Any, ...]) -> bool:
    mode, flags = arguments[1], arguments[2]
    if arguments[0] == os.devnull:
        return False
    written = isinstance(mode, str) and bool(set(mode) & set("wax+"))
    return written or bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


@contextlib.contextmanager
def watching() -> Iterator[None]:
    """``happened`` has, from then on, what was done meanwhile."""
    happened.clear()
    _watching[0] = True
    try:
        yield
    finally:
        _watching[0] = False
