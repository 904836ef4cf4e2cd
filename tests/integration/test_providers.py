"""Providers: what they read comes in, and what goes wrong takes nothing away."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.captured import list_captured, read_captured
from catalog.ingestion.refresh import refresh_entity
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from catalog.locations import register_location
from catalog.models import CapturedFile, FinalEntity, ProviderRun, RefreshEdge, RefreshState
from catalog.providers.accept import accept_removal
from catalog.providers.changes import apply_changes
from catalog.providers.lease import claim_run, ensure_rows, release_runs_of_the_dead, request_run
from catalog.providers.run import run_due_providers, run_provider
from catalog.providers.schedule import Schedule
from catalog.providers.start import start_providers
from catalog.start import start_catalog
from common.app_config import AppConfig
from common.errors import ConflictError, NotFoundError, ServiceUnavailableError
from integrations.hosts.errors import RateLimitedError
from tests.fakes.provider import FakeProvider

pytestmark = pytest.mark.django_db


class World:
    """A provider, and the catalog that it fills. Whoever asks a host gets an error."""

    def __init__(self, **config):
        base = {"catalog": {"providers": {"fake": {}}}, "callboard": {"catalog": config}}
        self.sources = Sources.from_app_config(AppConfig.from_dict(base))
        self.sources.reader = self
        self.asked = []
        self.provider = FakeProvider()
        ensure_rows([self.provider])

    def search(self, target, **_):
        self.asked.append(target)
        raise ServiceUnavailableError("nobody is there")

    def give(self, *names):
        self.provider.files |= {name: descriptor(name) for name in names}

    def run(self):
        report = run_provider(self.provider, sources=self.sources)
        process_due(sources=self.sources)
        return report

    def row(self):
        return ProviderRun.objects.get(bucket=self.provider.name)


def descriptor(name, **metadata):
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name, **metadata},
        "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
    }
    return json.dumps(entity).encode()


def components():
    rows = FinalEntity.objects.filter(entity_ref__startswith="component:").order_by("entity_ref")
    return [ref.removeprefix("component:default/") for ref in rows.values_list("entity_ref", flat=True)]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def many(world):
    world.give(*(f"c{i:02}" for i in range(30)))
    world.run()
    assert len(components()) == 30
    return world


def test_what_it_captures_is_ingested_without_asking_anybody(world):
    world.give("cart", "shop")
    report = world.run()

    assert (report.status, report.applied.count.added) == ("ok", 2)
    assert components() == ["cart", "shop"]
    assert world.asked == []
    row = world.row()
    assert (row.status, json.loads(row.state), row.claim) == ("ok", {"paths": ["cart", "shop"]}, "")
    assert json.loads(row.counts) == {"entities": 2, "added": 2, "updated": 0, "removed": 0}
    location = json.loads(FinalEntity.objects.get(entity_ref=world.provider.ref("cart")).body)
    assert location["spec"] == {"type": "url", "target": world.provider.url("cart"), "presence": "optional"}


def test_what_is_unchanged_is_not_looked_at_again(many):
    many.provider.commit = "c2"
    before = list(RefreshState.objects.values_list("id", "next_update_at").order_by("id"))
    many.run()
    assert list(RefreshState.objects.values_list("id", "next_update_at").order_by("id")) == before
    assert set(CapturedFile.objects.values_list("etag", flat=True)) == {"c2"}
    soonest = min(due for _, due in before if due)
    assert soonest > timezone.now() + timedelta(minutes=50)


def test_a_changed_file_is_due_at_once(many):
    many.provider.files["c03"] = descriptor("c03", title="New")
    many.provider.commit = "c2"
    run_provider(many.provider, sources=many.sources)
    assert RefreshState.objects.filter(next_update_at__lte=timezone.now()).count() == 1
    process_due(sources=many.sources)
    body = json.loads(FinalEntity.objects.get(entity_ref="component:default/c03").body)
    assert body["metadata"]["title"] == "New"


def test_a_file_that_is_not_there_costs_nobody_a_question_and_is_no_error(world):
    world.provider.files["empty"] = None
    world.run()
    assert (components(), world.asked) == ([], [])
    assert RefreshState.objects.get().errors == ""
    world.give("empty")
    world.run()
    assert components() == ["empty"]


def test_what_is_gone_from_the_source_goes_with_its_captured_file(many):
    del many.provider.files["c03"]
    many.run()
    assert "c03" not in components()
    with pytest.raises(NotFoundError, match="No file was captured from"):
        read_captured(many.provider.url("c03"))


def test_others_read_captured_files_by_how_they_end(world):
    world.provider.files = {"a": b"x: 1", "b": None}
    world.run()
    assert list(list_captured(("/catalog-info.yaml", "/CODEOWNERS"))) == [(world.provider.url("a"), "c1")]
    assert list(list_captured(("/catalog_info.yaml",))) == []
    assert read_captured(world.provider.url("a")) == b"x: 1"


def test_a_person_who_refreshes_gets_what_the_host_has_now(many):
    refresh_entity("component:default/c03")
    process_due(sources=many.sources)
    assert many.asked == [many.provider.url("c03")]
    assert "c03" in components()

    many.run()
    assert many.provider.url("c03") in set(CapturedFile.objects.values_list("url", flat=True))


@pytest.mark.parametrize("error", [ServiceUnavailableError("502 from the host"), ValueError("a bug")])
def test_a_failed_run_changes_nothing_and_says_why(many, error):
    def fail(context):
        raise error

    many.provider.before = fail
    report = many.run()
    row = many.row()
    assert report.status == row.status == "failed"
    assert row.message in ("502 from the host", "unexpected ValueError while reading; see the worker's log")
    assert len(components()) == 30
    assert row.next_run_at - timezone.now() < timedelta(minutes=1)
    assert many.provider.states[1:] == [{"paths": sorted(many.provider.files)}]


def test_failures_in_a_row_are_retried_ever_later_up_to_the_schedule(many):
    def fail(context):
        raise ServiceUnavailableError("502 from the host")

    many.provider.before = fail
    waits = []
    for _ in range(7):
        many.run()
        waits.append(round((many.row().next_run_at - timezone.now()).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    many.provider.before = None
    many.run()
    assert many.row().failures == 0


def test_a_host_that_has_had_enough_says_when_it_is_asked_again(many):
    retry_at = timezone.now() + timedelta(minutes=42)
    error = RateLimitedError("asked too often", retry_at.timestamp())

    def fail(context):
        raise error

    many.provider.before = fail
    many.run()
    assert abs(many.row().next_run_at - retry_at) < timedelta(seconds=1)


# The shrink guard


def test_a_source_that_suddenly_has_nothing_removes_nothing_and_says_so(many):
    many.provider.files.clear()
    report = many.run()
    row = many.row()
    assert report.status == row.status == "held"
    assert len(components()) == 30
    assert row.message == (
        "30 of 30 entities would be removed, which is more than callboard.catalog.providers.maxShrink allows (50%)."
        " Nothing was removed. If it is right, let it through with: callboard catalog accept 'fake-provider:default'"
    )
    held = json.loads(row.held)
    assert (held["removals"], held["entities"], len(held["examples"])) == (30, 30, 20)
    assert CapturedFile.objects.count() == 30


def test_while_it_is_held_additions_come_in(many):
    many.provider.files.clear()
    many.give("new")
    many.run()
    assert len(components()) == 31


def test_a_person_lets_exactly_that_removal_through(many):
    keep = {name: many.provider.files[name] for name in ("c01", "c02")}
    many.provider.files = dict(keep)
    many.run()
    accepted = accept_removal(many.provider.name)
    assert accepted == 28
    assert many.row().next_run_at <= timezone.now()

    many.provider.files = {"c01": keep["c01"]}
    many.run()
    assert many.row().status == "held"  # another removal than he saw
    assert len(components()) == 30

    accept_removal(many.provider.name)
    many.run()
    assert (many.row().status, many.row().held, components()) == ("ok", "", ["c01"])


def test_nothing_is_accepted_that_is_not_held(many):
    with pytest.raises(ConflictError, match="Provider 'fake-provider:default' holds nothing back"):
        accept_removal(many.provider.name)
    with pytest.raises(NotFoundError, match="There is no provider 'nope'"):
        accept_removal("nope")


@pytest.mark.parametrize(
    ("left", "share", "status"), [(20, 0.2, "ok"), (19, 0.2, "held"), (15, 0.5, "ok"), (0, 1, "ok")]
)
def test_the_share_is_configured_and_ten_may_always_go(left, share, status):
    world = World(providers={"maxShrink": share})
    world.give(*(f"c{i:02}" for i in range(30)))
    world.run()
    for name in list(world.provider.files)[left:]:
        del world.provider.files[name]
    assert world.run().status == status


# Events


def test_an_event_changes_what_it_names_at_once(many):
    many.give("new")
    del many.provider.files["c03"]
    many.provider.files["c04"] = descriptor("c04", title="New")
    count = apply_changes(many.provider, ["new", "c03", "c04"], sources=many.sources)
    process_due(sources=many.sources)
    assert (count.added, count.removed) == (1, 2)  # the Location, and what it led to
    assert "new" in components()
    assert "c03" not in components()
    assert "New" in FinalEntity.objects.get(entity_ref="component:default/c04").body
    assert "new" in json.loads(many.row().state)["paths"]


def test_an_event_while_it_is_read_is_not_lost(many):
    def event(context):
        many.provider.before = None
        many.give("new")
        del many.provider.files["c03"]
        apply_changes(many.provider, ["new", "c03"], sources=many.sources)

    many.provider.before = event
    many.run()
    assert "new" in components()
    assert "c03" not in components()
    assert json.loads(many.row().touched) == []
    assert json.loads(many.row().state) == {"paths": sorted(many.provider.files)}


def test_a_source_that_can_only_be_asked_for_everything_runs_soon(many):
    many.provider.can_read_some = False
    assert apply_changes(many.provider, ["new"], sources=many.sources) is None
    assert many.row().next_run_at <= timezone.now()


# Who runs it


def test_runs_what_is_due_and_only_then(world):
    world.give("cart")

    def due():
        return [r.status for r in run_due_providers(known=[world.provider], sources=world.sources)]

    assert due() == ["ok"]
    assert due() == []
    request_run(world.provider.name)
    assert due() == ["ok"]


def test_one_process_at_a_time_runs_it(world):
    assert claim_run(world.provider.name)
    assert run_provider(world.provider, sources=world.sources) is None
    assert run_due_providers(known=[world.provider], sources=world.sources) == []
    release_runs_of_the_dead()
    assert run_provider(world.provider, sources=world.sources).status == "ok"


def test_who_lost_the_run_writes_nothing(many):
    def lose(context):
        ProviderRun.objects.update(claim="another", next_run_at=timezone.now() + timedelta(hours=1))

    many.provider.before = lose
    many.give("new")
    many.provider.files.pop("c03")
    assert many.run().status == "stopped"
    assert "c03" in components()
    assert "new" not in components()
    assert many.row().claim == "another"


def test_what_a_killed_run_had_claimed_is_due_when_its_lease_ends(many):
    request_run(many.provider.name)
    claim_run(many.provider.name)
    assert run_due_providers(known=[many.provider], sources=many.sources) == []
    ProviderRun.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    assert [r.status for r in run_due_providers(known=[many.provider], sources=many.sources)] == ["ok"]


def test_a_run_that_was_asked_for_while_one_is_under_way_follows_it(many):
    many.provider.before = lambda context: request_run(many.provider.name)
    many.run()
    assert many.row().next_run_at <= timezone.now()


def test_a_run_over_its_time_keeps_what_it_read_and_goes_on_at_once(world):
    world.give("cart", "shop")
    world.provider.schedule = Schedule(timeout=timedelta())

    def slow(context):
        context.keep([world.provider.captured("cart")], {"paths": ["cart"]})
        context.progress(1, 2)

    world.provider.before = slow
    report = world.run()
    row = world.row()
    assert report.status == "failed"
    assert "took longer than its timeout of 0 s, with 1 of 2 done" in row.message
    assert components() == []
    assert json.loads(row.state) == {"paths": ["cart"]}
    assert read_captured(world.provider.url("cart"))
    assert row.next_run_at <= timezone.now()


def test_a_run_costs_few_statements_however_much_there_is(many, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        run_provider(many.provider, sources=many.sources)


# Start


def test_a_provider_that_is_not_configured_any_more_leaves_its_entities(many):
    start_providers(many.sources.catalog, is_alone=True, known=[])
    assert RefreshEdge.objects.filter(source_key=many.provider.name).count() == 30
    assert CapturedFile.objects.count() == 0


def test_or_takes_them_along_where_the_configuration_says_so(many):
    config = {"catalog": {"orphanProviderStrategy": "delete", "providers": {"fake": {}}}}
    settings = Sources.from_app_config(AppConfig.from_dict(config)).catalog
    start_providers(settings, is_alone=True, known=[])
    process_due(sources=many.sources)
    assert components() == []
    assert not ProviderRun.objects.exists()


def test_what_is_no_providers_stays(many):
    config = {"catalog": {"orphanProviderStrategy": "delete", "providers": {"fake": {}}}}
    settings = Sources.from_app_config(AppConfig.from_dict(config)).catalog
    register_location("url", "https://example.com/catalog-info.yaml")
    start_catalog(settings, is_alone=True)
    assert list(RefreshEdge.objects.values_list("source_key", flat=True)) == ["DefaultLocationStore"]


def test_at_a_start_captured_locations_are_looked_at_again(many):
    start_providers(many.sources.catalog, is_alone=False, known=[many.provider])
    assert RefreshState.objects.filter(next_update_at__lte=timezone.now()).count() == 30


def test_a_shorter_schedule_counts_at_once(many):
    many.provider.schedule = Schedule(frequency=timedelta(minutes=2))
    ensure_rows([many.provider])
    assert many.row().next_run_at < timezone.now() + timedelta(minutes=3)
