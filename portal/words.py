"""How things are called on the pages: kinds, refs and relation types in plain words. Pure."""

from __future__ import annotations

import re
from typing import Any

SPECIAL_KINDS = {"api": ("API", "APIs"), "airesource": ("AI resource", "AI resources")}
ACRONYMS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kind_word(kind: str) -> str:
    """``component`` as ``Component``."""
    return SPECIAL_KINDS.get(kind.lower(), (kind.capitalize(), ""))[0]


def kind_words(kind: str) -> str:
    """``component`` as ``Components``."""
    if kind.lower() in SPECIAL_KINDS:
        return SPECIAL_KINDS[kind.lower()][1]
    word = kind_word(kind)
    return word[:-1] + "ies" if word.endswith("y") else word + "s"


def count_words(count: int, kind: str) -> str:
    """``1 Component``, ``2 APIs``; of all kinds, ``3 entities``."""
    if kind == "all":
        return "1 entity" if count == 1 else f"{count} entities"
    return f"{count} {kind_word(kind) if count == 1 else kind_words(kind)}"


def relation_words(type_: str) -> str:
    """``apiProvidedBy`` as ``API provided by``."""
    words = ACRONYMS.sub(" ", type_).lower()
    words = re.sub(r"\bapi\b", "API", words)
    return words[:1].upper() + words[1:]


def short_ref(ref: str) -> str:
    """A ref as people say it: without the default namespace."""
    kind, _, rest = ref.partition(":")
    return f"{kind}:{rest.removeprefix('default/')}"


def short_name(ref: str) -> str:
    """The same without the kind, for where that is clear."""
    return ref.partition(":")[2].removeprefix("default/") or ref


def text_of(value: Any) -> str:
    """What authors may have written as something else than a text is left out."""
    return value if isinstance(value, str) else ""
