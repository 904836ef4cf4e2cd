"""
The process in which MkDocs runs, behind a fence of its own. Started as a script by ``build.py``.

Its configuration was checked, so that no code of an author's runs here. What he can still do is name files and
addresses in Markdown, in some syntax of some extension. The fence refuses whatever that would open: files outside of
the source and the interpreter, writes outside of the work folder, connections, and programs but those that draw.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROGRAMS = frozenset({"dot", "neato", "twopi", "circo", "fdp", "sfdp", "osage", "patchwork", "plantuml", "java"})
WRITES = frozenset({"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"})
WRITES |= {"os.chmod", "os.chown", "os.utime"}
NETWORK = frozenset({"socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"})
STARTS = frozenset({"subprocess.Popen", "os.posix_spawn", "os.exec"})
REFUSED = frozenset({"os.system", "os.fork", "os.forkpty", "pty.spawn"})
WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class FenceError(PermissionError):
    """What the fence keeps out."""


def build_fence(source: Path, work: Path) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook. What follows from a path is judged by where it really leads."""
    library = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    system = {sys.base_prefix, "/usr/share", "/usr/lib", "/etc/mime.types", os.devnull}
    writable = _roots({str(work), os.devnull})
    readable = _roots({str(source), str(work), *library, *system})

    def check(path: Any, roots: tuple[str, ...], what: str) -> None:
        if isinstance(path, int) or path is None:
            return
        real = os.path.realpath(os.fsdecode(path))
        if not any(real == root or real.startswith(root + os.sep) for root in roots):
            raise FenceError(f"{what} is refused: {os.fsdecode(path)!r} is outside of the documentation")

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            is_write = bool((arguments[2] or 0) & WRITING_FLAGS)
            check(arguments[0], writable if is_write else readable, "writing" if is_write else "reading")
        elif event in WRITES:
            check(arguments[0], writable, event)
        elif event in STARTS:
            program = os.path.basename(os.fsdecode(arguments[0]))
            if program not in PROGRAMS:
                raise FenceError(f"starting the program {program!r} is refused")
        elif event in NETWORK or event in REFUSED:
            raise FenceError(f"{event} is refused: documentation is built without a network and without a shell")

    return hook


def _roots(paths: set[str]) -> tuple[str, ...]:
    return tuple(os.path.realpath(path).rstrip(os.sep) for path in paths)


def main(config_file: str, site: str, source: str, work: str) -> None:
    sys.addaudithook(build_fence(Path(source), Path(work)))
    from mkdocs.__main__ import cli

    cli(["build", "--config-file", config_file, "--site-dir", site], prog_name="mkdocs")


if __name__ == "__main__":
    main(*sys.argv[1:])
