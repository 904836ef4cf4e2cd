"""A GitHub of our own with the organization ``acme``, and actions that run against it."""

from __future__ import annotations

import requests

from tests.fakes.github import FakeGithub
from tests.unit.scaffolder.action_world import NoWaiting, run_action

ALICE = "gho_token-of-alice"
BOB = "gho_token-of-bob"
OWN = "ghp_token-of-the-integration"


class Killed(BaseException):
    """The process died here."""


def make_github(folder):
    return FakeGithub(
        folder,
        users={ALICE: "alice", BOB: "bob", OWN: "robot"},
        organizations={"acme": ["checkout", "frontend"]},
    )


def run(server, action, input=None, *, repo="acme/cart", token=OWN, config=None, stop=None, **more):
    """``token`` is the integration's."""
    owner, name = repo.split("/")
    integration = {**server.config, **({"token": token} if token else {}), **(config or {})}
    return run_action(
        action,
        {"repoUrl": f"{server.host}?owner={owner}&repo={name}", **(input or {})},
        config={"integrations": {"github": [integration]}, **more.pop("app_config", {})},
        stop=stop or NoWaiting(),
        **more,
    )


def kill_at(monkeypatch, number, *, before):
    """Die at the n-th request to the API: before it is sent, or when it was answered. Returns whom to revive."""
    send = requests.Session.send
    count = 0

    def counted(self, request, **options):
        nonlocal count
        count += 1
        if count == number and before:
            raise Killed
        response = send(self, request, **options)
        if count == number:
            raise Killed
        return response

    monkeypatch.setattr(requests.Session, "send", counted)
    return lambda: monkeypatch.setattr(requests.Session, "send", send)
