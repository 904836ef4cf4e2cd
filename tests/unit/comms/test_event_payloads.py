"""What webhooks say, out of what each host writes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.events.happening import Happening, RepositoryName
from comms.events.payloads import FAMILIES, name_of, read_happening
from tests.fakes import webhooks

CART = RepositoryName("shop/cart", "https://github.com/shop/cart")
OLD = RepositoryName("shop/old", "https://github.com/shop/old")


def github(name, payload):
    return read_happening("github", name, {"X-GitHub-Event": name}, payload)


def gitlab(payload, **headers):
    return read_happening("gitlab", name_of("gitlab", headers, payload), headers, payload)


def pushed(paths, branch="main", default="main"):
    return Happening("github.com", (CART,), branch, default, paths)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (webhooks.github_push("shop/cart", "b.yaml", "a.yaml"), pushed(("a.yaml", "b.yaml"))),
        (webhooks.github_push("shop/cart", "a.yaml", branch="fix/x"), pushed(("a.yaml",), "fix/x")),
        # What these take away stands in no commit.
        (webhooks.github_push("shop/cart", "a.yaml", forced=True), pushed(None)),
        (webhooks.github_push("shop/cart", "a.yaml", created=True), pushed(None)),
        (webhooks.github_push("shop/cart", "a.yaml", deleted=True), pushed(None)),
        (webhooks.github_push("shop/cart", commits=[]), pushed(None)),
        (webhooks.github_push("shop/cart", commits=[{"added": ["a"]}] * 2048), pushed(None)),
        (webhooks.github_push("shop/cart", commits=[{"added": [1]}]), pushed(None)),
        (webhooks.github_push("shop/cart", ref="refs/tags/v1"), None),
        (webhooks.github_push("shop/cart", repository={}), None),
        (webhooks.github_push("shop/cart", repository={"full_name": "a/b", "html_url": "ftp://x/a/b"}), None),
    ],
)
def test_a_push_to_github(payload, expected):
    assert github("push", payload) == expected


@pytest.mark.parametrize(
    ("payload", "names"),
    [
        ({"action": "created"}, (CART,)),
        ({"action": "deleted"}, (CART,)),
        ({"action": "archived"}, (CART,)),
        ({"action": "renamed", "changes": {"repository": {"name": {"from": "old"}}}}, (CART, OLD)),
        (
            {"action": "transferred", "changes": {"owner": {"from": {"organization": {"login": "before"}}}}},
            (CART, RepositoryName("before/cart", "https://github.com/before/cart")),
        ),
        (
            {"action": "transferred", "changes": {"owner": {"from": {"user": {"login": "bob"}}}}},
            (CART, RepositoryName("bob/cart", "https://github.com/bob/cart")),
        ),
        ({"action": "renamed", "changes": {"repository": {"name": {"from": "cart"}}}}, (CART,)),
    ],
)
def test_a_repository_of_github_changes(payload, names):
    payload["repository"] = webhooks.github_repository("shop/cart")
    assert github("repository", payload) == Happening("github.com", names, default_branch="main")


def test_repositories_that_an_app_may_see_from_now_on():
    payload = {
        "action": "added",
        "installation": {"account": {"login": "shop", "html_url": "https://github.com/shop"}},
        "repositories_added": [{"full_name": "shop/cart"}],
        "repositories_removed": [{"full_name": "shop/old"}],
    }
    assert github("installation_repositories", payload) == Happening("github.com", (CART, OLD))


@pytest.mark.parametrize("name", ["organization", "membership", "team", "member"])
def test_people_of_github_change(name):
    payload = {"action": "added", "sender": {"html_url": "https://github.com/alice"}}
    assert github(name, payload) == Happening("github.com", is_organization=True)


@pytest.mark.parametrize(
    ("name", "action"), [("star", "created"), ("repository", "dispatched"), ("", ""), ("x" * 99, "")]
)
def test_what_changes_nothing_is_left_alone(name, action):
    assert github(name, {"action": action, "repository": webhooks.github_repository("shop/cart")}) is None


LAB = RepositoryName("shop/sub/cart", "https://gitlab.com/shop/sub/cart")


def test_a_push_to_gitlab():
    payload = webhooks.gitlab_push("shop/sub/cart", "a.yaml")
    assert gitlab(payload) == Happening("gitlab.com", (LAB,), "main", "main", ("a.yaml",))
    # It tells of twenty commits at most.
    assert gitlab({**payload, "total_commits_count": 21}) == Happening("gitlab.com", (LAB,), "main", "main", None)


def test_several_branches_at_once_on_gitlab():
    payload = {
        "event_name": "repository_update",
        "project": {"path_with_namespace": LAB.full_name, "web_url": LAB.url, "default_branch": "main"},
        "changes": [{"ref": "refs/heads/fix"}, {"ref": "refs/heads/main"}, {"ref": "refs/tags/v1"}],
    }
    assert gitlab(payload) == Happening("gitlab.com", (LAB,), "main", "main")
    assert gitlab({**payload, "changes": payload["changes"][:1]}) == Happening("gitlab.com", (LAB,), "fix", "main")
    assert gitlab({**payload, "changes": payload["changes"][2:]}) is None


@pytest.mark.parametrize("name", ["project_rename", "project_transfer"])
def test_a_project_of_gitlab_gets_another_name(name):
    payload = {
        "event_name": name,
        "path_with_namespace": "shop/cart",
        "old_path_with_namespace": "shop/old",
    }
    names = (
        RepositoryName("shop/cart", "https://git.corp/lab/shop/cart"),
        RepositoryName("shop/old", "https://git.corp/lab/shop/old"),
    )
    assert gitlab(payload, **{"X-Gitlab-Instance": "https://git.corp/lab/"}) == Happening("git.corp", names)


@pytest.mark.parametrize("name", ["user_add_to_group", "user_remove_from_team", "group_rename", "subgroup_create"])
def test_people_of_gitlab_change(name):
    assert gitlab({"event_name": name}) == Happening("gitlab.com", is_organization=True)


def test_a_push_to_gitea():
    found = read_happening("gitea", "push", {}, webhooks.gitea_push("shop/cart", "a.yaml"))
    name = RepositoryName("shop/cart", "https://gitea.com/shop/cart")
    assert found == Happening("gitea.com", (name,), "main", "main", ("a.yaml",))


def test_a_repository_of_gitea_changes():
    payload = {"action": "deleted", "repository": webhooks.gitea_push("shop/cart")["repository"]}
    name = RepositoryName("shop/cart", "https://gitea.com/shop/cart")
    assert read_happening("gitea", "repository", {}, payload) == Happening("gitea.com", (name,), default_branch="main")


def test_a_push_to_bitbucket_cloud():
    name = RepositoryName("shop/cart", "https://bitbucket.org/shop/cart")
    found = read_happening("bitbucketCloud", "repo:push", {}, webhooks.bitbucket_push("shop/cart", "main", "fix"))
    assert found == Happening("bitbucket.org", (name,), "main")
    assert read_happening("bitbucketCloud", "repo:push", {}, webhooks.bitbucket_push("shop/cart")) is None


def test_a_repository_of_bitbucket_cloud_gets_another_name():
    payload = {
        "repository": webhooks.bitbucket_repository("shop/cart"),
        "changes": {"full_name": {"old": "shop/old", "new": "shop/cart"}},
    }
    found = read_happening("bitbucketCloud", "repo:updated", {}, payload)
    assert [name.full_name for name in found.repositories] == ["shop/cart", "shop/old"]
    assert found.repositories[1].url == "https://bitbucket.org/shop/old"


def test_a_push_to_bitbucket_server():
    page = "https://bb.corp/projects/SHOP/repos/cart"
    payload = {
        "repository": {"slug": "cart", "project": {"key": "SHOP"}, "links": {"self": [{"href": f"{page}/browse"}]}},
        "changes": [{"ref": {"id": "refs/heads/main", "displayId": "main"}}],
    }
    found = read_happening("bitbucketServer", "repo:refs_changed", {}, payload)
    assert found == Happening("bb.corp", (RepositoryName("SHOP/cart", page),), "main")


def test_a_push_to_azure():
    payload = webhooks.azure_push("corp", "shop", "cart")
    name = RepositoryName("shop/cart", "https://dev.azure.com/corp/shop/_git/cart")
    found = read_happening("azureDevOps", name_of("azureDevOps", {}, payload), {}, payload)
    assert found == Happening("dev.azure.com", (name,), "main", "main")


def test_a_topic_may_say_what_kind_of_event_it_is():
    payload = webhooks.github_push("shop/cart", "a.yaml")
    assert name_of("github.push", {}, payload) == "push"
    assert read_happening("github.push", "push", {}, payload) == pushed(("a.yaml",))
    assert read_happening("weather", "storm", {}, payload) is None


def test_it_is_the_same_after_it_was_stored():
    for said in (pushed(("a.yaml",)), pushed(None), Happening("h", is_organization=True)):
        assert Happening.from_json(json.loads(json.dumps(said.to_json()))) == said


KEYS = st.sampled_from(
    [
        "action",
        "changes",
        "repository",
        "name",
        "from",
        "owner",
        "ref",
        "commits",
        "added",
        "forced",
        "html_url",
        "full_name",
        "default_branch",
        "project",
        "path_with_namespace",
        "web_url",
        "event_name",
        "object_kind",
        "total_commits_count",
        "push",
        "new",
        "type",
        "links",
        "html",
        "href",
        "resource",
        "refUpdates",
        "remoteUrl",
        "eventType",
        "sender",
        "installation",
        "account",
        "login",
        "repositories_added",
        "slug",
        "self",
    ]
)
NAMES = st.sampled_from(
    [
        "push",
        "repository",
        "membership",
        "installation_repositories",
        "repository_update",
        "project_rename",
        "user_create",
        "repo:push",
        "repo:updated",
        "repo:modified",
        "repo:refs_changed",
        "git.push",
        "git.repo.renamed",
        "organization",
    ]
)
TEXTS = st.sampled_from(["refs/heads/main", "https://github.com/a/b", "a/b", "renamed", "git.push", "\0", "x" * 999])
SCALARS = st.none() | st.booleans() | st.integers() | TEXTS | st.text(max_size=5)
PAYLOADS = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=8), max_leaves=40
)


@given(st.sampled_from(sorted(FAMILIES)), NAMES, PAYLOADS, st.dictionaries(st.just("X-Gitlab-Instance"), TEXTS))
def test_no_payload_however_odd_is_our_fault(topic, name, payload, headers):
    name_of(topic, headers, payload)
    found = read_happening(topic, name, headers, payload)
    assert found is None or (found.host and all(known.full_name and known.url for known in found.repositories))
