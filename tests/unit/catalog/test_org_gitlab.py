"""Users and groups of GitLab come into the catalog."""

import pytest

from catalog.providers.org import org_providers
from catalog.providers.org.gitlab.transform import annotation
from catalog.providers.provider import ReadContext
from common.app_config import AppConfig, ConfigError
from common.errors import CallboardError, NotFoundError
from integrations.hosts.errors import HostSilentError, RateLimitedError
from tests.fakes.wire.gitlab import DEVELOPER, WireGitlab

pytestmark = pytest.mark.loopback


@pytest.fixture(autouse=True)
def _no_jitter(monkeypatch):
    monkeypatch.setattr("integrations.hosts.api.random.uniform", lambda least, most: 0.0)


def gitlab():
    made = WireGitlab()
    made.group("acme", "Acme")
    made.group("acme/teams/web", "Web", "Makes pages")
    made.group("acme/teams/web/css")
    made.group("other/team")
    made.user("alice", groups={"acme": DEVELOPER, "acme/teams/web": DEVELOPER})
    made.user("bob", email=None, groups={"acme/teams/web/css": DEVELOPER, "acme/teams": DEVELOPER})
    made.user("carol", groups={"other/team": DEVELOPER})
    made.user("dave", state="blocked", groups={"acme/teams/web": DEVELOPER})
    made.user("project_1_bot_x", is_bot=True, groups={"acme/teams/web": DEVELOPER})
    return made


def config(server, settings):
    section = {"host": server.host, "apiBaseUrl": f"{server.url}/api/v4", "baseUrl": server.url, "token": "token"}
    integrations = {"gitlab": [section]}
    providers = {"gitlab": {"main": {"host": server.host, "orgEnabled": True, **settings}}}
    return AppConfig.from_dict({"integrations": integrations, "catalog": {"providers": providers}})


def read(server, **settings):
    (provider,) = org_providers(config(server, settings))
    return provider.read(ReadContext(sources=None))


def by_ref(result):
    return {each.entity_ref: each.entity for each in result.entities}


def members(found):
    return {ref[13:]: entity["spec"]["memberOf"] for ref, entity in found.items() if ref.startswith("user:")}


def test_users_and_groups_are_as_the_reference_makes_them():
    with gitlab() as server:
        result = read(server)
        url = server.url
    found = by_ref(result)
    assert list(found) == [
        *("group:default/acme", "group:default/acme-teams", "group:default/acme-teams-web"),
        *("group:default/acme-teams-web-css", "group:default/other-team"),
        *("user:default/alice", "user:default/bob", "user:default/carol"),
    ]
    assert found["user:default/alice"] == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": {
            "name": "alice",
            "annotations": {
                "localhost/user-login": f"{url}/alice",
                "backstage.io/managed-by-location": f"url:{url}/alice",
                "backstage.io/managed-by-origin-location": f"url:{url}/alice",
            },
        },
        "spec": {
            "profile": {"displayName": "Alice", "picture": f"{url}/avatars/alice", "email": "alice@example.com"},
            "memberOf": ["acme", "acme-teams-web"],
        },
    }
    assert found["group:default/acme-teams-web"] == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {
            "name": "acme-teams-web",
            "description": "Makes pages",
            "annotations": {
                "localhost/team-path": "acme/teams/web",
                "backstage.io/managed-by-location": f"url:{url}/acme/teams/web",
                "backstage.io/managed-by-origin-location": f"url:{url}/acme/teams/web",
            },
        },
        "spec": {"type": "team", "children": [], "profile": {"displayName": "Web"}, "parent": "acme-teams"},
    }
    assert "email" not in found["user:default/bob"]["spec"]["profile"]
    assert {each.location_key for each in result.entities} == {"GitlabOrgDiscoveryEntityProvider:main"}
    assert result.warnings == []


def test_the_path_of_the_configured_group_is_left_out_of_names():
    with gitlab() as server:
        found = by_ref(read(server, group="acme/teams"))
    assert [ref for ref in found if ref.startswith("group:")] == [
        "group:default/acme-teams",
        "group:default/web",
        "group:default/web-css",
    ]
    assert found["group:default/web-css"]["spec"]["parent"] == "web"
    assert members(found) == {"alice": ["web"], "bob": ["acme-teams", "web-css"], "carol": []}


def test_users_may_be_those_of_the_group_alone():
    with gitlab() as server:
        found = by_ref(read(server, group="acme/teams", restrictUsersToGroup=True))
        assert not any(call.startswith("GET /users") for call in server.asked)
    assert members(found) == {"alice": ["web"], "bob": ["acme-teams", "web-css"]}


@pytest.mark.parametrize(
    ("relations", "alice", "bob"),
    [
        ({}, ["web"], ["acme-teams", "web-css"]),
        ({"allowInherited": True}, ["acme-teams", "web", "web-css"], ["acme-teams", "web", "web-css"]),
        ({"relations": ["DIRECT", "DESCENDANTS"]}, ["acme-teams", "web"], ["acme-teams", "web", "web-css"]),
    ],
)
def test_memberships_come_by_the_relations_that_are_named(relations, alice, bob):
    with gitlab() as server:
        found = by_ref(read(server, group="acme/teams", **relations))
    assert members(found) == {"alice": alice, "bob": bob, "carol": []}


def test_a_group_without_anybody_does_not_come():
    server = gitlab()
    server.group("acme/empty")
    server.group("acme/blocked")
    server.users[3].groups["acme/blocked"] = DEVELOPER
    with server:
        found = by_ref(read(server))
    assert not {"group:default/acme-empty", "group:default/acme-blocked"} & found.keys()


def test_patterns_choose_users_and_groups():
    with gitlab() as server:
        found = by_ref(read(server, userPattern="^(?!carol)", groupPattern="web$|^other"))
    assert list(found) == [
        *("group:default/acme-teams-web", "user:default/alice", "user:default/bob"),
    ]


def saas(server, **settings):
    """GitLab's own server, as far as the provider can tell."""
    (provider,) = org_providers(config(server, settings))
    patched = pytest.MonkeyPatch.context()
    with patched as patch:
        patch.setattr("catalog.providers.org.gitlab.config.HOST", server.host)
        return provider.read(ReadContext(sources=None))


@pytest.mark.parametrize(
    ("settings", "users"),
    [({}, {"bob"}), ({"includeUsersWithoutSeat": True}, {"alice", "bob"})],
)
def test_on_gitlabs_own_server_users_are_those_below_the_top_group(settings, users):
    server = gitlab()
    make = server._member_row
    server._member_row = lambda user, level: {**make(user, level), "is_using_seat": user.username != "alice"}
    server.users = [user for user in server.users if not user.is_bot or settings]
    with server:
        # Bob is not in the group itself, but in one below it.
        server.users[1].groups["acme"] = DEVELOPER
        found = by_ref(saas(server, group="acme/teams", **settings))
        asked = [call for call in server.asked if "members/all" in call]
    assert members(found).keys() == users
    assert asked == ["GET /groups/acme/members/all?active=true&show_seat_info=true&per_page=100&page=1"]


def test_a_page_costs_one_call():
    server = gitlab()
    for number in range(250):
        server.user(f"u{number}", groups={"acme": DEVELOPER})
    with server:
        result = read(server)
        # Three pages of users, one of groups, three of the members of acme and one of each other group.
        assert server.calls == 3 + 1 + 3 + 5
    assert len(by_ref(result)) == 258


def test_every_call_that_fails_ends_the_run():
    with gitlab() as server:
        read(server, group="acme/teams", restrictUsersToGroup=True, allowInherited=True)
        calls = sorted({call.partition(" ")[2].partition("?")[0] for call in server.asked})
    assert len(calls) == 7
    for path in calls:
        with gitlab() as server:
            server.fail("502", f"{path}$", times=3)
            with pytest.raises(HostSilentError, match="502"):
                read(server, group="acme/teams", restrictUsersToGroup=True, allowInherited=True)


@pytest.mark.parametrize(
    ("kind", "error"), [("limit", RateLimitedError), ("refuse", CallboardError), ("garbage", CallboardError)]
)
def test_members_that_cannot_be_read_end_the_run(kind, error):
    with gitlab() as server:
        server.fail(kind, "/members$")
        with pytest.raises(error):
            read(server)


def test_a_group_that_went_meanwhile_ends_the_run():
    with gitlab() as server:
        members_of = server._members
        server._routes = [
            (
                method,
                pattern,
                (lambda *_: server.refuse(404, "404 Group Not Found")) if handler == members_of else handler,
            )
            for method, pattern, handler in server._routes
        ]
        with pytest.raises(NotFoundError):
            read(server)


def test_a_group_above_that_nobody_may_see_has_no_members():
    server = gitlab()
    find = server._find_group
    server._find_group = lambda group: None if group == "acme" else find(group)
    with server:
        found = by_ref(read(server, group="acme/teams", restrictUsersToGroup=True, allowInherited=True))
    assert "group:default/web-css" in found


def test_odd_users_and_groups_are_left_out_and_named():
    server = gitlab()
    server.user("odd name")
    server.user("x" * 64)
    server.user("ALICE")
    server.group("acme/teams_web")
    server.group("acme/" + "y" * 64)
    server.users[0].groups |= {"acme/teams_web": DEVELOPER, "acme/" + "y" * 64: DEVELOPER}
    with server:
        result = read(server)
    shown = "acme/" + "y" * 64 + " (named 'acme-" + "y" * 16
    assert result.warnings == [
        f"left out because the catalog can hold no group of that name: {shown}…",
        f"left out because the catalog can hold no user of that name: odd name (named 'odd name'), {'x' * 64} (named"
        f" '{'x' * 26}…",
        "left out because another one has the same name in the catalog: alice (user:default/alice, as ALICE)",
    ]
    assert "group:default/acme-teams_web" in by_ref(result)


def test_it_is_told_apart_from_the_discovery_of_the_same_section():
    with gitlab() as server:
        (provider,) = org_providers(config(server, {}))
        assert (provider.kind, provider.name) == ("gitlabOrg", "GitlabOrgDiscoveryEntityProvider:main")
        assert provider.is_for(server.host)
        assert not provider.is_for("gitlab.com")


def test_without_organisations_nothing_is_read():
    with gitlab() as server:
        assert org_providers(config(server, {"orgEnabled": False})) == []


def test_annotations_hold_no_ports():
    assert annotation("git.acme.test:8443", "team-path") == "git.acme.test/team-path"
    assert annotation("gitlab.com", "team-path") == "gitlab.com/team-path"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"host": "elsewhere.test"}, "host: got 'elsewhere.test', expected a host under 'integrations.gitlab'"),
        ({"host": "gitlab.com"}, "group: got nothing, expected the full path of the group"),
        ({"restrictUsersToGroup": True}, "group: got nothing, expected the full path of the group"),
        (
            {"relations": ["SHARED_FROM_GROUPS"]},
            "relations: got a list, expected some of DIRECT, INHERITED, DESCENDANTS",
        ),
        ({"userPattern": "("}, "userPattern: got '(', expected a regular expression"),
    ],
)
def test_a_wrong_configuration_is_named(settings, message):
    with gitlab() as server, pytest.raises(ConfigError) as caught:
        org_providers(config(server, settings))
    assert message in str(caught.value)
    assert "catalog.providers.gitlab.main." in str(caught.value)
