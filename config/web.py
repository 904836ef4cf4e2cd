"""One web process: the door behind Granian, until SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from typing import Any

from django.conf import settings as django_settings
from granian.constants import Interfaces, SSLProtocols
from granian.server.embed import Server

from config.access_log import open_access_log
from config.address import Address
from config.django_calls import DjangoCalls
from config.door import OK, SHUTTING_DOWN, Door
from config.granian_worker import run_worker
from config.server_settings import ServerSettings
from config.tls import read_tls

BACKLOG = 1024
START_SECONDS = 10.0
# They hold requests of up to max_body_bytes in memory.
SLOW_THREADS, MOST_SLOW_WAITING = 2, 16


def run_web(address: Address, settings: ServerSettings, *, announces: bool) -> int:
    """Returns when all requests that were under way at SIGTERM are answered."""
    asyncio.run(_serve(address, settings, announces=announces))
    return 0


async def _serve(address: Address, settings: ServerSettings, *, announces: bool) -> None:
    loop = asyncio.get_running_loop()
    write_log = open_access_log() if settings.writes_access_log else None
    calls = DjangoCalls(threads=settings.web_threads, loop=loop, write_log=write_log)
    slow_calls = DjangoCalls(
        threads=SLOW_THREADS, loop=loop, write_log=write_log, name="django-slow", most_waiting=MOST_SLOW_WAITING
    )
    door = Door(calls, slow_calls=slow_calls, max_body_bytes=settings.max_body_bytes)
    tls = read_tls(django_settings.APP_CONFIG, data_dir=django_settings.CALLBOARD_DATA_DIR)
    server = Server(
        door,
        address=address.host,
        port=address.port,
        interface=Interfaces.ASGINL,  # for its WebSockets, see config/granian_request.py
        websockets=True,
        backlog=BACKLOG,
        log_enabled=False,
        ssl_cert=tls.certificate if tls else None,
        ssl_key=tls.key if tls else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.ensure_future(_stop(door, server, settings)))
    opening = asyncio.ensure_future(_open(door, address, announces=announces))
    await server.serve(spawn_target=run_worker)
    await opening


async def _open(door: Door, address: Address, *, announces: bool) -> None:
    """Ready when the socket is open and Django can answer."""
    await asyncio.get_running_loop().run_in_executor(None, _wait_for_socket, address)
    door.ready = OK
    if announces:
        sys.stdout.write(f"Callboard is ready: {address.page_url}\n")
        sys.stdout.flush()


def _wait_for_socket(address: Address) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((address.host, address.port), timeout=1).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


async def _stop(door: Door, server: Any, settings: ServerSettings) -> None:
    door.ready = SHUTTING_DOWN
    await asyncio.sleep(settings.shutdown_delay.total_seconds())
    door.release_all()
    await door.wait_until_released()
    server.stop()
