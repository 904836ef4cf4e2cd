"""The second start, on a database that has been filled: what an operator waits for after each deployment."""

import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.integration.serving import ROOT, Server, free_port, serve_command, servers_environment, wait_for

pytestmark = pytest.mark.loopback

ENTITIES = 1000
CONFIG = """
backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } }
catalog:
  locations: [{ type: file, target: ./catalog-info.yaml }]
"""
# It takes 2 s of the processor's time and, on two of them, less than 3 s by the clock.
MOST_PROCESSOR_SECONDS = 6.0


def component(number):
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": f"c-{number}"},
        "spec": {"type": "service", "lifecycle": "production", "owner": f"team-{number % 9}"},
    }


def start(folder, environment, port):
    with (folder / "output").open("w") as out, (folder / "log").open("w") as log:
        process = subprocess.Popen(
            serve_command(folder, port), cwd=ROOT, env=environment, stdout=out, stderr=log, start_new_session=True
        )
    return Server(folder, port, process)


def stop(server):
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=30)


def processor_seconds(pids):
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):  # it has ended since
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def count(server):
    return server.get("/api/catalog/entities/by-query?limit=0")[1]["totalItems"]


def test_is_ready_soon_on_a_database_with_a_thousand_entities(tmp_path):
    (tmp_path / "app-config.yaml").write_text(CONFIG)
    (tmp_path / "catalog-info.yaml").write_text("\n---\n".join(json.dumps(component(n)) for n in range(ENTITIES)))
    port = free_port()
    with servers_environment() as environment:
        first = start(tmp_path, environment, port)
        try:
            first.wait_until_ready()
            wait_for(lambda: count(first) == ENTITIES + 1, seconds=60, otherwise=first.read_log)
        finally:
            stop(first)
        second = start(tmp_path, environment, port)
        try:
            second.wait_until_ready()
            used = processor_seconds(second.list_processes())
            assert count(second) == ENTITIES + 1
        finally:
            stop(second)

    assert used < MOST_PROCESSOR_SECONDS
