"""What all kinds of archives hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Entry:
    """``path`` is as the archive says it, without the slash behind a folder's. ``target`` is a link's."""

    path: str
    kind: Kind
    data: bytes = b""
    is_executable: bool = False
    target: str = ""
