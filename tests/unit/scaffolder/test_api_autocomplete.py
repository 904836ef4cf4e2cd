"""Suggestions from code hosts, which are played by a transport."""

import httpx
import pytest

from common.app_config import AppConfig
from common.errors import InputError, ServiceUnavailableError
from integrations.registry import ScmIntegrations
from scaffolder.api.autocomplete import bitbucket_cloud, github, gitlab
from scaffolder.api.autocomplete.provider import Question

TOKEN = "the-users-own-token"
CONFIG = {
    "integrations": {
        "github": [
            {"host": "github.com", "token": "the-integrations-token"},
            {"host": "ghe.acme.test", "apiBaseUrl": "https://ghe.acme.test/api/v3", "token": "another"},
        ],
        "gitlab": [{"host": "gitlab.acme.test", "apiBaseUrl": "https://gitlab.acme.test/api/v4"}],
    }
}


class Host:
    """Answers by path and query, and remembers what it was asked."""

    def __init__(self, answers):
        self.answers = answers
        self.seen = []

    def __call__(self, request):
        self.seen.append(request)
        found = self.answers.get(request.url.raw_path.decode(), httpx.Response(404))
        return found if isinstance(found, httpx.Response) else httpx.Response(200, json=found)


def ask(provider, resource, answers, *, token=TOKEN, **context):
    host = answers if isinstance(answers, Host) else Host(answers)
    question = Question(
        resource,
        token,
        context,
        ScmIntegrations.from_app_config(AppConfig.from_dict(CONFIG)),
        transport=httpx.MockTransport(host),
    )
    return list(provider(question)), host


def refusal_of(provider, resource, answers=None, error=InputError, **context):
    host = answers if isinstance(answers, Host) else Host(answers or {})
    with pytest.raises(error) as caught:
        ask(provider, resource, host, **context)
    return str(caught.value), host.seen


def test_github_lists_repositories_page_by_page_with_the_users_token():
    first = [{"full_name": f"acme/r{number}"} for number in range(100)]
    answers = {
        "/user/repos?per_page=100&page=1": first,
        "/user/repos?per_page=100&page=2": [{"full_name": "acme/last"}],
    }

    results, host = ask(github.suggest, "repositoriesWithOwner", answers)

    assert results == [{"id": f"acme/r{number}"} for number in range(100)] + [{"id": "acme/last"}]
    assert {str(request.url.host) for request in host.seen} == {"api.github.com"}
    assert {request.headers["Authorization"] for request in host.seen} == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    ("resource", "path", "answer", "context"),
    [
        ("branches", "/repos/acme/shop/branches", [{"name": "main"}], {"owner": "acme", "repository": "shop"}),
        ("owners", "/user/orgs", [{"login": "main"}], {}),
    ],
)
def test_github_lists_branches_and_owners(resource, path, answer, context):
    results, _ = ask(github.suggest, resource, {f"{path}?per_page=100&page=1": answer}, **context)

    assert results == [{"id": "main"}]


def test_github_enterprise_is_asked_where_the_configuration_says():
    answers = {"/api/v3/user/orgs?per_page=100&page=1": [{"login": "acme"}]}

    results, host = ask(github.suggest, "owners", answers, host="ghe.acme.test")

    assert results == [{"id": "acme"}]
    assert host.seen[0].url.host == "ghe.acme.test"


def test_gitlab_lists_groups_and_the_user_himself():
    answers = {
        "/api/v4/groups?per_page=100&page=1": [{"id": 7, "full_path": "acme/builders"}],
        "/api/v4/user": {"id": 3, "username": "alice"},
    }

    results, _ = ask(gitlab.suggest, "groups", answers, host="gitlab.acme.test")

    assert results == [{"title": "acme/builders", "id": "7"}, {"title": "alice", "id": "3"}]


@pytest.mark.parametrize(("owner", "path"), [("3", "users/3"), ("7", "groups/7")])
def test_gitlab_lists_the_repositories_of_the_user_or_of_a_group(owner, path):
    answers = {
        "/api/v4/user": {"id": 3, "username": "alice"},
        f"/api/v4/{path}/projects?per_page=100&page=1": [{"name": " Shop ", "path": "shop"}],
    }

    results, _ = ask(gitlab.suggest, "repositories", answers, host="gitlab.acme.test", id=owner)

    assert results == [{"title": "Shop", "id": "shop"}]


def test_bitbucket_follows_the_links_of_its_pages():
    answers = {
        "/2.0/workspaces?pagelen=100": {
            "values": [{"slug": "acme"}],
            "next": "https://api.bitbucket.org/2.0/workspaces?pagelen=100&page=2",
        },
        "/2.0/workspaces?pagelen=100&page=2": {"values": [{"slug": "other"}]},
    }

    results, _ = ask(bitbucket_cloud.suggest, "workspaces", answers)

    assert results == [{"id": "acme"}, {"id": "other"}]


def test_bitbucket_follows_no_link_to_elsewhere():
    answers = {
        "/2.0/workspaces?pagelen=100": {"values": [{"slug": "acme"}], "next": "https://evil.test/2.0/workspaces"}
    }

    results, host = ask(bitbucket_cloud.suggest, "workspaces", answers)

    assert results == [{"id": "acme"}]
    assert len(host.seen) == 1


@pytest.mark.parametrize(
    ("resource", "context", "path", "key"),
    [
        ("projects", {"workspace": "acme"}, "/2.0/workspaces/acme/projects?pagelen=100", "key"),
        (
            "repositories",
            {"workspace": "acme", "project": 'A"B'},
            "/2.0/repositories/acme?q=project.key%3D%22A%5C%22B%22&pagelen=100",
            "slug",
        ),
        (
            "branches",
            {"workspace": "acme", "repository": "shop"},
            "/2.0/repositories/acme/shop/refs/branches?pagelen=100",
            "name",
        ),
    ],
)
def test_bitbucket_lists_the_rest(resource, context, path, key):
    results, _ = ask(bitbucket_cloud.suggest, resource, {path: {"values": [{key: "x"}, {"other": 1}]}}, **context)

    assert results == [{"id": "x"}]


@pytest.mark.parametrize(
    ("provider", "resource", "context", "message"),
    [
        (github.suggest, "repos", {}, "Invalid resource: repos"),
        (github.suggest, "branches", {"owner": "a"}, "Missing owner and/or repository context parameter"),
        (github.suggest, "owners", {"host": "evil.test"}, "No integration for host evil.test"),
        (github.suggest, "owners", {"host": "gitlab.acme.test"}, "No integration for host gitlab.acme.test"),
        (gitlab.suggest, "nope", {}, "Invalid resource: nope"),
        (gitlab.suggest, "repositories", {}, "Missing groupId and userId context parameter"),
        (
            gitlab.suggest,
            "groups",
            {"host": "evil.test"},
            "No matching integration configuration for host evil.test, please check your integrations config",
        ),
        (bitbucket_cloud.suggest, "nope", {}, "Invalid resource: nope"),
        (bitbucket_cloud.suggest, "projects", {}, "Missing workspace context parameter"),
        (
            bitbucket_cloud.suggest,
            "repositories",
            {"workspace": "a"},
            "Missing workspace and/or project context parameter",
        ),
        (
            bitbucket_cloud.suggest,
            "branches",
            {"repository": "a"},
            "Missing workspace and/or repository context parameter",
        ),
        (github.suggest, "branches", {"owner": "..", "repository": "x"}, "Invalid owner context parameter: '..' names"),
    ],
)
def test_refuses_before_anybody_is_asked(provider, resource, context, message):
    refusal, seen = refusal_of(provider, resource, **context)

    assert refusal.startswith(message)
    assert seen == []


@pytest.mark.parametrize("token", ["a\r\nHost: evil.test", "é", "x" * 9000, "a\0b"])
def test_refuses_a_token_that_is_none(token):
    refusal, seen = refusal_of(github.suggest, "owners", token=token)

    assert refusal.startswith("The token is none")
    assert token not in refusal
    assert seen == []


def test_parts_of_a_path_stay_parts():
    _, host = ask(
        github.suggest,
        "branches",
        {"/repos/a%2F..%2F..%2Fuser/x%3Fy%23z/branches?per_page=100&page=1": []},
        owner="a/../../user",
        repository="x?y#z",
    )

    assert len(host.seen) == 1


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (httpx.Response(401), InputError, "https://api.github.com answered 401 Unauthorized; sign in there again"),
        (
            httpx.Response(302, headers={"Location": "https://evil.test/"}),
            InputError,
            "https://api.github.com answered 302",
        ),
        (httpx.Response(500), ServiceUnavailableError, "https://api.github.com answered 500"),
        (
            httpx.Response(200, text="<html>"),
            ServiceUnavailableError,
            "https://api.github.com did not answer with JSON",
        ),
        ({"not": "a list"}, ServiceUnavailableError, "https://api.github.com/user/orgs did not answer with a list"),
    ],
)
def test_says_what_a_host_answered_and_never_the_token(answer, error, message):
    refusal, seen = refusal_of(github.suggest, "owners", {"/user/orgs?per_page=100&page=1": answer}, error=error)

    assert refusal.startswith(message)
    assert TOKEN not in refusal
    assert len(seen) == 1


def test_a_host_that_cannot_be_reached_is_not_our_fault():
    def fail(request):
        raise httpx.ConnectError("refused")

    integrations = ScmIntegrations.from_app_config(AppConfig.from_dict({}))
    question = Question("owners", TOKEN, {}, integrations, httpx.MockTransport(fail))

    with pytest.raises(ServiceUnavailableError, match=r"https://api\.github\.com cannot be asked: refused"):
        github.suggest(question)


def test_an_endless_list_ends():
    class Endless(Host):
        def __call__(self, request):
            self.seen.append(request)
            return httpx.Response(200, json=[{"login": "x"}] * 100)

    results, host = ask(github.suggest, "owners", Endless({}))

    assert (len(results), len(host.seen)) == (5_000, 50)
