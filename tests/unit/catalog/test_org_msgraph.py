"""A tenant of Microsoft Entra ID becomes users and groups."""

import pytest

from catalog.providers.org import org_providers
from catalog.providers.org.msgraph.transform import normalize_name
from catalog.providers.provider import ReadContext
from common.app_config import AppConfig, ConfigError
from common.errors import CallboardError
from integrations.hosts.errors import HostSilentError
from tests.fakes.graph import TENANT, Tenant, refuse
from tests.fakes.server import FakeServer, Response

pytestmark = pytest.mark.loopback


def tenant():
    made = Tenant()
    made.add_user("alice")
    made.add_user("bob", mail="Bob.B+x@ACME.test")
    made.add_user("robot", mail=None)
    made.add_group("dept", "g-team-a", "g-team-b")
    made.add_group("team-a", "u-alice", "u-robot", description="Makes A", mail="a@acme.test")
    made.add_group("team-b", "u-alice", "u-bob", "u-gone", displayName="Team B (Reader)", securityEnabled=True)
    return made


def config(server, **more):
    settings = {"tenantId": TENANT, "clientId": "app", "clientSecret": "hush", **more}
    settings = {"target": server.target, "authority": server.url, **settings} if server else settings
    return AppConfig.from_dict({"catalog": {"providers": {"microsoftGraphOrg": settings}}})


def read(server, **more):
    (provider,) = org_providers(config(server, **more))
    return provider.read(ReadContext(sources=None))


def by_ref(result):
    return {each.entity_ref: each.entity for each in result.entities}


def test_users_and_groups_are_as_the_reference_makes_them():
    with tenant() as server:
        result = read(server)
    found = by_ref(result)
    assert list(found) == [
        *("group:default/acme_inc", "group:default/dept", "group:default/team-a", "group:default/team_b_reader"),
        *("user:default/alice_acme.test", "user:default/bob.b_x_acme.test"),
    ]
    location = "msgraph:default/u-alice"
    assert found["user:default/alice_acme.test"] == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "User",
        "metadata": {
            "name": "alice_acme.test",
            "annotations": {
                "microsoft.com/email": "alice@acme.test",
                "graph.microsoft.com/user-id": "u-alice",
                "backstage.io/managed-by-location": location,
                "backstage.io/managed-by-origin-location": location,
            },
        },
        "spec": {
            "profile": {"displayName": "Alice", "email": "alice@acme.test"},
            "memberOf": [
                *("group:default/team-a", "group:default/dept", "group:default/acme_inc"),
                "group:default/team_b_reader",
            ],
        },
    }
    assert {each.location_key for each in result.entities} == {"msgraph-org-provider:default"}
    assert result.warnings == ["left out because they have no id, name or mail address: Robot"]


def test_groups_lie_in_their_parents_and_all_others_in_the_tenant():
    with tenant() as server:
        found = by_ref(read(server))
    groups = {ref: entity for ref, entity in found.items() if entity["kind"] == "Group"}
    assert {ref: (group["spec"].get("parent"), group["spec"]["children"]) for ref, group in groups.items()} == {
        "group:default/acme_inc": (None, ["group:default/dept"]),
        "group:default/dept": ("group:default/acme_inc", ["group:default/team-a", "group:default/team_b_reader"]),
        "group:default/team-a": ("group:default/dept", []),
        "group:default/team_b_reader": ("group:default/dept", []),
    }
    assert groups["group:default/acme_inc"]["metadata"]["annotations"]["graph.microsoft.com/tenant-id"] == TENANT
    assert groups["group:default/acme_inc"]["spec"]["type"] == "root"
    assert groups["group:default/team-a"]["metadata"]["description"] == "Makes A"
    assert groups["group:default/team-a"]["spec"]["profile"] == {"displayName": "team-a", "email": "a@acme.test"}


def test_the_lists_are_asked_for_as_configured():
    with tenant() as server:
        read(
            server,
            user={"filter": "accountEnabled eq true", "select": ["jobTitle", "mail"], "expand": "manager"},
            group={"search": '"displayName:-team"'},
        )
    asked = [call for call in server.calls if call.startswith(("users?", "groups?")) and "skiptoken" not in call]
    assert asked == [
        "users?$filter=accountEnabled eq true&$select=jobTitle,mail,id,displayName&$expand=manager&$top=999",
        'groups?$search="displayName:-team"&$top=999',
    ]
    searched = [request for request in server.requests if "%24search" in request.query]
    assert [request.headers["consistencylevel"] for request in searched] == ["eventual"]


def test_blanks_in_filters_are_sent_as_odata_wants_them():
    with tenant() as server:
        read(server, user={"filter": "a eq 'b+c'"})
    (query,) = {request.query.partition("&")[0] for request in server.requests if "filter" in request.query}
    assert query == "%24filter=a%20eq%20%27b%2Bc%27"


def test_advanced_queries_ask_for_a_count():
    with tenant() as server:
        read(server, queryMode="advanced", user={"filter": "endsWith(mail,'@acme.test')"})
    assert "users?$filter=endsWith(mail,'@acme.test')&$count=true&$top=999" in server.calls


def test_users_may_be_the_members_of_some_groups():
    with tenant() as server:
        found = by_ref(read(server, userGroupMember={"filter": "displayName eq 'x'"}, group={"path": "groups"}))
    assert "groups?$filter=displayName eq 'x'&$select=id,displayName&$top=999" in server.calls
    assert "groups/g-team-a/members/microsoft.graph.user?$top=999" in server.calls
    assert [ref for ref in found if ref.startswith("user:")] == [
        "user:default/alice_acme.test",
        "user:default/bob.b_x_acme.test",
    ]


@pytest.mark.parametrize(("asked_for", "team_a"), [(True, True), (False, False)])
def test_groups_below_those_found_come_if_asked_for(asked_for, team_a):
    server = tenant()
    below, server.groups = server.groups[1:], server.groups[:1]
    member = server._member
    server._member = lambda id_: next(
        ({"@odata.type": "#microsoft.graph.group", **row} for row in below if row["id"] == id_), member(id_)
    )
    with server:
        found = by_ref(read(server, group={"includeSubGroups": asked_for}))
    assert ("group:default/team-a" in found) is team_a
    alice = found["user:default/alice_acme.test"]["spec"]["memberOf"]
    assert ("group:default/team-a" in alice) is team_a


def test_one_token_serves_until_it_ends():
    with tenant() as server:
        read(server)
        assert server.tokens == 1
    with tenant() as server:
        server.expires_in = 100
        read(server)
        assert server.tokens == len(server.calls) > 5


def test_each_tenant_has_its_own_bucket():
    settings = {"tenantId": TENANT, "clientId": "app", "clientSecret": "hush"}
    config = {"catalog": {"providers": {"microsoftGraphOrg": {"a": settings, "b": settings}}}}
    names = [provider.name for provider in org_providers(AppConfig.from_dict(config))]
    assert names == ["MicrosoftGraphOrgEntityProvider:a", "MicrosoftGraphOrgEntityProvider:b"]


def test_a_wrong_secret_is_told_without_it():
    with tenant() as server, pytest.raises(CallboardError) as caught:
        read(server, clientSecret="hunter2")
    assert "gave no token for the app 'app': 401 AADSTS7000215: Invalid client secret *** provided." in str(
        caught.value
    )
    assert "hunter2" not in str(caught.value)


def test_every_call_that_fails_ends_the_run():
    with tenant() as server:
        read(server)
    for number in range(1, len(server.calls) + 1):
        again = tenant()
        again.instead = {number: refuse(403, "Authorization_RequestDenied", "Forbidden by the fake")}
        with again, pytest.raises(CallboardError, match=r"Forbidden by the fake; .* at 'catalog\.providers\.micro"):
            read(again)


def test_a_list_that_is_no_list_ends_the_run():
    server = tenant()
    server.instead = {1: Response.of({"value": None})}
    with server, pytest.raises(HostSilentError, match="without a list of objects at 'value'"):
        read(server)


def test_the_token_follows_no_link_to_elsewhere():
    caught = []
    with FakeServer(lambda request: caught.append(request) or Response.of({"value": []})) as other, tenant() as server:
        server.instead = {1: Response.of({"value": [], "@odata.nextLink": f"{other.url}/v1.0/users?$skiptoken=1"})}
        with pytest.raises(HostSilentError, match="which is elsewhere"):
            read(server)
        server.instead = {len(server.calls) + 1: Response(302, b"", {"Location": f"{other.url}/v1.0/users"})}
        with pytest.raises(CallboardError, match="302"):
            read(server)
    assert caught == []


def test_a_list_without_end_ends():
    with tenant() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr("catalog.providers.org.msgraph.client.MAX_PAGES", 3)
        page = Response.of({"value": [], "@odata.nextLink": f"{server.target}/users?$skiptoken=x"})
        server.instead = dict.fromkeys(range(1, 20), page)
        with pytest.raises(HostSilentError, match="more than 3 pages of 'users'"):
            read(server)
        assert len(server.calls) == 3


def test_ids_lead_nowhere_else():
    server = tenant()
    server.groups.append({"id": "../users", "displayName": "sly"})
    with server, pytest.raises(CallboardError, match="cannot be part of an address"):
        read(server)


def test_odd_groups_and_circles_are_told():
    server = tenant()
    server.add_group("team-a2", mailNickname="Team A", displayName="x" * 70, id="g-0")
    server.add_group("long", mailNickname="x" * 70)
    server.add_group("nameless", displayName="")
    server.add_group("???")
    server.add_group("team_a")
    server.add_group("TEAM_A", id="g-zzz")
    server.members["g-team-a"].append("g-dept")
    server.members["g-0"] = server.members["g-zzz"] = []
    with server:
        result = read(server)
    assert result.warnings == [
        "left out because they have no id, name or mail address: Robot",
        "left out because the catalog can hold no group of that name: g-long (named '" + "x" * 70 + "'), "
        "g-??? (without a name)",
        "left out because they have no id or name: g-nameless",
        "left out because another one has the same name in the catalog: "
        "g-team_a (group:default/team_a, as g-0), g-zzz (group:default/team_a, as g-0)",
        "groups that are their own ancestors: group:default/dept, group:default/team-a",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada.L+test@acme.test", "ada.l_test_acme.test"),
        ("my group (Reader)", "my_group_reader"),
        ("  Ünïcode 🙂 team ", "n_code_team"),
        ("__x__", "x"),
        ("Acme Inc.", "acme_inc"),
        ("...", ""),
    ],
)
def test_names_are_made_as_the_reference_makes_them(text, name):
    assert normalize_name(text) == name


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"clientSecret": None}, "clientSecret: got nothing, expected a text"),
        ({"tenantId": None}, "tenantId: got nothing, expected a text"),
        ({"queryMode": "fast"}, "queryMode: got 'fast', expected 'basic' or 'advanced'"),
        ({"target": "graph"}, "target: got 'graph', expected a URL"),
        (
            {"user": {"filter": "a"}, "userGroupMember": {"search": "b"}},
            "userGroupMember.search: got 'b', expected nothing, since 'user.filter' is there",
        ),
    ],
)
def test_a_wrong_configuration_is_named(settings, message):
    with pytest.raises(ConfigError) as caught:
        org_providers(config(None, **settings))
    assert message in str(caught.value)
    assert "catalog.providers.microsoftGraphOrg" in str(caught.value)
