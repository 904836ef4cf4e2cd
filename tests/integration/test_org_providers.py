"""Organisations come in by themselves: with their relations, without writing what is there, and all or nothing."""

import json
from contextlib import contextmanager

import pytest

from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from catalog.models import FinalEntity, ProviderRun
from catalog.providers.lease import ensure_rows
from catalog.providers.registry import build_providers
from catalog.providers.run import run_provider
from common.app_config import AppConfig
from tests.fakes.graph import TENANT, Tenant, refuse
from tests.fakes.ldap import Directory
from tests.fakes.wire.github import WireGithub, WireTeam, WireUser
from tests.fakes.wire.gitlab import DEVELOPER, WireGitlab

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]

PEOPLE, GROUPS = "ou=people,dc=acme", "ou=groups,dc=acme"


class Ldap:
    """In each of these, Alice is in team-a, which is in dept, and so is Bob until he leaves."""

    kind = "ldapOrg"

    def __init__(self):
        entries = {
            f"uid={uid},{PEOPLE}": {"uid": [uid], "cn": [uid], "mail": [f"{uid}@acme.test"]} for uid in ("alice", "bob")
        }
        team = {"cn": ["team-a"], "member": list(entries)}
        entries[f"cn=team-a,{GROUPS}"] = team
        entries[f"cn=dept,{GROUPS}"] = {"cn": ["dept"], "member": [f"cn=team-a,{GROUPS}"]}
        self.fake = Directory(entries)

    def section(self):
        return {"corp": {"target": self.fake.url, "users": {"dn": PEOPLE}, "groups": {"dn": GROUPS}}}

    def bob_leaves(self):
        del self.fake.entries[f"uid=bob,{PEOPLE}"]

    def breaks(self):
        self.fake.refuse_page = {self.fake.pages + 2: 51}


class Github:
    kind = "githubOrg"

    def __init__(self):
        self.fake = WireGithub()
        self.acme = self.fake.organization("acme")
        self.acme.members += [WireUser("alice"), WireUser("bob")]
        self.acme.teams += [WireTeam("dept", "Dept"), WireTeam("team-a", "A", parent="dept", members=["alice", "bob"])]

    def section(self):
        return {"id": "x", "githubUrl": f"https://{self.fake.host}", "orgs": ["acme"], "pageSizes": {"teams": 1}}

    def bob_leaves(self):
        self.acme.members.pop()
        self.acme.teams[1].members.remove("bob")

    def breaks(self):
        answer, calls = self.fake.answer, iter(range(1000))
        self.fake.answer = lambda request: self.fake.refuse(403, "no more") if next(calls) > 1 else answer(request)


class Gitlab:
    kind = "gitlab"

    def __init__(self):
        self.fake = WireGitlab()
        self.fake.group("dept")
        self.fake.group("dept/team-a")
        self.fake.user("alice", groups={"dept": DEVELOPER, "dept/team-a": DEVELOPER})
        self.fake.user("bob", groups={"dept/team-a": DEVELOPER})

    def section(self):
        return {"main": {"host": self.fake.host, "orgEnabled": True, "projectPattern": "^none$"}}

    def bob_leaves(self):
        self.fake.users.pop()

    def breaks(self):
        self.fake.fail("refuse", "/team-a/members$|/dept%2Fteam-a/members$")


class Entra:
    kind = "microsoftGraphOrg"

    def __init__(self):
        self.fake = Tenant()
        self.fake.add_user("alice", mail="alice")
        self.fake.add_user("bob", mail="bob")
        self.fake.add_group("dept", "g-team-a")
        self.fake.add_group("team-a", "u-alice", "u-bob")

    def section(self):
        target = {"target": self.fake.target, "authority": self.fake.url}
        return {**target, "tenantId": TENANT, "clientId": "app", "clientSecret": "hush"}

    def bob_leaves(self):
        self.fake.users.pop()

    def breaks(self):
        self.fake.instead = {len(self.fake.calls) + 4: refuse(403, "Denied", "no more")}


@contextmanager
def catalog_of(source):
    with source.fake as fake:
        host = getattr(fake, "host", "")
        base = {"host": host, "token": "token", "baseUrl": getattr(fake, "url", "")}
        integrations = {
            "github": [{**base, "apiBaseUrl": f"{base['baseUrl']}/api/v3"}] if source.kind == "githubOrg" else [],
            "gitlab": [{**base, "apiBaseUrl": f"{base['baseUrl']}/api/v4"}] if source.kind == "gitlab" else [],
        }
        providers = {source.kind: source.section()}
        config = AppConfig.from_dict({"integrations": integrations, "catalog": {"providers": providers}})
        provider = build_providers(config)[-1]
        ensure_rows([provider])
        sources = Sources.from_app_config(config)

        def run():
            report = run_provider(provider, sources=sources)
            process_due(sources=sources)
            return report

        yield run


SOURCES = pytest.mark.parametrize("source", [Ldap, Github, Gitlab, Entra], ids=lambda source: source.kind)


def final():
    bodies = FinalEntity.objects.exclude(entity_ref="group:default/acme_inc").values_list("entity_ref", "body")
    return {ref.partition("/")[2]: json.loads(body) for ref, body in bodies}


def relations(entity, type_):
    return sorted(each["targetRef"] for each in entity["relations"] if each["type"] == type_)


@SOURCES
def test_who_belongs_where_is_in_the_catalog(source):
    with catalog_of(source()) as run:
        assert run().status == "ok"
    found = final()
    names = {name.removeprefix("dept-"): entity for name, entity in found.items()}
    assert names.keys() == {"alice", "bob", "dept", "team-a"}
    (team,) = [name for name in found if name.endswith("team-a")]
    assert f"group:default/{team}" in relations(names["alice"], "memberOf")
    assert relations(names["team-a"], "hasMember") == ["user:default/alice", "user:default/bob"]
    assert relations(names["team-a"], "childOf") == ["group:default/dept"]
    assert relations(names["dept"], "parentOf") == [f"group:default/{team}"]


@SOURCES
def test_what_has_not_changed_is_not_written(source):
    with catalog_of(source()) as run:
        first = run().applied.count
        before = dict(FinalEntity.objects.values_list("entity_ref", "etag"))
        second = run().applied.count
    assert first.added >= 4
    assert (second.added, second.updated, second.removed) == (0, 0, 0)
    assert dict(FinalEntity.objects.values_list("entity_ref", "etag")) == before


@SOURCES
def test_who_leaves_goes(source):
    made = source()
    with catalog_of(made) as run:
        run()
        made.bob_leaves()
        assert run().status == "ok"
    found = final()
    assert "bob" not in found
    (team,) = [entity for name, entity in found.items() if name.endswith("team-a")]
    assert "user:default/alice" in relations(team, "hasMember")


@SOURCES
def test_a_source_that_breaks_off_takes_nothing_away(source):
    made = source()
    with catalog_of(made) as run:
        run()
        before = final()
        made.bob_leaves()
        made.breaks()
        report = run()
    assert report.status == "failed"
    assert final() == before
    assert ProviderRun.objects.get(bucket=report.name).message == report.message != ""
