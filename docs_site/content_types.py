"""
What a file of a site is sent as, by its suffix. Pure.

Authors of documentation are not trusted with the origin that serves it. So nothing is sent as what a browser would run:
pages, scripts and drawings are plain text, which is all that Backstage's reader needs, as it builds the page itself.
"""

from __future__ import annotations

TEXT = "text/plain; charset=utf-8"
TYPES = {
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "ico": "image/vnd.microsoft.icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "eot": "application/vnd.ms-fontobject",
    "otf": "font/otf",
    "ttf": "font/ttf",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "webm": "video/webm",
    "gz": "application/gzip",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
# Opened by itself, such a document may neither run nor load anything, nor speak for the origin that it came from.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
# A browser's viewer of such files does not work in a sandbox.
PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def content_type_of(path: str) -> str:
    """Plain text for a suffix that is not known."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return TYPES.get(suffix.lower(), TEXT) if dot else TEXT


def policy_of(content_type: str) -> str:
    return PDF_POLICY if content_type == TYPES["pdf"] else SANDBOX
