"""Builds a site with MkDocs, in a process of its own that has nothing of ours in its environment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from common.errors import InputError
from docs_site.publishing.mkdocs_yaml import left_out, read_mkdocs_config

CONFIG_FILES = ("mkdocs.yaml", "mkdocs.yml")
CHILD = Path(__file__).parent / "mkdocs_child.py"
SECONDS = 15 * 60
LAST_LINES = 20
# Neither is walked through for links; the fence of the child refuses to follow one of theirs.
SKIPPED_FOLDERS = frozenset({"node_modules"})
PATH = "/usr/local/bin:/usr/bin:/bin"

OnLine = Callable[[str], object]


def build_site(source: Path, work: Path, *, default_name: str, has_external_fonts: bool, on_line: OnLine) -> Path:
    """
    The folder of the site, in ``work``. Each line that MkDocs prints goes to ``on_line``.

    Raises InputError for a source that is not to be built, and with the last lines of a build that failed.
    """
    _require_mkdocs()
    if not source.is_dir():
        raise InputError(f"There is no folder '{source}'")
    source = source.resolve()
    _refuse_links(source)
    text = _read_config(source)
    config = read_mkdocs_config(text, default_name=default_name)
    for name in left_out(text):
        on_line(f"mkdocs.yml: {name} has no effect and was left out")
    config["docs_dir"] = str(_docs_dir(source, config))
    if not has_external_fonts:
        config["theme"].setdefault("font", False)
    return _run_mkdocs(config, source, work.resolve(), on_line)


def _require_mkdocs() -> None:
    if find_spec("mkdocs") is None or find_spec("techdocs_core") is None:
        raise InputError(
            "To build documentation needs mkdocs-techdocs-core: install it with pip install 'callboard[docs]', or "
            "publish a site that is built already with --site DIR"
        )


def _refuse_links(source: Path) -> None:
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in SKIPPED_FOLDERS]
        for name in (*folders, *files):
            path = Path(folder, name)
            if path.is_symlink() and not path.resolve().is_relative_to(source):
                raise InputError(f"The link '{path.relative_to(source)}' leads out of the folder, please remove it")


def _read_config(source: Path) -> str:
    for name in CONFIG_FILES:
        path = source / name
        if path.is_file():
            try:
                return path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                raise InputError(f"{name} is not UTF-8: {error}") from error
    return ""


def _docs_dir(source: Path, config: dict[str, Any]) -> Path:
    named = config.get("docs_dir") or "docs"
    folder = (source / named).resolve()
    if not folder.is_relative_to(source):
        raise InputError(f"mkdocs.yml: docs_dir: '{named}' leads out of the folder, please name one below mkdocs.yml")
    if not folder.is_dir():
        raise InputError(f"There is no folder '{named}' in '{source}', please put the Markdown files there")
    return folder


def _run_mkdocs(config: dict[str, Any], source: Path, work: Path, on_line: OnLine) -> Path:
    site, config_file, home = work / "site", work / "mkdocs.json", work / "home"
    home.mkdir()
    # JSON is YAML whose texts are texts: MkDocs finds no tags in it.
    config_file.write_bytes(orjson.dumps(config))
    arguments = [str(config_file), str(site), str(source), str(work)]
    process = subprocess.Popen(  # noqa: S603  our own script, in this interpreter
        [sys.executable, "-I", "-B", str(CHILD), *arguments],
        cwd=source,
        env=_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    last: deque[str] = deque(maxlen=LAST_LINES)
    with process, _killed_after(process, SECONDS):
        for line in _lines(process):
            last.append(line)
            on_line(line)
    if process.returncode != 0:
        raise InputError("MkDocs could not build the documentation:\n" + "\n".join(last))
    return site


def _environment(home: Path) -> dict[str, str]:
    """What draws diagrams is told to read no files and no addresses."""
    return {
        "PATH": PATH,
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "PLANTUML_SECURITY_PROFILE": "SANDBOX",
        "SERVER_NAME": "callboard",
        "JAVA_TOOL_OPTIONS": "-Djava.awt.headless=true",
    }


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    for line in process.stdout or ():
        if line.strip():
            yield line.rstrip()


class _killed_after:
    """Ends a process that takes too long."""

    def __init__(self, process: subprocess.Popen[str], seconds: float) -> None:
        self.timer = threading.Timer(seconds, process.kill)

    def __enter__(self) -> None:
        self.timer.daemon = True
        self.timer.start()

    def __exit__(self, *_: object) -> None:
        self.timer.cancel()
