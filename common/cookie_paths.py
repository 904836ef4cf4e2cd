"""
The paths that a browser may ask for with nothing but the cookie ``backstage-auth``: files that pages embed.

A plugin names its own when it starts (``AppConfig.ready``). Elsewhere, and for anything but reading, the cookie is none.
"""

from __future__ import annotations

_prefixes: tuple[str, ...] = ()


def allow_cookie(prefix: str) -> None:
    """``prefix`` is a path from the root that ends in a slash, as in ``/api/techdocs/static/``. Twice is harmless."""
    global _prefixes
    if not (prefix.startswith("/") and prefix.endswith("/") and len(prefix) > 1):
        raise ValueError(f"'{prefix}' is no folder below the root, as in '/api/techdocs/static/'")
    if prefix not in _prefixes:
        _prefixes = (*_prefixes, prefix)


def is_cookie_allowed(path: str) -> bool:
    return path.startswith(_prefixes)
