"""
Imports that libraries try "in case it is there", for features of theirs that we do not use, left out at start.

They took a third of the time until the server was ready (0.8 of 2.4 s). Each library copes without them. Whoever
needs one of these modules for himself imports it later, as usual.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

# Library to what it would import.
OPTIONAL = {
    "structlog": ("rich",),  # coloured tracebacks
    "httpcore": ("trio",),  # its asynchronous half
    "httpx": ("httpx._main",),  # its command line
    "rest_framework.compat": ("requests", "django.contrib.postgres"),  # its test client, fields of PostgreSQL
}


def import_lean() -> None:
    """To be called before these libraries are imported. Harmless afterwards. Needs Django's settings to be readable."""
    for library, extras in OPTIONAL.items():
        if library not in sys.modules:
            with _absent(extras):
                import_module(library)


@contextmanager
def _absent(names: tuple[str, ...]) -> Iterator[None]:
    hidden = [name for name in names if name not in sys.modules]
    sys.modules |= dict.fromkeys(hidden)  # type: ignore[arg-type]  # None: importing it fails at once
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)
