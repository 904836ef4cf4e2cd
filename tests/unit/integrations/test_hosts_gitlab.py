"""Projects on GitLab through its API, against a server that speaks as GitLab does."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.hosts.open import open_host
from tests.fakes.wire.gitlab import WireGitlab

pytestmark = pytest.mark.loopback


@pytest.fixture
def gitlab():
    with WireGitlab() as server:
        server.group("acme/web")
        yield server


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def host(gitlab, pauses):
    return open_host(gitlab.integration(), pause=pauses.append)


def is_descriptor(path):
    return path.endswith("catalog-info.yaml")


def test_a_listing_holds_the_projects_of_a_group_and_of_those_below_it(gitlab, host):
    gitlab.repositories.add("acme", "tools")
    gitlab.repositories.add("acme/web", "shop", topics=["web"], archived=True, fork=True, description="Sells.")
    gitlab.repositories.add("other", "thing")

    tools, shop = host.list_repositories("acme").repositories

    assert (tools.full_name, tools.project) == ("acme/tools", "acme")
    assert (shop.full_name, shop.project, shop.url) == ("acme/web/shop", "acme/web", f"{gitlab.url}/acme/web/shop")
    assert (shop.topics, shop.is_archived, shop.is_fork, shop.description) == (("web",), True, True, "Sells.")
    assert (shop.default_branch, shop.visibility) == ("main", "private")


@pytest.mark.parametrize("scope", ["acme", ""])
def test_an_unchanged_listing_of_2000_projects_costs_no_billed_call(gitlab, host, scope):
    gitlab.repositories.generate("acme/web", 2000)
    first = host.list_repositories(scope)
    gitlab.reset_counts()

    second = host.list_repositories(scope, state=first.state)

    assert second.repositories == first.repositories
    assert (len(second.repositories), gitlab.calls, gitlab.billed) == (2000, 21, 0)


def test_a_content_is_read_by_one_call(gitlab, host):
    gitlab.repositories.add("acme/web", "shop", {"a/catalog-info.yaml": "kind: API", "README.md": "# Shop"})
    (repository,) = host.list_repositories("acme").repositories
    gitlab.reset_counts()

    content = host.read_content(repository, is_descriptor)

    assert content.commit == gitlab.repositories["acme/web/shop"].commit
    assert content.paths == ("a/catalog-info.yaml", "README.md")
    assert content.files == {"a/catalog-info.yaml": b"kind: API"}
    assert gitlab.calls == 1


def test_the_mark_of_a_project_that_was_active_just_now_is_never_the_same(gitlab, host):
    gitlab.repositories.add("acme", "tools", pushed_at=datetime.now(UTC) - timedelta(minutes=80))
    first = host.list_repositories("acme")

    second = host.list_repositories("acme", state=first.state)

    assert second.repositories[0].change_mark != first.repositories[0].change_mark
