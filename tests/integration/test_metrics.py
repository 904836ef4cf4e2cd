"""What the database knows, as metrics."""

import pytest
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest

from catalog.gauges import DatabaseGauges
from catalog.models import FinalEntity, Location, ProviderRun, Relation, StitchRequest
from common.app_config import AppConfig

pytestmark = pytest.mark.django_db


def read_gauges():
    registry = CollectorRegistry()
    registry.register(DatabaseGauges())
    return [line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")]


def test_counts_under_backstages_names(django_assert_num_queries):
    for number, ref in enumerate(["api:default/a", "api:default/b", "group:x/c"], start=1):
        FinalEntity.objects.create(
            id=number, entity_ref=ref, uid=ref, body="{}", terms="[]", change_id=1, updated_at=timezone.now()
        )
    Relation.objects.create(emitter_id=1, source_ref="a", relation_type="x", target_ref="b", reverse_type="y")
    Relation.objects.create(emitter_id=1, source_ref="a", relation_type="x", target_ref="c")
    Location.objects.create(id="1", type="url", target="https://example.com", entity_ref="location:default/x")
    StitchRequest.objects.create(entity_ref="a", ticket="t")

    with django_assert_num_queries(3):
        lines = read_gauges()

    assert lines == [
        'catalog_entities_count{kind="api"} 2.0',
        'catalog_entities_count{kind="group"} 1.0',
        "catalog_registered_locations_count 1.0",
        "catalog_relations_count 3.0",
        "catalog_stitching_queue_length 1.0",
    ]


def test_shows_how_providers_are_doing():
    ProviderRun.objects.create(bucket="a", kind="github", status="ok")
    ProviderRun.objects.create(bucket="b", kind="github", status="held", held='{"removals": 28}')
    ProviderRun.objects.create(bucket="c", kind="ldapOrg", status="failed")
    assert [line for line in read_gauges() if line.startswith("callboard_")] == [
        'callboard_provider_status{provider_type="github",status="held"} 1.0',
        'callboard_provider_status{provider_type="github",status="ok"} 1.0',
        'callboard_provider_status{provider_type="ldapOrg",status="failed"} 1.0',
        'callboard_provider_held_entities{provider_type="github"} 28.0',
        'callboard_provider_held_entities{provider_type="ldapOrg"} 0.0',
    ]


def test_asks_the_database_twice_a_minute_at_most(django_assert_num_queries):
    gauges = DatabaseGauges()
    with django_assert_num_queries(3):
        first = list(gauges.collect())
        assert list(gauges.collect()) == first


def test_needs_credentials(client):
    assert client.get("/metrics").status_code == 401


def test_shows_them_with_the_counts_of_all_processes(client, settings):
    open_to_all = {"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}}
    settings.APP_CONFIG = AppConfig.from_dict(open_to_all)

    response = client.get("/metrics")

    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = response.content.decode()
    assert "\ncatalog_relations_count " in text
    assert "\ncatalog_stitched_entities_count " in text
    assert "_count_total" not in text
