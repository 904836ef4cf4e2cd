"""
The git program, in an environment where neither the machine's configuration nor a repository's can make it do more
than it was asked.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO

from common.errors import ServiceUnavailableError

NEEDED_VERSION = (2, 37)  # http.curloptResolve, cat-file --batch-command
MAX_MEMORY_KIB = 4 * 1024 * 1024
MAX_CPU_SECONDS = 300
MAX_OUTPUT = 1024 * 1024
# The shell only sets limits; what it runs comes as arguments, never as text.
LIMITED = 'ulimit -f "$1"; ulimit -t "$2"; ulimit -v "$3" 2>/dev/null; shift 3; exec "$@"'

ENVIRONMENT = {
    "PATH": os.defpath,
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
    "GIT_PROTOCOL_FROM_USER": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
}
CONFIGURATION = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.bigFileThreshold", "16m"),
    ("credential.helper", ""),
    ("safe.directory", "*"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("fetch.unpackLimit", "1"),
    ("fetch.writeCommitGraph", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("submodule.recurse", "false"),
    ("pack.threads", "1"),
    ("transfer.bundleURI", "false"),
    ("http.followRedirects", "false"),
    ("http.proxy", ""),
    ("http.sslVerify", "true"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "20"),
    ("http.userAgent", "git/Callboard"),
)


class GitFault(Exception):
    """git ended with an error. The message is the gist of what it said."""


@dataclass(frozen=True, slots=True)
class GitOptions:
    """``protocols`` are what git may speak; ``configuration`` reaches it by environment, so it may hold secrets."""

    git_dir: str | None = None
    protocols: str = "none"
    configuration: Sequence[tuple[str, str]] = field(default=(), repr=False)
    max_file_bytes: int = MAX_OUTPUT
    seconds: float = 30.0
    ceiling: str | None = None
    max_output: int = MAX_OUTPUT


def run_git(
    arguments: Sequence[str],
    options: GitOptions,
    *,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
    good_statuses: Container[int] = (0,),
) -> bytes:
    """
    What git prints. Raises GitFault when it fails, takes too long or writes a file that is too large, and
    ServiceUnavailableError if there is no git that is new enough.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = start_git(arguments, options, stdout=output, stderr=errors, stdin=stdin)
        try:
            status = process.wait(options.seconds)
        except subprocess.TimeoutExpired:
            raise GitFault(f"it took longer than {options.seconds:g} s") from None
        finally:
            stop_git(process)
        if status not in good_statuses:
            errors.seek(0)
            raise GitFault(_gist(errors.read(MAX_OUTPUT)) or f"git ended with status {status}")
        output.seek(0)
        return output.read(options.max_output)


def start_git(
    arguments: Sequence[str],
    options: GitOptions,
    *,
    stdout: IO[bytes] | int,
    stderr: IO[bytes] | int,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start git in a process group of its own. The caller ends it by ``stop_git``."""
    blocks = str(options.max_file_bytes // 512 + 1)
    return subprocess.Popen(  # noqa: S603 (no shell reads the arguments, and none begins with a dash unasked)
        ["/bin/sh", "-c", LIMITED, "sh", blocks, str(MAX_CPU_SECONDS), str(MAX_MEMORY_KIB), find_git(), *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        cwd="/",
        env=_environment(options),
        start_new_session=True,
    )


def stop_git(process: subprocess.Popen[bytes]) -> None:
    """End git and its helpers, and wait for that."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@lru_cache(maxsize=1)
def find_git() -> str:
    """The path of git. Raises ServiceUnavailableError if there is none, or an old one."""
    path = shutil.which("git")
    if path is None:
        raise ServiceUnavailableError("Git targets need the program git, which is not installed")
    printed = subprocess.run(  # noqa: S603 (found on our own path)
        [path, "--version"], capture_output=True, env=ENVIRONMENT, check=False, timeout=10
    ).stdout
    found = re.search(rb"(\d+)\.(\d+)", printed)
    if found is None or (int(found[1]), int(found[2])) < NEEDED_VERSION:
        text = printed.decode("utf-8", "replace").strip()
        raise ServiceUnavailableError(f"Git targets need git 2.37 or newer; '{path}' is '{text}'")
    return path


def _environment(options: GitOptions) -> Mapping[str, str]:
    environment = {**ENVIRONMENT, "GIT_ALLOW_PROTOCOL": options.protocols}
    if options.git_dir is not None:
        environment["GIT_DIR"] = options.git_dir
    if options.ceiling is not None:
        environment["GIT_CEILING_DIRECTORIES"] = options.ceiling
    configuration = (*CONFIGURATION, *options.configuration)
    environment["GIT_CONFIG_COUNT"] = str(len(configuration))
    for index, (key, value) in enumerate(configuration):
        environment[f"GIT_CONFIG_KEY_{index}"] = key
        environment[f"GIT_CONFIG_VALUE_{index}"] = value
    return environment


def _gist(errors: bytes) -> str:
    lines = errors.decode("utf-8", "replace").splitlines()
    telling = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))] or lines
    text = "; ".join(line.strip() for line in telling[-3:])
    return "".join(character if character.isprintable() else " " for character in text)[:500]
