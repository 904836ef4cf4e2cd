"""
A program of its own that runs cookiecutter on a folder, held as tightly as Python can hold itself.

It reads ``{"template", "output", "extensions", "has_hooks"}`` from its standard input, says on its standard output what it does,
and ends with status 1 and a message on its standard error. Templates are rendered in Jinja's sandbox. Should they
break out of that all the same, they find no network and no other programs, no file to read but the template's and
Python's own, none to write but the output's, and little memory and time. Hooks are programs that may do all this, so
where they are allowed only memory and time are held. It imports nothing of ours, so that it can be run without our
settings and secrets.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import sys
import sysconfig
from typing import Any

MEBIBYTE = 1024 * 1024
LIMITS = (
    (resource.RLIMIT_CPU, 60),
    (resource.RLIMIT_AS, 1024 * MEBIBYTE),
    (resource.RLIMIT_FSIZE, 64 * MEBIBYTE),
    (resource.RLIMIT_CORE, 0),
)
# Times of day need the zones of the machine.
SYSTEM_FOLDERS = ("/usr/share/zoneinfo", "/etc/localtime")
FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "pty.",
    "ctypes.",
)
FORBIDDEN_EVENTS = ("os.kill", "os.killpg", "os.link", "os.symlink", "os.chown", "os.mkfifo", "os.mknod")
WRITES = ("os.chmod", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.utime", "os.setxattr")
READS = ("os.chdir", "os.listdir", "os.scandir")
WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
WRITING_MODES = frozenset("wax+")
ENVIRONMENT_KEYS = (
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
    "trim_blocks",
    "lstrip_blocks",
)


class Guard:
    """Refuses what leads out of the two folders, from inside the interpreter. It cannot be taken off again."""

    def __init__(self, template: str, output: str) -> None:
        self._writable = (os.path.realpath(output),)
        paths = sysconfig.get_paths()
        python = [
            sys.prefix,
            sys.base_prefix,
            *(paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        ]
        self._readable = (
            *self._writable,
            os.path.realpath(template),
            *(os.path.realpath(path) for path in (*python, *SYSTEM_FOLDERS)),
        )

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(FORBIDDEN) or event in FORBIDDEN_EVENTS:
            raise PermissionError(f"{event} is not allowed here")
        if event == "open":
            self._check_open(*arguments)
        elif event in WRITES:
            count = 2 if event == "os.rename" else 1
            for path in arguments[:count]:
                self._check(path, self._writable)
        elif event in READS:
            self._check(arguments[0], self._readable)

    def _check_open(self, path: Any, mode: str | None, flags: int) -> None:
        is_write = bool(flags & WRITING_FLAGS) or (mode is not None and not WRITING_MODES.isdisjoint(mode))
        self._check(path, self._writable if is_write else self._readable)

    def _check(self, path: Any, folders: tuple[str, ...]) -> None:
        if isinstance(path, int) or path is None:
            return
        real = os.path.realpath(os.fsdecode(path))
        if not any(real == folder or real.startswith(f"{folder}/") for folder in folders):
            raise PermissionError(f"'{real}' is outside of the template and its output")


def main() -> int:
    for kind, most in LIMITS:
        resource.setrlimit(kind, (most, most))
    given = json.load(sys.stdin)
    template, output, allowed = given["template"], given["output"], given["extensions"]
    logging.basicConfig(stream=sys.stdout, format="%(message)s")
    logging.getLogger("cookiecutter").setLevel(logging.DEBUG)
    # All that is needed later, while files may still be read.
    from cookiecutter import generate, prompt, utils
    from cookiecutter.environment import ExtensionLoaderMixin
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class SandboxedEnvironment(ExtensionLoaderMixin, ImmutableSandboxedEnvironment):  # type: ignore[misc]
        def __init__(self, **options: Any) -> None:
            known = {key: value for key, value in options.items() if key in ENVIRONMENT_KEYS}
            context = options.get("context")
            super().__init__(context=context, undefined=StrictUndefined, keep_trailing_newline=True, **known)

        def _read_extensions(self, context: dict[str, Any]) -> list[str]:
            wanted = super()._read_extensions(context)
            if strange := set(wanted) - set(allowed):
                raise PermissionError(f"the extension '{min(strange)}' is not allowed")
            return list(wanted)

    utils.StrictEnvironment = SandboxedEnvironment
    os.chdir(template)
    if not given["has_hooks"]:
        sys.addaudithook(Guard(template, output))
    try:
        context = generate.generate_context(context_file=f"{template}/cookiecutter.json")
        context["cookiecutter"] = prompt.prompt_for_config(context, no_input=True)
        generate.generate_files(template, context, output_dir=output, accept_hooks=given["has_hooks"])
    except Exception as error:
        # Whatever it is, it is the template's; a trace would only tell of this machine.
        sys.stderr.write(f"{type(error).__name__}: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
