"""Entities cut to some fields come from memory where they were cut before, and never late."""

import json

import pytest

from catalog.queries.cuts import MAX_PROJECTIONS, Cuts
from catalog.queries.entities import list_entities
from catalog.queries.fields import parse_fields
from catalog.queries.predicate import HasValue
from catalog.queries.refs import get_by_refs
from tests.integration.api_world import ApiWorld

pytestmark = pytest.mark.django_db
FIELDS = parse_fields(["metadata.name,spec.lifecycle"])
REF = "component:default/cart"


@pytest.fixture
def world(settings, client):
    return ApiWorld(settings, client)


def component(lifecycle):
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "cart"},
        "spec": {"type": "service", "lifecycle": lifecycle, "owner": "team-a"},
    }


def read_both_ways():
    (listed,) = list_entities(HasValue("kind", ("component",)), fields=FIELDS).bodies
    (by_ref,) = get_by_refs([REF], fields=FIELDS)
    assert json.loads(listed) == json.loads(by_ref)
    return json.loads(by_ref)["spec"]["lifecycle"]


def test_a_change_shows_in_the_very_next_answer(world):
    world.register(component("experimental"))
    assert [read_both_ways(), read_both_ways()] == ["experimental", "experimental"]

    world.write("catalog-info.yaml", component("production"))
    world.post("refresh", {"entityRef": REF})
    world.process()
    assert read_both_ways() == "production"


def test_what_was_cut_before_costs_no_reading_of_bodies(world, django_assert_num_queries):
    world.register(component("experimental"))
    read_both_ways()
    with django_assert_num_queries(1):  # refs, numbers and change ids
        get_by_refs([REF], fields=FIELDS)


def test_an_entity_that_is_gone_is_not_answered_from_memory(world):
    location = world.register(component("experimental"))
    read_both_ways()
    world.client.delete(f"/api/catalog/locations/{location['id']}")
    assert get_by_refs([REF], fields=FIELDS) == [None]
    assert list_entities(HasValue("kind", ("component",)), fields=FIELDS).bodies == []


def test_memory_is_bounded_in_projections_and_bytes(monkeypatch):
    monkeypatch.setattr("catalog.queries.cuts.MAX_BYTES", 10_000)
    monkeypatch.setattr("catalog.queries.cuts.MAX_BYTES_AT_ONCE", 20_000)
    cuts = Cuts()
    projections = [parse_fields([f"spec.f{i}"]) for i in range(MAX_PROJECTIONS + 1)]
    for projection in projections:
        cuts.keep(projection, [(1, 1, b"{}")])
    assert cuts.find(projections[0]) == {}
    assert cuts.find(projections[-1]) == {1: (1, 1, b"{}")}

    cuts.keep(projections[-1], [(2, 1, b"x" * 10_000)])
    assert cuts.find(projections[-1]) == {}
