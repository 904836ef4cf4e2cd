"""Reads the JSON body of a request, bounded in size, with the messages of Backstage's server."""

from __future__ import annotations

import codecs
import re
import zlib
from typing import Any

import orjson
from django.http import HttpRequest

from common.api.json_syntax import find_json_fault
from common.errors import InputError

MAX_BYTES = 10 * 1024 * 1024

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^;"\s]*)', re.IGNORECASE)
_INFLATED = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def media_type_of(request: HttpRequest) -> str:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def read_json_body(request: HttpRequest) -> Any:
    """
    The value in the body; an empty object where there is no body, or none that says it is JSON.

    Raises InputError if it is too long, not UTF-8, not JSON, or neither an object nor a list.
    """
    if media_type_of(request) != "application/json":
        return {}
    _refuse_other_charsets(request)
    data = _inflate(_read_bytes(request), request.headers.get("Content-Encoding", "identity").lower())
    return parse_json(data, containers_only=True) if data else {}


def parse_json(data: bytes, *, containers_only: bool = False) -> Any:
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InputError(_describe(data, error, containers_only=containers_only)) from error
    if containers_only and not isinstance(value, dict | list):
        raise InputError(find_json_fault(data.decode(), containers_only=True) or "The body must be a JSON object")
    return value


def _describe(data: bytes, error: orjson.JSONDecodeError, *, containers_only: bool) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as fault:
        return f"The request body is not UTF-8: {fault.reason} at byte {fault.start}"
    # Valid JSON that we do not read all the same: nested a thousand deep, a number beyond all bounds, half a character.
    return find_json_fault(text, containers_only=containers_only) or f"Unsupported JSON: {error}"


def _refuse_other_charsets(request: HttpRequest) -> None:
    found = _CHARSET.search(request.headers.get("Content-Type", ""))
    if found and found[1].lower() not in ("", "utf-8"):
        raise InputError(f'unsupported charset "{found[1].upper()}"')


def _read_bytes(request: HttpRequest) -> bytes:
    data = request.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError("request entity too large")
    return data


def _inflate(data: bytes, encoding: str) -> bytes:
    if encoding == "identity":
        return data
    if encoding not in _INFLATED:
        raise InputError(f'unsupported content encoding "{encoding}"')
    try:
        inflated = zlib.decompressobj(_INFLATED[encoding]).decompress(data, MAX_BYTES + 1)
    except zlib.error as error:
        raise InputError(f"The request body is not {encoding}: {error}") from error
    if len(inflated) > MAX_BYTES:
        raise InputError("request entity too large")
    return inflated
