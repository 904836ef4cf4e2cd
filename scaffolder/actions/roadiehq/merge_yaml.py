"""Merging values into YAML text of one or several documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from common.errors import InputError
from scaffolder.actions.action import StepLog
from scaffolder.actions.roadiehq.documents import parse_yaml_documents
from scaffolder.actions.roadiehq.merging import merged
from scaffolder.actions.roadiehq.yaml_edit import CannotEditError, Change, edit_documents
from scaffolder.actions.yaml_text import YamlOptions, yaml_text

Json = Any


@dataclass(frozen=True, slots=True)
class YamlMerge:
    """``field``: key (or dotted path of keys) and value of the document to merge into, where there are several."""

    content: Json
    joins_lists: bool
    keeps_comments: bool
    field: tuple[str, str] | None
    options: YamlOptions


def merge_yaml(text: str, merge: YamlMerge, *, path: str, log: StepLog) -> str:
    """The new text. Raises InputError."""
    documents = parse_yaml_documents(text, named=f"The file '{path}'")
    changes = [
        Change(document, _merged(document, merge) if _is_meant(document, documents, merge) else document)
        for document in documents
    ]
    if not documents:
        raise InputError("No documents found in the input content. Please provide a valid YAML file.")
    if all(change.before is change.after for change in changes):
        log.warn(f"No document in '{path}' has the field that 'useDocumentIncludingField' names")
    if merge.keeps_comments:
        try:
            return _edited(text, changes, merge.options)
        except (CannotEditError, InputError, yaml.YAMLError) as error:
            log.warn(f"The comments in '{path}' are lost: {error}")
    return "---\n".join(yaml_text(change.after, merge.options) for change in changes)


def _edited(text: str, changes: list[Change], options: YamlOptions) -> str:
    edited = edit_documents(text, changes, options)
    if parse_yaml_documents(edited, named="The new text") != [change.after for change in changes]:
        raise CannotEditError("it is written in a way that cannot be edited in place")
    return edited


def _merged(document: Json, merge: YamlMerge) -> Json:
    return merged(document, merge.content, joins_lists=merge.joins_lists)


def _is_meant(document: Json, documents: list[Json], merge: YamlMerge) -> bool:
    if len(documents) == 1:
        return True
    if merge.field is None:
        raise InputError(
            "Multiple documents found in the input content. Please provide a key and value to use to find the document"
            " to merge into."
        )
    key, value = merge.field
    found = _value_at(document, key)
    return isinstance(found, str | int | float) and not isinstance(found, bool) and str(found) == value


def _value_at(document: Json, path: str) -> Json:
    """By the whole text as a key, else by its parts between dots."""
    if isinstance(document, dict) and path in document:
        return document[path]
    for key in path.split("."):
        document = document.get(key) if isinstance(document, dict) else None
    return document
