"""Any process, killed at any moment of a discovery: all repositories come in, and none goes."""

import json
import os
import random
import time

import pytest

from tests.fakes.wire.github import WireGithub
from tests.integration.serving import servers_environment
from tests.kill.test_kill import Server

pytestmark = pytest.mark.loopback

REPOSITORIES = 300
KILLS = 8


def names(server):
    return sorted(name for kind, name, _ in server.read() or () if kind == "Component")


def configure(server, fake):
    config = {
        "backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}},
        "integrations": {"github": [{"host": fake.host, "token": "token", "apiBaseUrl": f"{fake.url}/api/v3"}]},
        "catalog": {
            "providers": {
                "github": {"host": fake.host, "organization": "acme", "schedule": {"frequency": {"seconds": 3}}}
            }
        },
    }
    (server.folder / "app-config.yaml").write_text(json.dumps(config))


def test_kills_during_discovery_lose_nothing(tmp_path, unused_tcp_ports):
    with WireGithub() as fake, servers_environment() as environment:
        fake.repositories.generate("acme", REPOSITORIES)
        expected = sorted(repository.name for repository in fake.repositories.all())
        server = Server(tmp_path / "storm", unused_tcp_ports[0], tmp_path, environment)
        configure(server, fake)
        dice = random.Random(os.environ.get("CALLBOARD_TEST_SEED", "7007"))
        seen: set[str] = set()
        server.start()
        try:
            for _ in range(KILLS):
                time.sleep(dice.uniform(0.2, 1.5))
                now = set(names(server))
                assert seen <= now or not now
                seen |= now
                server.kill_one(dice)
                time.sleep(0.2)
                if not server.is_running():
                    server.start()
            end = time.monotonic() + 90
            while names(server) != expected and time.monotonic() < end:
                time.sleep(0.5)
            assert names(server) == expected
        finally:
            server.stop()
