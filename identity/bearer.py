"""Where a request carries its token."""

from __future__ import annotations

import re

from django.http import HttpRequest

BEARER = re.compile(r"Bearer +(\S+)", re.I)
COOKIE = "backstage-auth"


def bearer_token(request: HttpRequest) -> str | None:
    """The token of the header ``Authorization``."""
    found = BEARER.fullmatch(request.META.get("HTTP_AUTHORIZATION", ""))
    return found[1] if found else None
