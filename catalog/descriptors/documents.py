"""What a descriptor file is made of, as the rest of the catalog sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from common.errors import CallboardError, InputError


class DescriptorError(InputError):
    """A descriptor file, or one document of it, cannot be read. Backstage names this fault plainly ``Error``."""

    name = "Error"


@dataclass(frozen=True, slots=True)
class EntityDocument:
    """A document that holds a mapping. Whether it is a valid entity is for ``catalog.kinds`` to say."""

    entity: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BrokenDocument:
    """A document that could not be read. The documents beside it are not affected."""

    error: CallboardError
    line: int | None


Document = EntityDocument | BrokenDocument
