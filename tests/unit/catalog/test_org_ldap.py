"""A directory becomes users and groups. The directory is a small one of our own, asked through ldap3."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from catalog.providers.org import org_providers
from catalog.providers.provider import ReadContext
from common.app_config import AppConfig, ConfigError
from common.errors import CallboardError, ServiceUnavailableError
from tests.fakes.ldap import Directory

pytestmark = pytest.mark.loopback

PEOPLE, GROUPS = "ou=people,dc=acme", "ou=groups,dc=acme"


def person(uid, **more):
    return {"uid": [uid], "cn": [uid.title()], "mail": [f"{uid}@acme.test"], "entryUUID": [f"id-{uid}"], **more}


def directory(**settings):
    entries = {
        f"uid=alice,{PEOPLE}": person("alice", objectClass=["person"]),
        f"uid=bob,{PEOPLE}": person("bob", objectClass=["person"], memberOf=[f"CN=Team-B, {GROUPS}".upper()]),
        f"uid=robot,{PEOPLE}": person("robot", objectClass=["device"]),
        f"cn=team-a,{GROUPS}": {"cn": ["team-a"], "member": [f"uid=alice,{PEOPLE}"], "description": ["Makes A"]},
        f"cn=team-b,{GROUPS}": {"cn": ["team-b"], "memberUid": ["alice"], "groupType": ["team"]},
        f"cn=all,{GROUPS}": {"cn": ["all"], "member": [f"cn=team-a,{GROUPS}", f"cn=team-b,{GROUPS}", "cn=else"]},
    }
    made = Directory(entries)
    for key, value in settings.items():
        setattr(made, key, value)
    return made


def config(url, **more):
    users = {"dn": PEOPLE, "options": {"filter": "(objectClass=person)"}}
    settings = {"target": url, "users": users, "groups": {"dn": GROUPS}, **more}
    return AppConfig.from_dict({"catalog": {"providers": {"ldapOrg": {"corp": settings}}}})


def read(url, **more):
    (provider,) = org_providers(config(url, **more))
    return provider.read(ReadContext(sources=None))


def by_ref(result):
    return {each.entity_ref: each.entity for each in result.entities}


def test_users_and_groups_are_as_the_reference_makes_them():
    with directory() as server:
        result = read(server.url)
    found = by_ref(result)
    people = ["user:default/alice", "user:default/bob"]
    assert list(found) == ["group:default/all", "group:default/team-a", "group:default/team-b", *people]
    location = "ldap://corp/uid%3Dalice%2Cou%3Dpeople%2Cdc%3Dacme"
    assert found["user:default/alice"] == {
        "apiVersion": "backstage.io/v1beta1",
        "kind": "User",
        "metadata": {
            "name": "alice",
            "annotations": {
                "backstage.io/ldap-rdn": "alice",
                "backstage.io/ldap-dn": f"uid=alice,{PEOPLE}",
                "backstage.io/ldap-uuid": "id-alice",
                "backstage.io/managed-by-location": location,
                "backstage.io/managed-by-origin-location": location,
            },
        },
        "spec": {
            "profile": {"displayName": "Alice", "email": "alice@acme.test"},
            "memberOf": ["group:default/team-a"],
        },
    }
    assert found["group:default/team-a"]["metadata"]["description"] == "Makes A"
    assert {ref: entity["spec"] for ref, entity in found.items() if entity["kind"] == "Group"} == {
        "group:default/all": {
            "type": "unknown",
            "profile": {"displayName": "all"},
            "children": ["group:default/team-a", "group:default/team-b"],
        },
        "group:default/team-a": {
            "type": "unknown",
            "profile": {"displayName": "team-a"},
            "children": [],
            "parent": "group:default/all",
        },
        "group:default/team-b": {
            "type": "team",
            "profile": {"displayName": "team-b"},
            "children": [],
            "parent": "group:default/all",
        },
    }
    assert {each.location_key for each in result.entities} == {"ldap-org-provider:corp"}
    assert result.warnings == []


def test_names_of_groups_are_compared_without_case_and_blanks():
    with directory() as server:
        assert by_ref(read(server.url))["user:default/bob"]["spec"]["memberOf"] == ["group:default/team-b"]


def test_posix_groups_name_their_members_plainly():
    with directory() as server:
        found = by_ref(read(server.url, groups={"dn": GROUPS, "map": {"members": "memberUid"}}))
    assert found["user:default/alice"]["spec"]["memberOf"] == ["group:default/team-b"]


def test_what_the_configuration_maps_and_sets_wins():
    users = {
        "dn": PEOPLE,
        "options": {"filter": "(objectClass=person)", "scope": "sub"},
        "map": {"name": "mail", "displayName": "uid", "description": "cn"},
        "set": {"metadata.namespace": "people", "metadata.annotations['acme.test/from']": "corp"},
    }
    with directory() as server:
        users["map"]["name"] = "uid"
        alice = by_ref(read(server.url, users=users))["user:people/alice"]
    assert alice["metadata"]["description"] == "Alice"
    assert alice["metadata"]["annotations"]["acme.test/from"] == "corp"
    assert alice["spec"]["profile"]["displayName"] == "alice"


def test_several_places_may_be_named():
    places = [{"dn": f"uid=alice,{PEOPLE}", "options": {"scope": "base"}}, {"dn": PEOPLE}]
    with directory() as server:
        result = read(server.url, users=places)
    assert "user:default/robot" in by_ref(result)
    assert result.warnings == []


def test_active_directory_is_known_by_its_root():
    server = directory(root={"forestFunctionality": ["7"]})
    dn = f"uid=alice,{PEOPLE}"
    server.entries[dn] = {
        **person("alice", objectClass=["person"]),
        "distinguishedName": [dn.upper()],
        "objectGUID": [bytes(range(16))],
    }
    with server:
        alice = by_ref(read(server.url))["user:default/alice"]
    assert alice["metadata"]["annotations"]["backstage.io/ldap-uuid"] == "03020100-0504-0706-0809-0a0b0c0d0e0f"
    assert alice["metadata"]["annotations"]["backstage.io/ldap-dn"] == dn.upper()
    assert alice["spec"]["memberOf"] == ["group:default/team-a"]


def test_pages_are_read_to_the_end():
    server = directory(largest_page=2)
    for number in range(1200):
        server.entries[f"uid=u{number},{PEOPLE}"] = person(f"u{number}", objectClass=["person"])
    with server:
        assert len(read(server.url).entities) == 1200 + 5


def test_the_password_is_sent_and_a_wrong_one_named_without_it():
    bind = {"dn": "cn=reader", "secret": "s3cret"}
    with directory() as server:
        assert len(read(server.url, bind=bind).entities) == 5
        with pytest.raises(CallboardError) as caught:
            read(server.url, bind={**bind, "secret": "hunter2"})
    assert "bind as 'cn=reader' failed: 49 invalidCredentials: no, said the fake" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("code", [4, 10, 32, 53])
def test_a_page_that_is_refused_ends_the_run(code):
    server = directory(refuse_page={2: code})
    with server, pytest.raises(CallboardError, match=rf"LDAP search below '{GROUPS}' at .* failed: {code} "):
        read(server.url)


def test_a_directory_that_will_not_send_so_many_ends_the_run():
    server = directory(largest_page=1, root={"supportedControl": []})
    with server, pytest.raises(CallboardError, match="4 sizeLimitExceeded"):
        read(server.url)


def test_a_connection_that_is_cut_ends_the_run():
    with directory(cut_after=1) as server, pytest.raises(ServiceUnavailableError, match="LDAP search below"):
        read(server.url)


def test_a_directory_that_is_not_there_ends_the_run():
    with directory() as server:
        url = server.url
    with pytest.raises(ServiceUnavailableError, match="Unable to connect to ldap://127"):
        read(url)


def test_odd_people_are_left_out_and_named():
    server = directory()
    for uid, more in {
        "no body": {},
        "": {"uid": []},
        "two": {"uid": ["two", "zwei"]},
        "photo": {"uid": [b"\xff\xd8"]},
        "a" * 64: {},
        "../etc": {},
        "nomail": {"mail": []},
        "mails": {"mail": ["a@acme.test", "b@acme.test"]},
    }.items():
        server.entries[f"uid={uid or 'none'},{PEOPLE}"] = {**person(uid, objectClass=["person"]), **more}
    server.entries[f"uid=Alice2,{PEOPLE}"] = person("ALICE", objectClass=["person"])
    with server:
        result = read(server.url)
    found = by_ref(result)
    assert "email" not in found["user:default/nomail"]["spec"]["profile"]
    assert "email" not in found["user:default/mails"]["spec"]["profile"]
    assert len([ref for ref in found if ref.startswith("user:")]) == 4
    # The one whose own name comes first keeps the name.
    assert found["user:default/alice"]["metadata"]["name"] == "ALICE"
    first, second = result.warnings
    assert first.startswith("left out because the catalog can hold no user of that name: uid=no body,ou=people")
    assert first.endswith("and 1 more")
    assert second == (
        "left out because another one has the same name in the catalog:"
        f" uid=alice,{PEOPLE} (user:default/alice, as uid=Alice2,{PEOPLE})"
    )
    assert all(orjson.loads(each.text) for each in result.entities)


def test_groups_in_a_circle_are_told():
    server = directory()
    server.entries[f"cn=team-a,{GROUPS}"]["member"] += [f"cn=all,{GROUPS}"]
    with server:
        result = read(server.url)
    assert result.warnings == ["groups that are their own ancestors: group:default/all, group:default/team-a"]
    assert by_ref(result)["group:default/all"]["spec"]["parent"] == "group:default/team-a"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"target": "https://ds.acme.test"}, "target: got 'https://ds.acme.test', expected the URL of a directory"),
        ({"target": "ldap://[::1"}, "target: got 'ldap://[::1', expected the URL of a directory"),
        ({"target": "ldaps://ds.acme.test:99999"}, "expected the URL of a directory"),
        ({"bind": {"dn": "cn=x"}}, "bind.secret: got nothing, expected a text"),
        ({"users": {}}, "users.dn: got nothing, expected a distinguished name"),
        ({"users": {"dn": "x", "options": {"scope": "all"}}}, "expected 'base', 'one' or 'sub'"),
        ({"users": {"dn": "x", "options": {"derefAliases": 4}}}, "options.derefAliases: got 4, expected 0 (never)"),
        ({"users": {"dn": "x", "set": {"metadata": "y"}}}, "users.set: got an object, expected paths such as"),
        ({"users": {"dn": "x", "set": {"spec.profile": 5}}}, "users.set: got an object, expected paths such as"),
        ({"groups": [{"dn": "x", "options": {"sizeLimit": -1}}]}, "groups[0].options.sizeLimit: got -1, expected"),
    ],
)
def test_a_wrong_configuration_is_named(settings, message):
    with pytest.raises(ConfigError) as caught:
        org_providers(config("ldap://ds.acme.test", **settings))
    assert message in str(caught.value)
    assert "catalog.providers.ldapOrg.corp" in str(caught.value)


def test_filters_may_have_several_lines():
    users = {"dn": PEOPLE, "options": {"filter": "(&\n  (objectClass=person)\n  (uid=alice)\n)\n"}}
    with directory() as server:
        found = by_ref(read(server.url, users=users))
    assert [ref for ref in found if ref.startswith("user:")] == ["user:default/alice"]


def test_a_wrong_filter_ends_the_run():
    with directory() as server, pytest.raises(CallboardError, match=f"LDAP search below '{PEOPLE}'"):
        read(server.url, users={"dn": PEOPLE, "options": {"filter": "(&(uid=alice)"}})


def test_what_is_on_other_servers_is_told_and_not_asked_for():
    with directory() as other:
        server = directory(references=[f"{other.url}/{PEOPLE}"])
        with server:
            result = read(server.url, bind={"dn": "cn=reader", "secret": "s3cret"})
        assert other.pages == 0
    assert len(result.entities) == 5
    assert result.warnings == [f"not read because it is on another server: {other.url}/{PEOPLE}, {other.url}/{PEOPLE}"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """One that no authority has signed, for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).add_extension(address, False)
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + builder.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return path


def test_a_server_that_nobody_vouches_for_gets_no_password(certificate):
    server = directory(tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    server.tls.load_cert_chain(certificate)
    bind = {"dn": "cn=reader", "secret": "s3cret"}
    with server:
        with pytest.raises(ServiceUnavailableError, match=r"Unable to connect to ldaps://.*certificate"):
            read(server.url, bind=bind)
        assert server.binds == 0
        assert len(read(server.url, bind=bind, tls={"rejectUnauthorized": False}).entities) == 5
        assert server.binds == 1
