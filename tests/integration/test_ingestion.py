"""From files to final entities, through the operations that the jobs call."""

import json
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY

from catalog.entity_ref import LocationRef
from catalog.ingestion.location_entity import deferred_location
from catalog.ingestion.mutation import apply_full_mutation
from catalog.ingestion.queue import claim_due, mark_due
from catalog.ingestion.remove import delete_orphans
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from catalog.ingestion.unprocessed import list_failed
from catalog.models import (
    Change,
    EntityClaim,
    FinalEntity,
    RefreshEdge,
    RefreshLane,
    RefreshState,
    Relation,
    StitchRequest,
)
from catalog.stitching.request import MANY, request_stitching
from common.app_config import AppConfig

pytestmark = pytest.mark.django_db

ALL_KINDS = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template"]


class World:
    """A folder of descriptors, and the catalog that reads it."""

    def __init__(self, folder, **catalog):
        self.folder = folder
        config = {"catalog": {"rules": [{"allow": ALL_KINDS}], **catalog}}
        self.sources = Sources.from_app_config(AppConfig.from_dict(config))

    def write(self, name, *entities):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n---\n".join(e if isinstance(e, str) else json.dumps(e) for e in entities))
        return path

    def register(self, *names):
        locations = [deferred_location(LocationRef("file", str(self.folder / name))) for name in names]
        apply_full_mutation("test", locations, settings=self.sources.catalog)
        return self.process()

    def process(self):
        return process_due(sources=self.sources)

    def read_again(self):
        RefreshState.objects.exclude(next_update_at=None).update(next_update_at="2020-01-01T00:00:00Z")
        return self.process()


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def component(name, **spec):
    base = {"type": "service", "lifecycle": "production", "owner": "team-a"}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name},
        "spec": {**base, **spec},
    }


def location(name, *targets):
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": name},
        "spec": {"targets": list(targets)},
    }


def group(name):
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Group",
        "metadata": {"name": name},
        "spec": {"type": "team", "children": []},
    }


def visible():
    return sorted(
        FinalEntity.objects.exclude(entity_ref__startswith="location:default/generated-").values_list(
            "entity_ref", flat=True
        )
    )


def body(ref):
    return json.loads(FinalEntity.objects.get(entity_ref=ref).body)


def errors_of(ref):
    found = RefreshState.objects.get(entity_ref=ref).errors
    return [e["message"] for e in json.loads(found)] if found else []


def test_a_file_and_all_it_leads_to_becomes_visible(world):
    world.write("all.yaml", location("all", "./a.yaml", "./deep/b.yaml"), group("team-a"))
    world.write("a.yaml", component("cart"), component("shop"))
    world.write("deep/b.yaml", location("more", "../c.yaml"))
    world.write("c.yaml", component("last"))

    world.register("all.yaml")

    assert visible() == [
        "component:default/cart",
        "component:default/last",
        "component:default/shop",
        "group:default/team-a",
        "location:default/all",
        "location:default/more",
    ]
    assert not StitchRequest.objects.exists()


def test_the_final_entity_has_its_relations_from_both_sides(world):
    world.write("all.yaml", component("cart", dependsOn=["component:shop"]), component("shop"), group("team-a"))
    world.register("all.yaml")

    assert body("component:default/cart")["relations"] == [
        {"type": "dependsOn", "targetRef": "component:default/shop"},
        {"type": "ownedBy", "targetRef": "group:default/team-a"},
    ]
    assert body("component:default/shop")["relations"] == [
        {"type": "dependencyOf", "targetRef": "component:default/cart"},
        {"type": "ownedBy", "targetRef": "group:default/team-a"},
    ]
    assert body("group:default/team-a")["relations"] == [
        {"type": "ownerOf", "targetRef": "component:default/cart"},
        {"type": "ownerOf", "targetRef": "component:default/shop"},
    ]


def test_where_an_entity_came_from_is_our_own_record(world):
    lying = component("cart")
    lying["metadata"]["annotations"] = {"backstage.io/managed-by-location": "url:https://elsewhere/x.yaml"}
    world.write("all.yaml", location("all", "./a.yaml"))
    world.write("a.yaml", lying)
    world.register("all.yaml")

    assert body("component:default/cart")["metadata"]["annotations"] == {
        "backstage.io/managed-by-location": f"file:{world.folder}/a.yaml",
        "backstage.io/managed-by-origin-location": f"file:{world.folder}/all.yaml",
    }


def test_a_broken_document_does_not_take_its_siblings_down(world):
    world.write("all.yaml", component("good"), component("bad", type=5), "kind: [", component("after"))
    world.register("all.yaml")

    assert visible() == ["component:default/after", "component:default/good"]
    assert [item.entity_ref for item in list_failed()] == [
        "component:default/bad",
        next(
            iter(RefreshState.objects.filter(entity_ref__startswith="location:").values_list("entity_ref", flat=True))
        ),
    ]


def test_the_last_good_version_keeps_serving_with_the_error_in_its_status(world):
    world.write("all.yaml", component("cart"))
    world.register("all.yaml")
    uid = body("component:default/cart")["metadata"]["uid"]
    world.write("all.yaml", component("cart", lifecycle=7))
    world.read_again()

    final = body("component:default/cart")
    assert final["spec"]["lifecycle"] == "production"
    assert final["metadata"]["uid"] == uid
    assert [item["level"] for item in final["status"]["items"]] == ["error"]

    world.write("all.yaml", component("cart", lifecycle="deprecated"))
    world.read_again()
    assert body("component:default/cart")["spec"]["lifecycle"] == "deprecated"
    assert "status" not in body("component:default/cart")


def test_a_file_that_is_not_yaml_any_more_keeps_what_it_gave(world):
    world.write("all.yaml", component("cart"))
    world.register("all.yaml")
    (world.folder / "all.yaml").write_text("<html>Sign in {{ }")
    world.read_again()
    assert visible() == ["component:default/cart"]


def test_a_missing_target_keeps_what_it_gave_and_its_siblings(world):
    world.write("all.yaml", location("all", "./a.yaml", "./b.yaml"))
    world.write("a.yaml", component("a"))
    world.write("b.yaml", component("b"))
    world.register("all.yaml")
    (world.folder / "a.yaml").unlink()
    world.write("b.yaml", component("b2"))
    world.read_again()

    assert visible() == ["component:default/a", "component:default/b2", "location:default/all"]
    assert "does not exist" in errors_of("location:default/all")[0]


def test_an_unchanged_source_is_neither_parsed_nor_written_again(world):
    world.write("all.yaml", location("all", "./a.yaml"))
    world.write("a.yaml", component("cart"), group("team-a"))
    world.register("all.yaml")
    newest = Change.objects.latest("id").id

    report = world.read_again()

    assert (report.locations, report.processed) == (2, 0)
    assert Change.objects.latest("id").id == newest


def test_what_a_location_emits_no_more_is_deleted(world):
    world.write("all.yaml", component("cart"), component("shop"))
    world.register("all.yaml")
    world.write("all.yaml", component("shop"))
    world.read_again()

    assert visible() == ["component:default/shop"]
    assert Change.objects.latest("id").operation == "deleted"
    assert not Relation.objects.filter(source_ref="component:default/cart").exists()


def test_orphans_stay_marked_where_the_configuration_keeps_them(tmp_path):
    world = World(tmp_path, orphanStrategy="keep")
    world.write("all.yaml", component("cart"), component("shop"))
    world.register("all.yaml")
    world.write("all.yaml", component("shop"))
    world.read_again()

    assert visible() == ["component:default/cart", "component:default/shop"]
    assert body("component:default/cart")["metadata"]["annotations"]["backstage.io/orphan"] == "true"


def test_removing_the_root_removes_all_that_hangs_on_it_and_nothing_else(world):
    world.write("one.yaml", location("one", "./shared.yaml", "./own.yaml"))
    world.write("two.yaml", location("two", "./shared.yaml"))
    world.write("shared.yaml", component("shared"))
    world.write("own.yaml", component("own"))
    world.register("one.yaml", "two.yaml")
    assert visible() == [
        "component:default/own",
        "component:default/shared",
        "location:default/one",
        "location:default/two",
    ]

    world.register("two.yaml")
    assert visible() == ["component:default/shared", "location:default/two"]


def test_of_two_roots_that_lead_to_one_file_the_first_is_the_origin_until_it_goes(world):
    world.write("one.yaml", location("one", "./shared.yaml"))
    world.write("two.yaml", location("two", "./shared.yaml"))
    world.write("shared.yaml", component("shared"))

    def origin():
        return body("component:default/shared")["metadata"]["annotations"]["backstage.io/managed-by-origin-location"]

    world.register("one.yaml")
    world.register("one.yaml", "two.yaml")
    world.write("shared.yaml", component("shared", lifecycle="deprecated"))
    world.read_again()
    assert origin() == f"file:{world.folder}/one.yaml"
    assert body("component:default/shared")["spec"]["lifecycle"] == "deprecated"

    world.register("two.yaml")
    assert origin() == f"file:{world.folder}/two.yaml"


def test_a_cycle_of_locations_does_not_outlive_its_root(world):
    world.write("a.yaml", location("a", "./b.yaml"), component("in-a"))
    world.write("b.yaml", location("b", "./a.yaml"), component("in-b"))
    world.register("a.yaml")
    assert visible() == ["component:default/in-a", "component:default/in-b", "location:default/a", "location:default/b"]

    world.register()
    assert not RefreshState.objects.exists()
    assert not FinalEntity.objects.exists()
    assert not RefreshEdge.objects.exists()


def test_of_two_files_that_claim_one_entity_the_first_keeps_it_and_the_other_inherits(world):
    world.write("one.yaml", component("cart", lifecycle="production"))
    world.write("two.yaml", component("cart", lifecycle="deprecated"))
    world.register("one.yaml")
    world.register("one.yaml", "two.yaml")
    assert body("component:default/cart")["spec"]["lifecycle"] == "production"
    assert EntityClaim.objects.get().entity_ref == "component:default/cart"
    uid = body("component:default/cart")["metadata"]["uid"]

    world.register("two.yaml")
    assert body("component:default/cart")["spec"]["lifecycle"] == "deprecated"
    assert body("component:default/cart")["metadata"]["uid"] == uid
    assert not EntityClaim.objects.exists()


def test_a_claim_that_is_withdrawn_does_not_inherit(world):
    world.write("one.yaml", component("cart"))
    world.write("two.yaml", component("cart"), component("other"))
    world.register("one.yaml")
    world.register("one.yaml", "two.yaml")
    world.write("two.yaml", component("other"))
    world.read_again()
    world.register("two.yaml")
    assert visible() == ["component:default/other"]


def test_a_kind_that_no_rule_allows_is_refused_with_its_location_and_origin(tmp_path):
    world = World(tmp_path, rules=[{"allow": ["Component", "Location"]}])
    world.write("all.yaml", component("cart"), group("team-a"))
    world.register("all.yaml")

    path = f"file:{tmp_path}/all.yaml"
    assert visible() == ["component:default/cart"]
    assert list_failed()[0].errors == [
        {
            "name": "NotAllowedError",
            "message": f"Entity group:default/team-a at {path}, originated at {path}, is not of an allowed kind for that location",
        }
    ]


def test_placeholders_are_read_beside_the_descriptor_and_followed(world):
    api = component("x") | {"kind": "API", "metadata": {"name": "pets"}}
    api["spec"] = {
        "type": "openapi",
        "lifecycle": "production",
        "owner": "team-a",
        "definition": {"$text": "./pets.json"},
    }
    world.write("all.yaml", api)
    (world.folder / "pets.json").write_text("one")
    world.register("all.yaml")
    assert body("api:default/pets")["spec"]["definition"] == "one"

    assert world.read_again().unchanged == 1
    (world.folder / "pets.json").write_text("two")
    world.read_again()
    assert body("api:default/pets")["spec"]["definition"] == "two"


def test_two_keys_that_differ_in_case_alone_are_an_error_of_the_entity(world):
    clash = component("clash")
    clash["metadata"]["annotations"] = {"example.com/Key": "a", "example.com/key": "b"}
    world.write("all.yaml", clash)
    world.register("all.yaml")
    assert visible() == []
    assert errors_of("component:default/clash") == [
        "Entity has duplicate keys that vary only in casing, 'metadata.annotations.example.com/key'"
    ]


def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(world):
    world.write("all.yaml", component("cart"))
    apply_full_mutation(
        "test", [deferred_location(LocationRef("file", str(world.folder / "all.yaml")))], settings=world.sources.catalog
    )
    (mine,) = claim_due("me", limit=10, locations=True)
    assert claim_due("you", limit=10, locations=True) == []

    later = RefreshState.objects.get().next_update_at + timedelta(seconds=1)
    (theirs,) = claim_due("you", limit=10, locations=True, now=later)
    assert theirs.id == mine.id


def test_a_claim_counts_how_long_a_row_was_due(world):
    name = "catalog_processing_queue_delay_seconds"
    before = read_summary(name)
    world.write("all.yaml", component("cart"))
    apply_full_mutation(
        "test", [deferred_location(LocationRef("file", str(world.folder / "all.yaml")))], settings=world.sources.catalog
    )
    later = RefreshState.objects.get().next_update_at + timedelta(seconds=90)
    claim_due("me", limit=10, locations=True, now=later)

    assert read_summary(name) == (before[0] + 1, pytest.approx(before[1] + 90))


def test_a_run_counts_the_time_of_its_processors(world):
    name = "catalog_processors_duration_seconds"
    before = read_summary(name, result="ok")
    world.write("all.yaml", component("cart"))
    world.register("all.yaml")
    count, seconds = read_summary(name, result="ok")

    assert (count, seconds > before[1]) == (before[0] + 1, True)


def read_summary(name, **labels):
    return tuple(REGISTRY.get_sample_value(f"{name}_{part}", labels) or 0 for part in ("count", "sum"))


def test_a_run_with_nothing_to_do_leaves_it_to_others_to_stitch_much(world):
    request_stitching(f"component:default/c-{number}" for number in range(MANY + 1))
    world.process()
    assert StitchRequest.objects.count() == MANY + 1

    StitchRequest.objects.first().delete()
    world.process()
    assert StitchRequest.objects.count() == 0


def test_a_process_that_lost_its_lease_writes_nothing(world):
    from catalog.ingestion.children import LeaseLostError
    from catalog.ingestion.process_location import process_location

    world.write("all.yaml", component("cart"))
    apply_full_mutation(
        "test", [deferred_location(LocationRef("file", str(world.folder / "all.yaml")))], settings=world.sources.catalog
    )
    (row,) = claim_due("slow", limit=1, locations=True)
    mark_due([row.entity_ref], RefreshLane.USER)

    with pytest.raises(LeaseLostError):
        process_location(row, token="slow", sources=world.sources)
    assert not RefreshState.objects.filter(entity_ref="component:default/cart").exists()


def test_deleting_orphans_finds_nothing_after_an_ordinary_run(world):
    world.write("all.yaml", component("cart"))
    world.register("all.yaml")
    assert delete_orphans() == 0


def test_who_asks_is_told_what_is_and_not_what_was(world, monkeypatch):
    world.write("a.yaml", component("cart"))
    asked = []
    monkeypatch.setattr(Sources, "as_of", lambda self, moment: asked.append(moment) or self)
    world.register("a.yaml")
    ref = RefreshState.objects.get(entity_ref__startswith="location:").entity_ref
    first = asked[0]

    world.read_again()
    mark_due([ref], RefreshLane.USER)
    due = RefreshState.objects.get(entity_ref=ref).next_update_at
    world.process()

    # A new Location is an event; then time passed; then a user asked.
    assert (first is not None, asked[-2:]) == (True, [None, due])


def test_what_was_asked_for_is_finished_before_a_large_source(world):
    world.write("large.yaml", *(component(f"c-{number}") for number in range(3)))
    world.write("asked.yaml", component("asked"))
    large, asked = (
        deferred_location(LocationRef("file", str(world.folder / f"{name}.yaml"))) for name in ("large", "asked")
    )
    apply_full_mutation("test", [large], settings=world.sources.catalog, lane=RefreshLane.TIME)
    apply_full_mutation("event", [asked], settings=world.sources.catalog)
    # What somebody else is about to stitch.
    request_stitching([f"component:default/other-{number}" for number in range(MANY + 1)])

    report = process_due(sources=world.sources, only_asked=True)

    assert (report.locations, report.is_done) == (1, True)
    refs = FinalEntity.objects.values_list("entity_ref", flat=True)
    assert sorted(refs) == ["component:default/asked", asked.entity_ref]
    assert StitchRequest.objects.filter(entity_ref__startswith="component:default/other-").count() == MANY + 1

    world.write("asked.yaml", component("renamed"))
    mark_due([asked.entity_ref], RefreshLane.USER)
    process_due(sources=world.sources, only_asked=True)
    assert FinalEntity.objects.filter(entity_ref="component:default/renamed").exists()
    assert not FinalEntity.objects.filter(entity_ref="component:default/asked").exists()

    world.process()
    assert FinalEntity.objects.filter(entity_ref__startswith="component:default/c-").count() == 3


def test_what_a_location_holds_is_as_urgent_as_the_location(world):
    world.write("leaf.yaml", component("leaf"))
    inner = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": "inner"},
        "spec": {"target": "./leaf.yaml"},
    }
    world.write("root.yaml", inner)
    root = deferred_location(LocationRef("file", str(world.folder / "root.yaml")))
    apply_full_mutation("test", [root], settings=world.sources.catalog, lane=RefreshLane.TIME)
    claimed = []
    world.sources.as_of = lambda moment: claimed.append(moment) or world.sources
    world.process()
    assert claimed == [None, None]
