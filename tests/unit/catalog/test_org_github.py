"""Organizations on GitHub become users and groups."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from catalog.providers.org import org_providers
from catalog.providers.provider import ReadContext
from common.app_config import AppConfig, ConfigError
from common.errors import CallboardError, NotFoundError
from integrations.hosts.errors import HostRefusedError, HostSilentError, RateLimitedError
from tests.fakes.server import Response
from tests.fakes.wire.github import GRAPHQL, WireGithub, WireInstallation, WireTeam, WireUser

pytestmark = pytest.mark.loopback


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr("integrations.hosts.api.random.uniform", lambda least, most: 0.0)


def github():
    made = WireGithub()
    acme = made.organization("Acme")
    acme.members += [
        WireUser("Alice", name="Alice A.", email="alice@acme.test", bio="Makes things"),
        WireUser("bob"),
    ]
    acme.teams += [
        WireTeam("dept", "The Department", "All of it"),
        WireTeam("team-a", "Team A", parent="dept", members=["alice", "gone"]),
        WireTeam("team-b", "Team B", parent="dept", members=["alice", "bob"]),
    ]
    return made


def config(server, settings, **integration):
    section = {"host": server.host, "apiBaseUrl": f"{server.url}/api/v3", "token": "token", **integration}
    return AppConfig.from_dict(
        {"integrations": {"github": [section]}, "catalog": {"providers": {"githubOrg": settings}}}
    )


def read(server, *, integration=None, **more):
    settings = {"id": "production", "githubUrl": f"https://{server.host}", "orgs": ["Acme"], **more}
    (provider,) = org_providers(config(server, settings, **(integration or {})))
    return provider.read(ReadContext(sources=None))


def by_ref(result):
    return {each.entity_ref: each.entity for each in result.entities}


def test_users_and_groups_are_as_the_reference_makes_them():
    with github() as server:
        result = read(server)
        base = f"url:https://{server.host}"
        avatars = f"{server.url}/avatars"
        edit_url = f"{server.url}/orgs/Acme/teams/team-a/edit"
    found = by_ref(result)
    assert list(found) == [
        *("group:default/dept", "group:default/team-a", "group:default/team-b"),
        *("user:default/alice", "user:default/bob"),
    ]
    assert found["user:default/alice"] == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": {
            "name": "Alice",
            "description": "Makes things",
            "annotations": {
                "github.com/user-login": "Alice",
                "backstage.io/managed-by-location": f"{base}/Alice",
                "backstage.io/managed-by-origin-location": f"{base}/Alice",
            },
        },
        "spec": {
            "profile": {"displayName": "Alice A.", "email": "alice@acme.test", "picture": f"{avatars}/Alice"},
            "memberOf": ["group:default/team-a", "group:default/team-b"],
        },
    }
    assert found["group:default/team-a"] == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {
            "name": "team-a",
            "annotations": {
                "github.com/team-slug": "Acme/team-a",
                "backstage.io/edit-url": edit_url,
                "backstage.io/managed-by-location": f"{base}/orgs/Acme/teams/team-a",
                "backstage.io/managed-by-origin-location": f"{base}/orgs/Acme/teams/team-a",
            },
        },
        "spec": {
            "type": "team",
            "profile": {"displayName": "Team A", "picture": f"{avatars}/teams/team-a"},
            "children": [],
            "parent": "dept",
            "members": ["default/alice", "default/gone"],
        },
    }
    assert found["group:default/dept"]["spec"]["children"] == ["team-a", "team-b"]
    assert found["group:default/dept"]["metadata"]["description"] == "All of it"
    assert found["user:default/bob"]["spec"]["profile"] == {"picture": f"{avatars}/bob"}
    assert {each.location_key for each in result.entities} == {"github-multi-org-provider:production"}
    assert result.warnings == []


def test_of_several_organizations_each_has_a_namespace_for_its_groups():
    server = github()
    other = server.organization("other")
    other.members += [WireUser("alice", name="Another name"), WireUser("carol")]
    other.teams += [WireTeam("team-a", "Their A", members=["alice", "bob"])]
    with server:
        found = by_ref(read(server, orgs=["Acme", "other"]))
    assert [ref for ref in found if ref.endswith("/team-a")] == ["group:acme/team-a", "group:other/team-a"]
    alice = found["user:default/alice"]
    assert alice["spec"]["profile"]["displayName"] == "Alice A."
    assert alice["spec"]["memberOf"] == ["group:acme/team-a", "group:acme/team-b", "group:other/team-a"]
    # He is in a team of an organization that does not list him.
    assert found["user:default/bob"]["spec"]["memberOf"] == ["group:acme/team-b"]
    assert found["group:acme/team-a"]["spec"]["parent"] == "dept"


def test_all_pages_are_read_of_large_organizations_and_teams():
    server = WireGithub()
    acme = server.organization("Acme")
    acme.members += [WireUser(f"u{number}") for number in range(120)]
    acme.teams += [WireTeam(f"t{number}", f"T {number}") for number in range(60)]
    acme.teams[0].members = [f"u{number}" for number in range(120)]
    with server:
        found = by_ref(read(server, pageSizes={"teams": 30, "organizationMembers": 40}))
        # Three pages of members, two of teams, and what did not fit of one team's members.
        assert server.calls == 6
    assert len(found) == 180
    assert len(found["group:default/t0"]["spec"]["members"]) == 120
    assert all(found[f"user:default/u{number}"]["spec"]["memberOf"] == ["group:default/t0"] for number in range(120))


@pytest.mark.parametrize(
    ("kind", "error"), [("502", HostSilentError), ("cut", HostSilentError), ("garbage", Exception)]
)
def test_every_page_that_is_missing_ends_the_run(kind, error):
    sizes = {"teams": 1, "teamMembers": 1, "organizationMembers": 1}
    with github() as server:
        read(server, pageSizes=sizes)
        calls = server.calls
    assert calls > 4
    for number in range(calls):
        with github() as server:
            answer, count = server.answer, iter(range(1000))

            def spoiled(request, answer=answer, server=server, count=count, number=number):
                if request.path == GRAPHQL and next(count) >= number:
                    server.fail(kind, GRAPHQL)
                return answer(request)

            server.answer = spoiled
            with pytest.raises(error):
                read(server, pageSizes=sizes)


def test_one_lost_answer_is_asked_for_again():
    with github() as server:
        server.fail("502", GRAPHQL)
        assert len(read(server).entities) == 5


def test_a_used_up_limit_ends_the_run():
    with github() as server:
        server.allow(1, limit=1)
        with pytest.raises(RateLimitedError, match="asked again after"):
            read(server)


@pytest.mark.parametrize(
    "organization",
    [
        {"membersWithRole": None},
        {"membersWithRole": {"nodes": []}},
        {"membersWithRole": {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}},
        None,
    ],
)
def test_an_answer_that_says_too_little_ends_the_run(organization):
    with github() as server:
        server.answer = lambda request: Response.of({"data": {"organization": organization}})
        with pytest.raises(HostSilentError, match="GitHub"):
            read(server)


def test_errors_beside_data_end_the_run():
    with github() as server:
        data = {"organization": {"membersWithRole": {"nodes": [], "pageInfo": {"hasNextPage": False}}}}
        errors = [{"type": "FORBIDDEN", "message": "Resource protected by SAML"}]
        server.answer = lambda request: Response.of({"data": data, "errors": errors})
        with pytest.raises(HostRefusedError, match="Resource protected by SAML"):
            read(server)


def test_an_organization_that_is_not_there_ends_the_run():
    with github() as server, pytest.raises(NotFoundError, match="login of 'nobody'"):
        read(server, orgs=["Acme", "nobody"])


def test_who_is_hidden_or_oddly_named_is_left_out():
    server = github()
    server.organization("Acme").members += [WireUser("odd name"), WireUser("", name="Nameless"), WireUser("x" * 64)]
    server.organization("Acme").teams += [WireTeam("..", "Up"), WireTeam("TEAM-A", "Twin", members=["bob"])]
    with server:
        answer = server.answer
        server.answer = lambda request: _with_null(answer(request))
        result = read(server)
    assert len(result.entities) == 5
    assert result.warnings[0].startswith("left out because the catalog can hold no user of that name: ")
    assert "Nameless (without a name)" in result.warnings[0]
    assert result.warnings[1] == "left out because the catalog can hold no group of that name: Acme/.. (named '..')"
    assert result.warnings[2] == (
        "left out because another one has the same name in the catalog: "
        "Acme/team-a (group:default/team-a, as Acme/TEAM-A)"
    )


def _with_null(response):
    return Response(response.status, response.content.replace(b'"nodes": [', b'"nodes": [null, ', 1), response.headers)


def test_the_suspended_are_left_out_if_asked_for():
    server = github()
    server.organization("Acme").members[1].suspended_at = "2026-01-01T00:00:00Z"
    with server:
        assert "user:default/bob" in by_ref(read(server))
        assert "user:default/bob" not in by_ref(read(server, excludeSuspendedUsers=True))
        queries = [request.json["query"] for request in server.requests if "membersWithRole" in request.json["query"]]
    assert ["suspendedAt" in query for query in queries] == [False, True]


def test_an_app_reads_all_organizations_where_it_is_installed_and_asks_for_no_addresses():
    server = github()
    server.organization("zoo").members += [WireUser("carol")]
    server.installations += [
        WireInstallation(1, 7, "Acme"),
        WireInstallation(2, 7, "zoo"),
        WireInstallation(3, 7, "elsewhere"),
    ]
    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    app = {"appId": 7, "clientId": "c", "privateKey": key.decode(), "allowedInstallationOwners": ["acme", "zoo"]}
    with server:
        found = by_ref(read(server, integration={"token": None, "apps": [app]}, orgs=None))
        graphql = [request for request in server.requests if request.path == GRAPHQL]
    assert [ref for ref in found if ref.startswith("user:")] == [
        f"user:default/{name}" for name in ("alice", "bob", "carol")
    ]
    assert "group:acme/team-a" in found
    assert not any(" email" in request.json["query"] for request in graphql)
    assert {request.headers["authorization"] for request in graphql} == {"Bearer ghs_1_1", "Bearer ghs_2_2"}


def test_a_wrong_token_ends_the_run_and_is_not_told():
    with github() as server, pytest.raises(CallboardError) as caught:
        read(server, integration={"token": "hunter2"})
    assert "401 Bad credentials" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_there_may_be_several_with_names_of_their_own():
    with github() as server:
        both = [{"id": id_, "githubUrl": f"https://{server.host}", "orgs": ["Acme"]} for id_ in ("a", "b")]
        first, second = org_providers(config(server, both))
        assert first.name == "GithubMultiOrgEntityProvider:a"
        assert first.is_for(server.host)
        assert not first.is_for("github.com")
        assert "group:acme/team-a" in by_ref(second.read(ReadContext(sources=None)))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"githubUrl": "https://github.com"}, "githubOrg.id: got nothing, expected a name for this provider"),
        ({"id": "a", "githubUrl": "https://elsewhere.test"}, "expected the URL of a host under 'integrations.github'"),
        ({"id": "a", "githubUrl": "https://github.com"}, "githubOrg.orgs: got nothing, expected the names of"),
        (
            {"id": "a", "githubUrl": "https://github.com", "orgs": ["x"], "pageSizes": {"teams": 101}},
            "githubOrg.pageSizes.teams: got 101, expected a number from 1 to 100",
        ),
    ],
)
def test_a_wrong_configuration_is_named(settings, message):
    with pytest.raises(ConfigError) as caught:
        org_providers(AppConfig.from_dict({"catalog": {"providers": {"githubOrg": settings}}}))
    assert message in str(caught.value)
