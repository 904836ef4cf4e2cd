"""Webhooks at the door, and what becomes of them."""

import itertools
import json
from datetime import timedelta

import hypothesis
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from catalog.ingestion.queue import claim_due
from catalog.ingestion.refresh_repository import RepositoryChange, refresh_repositories
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import default_sources
from catalog.locations import register_location
from catalog.models import FinalEntity, ProviderRun, RefreshState
from catalog.providers.lease import ensure_rows
from catalog.providers.registry import providers
from catalog.providers.run import run_due_providers
from common.errors import CallboardError, ServiceUnavailableError
from comms.events import queue
from comms.events.happening import Happening
from comms.events.work import work_due_events
from comms.models import Event
from integrations.hosts.errors import RateLimitedError
from tests.fakes.git_server import GitServer
from tests.fakes.provider import FakeProvider
from tests.fakes.webhooks import github_push, github_repository, gitlab_push
from tests.fakes.wire.github import WireGithub
from tests.fakes.wire.gitlab import WireGitlab
from tests.integration.api_world import error_of
from tests.integration.events_world import RESTRICTED, SERVICE, EventsWorld, Repository, statuses

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]


@pytest.fixture
def world(settings, client):
    return EventsWorld(settings, client)


@pytest.fixture
def server(tmp_path):
    with GitServer(tmp_path / "srv", users={"s3cret": "alice"}) as running:
        yield running


@pytest.fixture
def shop(settings, client, server, tmp_path):
    """A repository whose descriptors are registered, and read."""
    world = EventsWorld(settings, client, server)
    world.repository = Repository(server, "shop/cart", tmp_path)
    world.repository.write({"catalog-info.yaml": component("cart"), "api.yaml": component("api"), "README.md": "# A"})
    yield world
    world.close()


def component(name, **metadata):
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name, **metadata},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
    }
    return json.dumps(entity)


def titles():
    bodies = FinalEntity.objects.filter(entity_ref__startswith="component:").values_list("body", flat=True)
    return {body["metadata"]["name"]: body["metadata"].get("title", "") for body in map(json.loads, bodies)}


def due():
    refs = RefreshState.objects.filter(next_update_at__lte=timezone.now()).values_list("unprocessed_entity", flat=True)
    return sorted(json.loads(text)["spec"].get("target", "") for text in refs)


def count(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0


# The door


def test_takes_what_is_signed_and_keeps_what_it_means(world):
    answer = world.send("github", "push", github_push("shop/cart", "a.yaml"))

    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    event = Event.objects.get()
    assert (event.topic, event.name, event.delivery, event.subject) == ("github", "push", "d-1", "github.com/shop/cart")
    assert Happening.from_json(json.loads(event.happening)).paths == ("a.yaml",)
    assert event.due_at <= timezone.now()


def test_a_slash_at_the_end_does_not_matter(world):
    assert world.send("github/", "push", {"zen": "x"}).status_code == 403
    assert (
        world.send("gitlab/", "push", gitlab_push("shop/cart"), **{"X-Gitlab-Token": "it's a secret"}).status_code
        == 202
    )


def test_rings_for_a_worker_only_if_there_is_work(world, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("comms.events.bell.work_events.delay", lambda: rung.append(1))
    with django_capture_on_commit_callbacks(execute=True):
        assert world.send("github", "star", {"action": "created"}).status_code == 202
        assert world.send("github", "ping", {"zen": "x"}).status_code == 202
    assert (rung, Event.objects.count()) == ([], 0)
    with django_capture_on_commit_callbacks(execute=True):
        world.send("github", "push", github_push("shop/cart"))
    assert rung == [1]


def test_topics_that_nobody_opened_are_not_there(world):
    for topic in ("gitea", "nope", "github.push", "x" * 101):
        assert world.send(topic, "push", {}).status_code == 404
    assert world.client.get("/api/events/http/github").status_code == 404
    assert world.client.post("/api/events/bus").status_code == 401


def test_a_topic_that_cannot_be_checked_is_refused(settings, client, world):
    assert error_of(world.send_raw("weather", b"{}")) == (
        403,
        "NotAllowedError",
        "Events of the topic 'weather' cannot be checked: set events.modules.weather.webhookSecret, publish them with"
        " the token of a service, or list the topic in callboard.events.allowUnsigned",
    )
    world = EventsWorld(settings, client, callboard={"events": {"allowUnsigned": ["weather", "github"]}})
    assert world.send_raw("weather", b"{}").status_code == 202
    # A secret is asked for wherever there is one.
    assert world.send_raw("github", b"{}").status_code == 403


def test_a_service_publishes_to_any_topic_by_its_token(world):
    token = {"Authorization": f"Bearer {SERVICE}"}
    payload = json.dumps(github_push("shop/cart")).encode()

    assert world.send_raw("weather", b'{"wind": 9}', **token).status_code == 202
    assert world.send_raw("github.push", payload, **token).status_code == 202
    assert Event.objects.get().topic == "github.push"
    assert world.send_raw("bad topic", b"{}", **token).status_code == 404


def test_a_token_that_is_not_for_events_publishes_none(world):
    answer = world.send_raw("weather", b"{}", Authorization=f"Bearer {RESTRICTED}")
    assert error_of(answer)[:2] == (403, "NotAllowedError")
    assert error_of(world.send_raw("weather", b"{}", Authorization="Bearer wrong"))[:2] == (401, "AuthenticationError")


def test_says_what_is_wrong_with_a_body(world):
    token = {"Authorization": f"Bearer {SERVICE}"}
    form = world.send_raw("github", b"payload=%7B%7D", media_type="application/x-www-form-urlencoded", **token)
    assert error_of(form) == (
        415,
        "UnsupportedMediaTypeError",
        "Unsupported media type: application/x-www-form-urlencoded; webhooks must be sent as application/json",
    )
    assert error_of(world.send_raw("github", b"{", **token))[:2] == (400, "InputError")
    assert error_of(world.send_raw("github", b'"x"', **token))[:2] == (400, "InputError")


def test_what_comes_twice_is_worked_once(world):
    payload = github_push("shop/cart", "a.yaml")
    before = count("callboard_events_received_total", topic="github", outcome="repeated")

    for delivery in ("d-1", "d-1", "d-2"):
        assert world.send("github", "push", payload, delivery=delivery).status_code == 202
    world.work()
    world.send("github", "push", payload, delivery="d-3")

    assert statuses() == [("done", "")]
    assert count("callboard_events_received_total", topic="github", outcome="repeated") - before == 3


def test_a_branch_of_gitlab_may_go_back_and_forth(world):
    """Its pushes are equal bodies then, and only their ids tell them apart."""
    for delivery in ("d-1", "d-2", "d-2"):
        assert world.send("gitlab", "Push Hook", gitlab_push("shop/cart"), delivery=delivery).status_code == 202
    assert Event.objects.count() == 2


def test_a_host_speaks_for_itself_only(settings, client, server):
    world = EventsWorld(settings, client, server)
    for base in ("https://gitlab.com", "https://evil.example", "https://github.com.evil.example"):
        payload = github_push("shop/cart", base=base)
        assert world.send("github", "push", payload).status_code == 202
    assert not Event.objects.exists()


# Refresh


def test_a_push_has_its_descriptors_read_again_at_once(shop):
    register_location("url", f"{shop.repository.url}/blob/main/catalog-info.yaml")
    shop.process()
    assert titles() == {"cart": ""}

    shop.repository.write({"catalog-info.yaml": component("cart", title="Cart")})
    shop.push("catalog-info.yaml")
    assert shop.work()

    # Although the branch was looked up a moment ago.
    assert titles() == {"cart": "Cart"}
    assert statuses() == [("done", "refreshed 1")]


@pytest.mark.parametrize(
    ("target", "branch", "paths", "is_due"),
    [
        ("blob/main/catalog-info.yaml", "main", ["catalog-info.yaml"], True),
        ("tree/main/catalog-info.yaml", "main", ["catalog-info.yaml"], True),
        ("blob/main/catalog-info.yaml", "main", ["README.md"], False),
        ("blob/main/catalog-info.yaml", "next", ["catalog-info.yaml"], False),
        ("blob/main/*.yaml", "main", ["new.yaml"], True),
        ("blob/main/*.yaml", "next", ["new.yaml"], False),
        (".git//catalog-info.yaml", "main", ["catalog-info.yaml"], True),
        (".git//catalog-info.yaml", "next", ["catalog-info.yaml"], False),
        (".git//catalog-info.yaml@refs/heads/main", "main", ["catalog-info.yaml"], True),
        (".git//catalog-info.yaml@v1", "main", ["catalog-info.yaml"], False),
    ],
)
def test_only_what_reads_the_touched_files_of_that_branch_is_due(shop, target, branch, paths, is_due, monkeypatch):
    monkeypatch.setattr("comms.events.work.process_due", lambda **_: None)
    url = shop.repository.url + (target if target.startswith(".git") else f"/{target}")
    register_location("url", url)
    register_location("url", f"{shop.repository.url}-2/blob/main/catalog-info.yaml")
    shop.process()

    shop.push(*paths, branch=branch)
    shop.work()

    assert due() == ([url] if is_due else [])


def test_names_of_repositories_have_no_case(shop, monkeypatch):
    monkeypatch.setattr("comms.events.work.process_due", lambda **_: None)
    url = f"{shop.server.url}/Shop/CART/blob/main/catalog-info.yaml"
    register_location("url", url)
    shop.process()
    shop.push("catalog-info.yaml")
    shop.work()
    assert due() == [url]


def test_whatever_happens_to_a_repository_has_all_of_it_read_again(shop, monkeypatch):
    monkeypatch.setattr("comms.events.work.process_due", lambda **_: None)
    urls = [f"{shop.repository.url}/blob/{branch}/catalog-info.yaml" for branch in ("main", "next")]
    for url in urls:
        register_location("url", url)
    shop.process()
    repository = github_repository("shop/basket", base=shop.server.url)
    payload = {"action": "renamed", "changes": {"repository": {"name": {"from": "cart"}}}, "repository": repository}

    shop.send("github", "repository", payload)
    shop.work()

    assert due() == urls


def test_many_changes_cost_no_more_statements_than_one(shop, django_assert_num_queries):
    urls = [f"{shop.server.url}/shop/cart-{number}/blob/main/catalog-info.yaml" for number in range(5)]
    for url in urls:
        register_location("url", url)
    shop.process()
    integrations = default_sources().integrations

    for count in (1, 5):
        changes = [RepositoryChange(url.partition("/blob")[0], "main") for url in urls[:count]]
        # What begins and ends the transaction counts as two.
        with django_assert_num_queries(5):
            assert len(refresh_repositories(changes, integrations)) == count
    assert refresh_repositories([RepositoryChange("https://nobody.example/a/b")], integrations) == []


def test_what_takes_a_text_from_a_touched_file_is_processed_again(shop):
    shop.repository.write({"docs.yaml": component("docs", description={"$text": "./README.md"})})
    register_location("url", f"{shop.repository.url}/blob/main/docs.yaml")
    shop.process()

    shop.repository.write({"README.md": "# B"})
    shop.push("README.md")
    shop.work()

    assert (
        json.loads(FinalEntity.objects.get(entity_ref="component:default/docs").body)["metadata"]["description"]
        == "# B"
    )


# Providers


def push_to(path, *paths, **changes):
    return github_push(path, *paths, base="https://fake.example", **changes)


@pytest.fixture
def fake(settings, client):
    world = EventsWorld(
        settings,
        client,
        integrations={"github": [{"host": "fake.example", "apiBaseUrl": "https://fake.example/api"}]},
        catalog={"rules": [{"allow": ["Component", "Location"]}], "providers": {"fake": {}}},
    )
    world.provider = FakeProvider(files={"shop/cart": component("cart").encode()})
    return world


def test_a_provider_is_asked_for_what_has_changed(fake):
    fake.send("github", "push", push_to("shop/cart"))
    fake.work(fake.provider)
    assert titles() == {"cart": ""}

    fake.provider.files["shop/cart"] = component("cart", title="Cart").encode()
    fake.provider.commit = "c2"
    fake.send("github", "push", push_to("shop/cart", after="2"))
    fake.work(fake.provider)
    assert titles() == {"cart": "Cart"}

    del fake.provider.files["shop/cart"]
    repository = github_repository("shop/cart", base="https://fake.example")
    fake.send("github", "repository", {"action": "deleted", "repository": repository})
    fake.work(fake.provider)
    assert titles() == {}
    assert fake.provider.reads == 0


def test_the_order_of_events_does_not_matter(fake):
    """Each says where to look, and never what is there."""
    repository = github_repository("shop/cart", base="https://fake.example")
    fake.send("github", "repository", {"action": "deleted", "repository": repository})
    fake.send("github", "push", push_to("shop/cart"), delivery="d-2")
    fake.work(fake.provider)
    assert titles() == {"cart": ""}


def test_other_branches_are_no_concern_of_a_provider(fake):
    fake.send("github", "push", push_to("shop/cart", branch="next"))
    fake.work(fake.provider)
    assert (titles(), statuses()) == ({}, [("done", "")])


def test_one_failure_is_no_other_events_failure(fake, monkeypatch):
    def read_some(self, context, names, original=FakeProvider.read_some):
        if "shop/bad" in names:
            raise CallboardError("the host is ill")
        return original(self, context, names)

    monkeypatch.setattr(FakeProvider, "read_some", read_some)
    for path in ("shop/bad", "shop/cart"):
        fake.send("github", "push", push_to(path))
    fake.work(fake.provider)

    assert titles() == {"cart": ""}
    assert statuses() == [("waiting", "the host is ill"), ("done", "")]
    assert Event.objects.get(status="waiting").due_at > timezone.now()


def test_a_silent_host_is_not_asked_for_each_of_many_and_then_for_each_alone(fake, monkeypatch):
    asked = []

    def read_some(self, context, names, original=FakeProvider.read_some):
        asked.append(sorted(names))
        if "shop/cut" in names:
            raise ServiceUnavailableError("the archive was cut off")
        return original(self, context, names)

    monkeypatch.setattr(FakeProvider, "read_some", read_some)
    for path in ("shop/cut", "shop/cart"):
        fake.send("github", "push", push_to(path))
    fake.work(fake.provider)
    assert (asked, titles()) == ([["shop/cart", "shop/cut"]], {})

    Event.objects.update(due_at=timezone.now())
    fake.work(fake.provider)
    assert asked[1:] == [["shop/cut"], ["shop/cart"]]
    assert titles() == {"cart": ""}
    assert [status for status, _ in statuses()] == ["waiting", "done"]


def test_is_tried_again_with_growing_pauses_and_in_the_end_kept_as_failed(fake, monkeypatch):
    monkeypatch.setattr(FakeProvider, "read_some", lambda *_: (_ for _ in ()).throw(CallboardError("the host is ill")))
    fake.send("github", "push", push_to("shop/cart"))
    pauses = []
    for _ in range(queue.MOST_ATTEMPTS):
        Event.objects.update(due_at=timezone.now())
        fake.work(fake.provider)
        event = Event.objects.get()
        pauses.append((event.due_at - event.worked_at).total_seconds() if event.due_at else None)

    assert [None if pause is None else round(pause) for pause in pauses] == [2, 4, 8, 16, 32, 64, 128, 256, 512, None]
    assert statuses() == [("failed", "the host is ill")]
    # Somebody tells GitHub to deliver it once more.
    fake.send("github", "push", push_to("shop/cart"))
    assert [(event.status, event.attempts) for event in Event.objects.all()] == [("waiting", 0)]


def test_waits_as_long_as_the_host_says(fake, monkeypatch):
    later = timezone.now() + timedelta(hours=2)
    error = RateLimitedError("enough for this hour", later.timestamp())
    monkeypatch.setattr(FakeProvider, "read_some", lambda *_: (_ for _ in ()).throw(error))
    fake.send("github", "push", push_to("shop/cart"))
    fake.work(fake.provider)
    event = Event.objects.get()
    assert (event.status, event.due_at, event.attempts) == ("waiting", later, 0)


def test_an_event_that_ends_every_process_is_given_up(fake):
    fake.send("github", "push", push_to("shop/cart"))
    Event.objects.update(attempts=queue.MOST_ATTEMPTS)
    fake.work(fake.provider)
    assert statuses() == [("failed", "whoever worked it did not come to an end")]


def test_what_a_killed_process_had_claimed_is_worked_by_another(fake):
    fake.send("github", "push", push_to("shop/cart"))
    (claimed,) = queue.claim_due()
    assert work_due_events(known=[fake.provider]) is True
    assert titles() == {}

    Event.objects.update(due_at=timezone.now())
    fake.work(fake.provider)
    queue.end([claimed], "by who was only slow")

    assert titles() == {"cart": ""}
    assert statuses() == [("done", "")]


def test_after_a_crash_nobody_waits_for_the_lease(fake):
    fake.send("github", "push", push_to("shop/cart"))
    queue.claim_due()
    assert queue.release_claims_of_the_dead() == 1
    fake.work(fake.provider)
    assert titles() == {"cart": ""}


def test_people_that_change_have_their_provider_run_soon_and_once(fake):
    fake.provider.kind = "githubOrg"
    payload = {"action": "added", "sender": {"html_url": "https://fake.example/alice"}}
    for number in range(3):
        fake.send("github", "membership", {**payload, "number": number}, delivery=f"d-{number}")
    now = timezone.now()
    ProviderRun.objects.create(
        bucket=fake.provider.name,
        kind="githubOrg",
        started_at=now - timedelta(minutes=5),
        next_run_at=now + timedelta(minutes=25),
    )
    fake.work(fake.provider)

    row = ProviderRun.objects.get()
    assert timedelta() < row.next_run_at - timezone.now() < timedelta(seconds=5)
    # One that has begun before does not know it yet.
    ProviderRun.objects.update(
        claimed_until=timezone.now() + timedelta(minutes=1), claim="x", started_at=timezone.now()
    )
    fake.send("github", "membership", {**payload, "number": 9}, delivery="d-9")
    fake.work(fake.provider)
    assert statuses()[-1] == ("waiting", "fake-provider:default is running, and is run again afterwards")
    ProviderRun.objects.update(claimed_until=None, claim="", next_run_at=timezone.now() + timedelta(minutes=25))
    Event.objects.filter(status="waiting").update(due_at=timezone.now())
    fake.work(fake.provider)
    assert timedelta(seconds=50) < ProviderRun.objects.get().next_run_at - timezone.now() < timedelta(minutes=1)


def test_the_page_of_providers_shows_what_could_not_be_worked(settings, client):
    EventsWorld(settings, client, backend={"auth": {"dangerouslyDisableDefaultAuthPolicy": True}})
    now, event = timezone.now(), {"topic": "github", "name": "push", "happening": "{}"}
    for number, (status, due_at, message) in enumerate(
        [
            ("done", None, "refreshed 1"),
            ("waiting", now, ""),
            ("waiting", now, "the host is <ill>"),
            ("failed", None, "gone"),
        ]
    ):
        Event.objects.create(
            **event,
            digest=str(number),
            subject=f"s-{number}",
            received_at=now,
            status=status,
            due_at=due_at,
            message=message,
        )

    page = client.get("/providers").content.decode()

    assert "github push of s-2: the host is &lt;ill&gt;" in page
    assert "github push of s-3: gone" in page
    assert "s-0" not in page
    assert "s-1" not in page


# Keeping


def test_events_are_forgotten_after_a_day_and_failures_after_a_week(world):
    now = timezone.now()
    for number, (status, days) in enumerate([("done", 2), ("failed", 2), ("failed", 8), ("waiting", 30), ("done", 0)]):
        Event.objects.create(
            topic="t", digest=str(number), happening="{}", status=status, received_at=now - timedelta(days=days)
        )
    assert queue.prune_events() == 2
    assert [event.digest for event in Event.objects.order_by("id")] == ["1", "3", "4"]


def test_looking_for_work_costs_one_statement(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert work_due_events(known=[])


def test_a_worker_does_not_process_what_is_not_due(world):
    assert process_due().is_done


# Providers of repositories


KINDS = {"rules": [{"allow": ["Component", "Location"]}], "processingInterval": {"minutes": 30}}


class Discovery:
    """An organisation on a fake GitHub, a provider for it, and its webhooks."""

    def __init__(self, settings, client, github, **section):
        self.github = github
        integration = {"host": github.host, "apiBaseUrl": f"{github.url}{github.prefix}", "token": "token"}
        provider = {"organization": "shop", "host": github.host, **section}
        self.world = EventsWorld(
            settings,
            client,
            integrations={"github": [integration]},
            catalog={**KINDS, "providers": {"github": {"shop": provider}}},
        )

    def poll(self):
        ensure_rows(providers())
        ProviderRun.objects.update(next_run_at=timezone.now())
        run_due_providers()
        process_due()

    def tell(self, name, payload, full_name=None):
        repository = github_repository(full_name, base=self.github.url) if full_name else {}
        number = next(NUMBERS)
        payload = {**payload, "number": number} | ({"repository": repository} if repository else {})
        answer = self.world.send("github", name, payload, delivery=f"d-{number}")
        assert answer.status_code == 202
        assert work_due_events()
        assert {status for status, _ in statuses()} <= {"done"}, statuses()

    def push(self, full_name, *paths, **changes):
        self.tell("push", github_push(full_name, *paths, base=self.github.url, **changes))


NUMBERS = itertools.count(1)


@pytest.fixture
def github():
    with WireGithub() as fake:
        yield fake


def names():
    refs = FinalEntity.objects.filter(entity_ref__startswith="component:").values_list("entity_ref", flat=True)
    return sorted(ref.removeprefix("component:default/") for ref in refs)


def test_a_repository_comes_changes_is_renamed_and_goes_as_it_is_told(settings, client, github):
    shop = Discovery(settings, client, github)
    github.repositories.add("shop", "cart")
    shop.poll()
    assert names() == ["cart"]
    github.reset_counts()

    github.repositories.add("shop", "pay")
    shop.tell("repository", {"action": "created"}, "shop/pay")
    assert names() == ["cart", "pay"]
    assert github.calls == 2

    github.repositories["shop/pay"].push({"catalog-info.yaml": component("money")})
    shop.push("shop/pay", "catalog-info.yaml")
    assert names() == ["cart", "money"]

    github.repositories.rename("shop/pay", "cash")
    shop.tell("repository", {"action": "renamed", "changes": {"repository": {"name": {"from": "pay"}}}}, "shop/cash")
    assert names() == ["cart", "money"]
    targets = sorted(
        json.loads(row.body)["spec"]["target"] for row in FinalEntity.objects.filter(entity_ref__startswith="location:")
    )
    assert targets == [f"{github.url}/shop/{name}/blob/main/catalog-info.yaml" for name in ("cart", "cash")]

    github.repositories["shop/cash"].archived = True
    shop.tell("repository", {"action": "archived"}, "shop/cash")
    assert names() == ["cart"]

    github.repositories.remove("shop/cart")
    shop.tell("repository", {"action": "deleted"}, "shop/cart")
    assert names() == []


def test_what_an_event_tells_comes_before_what_was_found_by_looking(settings, client, github, monkeypatch):
    monkeypatch.setattr("comms.events.work.process_due", lambda **_: None)
    shop = Discovery(settings, client, github)
    github.repositories.generate("shop", 5)
    ensure_rows(providers())
    run_due_providers()

    github.repositories["shop/repo-00003"].push({"catalog-info.yaml": component("told")})
    shop.push("shop/repo-00003", "catalog-info.yaml")

    (first,) = claim_due("token", limit=1, locations=True)
    assert "repo-00003" in first.unprocessed_entity


def test_a_push_that_touches_no_descriptor_costs_no_call(settings, client, github):
    shop = Discovery(settings, client, github)
    github.repositories.add("shop", "cart")
    shop.poll()
    github.reset_counts()

    shop.push("shop/cart", "README.md")
    shop.push("shop/cart", "catalog-info.yaml", branch="next")
    shop.push("other/cart", "catalog-info.yaml")
    assert github.calls == 0

    shop.push("shop/cart", "README.md", forced=True)
    shop.push("shop/cart", "docs/CODEOWNERS")
    assert github.calls == 4


def test_what_a_descriptor_refers_to_is_read_again_with_it(settings, client, github):
    shop = Discovery(settings, client, github)
    described = component("cart", description={"$text": "./docs/about us.md"})
    github.repositories.add("shop", "cart", {"catalog-info.yaml": described, "docs/about us.md": "Old.", "x.md": ""})
    shop.poll()
    entity = FinalEntity.objects.get(entity_ref="component:default/cart")
    assert json.loads(entity.body)["metadata"]["description"] == "Old."
    github.reset_counts()

    github.repositories["shop/cart"].push({"docs/about us.md": "New."})
    shop.push("shop/cart", "x.md")
    assert github.calls == 0
    shop.push("shop/cart", "docs/about us.md", branch="next")
    assert github.calls == 0
    shop.push("shop/cart", "docs/about us.md")

    entity.refresh_from_db()
    assert json.loads(entity.body)["metadata"]["description"] == "New."


def test_a_pattern_is_touched_by_what_it_matches(settings, client, github):
    shop = Discovery(settings, client, github, catalogPath="/services/*/catalog-info.yaml", filters={"branch": "next"})
    github.repositories.add("shop", "cart", {"services/a/catalog-info.yaml": component("a")}, branch="next")
    shop.push("shop/cart", "services/a/b/catalog-info.yaml", branch="next")
    shop.push("shop/cart", "services/a/catalog-info.yaml")
    assert (names(), github.calls) == ([], 0)
    shop.push("shop/cart", "services/a/catalog-info.yaml", branch="next")
    assert names() == ["a"]


@pytest.mark.parametrize(
    ("fault", "pattern", "times", "message"),
    [
        ("limit", "/repos/", 1, ""),
        ("502", "/repos/", 9, "502"),
        ("cut", "/repos/", 9, ""),
        ("truncated", "codeload", 9, ""),
        ("garbage", "/repos/", 9, ""),
    ],
)
def test_a_host_in_trouble_takes_nothing_away_and_is_asked_again(
    settings, client, github, monkeypatch, fault, pattern, times, message
):
    monkeypatch.setattr("integrations.hosts.api.random.uniform", lambda low, high: 0.0)
    shop = Discovery(settings, client, github)
    github.repositories.add("shop", "cart")
    shop.poll()
    before = everything()
    github.repositories["shop/cart"].push({"catalog-info.yaml": component("cart", title="New")})
    github.fail(fault, pattern, times)

    push = github_push("shop/cart", "catalog-info.yaml", base=github.url)
    shop.world.send("github", "push", push)
    work_due_events()

    ((status, said),) = statuses()
    assert (status, everything(), titles()) == ("waiting", before, {"cart": ""})
    assert message in said
    if fault == "limit":
        assert Event.objects.get().due_at > timezone.now() + timedelta(minutes=30)
        return
    github.faults.clear()
    Event.objects.update(due_at=timezone.now())
    work_due_events()
    assert titles() == {"cart": "New"}


def test_people_of_github_have_their_organisation_read_soon(settings, client, github):
    integration = {"host": github.host, "apiBaseUrl": f"{github.url}{github.prefix}", "token": "token"}
    organization = {"id": "shop", "githubUrl": github.url, "orgs": ["shop"]}
    world = EventsWorld(
        settings,
        client,
        integrations={"github": [integration]},
        catalog={**KINDS, "providers": {"githubOrg": organization}},
    )
    (provider,) = providers()
    now = timezone.now()
    ProviderRun.objects.create(
        bucket=provider.name,
        kind=provider.kind,
        started_at=now - timedelta(minutes=5),
        next_run_at=now + timedelta(minutes=5),
    )
    world.send("github", "membership", {"action": "added", "sender": {"html_url": f"{github.url}/alice"}})
    work_due_events()
    assert statuses() == [("done", "")]
    assert ProviderRun.objects.get().next_run_at < timezone.now() + timedelta(seconds=5)


def test_projects_of_gitlab_follow_too(settings, client):
    with WireGitlab() as gitlab:
        gitlab.group("shop")
        gitlab.repositories.add("shop", "cart")
        integration = {
            "host": gitlab.host,
            "token": "token",
            "apiBaseUrl": f"{gitlab.url}/api/v4",
            "baseUrl": gitlab.url,
        }
        provider = {"host": gitlab.host, "group": "shop"}
        world = EventsWorld(
            settings,
            client,
            integrations={"gitlab": [integration]},
            catalog={**KINDS, "providers": {"gitlab": {"shop": provider}}},
        )
        world.send("gitlab", "Push Hook", gitlab_push("shop/cart", "catalog-info.yaml", base=gitlab.url))
        work_due_events()
        assert (names(), statuses()) == (["cart"], [("done", "")])

        gitlab.repositories.rename("shop/cart", "basket")
        renamed = {
            "event_name": "project_rename",
            "path_with_namespace": "shop/basket",
            "old_path_with_namespace": "shop/cart",
        }
        world.send("gitlab", "System Hook", renamed, delivery="d-2", **{"X-Gitlab-Instance": gitlab.url})
        work_due_events()
        locations = FinalEntity.objects.filter(entity_ref__startswith="location:").values_list("body", flat=True)
        assert ["/basket/-/blob/" in body for body in locations] == [True]


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "repository": st.sampled_from(["cart", "c.*", ".*-.*"]),
        "topic": st.fixed_dictionaries(
            {},
            optional={
                "include": st.lists(st.sampled_from("ab"), max_size=2),
                "exclude": st.lists(st.sampled_from("bc"), max_size=1),
            },
        ),
        "allowForks": st.booleans(),
        "visibility": st.lists(st.sampled_from(["public", "private", "internal"]), min_size=1, max_size=2),
    },
)
REPOSITORIES = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["cart", "cat-food", "pay"]),
            "topics": st.lists(st.sampled_from("abc"), max_size=3, unique=True),
            "archived": st.booleans(),
            "fork": st.booleans(),
            "visibility": st.sampled_from(["public", "private", "internal"]),
        }
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda repository: repository["name"],
)


@hypothesis.settings(
    max_examples=25, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@given(filters=FILTERS, repositories=REPOSITORIES, is_validating=st.booleans())
def test_events_and_polling_find_the_same(settings, client, filters, repositories, is_validating):
    """One filter, whichever way a repository comes (CVE-2026-106458, 106463)."""
    with WireGithub() as github, transaction.atomic():
        shop = Discovery(settings, client, github, filters=filters, validateLocationsExist=is_validating)
        for repository in repositories:
            github.repositories.add("shop", **repository)
        for repository in repositories:
            shop.tell("repository", {"action": "edited"}, f"shop/{repository['name']}")
        told = everything()
        shop.poll()
        assert everything() == told
        transaction.set_rollback(True)


def everything():
    return sorted(RefreshState.objects.values_list("entity_ref", flat=True))
