"""The transport that reads go through: a pool of kept connections, checked when they are made."""

from __future__ import annotations

import os
import ssl
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import certifi
import httpcore
import httpx

from integrations.http.network import CheckedBackend
from integrations.http.resolver import CheckedResolver

MAX_CONNECTIONS = 64
KEPT_CONNECTIONS = 32
KEPT_SECONDS = 30.0


class CheckedTransport(httpx.BaseTransport):
    """
    Thread-safe. It knows no proxies, cookies or redirects, and looks at no environment variable
    but those of OpenSSL (``SSL_CERT_FILE``, ``SSL_CERT_DIR``).

    httpx's own transport cannot be given a network backend; hence this one.
    """

    def __init__(self, resolver: CheckedResolver) -> None:
        self._backend = CheckedBackend(resolver)
        self._lock = threading.Lock()
        self._pool: httpcore.ConnectionPool | None = None
        self._process = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        with _as_httpx_errors():
            response = self._get_pool().handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status, headers=response.headers, stream=_Stream(response), extensions=response.extensions
        )

    def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _get_pool(self) -> httpcore.ConnectionPool:
        # Connections must not be shared with a parent process, nor closed for it.
        with self._lock:
            if self._pool is None or self._process != os.getpid():
                self._process = os.getpid()
                self._pool = httpcore.ConnectionPool(
                    ssl_context=ssl_context(),
                    max_connections=MAX_CONNECTIONS,
                    max_keepalive_connections=KEPT_CONNECTIONS,
                    keepalive_expiry=KEPT_SECONDS,
                    network_backend=self._backend,
                )
                weakref.finalize(self, self._pool.close)
            return self._pool


class _Stream(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx_errors():
            yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


@contextmanager
def _as_httpx_errors() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error) or "timed out") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.TransportError(str(error) or type(error).__name__) from error


@lru_cache(maxsize=1)
def ssl_context() -> ssl.SSLContext:
    """The authorities of the system, where companies add their own, and Mozilla's for images that have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context
