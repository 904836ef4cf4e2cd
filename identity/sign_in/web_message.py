"""The page in the popup: it tells the app how signing in went, and closes."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse

# Nothing of the two texts can end the string that it stands in: what JavaScript leaves as it is, without the quote.
UNESCAPED = "-_.!~*()"
SCRIPT = """
var message = JSON.parse(decodeURIComponent('{message}'));
var origin = decodeURIComponent('{origin}');
var app = window.opener || window.parent;
app.postMessage({{'type': 'config_info', 'targetOrigin': origin}}, '*');
app.postMessage(message, origin);
setTimeout(function () {{ window.close(); }}, 100);
"""


def web_message(content: dict[str, Any], *, origin: str, status: int = 200) -> HttpResponse:
    """``content`` has a ``response`` or an ``error``. Only pages of ``origin`` are told what."""
    message = json.dumps({"type": "authorization_response", **content}, separators=(",", ":"))
    script = SCRIPT.format(message=quote(message, safe=UNESCAPED), origin=quote(origin, safe=UNESCAPED))
    response = HttpResponse(
        f"<html><body><script>{script}</script></body></html>", content_type="text/html", status=status
    )
    digest = b64encode(hashlib.sha256(script.encode()).digest()).decode()
    response["Content-Security-Policy"] = f"script-src 'sha256-{digest}'"
    response["X-Frame-Options"] = "sameorigin"
    response["Cache-Control"] = "no-store"
    return response
