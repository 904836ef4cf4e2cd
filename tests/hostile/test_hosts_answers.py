"""Answers of code hosts in which anything may be anything: each call ends with an answer of ours, or with an error."""

import json
import random
from contextlib import suppress

import httpx
import pytest

from common.errors import CallboardError
from integrations.hosts.budget import BUDGETS
from integrations.hosts.open import open_host
from integrations.hosts.repository import HostRepository
from integrations.hosts.settings import HostSettings
from integrations.hosts.transport import transport_of
from tests.fakes.wire.azure import WireAzure
from tests.fakes.wire.bitbucket import WireBitbucketCloud, WireBitbucketServer
from tests.fakes.wire.gitea import WireGitea
from tests.fakes.wire.github import WireGithub
from tests.fakes.wire.gitlab import WireGitlab

pytestmark = pytest.mark.loopback

HOSTS = [WireGithub, WireGitlab, WireGitea, WireBitbucketCloud, WireBitbucketServer, WireAzure]
ROUNDS = 40
ODD = [
    *(None, True, 0, -1, 1e308, 2**70, "", "x", [], {}, [1], [[]], {"a": 1}),
    *("../..", "a/b/../c", "\ud800", "\0", "javascript:x", "http://[", "x" * 100_000),
    *("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
]


class Spoiling(httpx.BaseTransport):
    """Every second answer has one thing in it that is another."""

    def __init__(self, inner, chance):
        self.inner = inner
        self.chance = chance

    def handle_request(self, request):
        response = self.inner.handle_request(request)
        data = b"".join(response.stream)
        response.close()
        headers = [(name, value) for name, value in response.headers.multi_items() if name != "content-length"]
        spoilt = self._spoil(data) if self.chance.random() < 0.5 else data
        return httpx.Response(response.status_code, headers=headers, content=spoilt)

    def _spoil(self, data):
        try:
            return json.dumps(self._change(json.loads(data))).encode()
        except ValueError:
            at = self.chance.randrange(len(data) or 1)
            return data[:at] + bytes([self.chance.randrange(256)]) + data[at + 1 :]

    def _change(self, value):
        if not isinstance(value, dict | list) or not value or self.chance.random() < 0.1:
            return self.chance.choice(ODD)
        key = self.chance.choice(list(value)) if isinstance(value, dict) else self.chance.randrange(len(value))
        if self.chance.random() < 0.1:
            del value[key]
        else:
            value[key] = self._change(value[key])
        return value


def discover(host):
    """As a provider does. How many repositories were read."""
    listing = host.list_repositories("acme")
    for repository in listing.repositories:
        check(repository, host)
        content = host.read_content(repository, lambda path: True)
        assert all(isinstance(path, str) and path.encode() for path in content.paths)
        assert all(isinstance(data, bytes) for data in content.files.values())
    host.list_repositories("acme", state=json.loads(json.dumps(listing.state)))
    host.find_repository("acme/shop")
    return len(listing.repositories)


def check(repository, host):
    row = repository.to_row()
    text = json.dumps(row, ensure_ascii=False)
    assert "\0" not in text.encode().decode()
    assert HostRepository.from_row(json.loads(text)) == repository
    assert host.file_url(repository, "catalog-info.yaml").startswith(("http://localhost:", "https://localhost:"))


@pytest.mark.parametrize("make", HOSTS)
def test_whatever_is_in_an_answer(make):
    chance = random.Random(make.__name__)
    read = 0
    with make() as server:
        server.repositories.add("acme", "shop", links={"link": "/etc/passwd"})
        server.repositories.add("acme", "tools")
        if hasattr(server, "group"):
            server.group("acme")
        integration = server.integration()
        for number in range(ROUNDS):
            BUDGETS.forget()
            host = open_host(
                integration,
                "acme",
                transport=Spoiling(transport_of(integration), chance),
                pause=lambda seconds: None,
                settings=HostSettings(max_archive_bytes=0 if number % 2 else 1_000_000),
            )
            with suppress(CallboardError):
                read += discover(host)
    assert read
