#!/usr/bin/env python3
"""
How long until 10,000 entities are visible, and how long a second pass over unchanged files takes.

    python tests/bench/ingest.py [--database-url postgresql://…] [--entities 10000]

Starts `callboard serve` on an empty database with one `file` location and asks the API until all entities are there.
Then, with the server stopped, makes everything due again and processes it once.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CALLBOARD = Path(sys.executable).parent / "callboard"
CONFIG = """
backend:
  auth: {{ dangerouslyDisableDefaultAuthPolicy: true }}
callboard: {{ secretKey: bench-bench-bench-bench-bench-bench }}
catalog:
  rules: [{{ allow: [Component, System, API, Resource, Location, User, Group, Domain] }}]
  locations: [{{ type: file, target: '{root}' }}]
"""
SECOND_PASS = """
import time
import django
django.setup()
from catalog.ingestion.run import process_due
from catalog.models import RefreshState
RefreshState.objects.exclude(next_update_at=None).update(next_update_at="2020-01-01T00:00:00Z", claim="")
begin = time.perf_counter()
report = process_due(seconds=300)
print(f"second pass over unchanged files: {time.perf_counter() - begin:.2f} s, {report.processed} processed anew")
"""


def count_entities(port: int) -> int:
    url = f"http://127.0.0.1:{port}/api/catalog/entities/by-query?limit=0"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(json.load(answer)["totalItems"])
    except OSError:
        return -1


def wait_for(port: int, expected: int, limit: float = 120.0) -> tuple[float, float]:
    """Seconds until the first answer, and until all entities are visible."""
    begin = time.perf_counter()
    ready = None
    while time.perf_counter() - begin < limit:
        visible = count_entities(port)
        if visible >= 0 and ready is None:
            ready = time.perf_counter() - begin
        if visible >= expected:
            return ready or 0.0, time.perf_counter() - begin
        time.sleep(0.05)
    raise SystemExit(f"only {visible} of {expected} entities visible after {limit} s")


def measure(folder: Path, *, port: int, expected: int, database_url: str | None) -> None:
    config = folder / "app-config.yaml"
    config.write_text(CONFIG.format(root=folder / "catalog" / "all.yaml"))
    environment = {**os.environ, **({"DATABASE_URL": database_url} if database_url else {})}
    command = [CALLBOARD, "serve", "--config", config, "--data", folder / "data", "--port", str(port)]
    with open(folder / "serve.log", "wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        ready, visible = wait_for(port, expected)
        print(
            f"{expected} entities visible {visible:.2f} s after the start ({visible - ready:.2f} s after the first answer)"
        )
        begin = time.perf_counter()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)
    print(f"stopped in {time.perf_counter() - begin:.2f} s")
    measure_restart(command, environment, port, folder)
    run_second_pass(config, folder, environment)


def measure_restart(command: list[object], environment: dict[str, str], port: int, folder: Path) -> None:
    url = f"http://127.0.0.1:{port}/.backstage/health/v1/readiness"
    begin = time.perf_counter()
    with open(folder / "serve.log", "ab") as log:
        server = subprocess.Popen(
            [str(part) for part in command], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        while time.perf_counter() - begin < 30:
            try:
                urllib.request.urlopen(url, timeout=1).close()
                print(f"ready {time.perf_counter() - begin:.2f} s after a start on the filled database")
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit("not ready within 30 s")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def run_second_pass(config: Path, folder: Path, environment: dict[str, str]) -> None:
    settings = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CALLBOARD_CONFIG": str(config),
        "CALLBOARD_DATA_DIR": str(folder / "data"),
    }
    subprocess.run([sys.executable, "-c", SECOND_PASS], env={**environment, **settings}, cwd=ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=10_000)
    parser.add_argument("--generator", type=Path, required=True, help="gen_catalog.py")
    parser.add_argument("--database-url")
    parser.add_argument("--port", type=int, default=7137)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        folder = Path(name)
        made = subprocess.run(
            [sys.executable, arguments.generator, "--entities", str(arguments.entities), "--out", folder / "catalog"],
            check=True,
            capture_output=True,
            text=True,
        )
        expected = int(made.stdout.split()[0]) + 1  # the Location entity of the root itself
        measure(folder, port=arguments.port, expected=expected, database_url=arguments.database_url)


if __name__ == "__main__":
    main()
