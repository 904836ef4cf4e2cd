"""Repositories on GitHub through its API, against a server that speaks as GitHub does."""

import pytest

from integrations.hosts.budget import BUDGETS
from integrations.hosts.github_app import APP_TOKENS
from integrations.hosts.open import open_host
from tests.fakes.wire.github import WireGithub

pytestmark = pytest.mark.loopback


@pytest.fixture(autouse=True)
def _forget():
    yield
    BUDGETS.forget()
    APP_TOKENS.forget()


@pytest.fixture
def github():
    with WireGithub() as server:
        yield server


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def host(github, pauses):
    return open_host(github.integration(), "acme", pause=pauses.append)


def is_descriptor(path):
    return path.endswith("catalog-info.yaml")


def test_a_listing_holds_what_the_host_says_of_each_repository(github, host):
    github.repositories.add("acme", "shop", topics=["web"], archived=True, fork=True, description="Sells.")

    (found,) = host.list_repositories("acme").repositories

    assert (found.full_name, found.url) == ("acme/shop", f"{github.url}/acme/shop")
    assert (found.default_branch, found.visibility, found.language) == ("main", "private", "Python")
    assert (found.topics, found.is_archived, found.is_fork) == (("web",), True, True)
    assert (found.description, found.size_kib) == ("Sells.", 120)


def test_an_unchanged_listing_of_2000_repositories_costs_no_billed_call(github, host):
    github.repositories.generate("acme", 2000)
    first = host.list_repositories("acme")
    github.reset_counts()

    second = host.list_repositories("acme", state=first.state)

    assert second.repositories == first.repositories
    assert (len(second.repositories), github.calls, github.billed) == (2000, 21, 0)


def test_a_content_is_read_by_one_call(github, host):
    github.repositories.add("acme", "shop", {"a/catalog-info.yaml": "kind: API", "README.md": "# Shop"})
    (repository,) = host.list_repositories("acme").repositories
    github.reset_counts()

    content = host.read_content(repository, is_descriptor)

    assert content.commit == github.repositories["acme/shop"].commit
    assert content.paths == ("a/catalog-info.yaml", "README.md")
    assert content.files == {"a/catalog-info.yaml": b"kind: API"}
    assert (github.calls, github.downloads) == (1, 1)
