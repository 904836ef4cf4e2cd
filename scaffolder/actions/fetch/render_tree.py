"""Rendering a whole folder: the paths, and the contents of text files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from common.errors import CallboardError, InputError
from integrations.reading import Tree, TreeFile
from scaffolder.actions.action import ActionContext
from scaffolder.actions.fetch.renderer import Renderer, shown_values
from scaffolder.actions.fetch.text_or_binary import is_binary
from scaffolder.actions.fetch.writing import Output
from scaffolder.actions.fs.path_patterns import PathPatterns
from scaffolder.templating.errors import TemplateRenderError
from scaffolder.workspace.workspace import Workspace

DEFAULT_EXTENSION = ".njk"
# As a file system gives them, since that is what the log shows.
MODE, EXECUTABLE_MODE = 0o100644, 0o100755


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """``extension`` begins with a dot; empty if all files are rendered but those that ``copied`` names."""

    output: Output
    copied: tuple[str, ...]
    extension: str
    replaces: bool

    @classmethod
    def from_input(cls, context: ActionContext) -> Self:
        """Raises InputError, NotAllowedError."""
        given = context.input
        output = Output(context, given.get("targetPath") or "./")
        copied = given.get("copyWithoutTemplating")
        extension = given.get("templateFileExtension")
        if extension and (copied is not None or given.get("cookiecutterCompat")):
            raise InputError(
                "Fetch action input extension incompatible with copyWithoutTemplating and cookiecutterCompat"
            )
        if given.get("copyWithoutRender"):
            context.log.warn("copyWithoutRender has no effect; use copyWithoutTemplating")
        return cls(output, tuple(copied or ()), _extension(extension), bool(given.get("replace")))


def render_tree(context: ActionContext, settings: TreeSettings, tree: Tree) -> None:
    """Raises TemplateRenderError, NotAllowedError for a rendered path that leads outside, InputError."""
    if tree.sole_file is not None:
        raise CallboardError("The template is a single file, not a folder; use fetch:template:file")
    context.log.info("Listing files and directories in template")
    entries = _in_levels(tree)
    context.log.info(f"Processing {len(entries)} template files/directories with input values{shown_values(context)}")
    work = _Work(context, settings, entries)
    for path, file in entries:
        context.stop.check()
        work.render(path, file)
    context.log.info(f"Template result written to {settings.output.full_path}")


class _Work:
    def __init__(self, context: ActionContext, settings: TreeSettings, entries: list[_Entry]) -> None:
        self._log = context.log
        self._settings = settings
        self._renderer = Renderer(context)
        self._patterns = PathPatterns(settings.copied, [path for path, file in entries if file is None])
        self._taken = _paths_below(context.workspace, "/".join(settings.output.folder))

    def render(self, path: str, file: TreeFile | None) -> None:
        """``file`` is None for a folder."""
        shown = path if file else f"{path}/"
        extension = self._settings.extension
        if extension:
            is_template = file is not None and posixpath.splitext(path)[1] == extension
            source = path.removesuffix(extension) if is_template else shown
        else:
            is_template = not self._patterns.matches(path)
            source = shown
        rendered = self._rendered_path(source)
        if rendered == "" or rendered.startswith("/") or "//" in rendered:
            return
        target = self._settings.output.path_of(rendered)
        if target in self._taken and not self._settings.replaces:
            return
        if not is_template and not extension:
            self._log.info(f"Copying file/directory {shown} without processing.")
        if file is None:
            self._log.info(f"Writing directory {shown} to template output path.")
            self._settings.output.make_folder(target)
        else:
            self._write(path, file, target, is_template)
        self._note(target)

    def _write(self, path: str, file: TreeFile, target: str, is_template: bool) -> None:
        data = file.read()
        if is_binary(data):
            self._log.info(f"Copying file binary or symbolic link at {path}, to template output path.")
        else:
            mode = EXECUTABLE_MODE if file.is_executable else MODE
            self._log.info(f"Writing file {path} to template output path with mode {mode}.")
            data = self._rendered_content(path, data) if is_template else data
        self._settings.output.write(target, data, is_executable=file.is_executable)

    def _rendered_path(self, path: str) -> str:
        try:
            return self._renderer.render(path)
        except TemplateRenderError:
            self._log.error(f"The path {path} cannot be rendered")
            raise

    def _rendered_content(self, path: str, data: bytes) -> bytes:
        try:
            return self._renderer.render_bytes(data)
        except TemplateRenderError:
            self._log.error(f"The file {path} cannot be rendered")
            raise

    def _note(self, target: str) -> None:
        while target and target not in self._taken:
            self._taken.add(target)
            target = posixpath.dirname(target)


_Entry = tuple[str, TreeFile | None]


def _in_levels(tree: Tree) -> list[_Entry]:
    """A folder's entries by name, then those of its folders, and so on: what comes first wins where paths meet."""
    entries: dict[str, TreeFile | None] = dict.fromkeys(_all_folders(tree))
    entries.update((file.path, file) for file in tree.files)
    children: dict[str, list[str]] = {}
    for path in sorted(entries):
        children.setdefault(posixpath.dirname(path), []).append(path)
    ordered: list[_Entry] = []
    waiting = [""]
    for folder in waiting:
        for path in children.get(folder, ()):
            ordered.append((path, entries[path]))
            if entries[path] is None:
                waiting.append(path)
    return ordered


def _all_folders(tree: Tree) -> Iterable[str]:
    for path in tree.folders:
        yield from _with_parents(path)
    for file in tree.files:
        yield from _with_parents(posixpath.dirname(file.path))


def _with_parents(path: str) -> Iterable[str]:
    while path:
        yield path
        path = posixpath.dirname(path)


def _paths_below(workspace: Workspace, folder: str) -> set[str]:
    found = {".", folder or "."}
    if folder and not workspace.exists(folder):
        return found
    if not folder or workspace.is_folder(folder):
        found.update(entry.path for entry in workspace.walk(folder or "."))
    return found


def _extension(given: str | bool | None) -> str:
    if not given:
        return ""
    extension = DEFAULT_EXTENSION if given is True else str(given)
    return extension if extension.startswith(".") else f".{extension}"
