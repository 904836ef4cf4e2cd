"""Whatever a directory says of people and groups: a warning, never a crash, and never anything of somebody else's."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.entity_ref import LocationRef
from catalog.providers.org import org_providers
from catalog.providers.org.github.queries import Team
from catalog.providers.org.github.transform import build_group as github_group
from catalog.providers.org.github.transform import build_user as github_user
from catalog.providers.org.gitlab.transform import build_group as gitlab_group
from catalog.providers.org.gitlab.transform import build_user as gitlab_user
from catalog.providers.org.ldap.config import GROUP_MAP, USER_MAP, Search, Source
from catalog.providers.org.ldap.entry import Entry, Vendor
from catalog.providers.org.ldap.relations import Read, resolve_relations
from catalog.providers.org.ldap.transform import build_group as ldap_group
from catalog.providers.org.ldap.transform import build_user as ldap_user
from catalog.providers.org.msgraph.transform import build_group as graph_group
from catalog.providers.org.msgraph.transform import build_root
from catalog.providers.org.msgraph.transform import build_user as graph_user
from catalog.providers.org.notes import Notes
from catalog.providers.org.result import OrgMember, build_result, has_sound_name
from catalog.providers.provider import ReadContext
from common.app_config import AppConfig
from common.errors import CallboardError
from tests.fakes.graph import TENANT, Tenant

FIELDS = (
    *("login", "name", "bio", "email", "avatarUrl", "slug", "combinedSlug", "description", "editTeamUrl", "parentTeam"),
    *("id", "displayName", "mail", "mailNickname", "securityEnabled", "username", "web_url", "avatar_url"),
    *("public_email", "full_path", "parent_id", "group_saml_identity"),
)
# Halves of characters, NUL, marks that change the direction of text, what leads elsewhere, and what is too long.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.sampled_from(
        ["../../etc/passwd", "a/b", "x" * 70, "\ud800", "a\x00b", "\u202egpj", "default/admin", "user:x/y", ""]
    ),
)
VALUES = st.one_of(TEXTS, st.none(), st.booleans(), st.integers(), st.lists(TEXTS, max_size=2), st.just({"slug": "x"}))
ROWS = st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES), max_size=6)
BUILDERS = (
    github_user,
    lambda row: github_group(Team(row, ("a", "b c")), "acme", "acme"),
    lambda row: gitlab_user(row, "git.acme.test", ["x"]),
    lambda row: gitlab_group(row, "git.acme.test", "acme", None),
    graph_user,
    graph_group,
    build_root,
)


def finish(documents):
    notes = Notes()
    named = [document for document in documents if document and has_sound_name(document, "x", notes)]
    members = (OrgMember(document, LocationRef("url", "https://acme.test/x"), repr(document)) for document in named)
    return build_result(members, location_key="key", notes=notes)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(ROWS)
def test_no_answer_of_an_api_makes_a_crash_or_an_unsound_entity(rows):
    result = finish([build(row) for row in rows for build in BUILDERS])
    assert all(each.entity["kind"] in ("User", "Group") for each in result.entities)
    assert len({each.entity_ref for each in result.entities}) == len(result.entities)
    assert all(line.encode() for line in result.warnings)


ATTRIBUTES = st.dictionaries(
    st.sampled_from(("uid", "cn", "mail", "memberof", "member", "description", "entryuuid", "objectguid", "grouptype")),
    st.lists(
        st.one_of(st.binary(max_size=20), TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass"))), max_size=3
    ).map(tuple),
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(TEXTS, ATTRIBUTES), max_size=6))
def test_no_entry_of_a_directory_makes_a_crash(found):
    vendor, notes = Vendor(), Notes()
    entries = [Entry(dn, values) for dn, values in found]
    users = [Read(ldap_user(e, Source("x", Search(), USER_MAP), vendor), e.dn, e.texts("memberOf")) for e in entries]
    groups = [
        Read(ldap_group(e, Source("x", Search(), GROUP_MAP), vendor), e.dn, e.texts("memberOf"), e.texts("member"))
        for e in entries
    ]
    users = [read for read in users if has_sound_name(read.document, read.dn, notes)]
    groups = [read for read in groups if has_sound_name(read.document, read.dn, notes)]
    resolve_relations(users, groups)
    finish([read.document for read in (*users, *groups)])


@pytest.mark.parametrize(
    ("row", "left_out"),
    [
        ({"login": "../admin"}, "left out because the catalog can hold no user of that name"),
        ({"login": "default/admin"}, "left out because the catalog can hold no user of that name"),
        ({"login": "kind:admin"}, "left out because the catalog can hold no user of that name"),
    ],
)
def test_what_has_no_sound_name_is_left_out_alone(row, left_out):
    check_left_out(github_user(row), left_out)


@pytest.mark.parametrize("name", ["a\x00b", "\ud83d"])
def test_what_no_database_can_hold_is_left_out_alone(name):
    user = github_user({"login": "alice"})
    user["spec"]["profile"] = {"displayName": name}
    check_left_out(user, "left out because no database can store its texts")


def check_left_out(user, left_out):
    notes = Notes()
    users = [user, github_user({"login": "bob"})]
    members = [
        OrgMember(user, LocationRef("url", "https://x.test/x"), user["metadata"]["name"])
        for user in users
        if has_sound_name(user, "who", notes)
    ]
    result = build_result(members, location_key="key", notes=notes)
    assert [each.entity_ref for each in result.entities] == ["user:default/bob"]
    assert [line.partition(":")[0] for line in result.warnings] == [left_out]


def test_nobody_says_where_he_comes_from():
    """Nor can a directory bring placeholders, which would read files with our credentials."""
    user = github_user({"login": "alice", "name": {"$text": "https://acme.test/secret"}, "bio": "$text: ./x"})
    user["metadata"]["annotations"]["backstage.io/managed-by-location"] = "file:/etc/passwd"
    member = OrgMember(user, LocationRef("url", "https://acme.test/alice"), "alice")
    (deferred,) = build_result([member], location_key="key", notes=Notes()).entities
    annotations = deferred.entity["metadata"]["annotations"]
    assert annotations["backstage.io/managed-by-location"] == "url:https://acme.test/alice"
    assert "displayName" not in deferred.entity["spec"]["profile"]


def test_a_name_with_a_million_characters_makes_a_short_warning():
    notes = Notes()
    for number in range(10_000):
        has_sound_name(github_user({"login": f"{number} {'x' * 1000}"}), f"{number}" + "y" * 1000, notes)
    (line,) = notes.lines()
    assert len(line) < 700
    assert line.endswith("and 9995 more")


@pytest.mark.loopback
@pytest.mark.parametrize("key", ["target", "authority"])
@pytest.mark.parametrize("address", ["http://169.254.169.254", "http://[fd00:ec2::254]", "http://168.63.129.16"])
def test_no_configuration_makes_us_ask_the_metadata_service(key, address):
    with Tenant() as server:
        known = {"target": server.target, "authority": server.url, key: address}
        settings = {"tenantId": TENANT, "clientId": "app", "clientSecret": "hush", **known}
        config = AppConfig.from_dict({"catalog": {"providers": {"microsoftGraphOrg": settings}}})
        (provider,) = org_providers(config)
        with pytest.raises(CallboardError, match="link-local, reserved or a metadata service") as caught:
            provider.read(ReadContext(sources=None))
        assert server.tokens == (key == "target")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("target", ["ldap://169.254.169.254", "ldaps://[fd00:ec2::254]:1636"])
def test_no_directory_is_a_metadata_service(target):
    bind = {"dn": "cn=reader", "secret": "hush"}
    settings = {"corp": {"target": target, "bind": bind, "users": {"dn": "x"}}}
    (provider,) = org_providers(AppConfig.from_dict({"catalog": {"providers": {"ldapOrg": settings}}}))
    with pytest.raises(CallboardError, match="link-local, reserved or a metadata service"):
        provider.read(ReadContext(sources=None))
