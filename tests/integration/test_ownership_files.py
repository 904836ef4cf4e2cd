"""How CODEOWNERS come to be known: from providers, and from the repositories themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.ingestion.sources import default_sources
from catalog.models import CapturedFile, RefreshState
from common.errors import InputError, NotFoundError, NotModifiedError
from integrations.results import ReadResult
from ownership.files.book import Book
from ownership.files.captured import take_captured
from ownership.files.repositories import note_repositories, read_due_repositories
from ownership.jobs import follow_codeowners
from ownership.models import CodeOwnersFile
from tests.integration.ownership_world import REPOSITORY, OwnershipWorld

pytestmark = pytest.mark.django_db

REPO = "github.com/acme/shop"


@pytest.fixture
def world(settings, client):
    return OwnershipWorld(settings, client)


@pytest.fixture
def host(world, monkeypatch):
    """What the repositories hold, by URL; an error is raised."""
    files, asked = {}, []

    def read_url(url, *, etag=None, max_bytes=None, **_):
        asked.append(url)
        found = files.get(url, NotFoundError(f"no file at {url}"))
        if isinstance(found, Exception):
            raise found
        if etag == found.etag:
            raise NotModifiedError("the same")
        return found

    monkeypatch.setattr(default_sources().reader, "read_url", read_url)
    files["asked"] = asked
    return files


def describe(url, name="cart"):
    RefreshState.objects.create(
        entity_ref=f"component:default/{name}",
        uid=f"uid-{name}",
        unprocessed_entity="{}",
        unprocessed_hash="",
        location_key=f"url:{url}",
        last_discovery_at=timezone.now(),
    )


def owners(path="x"):
    file = Book().find(REPO)
    return [owner for rule in file.rules_for(path) for owner in rule.owners]


def test_takes_over_what_a_provider_has_captured(world):
    world.capture("* @a\n")

    assert owners() == ["@a"]
    assert take_captured() == 0

    world.capture("* @b\n", etag="beef")
    assert owners() == ["@b"]


def test_of_several_files_the_one_that_the_host_takes_holds(world):
    world.capture("* @docs\n", url=f"{REPOSITORY}/blob/main/docs/CODEOWNERS")
    world.capture("* @gitlab\n", url=f"{REPOSITORY}/blob/main/.gitlab/CODEOWNERS")
    world.capture("* @top\n", url=f"{REPOSITORY}/blob/main/CODEOWNERS")

    assert owners() == ["@top"]


def test_where_a_provider_has_found_none_nobody_looks_again(world, host):
    describe(f"{REPOSITORY}/blob/main/catalog-info.yaml")
    world.capture("kind: Component", url=f"{REPOSITORY}/blob/main/catalog-info.yaml")

    follow_codeowners()

    assert (host["asked"], Book().find(REPO).answers) == ([], None)
    world.capture("* @a\n", etag="beef")
    assert owners() == ["@a"]


def test_knows_files_whose_urls_end_otherwise(settings, client):
    world = OwnershipWorld(
        settings,
        client,
        integrations={"bitbucketServer": [{"host": "bb.test", "apiBaseUrl": "https://bb.test/rest/api/1.0"}]},
    )
    world.capture("* @a\n", url="https://bb.test/projects/A/repos/shop/browse/.bitbucket/CODEOWNERS?at=refs/heads/main")

    assert [rule.owners for rule in Book().find("bb.test/a/shop").rules_for("x")] == [("@a",)]


def test_a_file_that_a_provider_captures_no_more_is_looked_for_in_the_repository(world, host):
    world.capture("* @a\n")
    describe(f"{REPOSITORY}/blob/main/catalog-info.yaml")
    CapturedFile.objects.all().delete()
    host[f"{REPOSITORY}/tree/main/CODEOWNERS"] = ReadResult(b"* @b\n", "", "e1")

    follow_codeowners()

    assert owners() == ["@b"]


def test_reads_the_repositories_that_entities_lie_in(world, host):
    describe(f"{REPOSITORY}/blob/main/services/catalog-info.yaml")
    describe(f"{REPOSITORY}/blob/main/other/catalog-info.yaml", name="other")
    host[f"{REPOSITORY}/tree/main/docs/CODEOWNERS"] = ReadResult(b"* @a\n", "", "e1")

    follow_codeowners()

    assert owners() == ["@a"]
    assert host["asked"] == [
        f"{REPOSITORY}/tree/main/{place}" for place in (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
    ]
    follow_codeowners()
    assert len(host["asked"]) == 3


def test_reads_again_when_it_is_time_and_only_what_has_changed(world, host):
    describe(f"{REPOSITORY}/blob/main/catalog-info.yaml")
    host[f"{REPOSITORY}/tree/main/.github/CODEOWNERS"] = ReadResult(b"* @a\n", "", "e1")
    follow_codeowners()
    due = CodeOwnersFile.objects.get().due_at

    assert timedelta(minutes=53) < due - timezone.now() < timedelta(minutes=67)
    CodeOwnersFile.objects.update(due_at=timezone.now())
    follow_codeowners()
    assert owners() == ["@a"]

    CodeOwnersFile.objects.update(due_at=timezone.now())
    host[f"{REPOSITORY}/tree/main/.github/CODEOWNERS"] = ReadResult(b"* @b\n", "", "e2")
    follow_codeowners()
    assert owners() == ["@b"]


def test_what_was_read_still_holds_when_the_repository_cannot_be_read(world, host):
    describe(f"{REPOSITORY}/blob/main/catalog-info.yaml")
    url = f"{REPOSITORY}/tree/main/.github/CODEOWNERS"
    host[url] = ReadResult(b"* @a\n", "", "e1")
    follow_codeowners()
    CodeOwnersFile.objects.update(due_at=timezone.now())
    host[url] = InputError("the host is down")

    follow_codeowners()

    assert owners() == ["@a"]
    assert Book().find(REPO).message == "the host is down"


def test_a_file_that_is_gone_is_forgotten(world, host):
    describe(f"{REPOSITORY}/blob/main/catalog-info.yaml")
    url = f"{REPOSITORY}/tree/main/.github/CODEOWNERS"
    host[url] = ReadResult(b"* @a\n", "", "e1")
    follow_codeowners()
    CodeOwnersFile.objects.update(due_at=timezone.now())
    del host[url]

    follow_codeowners()

    assert owners() == []


def test_a_repository_that_nothing_lies_in_any_more_is_forgotten(world, host):
    describe(f"{REPOSITORY}/blob/main/catalog-info.yaml")
    follow_codeowners()
    RefreshState.objects.all().delete()

    follow_codeowners()

    assert not CodeOwnersFile.objects.exists()


def test_a_repository_that_a_worker_reads_is_nobody_elses(world, host):
    describe(f"{REPOSITORY}/blob/main/catalog-info.yaml")
    note_repositories()
    row = CodeOwnersFile.objects.get()

    assert read_due_repositories(seconds=5) == 1
    assert read_due_repositories(seconds=5) == 0
    assert CodeOwnersFile.objects.get().due_at > row.due_at


def test_files_on_this_machine_and_on_unknown_hosts_are_left_alone(world, host):
    RefreshState.objects.all().delete()
    describe("https://example.com/a/b/catalog-info.yaml")
    describe("git+file:///srv/repo//catalog-info.yaml", name="local")

    follow_codeowners()

    assert not CodeOwnersFile.objects.exists()
