"""What a person gives to a command: values, secrets, and the template that he is writing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.descriptors import parse_values
from catalog.settings import catalog_settings
from common.errors import InputError
from scaffolder.templates.given import check_given_template
from scaffolder.templates.parameter_schema import parameter_sections

TEMPLATE_NAMES = ("template.yaml", "template.yml")
MAX_FILES = 20_000
MAX_BYTES = 200 * 1024 * 1024
# What is never part of a template, however it lies beside it.
IGNORED_FOLDERS = frozenset((".git", ".hg", ".svn", "node_modules", "__pycache__"))


@dataclass(frozen=True, slots=True)
class GivenTemplate:
    """``files`` are those of its folder, with paths from there; links are left out."""

    path: Path
    template: Mapping[str, Any]
    files: list[tuple[str, bytes]]

    @property
    def folder(self) -> Path:
        return self.path.parent


def read_template(path: Path) -> GivenTemplate:
    """From its folder or its file. Raises InputError."""
    file = find_template_file(path) if path.is_dir() else path
    if file is None:
        raise InputError(f"There is no template.yaml in '{path}'")
    found = [document for document in read_documents(file) if _is_template(document)]
    if len(found) != 1:
        raise InputError(f"'{file}' holds {len(found)} templates; expected one document of kind Template")
    return GivenTemplate(file, check_given_template(found[0]), list(_files_below(file.parent)))


def find_template_file(folder: Path) -> Path | None:
    return next((folder / name for name in TEMPLATE_NAMES if (folder / name).is_file()), None)


def read_values(file: Path | None, template: Mapping[str, Any]) -> dict[str, Any]:
    """Raises InputError if the file holds no mapping."""
    return with_defaults({} if file is None else read_mapping(file), template)


def with_defaults(values: Mapping[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
    """The values, and the defaults of the form's fields that they lack, as a browser fills them in."""
    pages = [section.get("properties") for section in parameter_sections(template)]
    fields = [field for page in pages if isinstance(page, dict) for field in page.items()]
    defaults = {name: schema["default"] for name, schema in fields if isinstance(schema, dict) and "default" in schema}
    return {**defaults, **values}


def read_secrets(file: Path | None) -> dict[str, str]:
    """Raises InputError, which never shows a value."""
    secrets = {} if file is None else read_mapping(file)
    for name, secret in secrets.items():
        if not isinstance(secret, str):
            raise InputError(f"The secret '{name}' in '{file}' is not a text; put it in quotes")
    return secrets


def read_mapping(file: Path) -> dict[str, Any]:
    documents = read_documents(file)
    if len(documents) > 1 or (documents and not isinstance(documents[0], dict | None)):
        raise InputError(f"'{file}' must hold one mapping, as in 'name: cart'")
    return (documents[0] if documents else None) or {}


def read_documents(file: Path) -> list[Any]:
    """The values of all YAML or JSON documents. Raises InputError."""
    limits = catalog_settings().limits
    return parse_values(_read(file, limits.max_bytes), location=str(file), limits=limits)


def _is_template(document: Any) -> bool:
    return isinstance(document, dict) and document.get("kind") == "Template"


def _files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    left, count = MAX_BYTES, 0
    for path in _walk(folder):
        data = _read(path, left)
        left, count = left - len(data), count + 1
        if count > MAX_FILES:
            raise InputError(
                f"'{folder}' has more than {MAX_FILES} files; a template's folder should hold its own only"
            )
        yield path.relative_to(folder).as_posix(), data


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in IGNORED_FOLDERS)
        for name in sorted(names):
            path = Path(root, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _read(path: Path, max_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > max_bytes:
        raise InputError(f"{path} is too large: at most {max_bytes} bytes can be read here")
    return data
