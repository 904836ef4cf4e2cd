"""Any process, killed at any moment: the catalog ends the same as without."""

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.integration.serving import servers_environment

pytestmark = pytest.mark.loopback

KILLS = 20
FILES, PER_FILE = 30, 40
ROOT = Path(__file__).resolve().parents[2]


def component(name, i):
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name, "tags": [f"t{i % 7}"]},
        "spec": {
            "type": "service",
            "lifecycle": "production",
            "owner": f"team-{i % 9}",
            "dependsOn": [f"component:c-{i // 2}"],
        },
    }


def write_catalog(folder):
    folder.mkdir()
    targets = []
    for number in range(FILES):
        name = f"part-{number}.yaml"
        targets.append(f"./{name}")
        entities = [component(f"c-{number * PER_FILE + i}", number * PER_FILE + i) for i in range(PER_FILE)]
        (folder / name).write_text("\n---\n".join(map(json.dumps, entities)))
    roots = [
        {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Location",
            "metadata": {"name": f"l{n}"},
            "spec": {"targets": targets[n::5]},
        }
        for n in range(5)
    ]
    (folder / "all.yaml").write_text("\n---\n".join(map(json.dumps, roots)))


class Server:
    """`callboard serve` in a process group of its own."""

    def __init__(self, folder, port, catalog, environment):
        self.folder, self.port, self.environment = folder, port, environment
        folder.mkdir()
        config = folder / "app-config.yaml"
        config.write_text(
            json.dumps(
                {
                    "backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}},
                    "catalog": {
                        "processingInterval": {"seconds": 5},
                        "locations": [{"type": "file", "target": str(catalog / "all.yaml")}],
                    },
                }
            )
        )
        self.command = [
            sys.executable,
            ROOT / "manage.py",
            "serve",
            "--config",
            config,
            "--data",
            folder / "data",
            "--port",
            str(port),
        ]
        self.process = None

    def start(self):
        with open(self.folder / "serve.log", "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, start_new_session=True, env=self.environment
            )

    def members(self):
        """All living processes of the group."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (OSError, ValueError):
                continue
            if int(fields[2]) == self.process.pid and fields[0] != "Z":
                found.append(int(entry.name))
        return found

    def kill_one(self, dice):
        members = self.members()
        if members:
            try:
                os.kill(dice.choice(sorted(members)), signal.SIGKILL)
            except ProcessLookupError:
                return

    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        if self.is_running():
            self.process.terminate()
            self.process.wait(20)

    def read(self):
        """(ref, etag) of all entities, or None while it does not answer."""
        url = f"http://127.0.0.1:{self.port}/api/catalog/entities?fields=kind,metadata.name,metadata.etag"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                body = json.load(answer)
        except (OSError, urllib.error.URLError):
            return None
        return sorted((e["kind"], e["metadata"]["name"], e["metadata"]["etag"]) for e in body)

    def settle(self, expected, limit=90.0):
        end = time.monotonic() + limit
        found = None
        while time.monotonic() < end:
            found = self.read()
            if found == expected:
                return found
            time.sleep(0.3)
        return found


def run_undisturbed(server):
    server.start()
    try:
        last = None
        begin = since = time.monotonic()
        while time.monotonic() - since < 4.0 and time.monotonic() - begin < 60.0:
            found = server.read()
            if found != last or not found:
                last, since = found, time.monotonic()
            time.sleep(0.3)
        return last
    finally:
        server.stop()


def test_twenty_kills_during_ingestion_change_nothing(tmp_path, unused_tcp_ports):
    first, second = unused_tcp_ports
    catalog = tmp_path / "catalog"
    write_catalog(catalog)
    with servers_environment() as environment:
        expected = run_undisturbed(Server(tmp_path / "calm", first, catalog, environment))
    assert len(expected) == FILES * PER_FILE + 6

    with servers_environment() as environment:
        found = run_through_kills(Server(tmp_path / "storm", second, catalog, environment), expected)
    assert found == expected


def run_through_kills(server, expected):
    dice = random.Random(os.environ.get("CALLBOARD_TEST_SEED", "7007"))
    server.start()
    try:
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.05, 0.9))
            server.kill_one(dice)
            time.sleep(0.2)
            if not server.is_running():
                server.start()
        return server.settle(expected)
    finally:
        server.stop()
