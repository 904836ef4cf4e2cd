"""An entity as YAML, for reading. Pure."""

from __future__ import annotations

from typing import Any

import orjson
import yaml

MAX_BYTES = 200_000


class _Dumper(yaml.CSafeDumper):
    """Long texts as blocks, as their authors wrote them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def as_yaml(body: bytes) -> str | None:
    """None if it is too large to be shown: making YAML of it would keep a thread busy for long."""
    if len(body) > MAX_BYTES:
        return None
    return yaml.dump(orjson.loads(body), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
