"""An S3-compatible store in memory, for path-style requests. It checks who asks, though not how he signed."""

from __future__ import annotations

import hashlib
from urllib.parse import unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from tests.fakes.server import Request, Response

BUCKET = "docs"
KEY_ID = "reader"
PAGE = 2


class FakeS3:
    """``objects`` has contents and content types by key."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str]] = {}

    def answer(self, request: Request) -> Response:
        if f"Credential={KEY_ID}/" not in request.headers.get("authorization", ""):
            return fault(403, "AccessDenied")
        bucket, _, key = unquote(request.path).removeprefix("/").partition("/")
        if bucket != BUCKET:
            return fault(404, "NoSuchBucket")
        if request.method == "PUT":
            return self._put(key, request)
        if request.method == "POST":
            return self._delete(request)
        return self._get(key) if key else self._list(request)

    def _put(self, key: str, request: Request) -> Response:
        self.objects[key] = (plain_body(request), request.headers.get("content-type", ""))
        return Response(200, headers={"ETag": self._etag(key)})

    def _get(self, key: str) -> Response:
        if key not in self.objects:
            return fault(404, "NoSuchKey")
        data, content_type = self.objects[key]
        return Response(200, data, {"Content-Type": content_type, "ETag": self._etag(key)})

    def _delete(self, request: Request) -> Response:
        for node in ElementTree.fromstring(plain_body(request)).iter():  # noqa: S314  our own client's
            if node.tag.endswith("Key"):
                self.objects.pop(node.text or "", None)
        return xml("<DeleteResult/>")

    def _list(self, request: Request) -> Response:
        prefix, after = request.parameter("prefix") or "", request.parameter("continuation-token") or ""
        found = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        items = "".join(
            f"<Contents><Key>{escape(key)}</Key><ETag>{escape(self._etag(key))}</ETag></Contents>"
            for key in found[:PAGE]
        )
        more = f"<NextContinuationToken>{escape(found[PAGE - 1])}</NextContinuationToken>" if found[PAGE:] else ""
        is_cut = str(bool(more)).lower()
        return xml(f"<ListBucketResult><IsTruncated>{is_cut}</IsTruncated>{more}{items}</ListBucketResult>")

    def _etag(self, key: str) -> str:
        return f'"{hashlib.md5(self.objects[key][0], usedforsecurity=False).hexdigest()}"'


def plain_body(request: Request) -> bytes:
    """Without the frames of a body that was sent in chunks with a checksum behind it."""
    if "aws-chunked" not in request.headers.get("content-encoding", ""):
        return request.body
    body, rest = b"", request.body
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if not length:
            break
        body, rest = body + rest[:length], rest[length + 2 :]
    return body


def fault(status: int, code: str) -> Response:
    return xml(f"<Error><Code>{code}</Code><Message>no</Message></Error>", status)


def xml(text: str, status: int = 200) -> Response:
    return Response(status, f'<?xml version="1.0"?>{text}'.encode(), {"Content-Type": "application/xml"})
