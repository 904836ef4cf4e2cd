"""
Changing values in a YAML text, so that comments and whatever does not change stay letter by letter.

Only block mappings are edited entry by entry, and block lists that grow; anything else that changes is written anew.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

import yaml

from catalog.descriptors.scalars import key_text, resolve_plain
from scaffolder.actions.yaml_text import YamlOptions, yaml_text

Json = Any


class CannotEditError(Exception):
    """The text is written in a way that is not edited here."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one document holds, and what it is to hold. Nothing may be missing in ``after``."""

    before: Json
    after: Json


def edit_documents(text: str, changes: Sequence[Change], options: YamlOptions) -> str:
    """
    The text with the changes in it, one for each document. Whoever calls it checks what the result holds.

    The text must have been read within bounds already. Raises CannotEditError.
    """
    nodes = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    if len(nodes) != len(changes):
        raise CannotEditError("its documents cannot be told apart")
    editor = _Editor(text, options)
    for node, change in zip(nodes, changes, strict=True):
        if change.before != change.after:
            if not _is_block_mapping(node):
                raise CannotEditError("it is no block mapping")
            editor.edit_mapping(node, change)
    return editor.result()


@dataclass(slots=True)
class _Editor:
    text: str
    options: YamlOptions
    edits: list[tuple[int, int, str]] = field(default_factory=list)

    def result(self) -> str:
        pieces: list[str] = []
        end = 0
        for start, stop, new in sorted(self.edits):
            if start < end:
                raise CannotEditError("two of its entries share their text")
            pieces += [self.text[end:start], new]
            end = stop
        return "".join([*pieces, self.text[end:]])

    def edit_mapping(self, node: yaml.MappingNode, change: Change) -> None:
        column = node.value[0][0].start_mark.column
        known = set()
        for key_node, value_node in node.value:
            key = _key(key_node)
            known.add(key)
            if key not in change.before:
                raise CannotEditError(f"its key '{key}' is written in an unusual way")
            inner = Change(change.before[key], change.after[key])
            if inner.before != inner.after:
                self._edit_value(key_node, value_node, inner, column)
        added = {key: value for key, value in change.after.items() if key not in known}
        if added:
            self._add_lines(self._end_of(node), textwrap.indent(yaml_text(added, self.options), " " * column))

    def _edit_value(self, key: yaml.Node, node: yaml.Node, change: Change, column: int) -> None:
        before, after = change.before, change.after
        if _is_block_mapping(node) and isinstance(after, dict):
            self.edit_mapping(node, change)
        elif _is_block_list(node) and isinstance(after, list) and after[: len(before)] == before:
            items = textwrap.indent(yaml_text(after[len(before) :], self.options), " " * node.start_mark.column)
            self._add_lines(self._end_of(node), items)
        else:
            self._replace_value(key, node, after, column)

    def _replace_value(self, key: yaml.Node, node: yaml.Node, value: Json, column: int) -> None:
        colon = self.text.find(":", key.end_mark.index)
        start = max(node.start_mark.index, colon + 1)
        gap = self.text[colon + 1 : start]
        written = self._behind_colon(node, value, column)
        if "#" in gap:
            is_below = written.startswith("\n")
            if "\n" in written and not is_below:
                raise CannotEditError("a comment stands where a text of several lines is to begin")
            written = gap.rstrip() + written if is_below else f"{written} {gap.strip()}"
        self.edits.append((colon + 1, max(start, self._end_of(node)), written))

    def _behind_colon(self, node: yaml.Node, value: Json, column: int) -> str:
        """What follows the colon: a space and the value, or lines below."""
        if isinstance(node, yaml.CollectionNode) and node.flow_style and node.value:
            text = " " + yaml_text(value, replace(self.options, collection_style="flow"))
        else:
            text = yaml_text({"k": value}, self.options).removeprefix("k:")
        lines = text.removesuffix("\n").split("\n")
        return "\n".join([lines[0], *(" " * column + line if line else "" for line in lines[1:])])

    def _add_lines(self, end: int, lines: str) -> None:
        """Below the line in which the text ends so far, which may have a comment."""
        stop = self.text.find("\n", end)
        if stop == -1:
            self.edits.append((len(self.text), len(self.text), "\n" + lines.removesuffix("\n")))
        else:
            self.edits.append((stop + 1, stop + 1, lines))

    def _end_of(self, node: yaml.Node) -> int:
        """Where its last character is, without the comments and empty lines behind it."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            if not isinstance(last, tuple):
                return self._end_of(last)
            return max(self._end_of(last[1]), self.text.find(":", last[0].end_mark.index) + 1)
        start, end = node.start_mark.index, node.end_mark.index
        return start + len(self.text[start:end].rstrip()) if getattr(node, "style", None) in ("|", ">") else end


def _key(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise CannotEditError("one of its keys is no single value")
    return key_text(resolve_plain(node.value)) if node.style is None else node.value


def _is_block_mapping(node: yaml.Node) -> TypeGuard[yaml.MappingNode]:
    return isinstance(node, yaml.MappingNode) and not node.flow_style and bool(node.value)


def _is_block_list(node: yaml.Node) -> TypeGuard[yaml.SequenceNode]:
    return isinstance(node, yaml.SequenceNode) and not node.flow_style and bool(node.value)
