"""Repositories on GitHub through its API, against a server that speaks as GitHub does."""

from dataclasses import replace

import pytest

from common.errors import CallboardError, NotFoundError
from integrations.hosts.errors import HostRefusedError, HostSilentError, RateLimitedError
from integrations.hosts.open import open_host
from integrations.hosts.settings import HostSettings
from tests.fakes.server import Response
from tests.fakes.wire.github import WireGithub, WireUser

pytestmark = pytest.mark.loopback


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


def test_only_the_page_that_changed_is_sent_again(github, host):
    github.repositories.generate("acme", 250)
    first = host.list_repositories("acme")
    github.reset_counts()
    github.repositories["acme/repo-00200"].push({"new": "x"})
    github.repositories.add("acme", "new")

    second = host.list_repositories("acme", state=first.state)

    changed = set(second.repositories) - set(first.repositories)
    assert {repository.full_name for repository in changed} == {"acme/repo-00200", "acme/new"}
    assert (github.calls, github.billed) == (3, 1)


def test_the_listing_grows_by_a_page(github, host):
    github.repositories.generate("acme", 100)
    first = host.list_repositories("acme")
    github.repositories.add("acme", "new")

    assert len(host.list_repositories("acme", state=first.state).repositories) == 101


def test_one_that_moves_to_a_page_read_already_is_not_lost(github, host):
    """While the second page is read, one on the first page is removed, and all after it move up."""
    github.repositories.generate("acme", 150)
    first = host.list_repositories("acme")
    answer, asked = github.answer, []

    def remove_one_meanwhile(request):
        if "page=2" in request.query and not asked:
            asked.append(request)
            github.repositories.remove("acme/repo-00000")
        return answer(request)

    github.answer = remove_one_meanwhile
    second = host.list_repositories("acme", state=first.state)

    assert asked
    assert "acme/repo-00100" in {repository.full_name for repository in second.repositories}


def test_those_of_a_user(github, host):
    github.users.add("alice")
    github.repositories.add("alice", "dotfiles")

    first = host.list_repositories("alice")
    github.reset_counts()
    second = host.list_repositories("alice", state=first.state)

    assert [found.full_name for found in second.repositories] == ["alice/dotfiles"]
    assert (github.calls, github.billed) == (1, 0)


def test_an_organization_that_was_there_is_not_looked_for_among_users(github, host):
    """Users' listings show what is public alone; all that is private would seem to be gone."""
    github.repositories.add("acme", "shop")
    first = host.list_repositories("acme")
    github.users.add("acme")

    with pytest.raises(NotFoundError):
        host.list_repositories("acme", state=first.state)


def test_all_that_the_token_sees(github, host):
    github.repositories.add("acme", "shop")
    github.repositories.add("other", "thing")

    assert len(host.list_repositories("").repositories) == 2


def test_more_files_than_github_lists_is_an_error(github):
    github.repositories.add("acme", "shop")
    host = open_host(github.integration(), "acme", settings=HostSettings(max_archive_bytes=0))
    (shop,) = host.list_repositories("acme").repositories
    tree = github._tree
    github._routes = [(method, pattern, _cut(handler, tree)) for method, pattern, handler in github._routes]

    with pytest.raises(CallboardError, match=r"has more files than localhost:.* lists at once"):
        host.read_content(shop, is_descriptor)


def _cut(handler, tree):
    return (lambda *given: Response.of({"tree": [], "truncated": True})) if handler == tree else handler


@pytest.mark.parametrize("kind", ["archive", "files"])
def test_a_file_that_is_too_large_is_listed_and_not_read(github, kind):
    github.repositories.add("acme", "shop", {"big": b"x" * 2000, "catalog-info.yaml": "kind: API"})
    most = 0 if kind == "files" else 10**9
    settings = HostSettings(max_archive_bytes=most, max_file_bytes=1000)
    host = open_host(github.integration(), "acme", settings=settings)
    (shop,) = host.list_repositories("acme").repositories

    content = host.read_content(shop, lambda path: True)

    assert content.paths == ("big", "catalog-info.yaml")
    assert content.files == {"catalog-info.yaml": b"kind: API"}


def test_a_limit_ends_the_listing_at_once(github, host, pauses):
    github.repositories.generate("acme", 500)
    github.allow(2, limit=5000)

    with pytest.raises(RateLimitedError) as caught:
        host.list_repositories("acme")

    assert (caught.value.retry_at, pauses) == (github.reset_at, [])
    assert github.calls == 1


def test_the_limits_of_graphql_are_counted_apart(github, host):
    github.organization("acme")
    github.allow(0)

    with pytest.raises(RateLimitedError):
        host.graphql("query { membersWithRole }", {"org": "acme"})
    github.allow(1000)
    host.list_repositories("")


def test_graphql(github, host):
    github.organization("acme").members.append(WireUser("alice"))

    data = host.graphql("query($org: String!) { organization(login: $org) { membersWithRole } }", {"org": "acme"})

    assert [node["login"] for node in data["organization"]["membersWithRole"]["nodes"]] == ["alice"]
    with pytest.raises(NotFoundError, match="Could not resolve to an Organization"):
        host.graphql("query { membersWithRole }", {"org": "nobody"})


def test_a_listing_that_leaves_organizations_out_is_none(github, host):
    """A token that is not authorized for single sign-on sees less, and GitHub says so beside a good answer."""
    github.repositories.add("acme", "shop")
    answer = github.answer
    sso = {"X-GitHub-SSO": "partial-results; organizations=1,2"}
    github.answer = lambda request: replace(answer(request), headers={**answer(request).headers, **sso})

    with pytest.raises(HostRefusedError, match="the token must be authorized for single sign-on"):
        host.list_repositories("acme")


def test_the_words_of_where_archives_are_kept_are_no_words_of_github(github, host):
    github.repositories.add("acme", "shop")
    (shop,) = host.list_repositories("acme").repositories
    used_up = {"x-ratelimit-remaining": "0", "x-ratelimit-limit": "1", "retry-after": "3600"}
    github.answer_other = lambda request: Response(429, b"", used_up)
    left = host.api.budget.remaining

    with pytest.raises(HostSilentError, match="answered 429, without what was asked for"):
        host.read_content(shop, is_descriptor)

    assert host.api.budget.remaining == left - 3


def test_what_nobody_waits_for_leaves_a_fifth_to_people(github):
    github.repositories.add("acme", "shop")
    background = open_host(github.integration(), "acme")
    for_people = open_host(github.integration(), "acme", for_people=True)
    github.allow(1001, limit=5000)
    background.list_repositories("acme")

    with pytest.raises(RateLimitedError, match="1000 more calls of 5000, which are kept for people"):
        background.list_repositories("acme")

    assert for_people.find_repository("acme/shop")


def test_the_share_of_people_is_configured(github):
    github.repositories.add("acme", "shop")
    host = open_host(github.integration(), "acme", settings=HostSettings(reserve_percent=0))
    github.allow(2, limit=5000)

    host.list_repositories("acme")
    host.list_repositories("acme")
    with pytest.raises(RateLimitedError, match="which are used up"):
        host.list_repositories("acme")


def test_accounts_have_limits_of_their_own(github):
    github.tokens.add("another")
    github.repositories.add("acme", "shop")
    github.allow(0, limit=5000)
    with pytest.raises(RateLimitedError):
        open_host(github.integration()).list_repositories("acme")
    github.allow(5000)

    assert open_host(github.integration(token="another")).list_repositories("acme").repositories
