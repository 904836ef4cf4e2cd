"""TCP connections to checked addresses only, within the deadline of the read."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore

from integrations.http.deadline import capped
from integrations.http.resolver import CheckedResolver

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class CheckedBackend(httpcore.NetworkBackend):
    """
    Resolves, checks and connects in one step, so that what was checked is what is connected to.

    Host header, SNI and the certificate's name stay those of the URL: httpcore takes them from there.
    """

    def __init__(self, resolver: CheckedResolver) -> None:
        self._resolver = resolver
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """To the first address that answers. Raises ReadFault if there is none to try."""
        options = list(socket_options or [])
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._resolver.addresses_of(host, port):
            try:
                stream = self._inner.connect_tcp(address, port, _left(timeout), local_address, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = failure or error
                continue
            return TimedStream(stream)
        raise failure or httpcore.ConnectError(host)


class TimedStream(httpcore.NetworkStream):
    """A stream whose every wait ends at the deadline: a server that drips bytes gains nothing."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return TimedStream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, error: type[httpcore.TimeoutException] = httpcore.ConnectTimeout) -> float | None:
    left = capped(timeout)
    if left is not None and left <= 0:
        raise error("timed out")
    return left
