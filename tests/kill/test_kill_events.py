"""Processes killed while they work events: whatever was accepted is in the catalog in the end."""

import os
import random
import signal
import time
from contextlib import suppress

import pytest

from tests.fakes.webhooks import github_push
from tests.fakes.wire.github import WireGithub
from tests.integration.serving import running_server, wait_for
from tests.integration.test_events_served import component, config_for, send, title_of

pytestmark = pytest.mark.loopback
REPOSITORIES, KILLS = 20, 8


class LazyGithub(WireGithub):
    """Takes its time for archives, so that there is somebody to kill."""

    def answer(self, request):
        if "/tarball/" in request.path:
            time.sleep(0.3)
        return super().answer(request)


def test_what_was_accepted_is_worked_whoever_is_killed(tmp_path):
    dice = random.Random(os.environ.get("CALLBOARD_TEST_SEED", "7007"))
    names = [f"repo-{number}" for number in range(REPOSITORIES)]
    with LazyGithub() as github:
        for name in names:
            github.repositories.add("shop", name, {"catalog-info.yaml": component(name)})
        with running_server(tmp_path, config_for(github)) as server:
            server.wait_until_ready()
            wait_for(lambda: all(title_of(server, name) for name in names), seconds=60, otherwise=server.read_log)

            for name in names:
                github.repositories[f"shop/{name}"].push({"catalog-info.yaml": component(name, "Told")})
            kills = sorted(dice.sample(range(REPOSITORIES), KILLS))
            for number, name in enumerate(names):
                push = github_push(f"shop/{name}", "catalog-info.yaml", base=github.url)
                wait_for(lambda push=push: accepted(server, push), seconds=60)
                if number in kills:
                    time.sleep(dice.uniform(0, 0.4))
                    kill_one(server, dice)

            told = wait_for(
                lambda: all(title(server, name) == "Told" for name in names), seconds=120, otherwise=server.read_log
            )
    assert told


def accepted(server, push):
    """As the host would, again if nobody answers."""
    with suppress(OSError):
        return send(server, "push", push) == 202
    return False


def title(server, name):
    with suppress(OSError):
        return title_of(server, name)
    return None


def kill_one(server, dice):
    """Any process but the parent of all, which nothing outside would start again here."""
    children = [pid for pid in server.list_processes() if pid != server.process.pid]
    with suppress(ProcessLookupError):
        os.kill(dice.choice(sorted(children)), signal.SIGKILL)
