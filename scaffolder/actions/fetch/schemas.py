"""What the inputs of these actions have in common."""

from __future__ import annotations

from typing import Final

from scaffolder.actions.scm_schema import Schema, flag, text, texts

URL_OF_FOLDER: Final = text("The folder to fetch: a path relative to the template, or an absolute URL")
URL_OF_FILE: Final = text("The file to fetch: a path relative to the template, or an absolute URL")
TARGET_FOLDER: Final = text("The folder of the workspace to write to; the workspace itself if it is left out")
TARGET_FILE: Final = text("The path in the workspace to write to")
TOKEN: Final = text(
    "The user's own token for the code host. It is used instead of the configured one, even if it fails"
)
VALUES: Final[Schema] = {
    "type": "object",
    "additionalProperties": {},
    "description": "What templates see as 'values', or as 'cookiecutter' with cookiecutterCompat",
}
COPIED_PATHS: Final = texts("Path patterns of files that are copied as they are. Their paths are still rendered")
COOKIECUTTER: Final = flag("Read the files as templates made for cookiecutter: with '{{ cookiecutter.name }}' tags")
EXTENSION: Final[Schema] = {
    "type": ["string", "boolean"],
    "description": "Render only files with this extension, and take it off their names. True means '.njk'",
}
REPLACE: Final = flag("Write over what is there already, instead of leaving it as it is")
TRIM_BLOCKS: Final = flag("Drop the line break behind a tag such as '{% if %}'")
LSTRIP_BLOCKS: Final = flag("Drop the blanks before such a tag at the beginning of its line")
