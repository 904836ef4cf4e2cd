"""Repositories of GitHub and GitLab come in by themselves, at few calls, and whatever goes wrong takes nothing away."""

import json
import os
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone

from catalog.captured import list_captured, read_captured
from catalog.ingestion.refresh import refresh_entity
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from catalog.models import CapturedFile, FinalEntity, ProviderRun, RefreshState
from catalog.providers.changes import apply_changes
from catalog.providers.lease import ensure_rows
from catalog.providers.registry import build_providers
from catalog.providers.repositories import provider as repository_provider
from catalog.providers.run import run_provider
from common.app_config import AppConfig
from common.errors import ServiceUnavailableError
from integrations.hosts.budget import BUDGETS
from integrations.hosts.open import open_host
from tests.fakes.wire.github import WireGithub, WireInstallation
from tests.fakes.wire.gitlab import WireGitlab

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]

# What a host is asked does not depend on the database.
once = pytest.mark.skipif("CALLBOARD_TEST_DATABASE_URL" in os.environ, reason="has run on SQLite")
KINDS = {"catalog": {"rules": [{"allow": ["Component", "API", "Location", "Group"]}]}}


class World:
    """One provider of a fake host. Whoever asks for a file by git gets an error."""

    def __init__(self, fake, kind, *, integration=None, **section):
        self.fake = fake
        known = {"host": fake.host, "token": "token", "apiBaseUrl": f"{fake.url}{fake.prefix}", "baseUrl": fake.url}
        section = {"host": fake.host, **section}
        self.config = AppConfig.from_dict(
            {
                "integrations": {kind: [{**known, **(integration or {})}]},
                "catalog": {**KINDS["catalog"], "providers": {kind: {"acme": section}}},
            }
        )
        self.sources = Sources.from_app_config(self.config)
        self.sources.reader = self
        self.asked = []
        (self.provider,) = build_providers(self.config)
        ensure_rows([self.provider])

    def search(self, target, **_):
        self.asked.append(target)
        raise ServiceUnavailableError("git is not asked here")

    def read_url(self, target, **_):
        self.asked.append(target)
        raise ServiceUnavailableError("git is not asked here")

    def discover(self):
        return run_provider(self.provider, sources=self.sources)

    def run(self):
        report = self.discover()
        process_due(sources=self.sources)
        return report

    def change(self, *names):
        apply_changes(self.provider, names, sources=self.sources)
        process_due(sources=self.sources)

    def row(self):
        return ProviderRun.objects.get(bucket=self.provider.name)

    def warnings(self):
        return json.loads(self.row().warnings)


def components():
    rows = FinalEntity.objects.filter(entity_ref__startswith="component:").order_by("entity_ref")
    return [ref.removeprefix("component:default/") for ref in rows.values_list("entity_ref", flat=True)]


def locations():
    rows = FinalEntity.objects.filter(entity_ref__startswith="location:").values_list("body", flat=True)
    return sorted(json.loads(body)["spec"]["target"] for body in rows)


def component(name):
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n"
        "spec: {type: service, lifecycle: production, owner: group:default/acme}\n"
    )


@pytest.fixture
def github(monkeypatch):
    monkeypatch.setitem(open_host.__kwdefaults__, "pause", lambda seconds: None)
    with WireGithub() as fake:
        yield fake


@pytest.fixture
def gitlab():
    with WireGitlab() as fake:
        fake.group("acme")
        yield fake


@pytest.fixture
def acme(github):
    """An organization of some repositories, read once."""
    github.repositories.generate("acme", 30)
    world = World(github, "github", organization="acme")
    world.run()
    assert len(components()) == 30
    github.reset_counts()
    return world


# How many calls


@once
def test_2000_repositories_take_2100_calls_at_first_and_60_when_nothing_changed(github):
    github.repositories.generate("acme", 2000)
    world = World(github, "github", organization="acme")
    report = world.run()

    assert report.status == "ok"
    assert len(components()) == 2000
    assert github.calls <= 2100
    assert world.asked == []

    github.reset_counts()
    world.run()
    assert github.calls <= 60
    assert (github.billed, github.downloads) == (0, 0)
    assert len(components()) == 2000


@once
def test_2000_projects_of_gitlab_take_as_few(gitlab):
    gitlab.repositories.generate("acme", 2000)
    world = World(gitlab, "gitlab", group="acme")
    assert world.discover().status == "ok"
    assert RefreshState.objects.count() == CapturedFile.objects.count() == 2000
    assert gitlab.calls <= 2100

    gitlab.reset_counts()
    world.discover()
    assert gitlab.calls <= 60
    assert gitlab.billed == 0


def test_only_what_has_changed_is_read_again(acme, github):
    github.repositories["acme/repo-00007"].push({"catalog-info.yaml": component("renamed")})
    acme.run()
    assert "renamed" in components()
    assert "repo-00007" not in components()
    assert github.downloads == 1


def test_what_was_changed_by_hand_in_the_database_is_read_again(acme, github):
    CapturedFile.objects.filter(url__contains="repo-00007").delete()
    acme.run()
    assert github.downloads == 1


# What comes in


def test_a_location_is_what_backstage_would_make_of_it(acme, github):
    target = f"{github.url}/acme/repo-00000/blob/main/catalog-info.yaml"
    assert target in locations()
    body = json.loads(FinalEntity.objects.get(entity_ref="component:default/repo-00000").body)
    annotations = body["metadata"]["annotations"]
    assert annotations["backstage.io/managed-by-location"] == f"url:{target}"
    assert annotations["backstage.io/managed-by-origin-location"] == f"url:{target}"


def test_a_repository_without_a_descriptor_is_a_location_that_leads_nowhere(github):
    github.repositories.add("acme", "bare", {"README.md": "#"})
    world = World(github, "github", organization="acme")
    world.run()
    assert locations() == [f"{github.url}/acme/bare/blob/main/catalog-info.yaml"]
    assert (components(), world.asked) == ([], [])


def test_or_none_at_all_where_locations_must_exist(github):
    github.repositories.add("acme", "bare", {"README.md": "#"})
    github.repositories.add("acme", "cart")
    World(github, "github", organization="acme", validateLocationsExist=True).run()
    assert locations() == [f"{github.url}/acme/cart/blob/main/catalog-info.yaml"]


def test_a_pattern_finds_files_wherever_they_are(github):
    files = {"a/catalog-info.yaml": component("a"), "b/c/catalog-info.yaml": component("c"), "x.yaml": component("x")}
    github.repositories.add("acme", "mono", {**files, ".hidden/catalog-info.yaml": component("hidden")})
    world = World(github, "github", organization="acme", catalogPath="/**/catalog-info.yaml")
    world.run()
    assert components() == ["a", "c"]
    body = json.loads(FinalEntity.objects.get(entity_ref="component:default/c").body)
    at = body["metadata"]["annotations"]["backstage.io/managed-by-location"]
    assert at == f"url:{github.url}/acme/mono/blob/main/b/c/catalog-info.yaml"

    github.repositories["acme/mono"].push({"a/catalog-info.yaml": None, "d/catalog-info.yaml": component("d")})
    world.run()
    assert components() == ["c", "d"]
    assert world.asked == []


def api(name):
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: {name}}}\n"
        "spec: {type: openapi, lifecycle: production, owner: group:default/acme, definition: {$text: ./docs/api.yaml}}\n"
    )


def test_what_descriptors_refer_to_comes_along(github):
    github.repositories.add(
        "acme",
        "mono",
        {
            "catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n"
            "spec: {targets: [./svc/a.yaml, /svc/b.yaml, ./gone.yaml, 'https://elsewhere.example/x.yaml', ../out.yaml]}\n",
            "svc/a.yaml": component("a"),
            "svc/b.yaml": api("b"),
            "svc/docs/api.yaml": "openapi: 3.0.0",
        },
    )
    world = World(github, "github", organization="acme")
    world.run()
    assert github.downloads == 3
    assert components() == ["a"]
    body = json.loads(FinalEntity.objects.get(entity_ref="api:default/b").body)
    assert body["spec"]["definition"] == "openapi: 3.0.0"
    asked = [target for target in world.asked if "/mono/" in target]
    assert [target.rpartition("/")[2] for target in asked] == ["gone.yaml", "out.yaml"]

    github.repositories["acme/mono"].push({"svc/docs/api.yaml": "openapi: 3.1.0"})
    world.change("acme/mono")
    RefreshState.objects.filter(entity_ref="api:default/b").update(next_update_at=timezone.now())
    process_due(sources=world.sources)
    body = json.loads(FinalEntity.objects.get(entity_ref="api:default/b").body)
    assert body["spec"]["definition"] == "openapi: 3.1.0"


def test_a_definition_that_changed_is_shown_at_once(github):
    github.repositories.add("acme", "shop", {"catalog-info.yaml": api("shop"), "docs/api.yaml": "openapi: 3.0.0"})
    world = World(github, "github", organization="acme")
    world.run()
    github.repositories["acme/shop"].push({"docs/api.yaml": "openapi: 3.1.0"})
    world.change("acme/shop")
    body = json.loads(FinalEntity.objects.get(entity_ref="api:default/shop").body)
    assert body["spec"]["definition"] == "openapi: 3.1.0"
    assert world.asked == []

    refresh_entity("api:default/shop")
    process_due(sources=world.sources)
    assert world.asked


def test_files_of_owners_are_captured_for_others(github):
    github.repositories.add(
        "acme", "cart", {"catalog-info.yaml": component("cart"), ".github/CODEOWNERS": "* @acme/a\n"}
    )
    World(github, "github", organization="acme").run()
    ((url, commit),) = list_captured(("/CODEOWNERS",))
    assert url == f"{github.url}/acme/cart/blob/main/.github/CODEOWNERS"
    assert commit == github.repositories["acme/cart"].commit
    assert read_captured(url) == b"* @acme/a\n"


def test_a_branch_that_a_repository_does_not_have_gives_nothing(github):
    github.repositories.add("acme", "cart")
    github.repositories.add("acme", "shop", branch="develop")
    world = World(github, "github", organization="acme", filters={"branch": "develop"})
    world.run()
    assert components() == ["shop"]
    assert world.warnings() == []


FILTERS = [
    ({"repository": "ca.*"}, {"name": "cart"}, {"name": "scart"}),
    ({"allowForks": False}, {}, {"fork": True}),
    ({"allowArchived": False}, {}, {"archived": True}),
    ({"visibility": ["public"]}, {"visibility": "public"}, {"visibility": "internal"}),
    ({"topic": {"include": ["a"]}}, {"topics": ["a", "b"]}, {"topics": ["b"]}),
    ({"topic": {"exclude": ["a"]}}, {"topics": ["b"]}, {"topics": ["a", "b"]}),
    ({"topic": {"include": ["a"], "exclude": ["b"]}}, {"topics": ["a"]}, {"topics": ["a", "b"]}),
]


@pytest.mark.parametrize(("filters", "good", "bad"), FILTERS)
@pytest.mark.parametrize("by", ["poll", "event"])
def test_polling_and_events_filter_alike(github, filters, good, bad, by):
    for owner, more in (("acme", good), ("acme", bad), ("other", good)):
        name = more.get("name", f"{'good' if more is good else 'bad'}-{owner}")
        github.repositories.add(owner, name, **{key: value for key, value in more.items() if key != "name"})
    world = World(github, "github", organization="acme", filters=filters)
    if by == "poll":
        world.run()
    else:
        world.change(*(repository.full_name for repository in github.repositories.all()))
    assert components() == [good.get("name", "good-acme")]


GITLAB_FILTERS = [
    ({"projectPattern": "good"}, {}, {}),
    ({"skipForkedRepos": True}, {}, {"fork": True}),
    ({"includeArchivedRepos": False}, {}, {"archived": True}),
    ({"excludeRepos": ["acme/bad"]}, {}, {}),
    ({"topics": "a,b"}, {"topics": ["a", "b"]}, {"topics": ["a"]}),
]


@pytest.mark.parametrize(("section", "good", "bad"), GITLAB_FILTERS)
@pytest.mark.parametrize("by", ["poll", "event"])
def test_gitlab_filters_alike_too(gitlab, section, good, bad, by):
    gitlab.group("other")
    gitlab.repositories.add("acme", "good", **good)
    gitlab.repositories.add("acme", "bad", **bad)
    gitlab.repositories.add("other", "good-other", **good)
    world = World(gitlab, "gitlab", group="acme", **section)
    if by == "poll":
        world.run()
    else:
        world.change("acme/good", "acme/bad", "other/good-other")
    assert components() == ["good"]


def test_gitlab_excludes_groups_and_keeps_to_those_that_a_pattern_names(gitlab):
    for group in ("acme/web", "acme/api", "acme/api/old"):
        gitlab.group(group)
        gitlab.repositories.add(group, group.replace("/", "-"))
    World(gitlab, "gitlab", group="acme", groupPattern="/api", excludeGroups=["acme/api/old"]).run()
    assert components() == ["acme-api"]


def test_a_github_app_sees_where_it_is_installed_and_nothing_else(github):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    app = {"appId": 4711, "clientId": "Iv1.x", "clientSecret": "c", "privateKey": key.decode()}
    for owner, number in (("acme", 1), ("shop", 2)):
        github.repositories.add(owner, f"{owner}-cart")
        github.installations.append(WireInstallation(number, 4711, owner))
    github.repositories.add("evil", "evil-cart")
    world = World(github, "github", integration={"apps": [app]}, app=4711)
    world.run()
    assert components() == ["acme-cart", "shop-cart"]

    github.repositories.add("acme", "new")
    world.change("acme/new", "evil/evil-cart")
    assert components() == ["acme-cart", "new", "shop-cart"]


# Events


def test_an_event_reads_one_repository(acme, github):
    github.repositories["acme/repo-00007"].push({"catalog-info.yaml": component("renamed")})
    acme.change("acme/repo-00007")
    assert "renamed" in components()
    assert github.calls == 2

    github.reset_counts()
    acme.run()
    assert github.downloads == 0


def test_events_of_new_renamed_and_deleted_repositories(acme, github):
    github.repositories.add("acme", "new")
    github.repositories.rename("acme/repo-00001", "moved")
    github.repositories.remove("acme/repo-00002")
    acme.change("acme/new", "acme/repo-00001", "acme/moved", "acme/repo-00002")
    assert "new" in components()
    assert "repo-00001" in components()  # the name in its descriptor
    assert "repo-00002" not in components()
    targets = [target for target in locations() if "/acme/moved/" in target or "/acme/repo-00001/" in target]
    assert targets == [f"{github.url}/acme/moved/blob/main/catalog-info.yaml"]


@pytest.mark.parametrize("by", ["poll", "event"])
def test_what_is_renamed_stays_the_same_entity(acme, github, by):
    before = FinalEntity.objects.get(entity_ref="component:default/repo-00001").uid
    github.repositories.rename("acme/repo-00001", "moved")
    if by == "poll":
        acme.run()
    else:
        acme.change("acme/repo-00001", "acme/moved")
    after = FinalEntity.objects.get(entity_ref="component:default/repo-00001")
    assert after.uid == before
    assert f"{github.url}/acme/moved/blob/" in after.body
    assert len(components()) == len([target for target in locations() if "/blob/" in target]) == 30


@pytest.mark.parametrize("name", ["other/secret", "acme-evil/secret", "acme", "", "../acme/repo-00001"])
def test_an_event_about_a_repository_out_of_scope_asks_nobody(acme, github, name):
    github.repositories.add("other", "secret")
    github.repositories.add("acme-evil", "secret")
    acme.change(name)
    assert github.calls == 0
    assert "secret" not in components()


# What goes wrong


@pytest.mark.parametrize("kind", ["limit", "502", "cut", "refuse", "garbage"])
def test_a_listing_that_fails_changes_nothing(acme, github, kind):
    github.repositories.remove("acme/repo-00001")
    github.fail(kind, "/orgs/acme/repos", times=100)
    report = acme.run()
    assert (report.status, acme.row().status) == ("failed", "failed")
    assert acme.row().message
    assert len(components()) == 30


@pytest.mark.parametrize("kind", ["502", "cut", "refuse"])
def test_a_repository_that_cannot_be_read_keeps_what_it_gave(acme, github, kind):
    for number in (7, 8):
        github.repositories[f"acme/repo-0000{number}"].push({"catalog-info.yaml": component(f"renamed-{number}")})
    github.fail(kind, "repo-00007/tarball", times=100)
    report = acme.run()
    assert report.status == "ok"
    assert len(components()) == 30
    assert {"repo-00007", "renamed-8"} <= set(components())
    (warning,) = acme.warnings()
    assert warning.startswith("acme/repo-00007 could not be read and keeps what it gave before: ")

    github.faults.clear()
    acme.run()
    assert "renamed-7" in components()
    assert acme.warnings() == []


def test_a_truncated_archive_is_no_smaller_repository(acme, github):
    github.repositories["acme/repo-00007"].push({"README.md": "changed"})
    github.fail("truncated", "_codeload", times=100)
    acme.run()
    assert len(components()) == 30
    assert len(acme.warnings()) == 1


def test_a_rate_limit_in_the_middle_ends_the_run_and_the_next_goes_on(github):
    github.repositories.generate("acme", 60)
    github.allow(31, limit=31)
    world = World(github, "github", organization="acme")
    report = world.run()
    row = world.row()
    assert report.status == "failed"
    assert "which are kept for people; asked again after" in row.message
    assert row.next_run_at > timezone.now() + timedelta(minutes=30)
    assert components() == []
    read = github.downloads

    BUDGETS.forget()
    github.allow(1_000_000, limit=1_000_000)
    github.reset_counts()
    assert world.run().status == "ok"
    assert len(components()) == 60
    assert 0 < github.downloads <= 60 - read + repository_provider.PARALLEL_READS


def test_a_host_in_trouble_is_not_asked_for_every_repository(acme, github, monkeypatch):
    monkeypatch.setattr(repository_provider, "MAX_FAILURES", 5)
    for repository in github.repositories.all():
        repository.push({"README.md": "changed"})
    github.fail("refuse", "tarball", times=1000)
    report = acme.run()
    assert report.status == "failed"
    assert github.calls < 30
    assert len(components()) == 30


def test_an_organization_that_is_gone_takes_nothing_along(acme, github):
    for repository in github.repositories.all():
        github.repositories.remove(repository.full_name)
    report = acme.run()
    assert report.status == "failed"
    assert len(components()) == 30


def test_one_that_is_suddenly_empty_is_held(acme, github):
    github.organization("acme")
    for repository in github.repositories.all():
        github.repositories.remove(repository.full_name)
    report = acme.run()
    assert report.status == "held"
    assert acme.row().message.startswith("30 of 30 entities would be removed")
    assert len(components()) == 30


def test_hostile_names_come_to_nothing_worse_than_a_warning(github):
    github.repositories.add("acme", "good")
    github.repositories.add("acme", "..")
    github.repositories.add("acme", "a b?c#d")
    world = World(github, "github", organization="acme")
    world.run()
    assert "good" in components()
    assert RefreshState.objects.filter(errors="").exists()
