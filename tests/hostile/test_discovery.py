"""Attacks by the owners of repositories that are discovered, and by hosts that say odd things."""

import json
import time

import pytest

from catalog.models import CapturedFile, FinalEntity, RefreshState
from catalog.providers.repositories import find
from tests.fakes.wire.github import WireGithub
from tests.integration.test_providers_repositories import World, component, components, locations

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]


@pytest.fixture
def github():
    with WireGithub() as fake:
        fake.repositories.add("acme", "good")
        yield fake


def run(github, **section):
    world = World(github, "github", organization="acme", **section)
    assert world.run().status == "ok"
    return world


def refs():
    return sorted(FinalEntity.objects.exclude(entity_ref__startswith="location:").values_list("entity_ref", flat=True))


def test_repositories_bring_no_users_and_templates_unless_the_rules_say_so(github):
    github.repositories.add(
        "acme",
        "evil",
        {
            "catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: admin}\n"
            "spec: {memberOf: [admins]}\n"
        },
    )
    run(github)
    assert refs() == ["component:default/good"]


def test_a_descriptor_cannot_say_that_it_comes_from_elsewhere(github):
    evil = json.loads(json.dumps({"apiVersion": "backstage.io/v1alpha1", "kind": "Component"}))
    evil["metadata"] = {
        "name": "evil",
        "annotations": {
            "backstage.io/managed-by-location": "file:/etc/passwd",
            "backstage.io/managed-by-origin-location": "url:https://elsewhere.example",
        },
    }
    evil["spec"] = {"type": "service", "lifecycle": "x", "owner": "y"}
    github.repositories.add("acme", "evil", {"catalog-info.yaml": json.dumps(evil)})
    run(github)
    annotations = json.loads(FinalEntity.objects.get(entity_ref="component:default/evil").body)["metadata"][
        "annotations"
    ]
    target = f"url:{github.url}/acme/evil/blob/main/catalog-info.yaml"
    assert annotations["backstage.io/managed-by-location"] == target
    assert annotations["backstage.io/managed-by-origin-location"] == target


def test_a_captured_file_cannot_lead_to_files_of_this_machine(github):
    location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: evil}\n"
    location += "spec: {type: file, target: /etc/passwd}\n"
    github.repositories.add("acme", "evil", {"catalog-info.yaml": location})
    run(github)
    assert refs() == ["component:default/good"]
    errors = RefreshState.objects.get(entity_ref="location:default/evil").errors
    assert "Registered locations must be of an allowed type" in errors


def test_links_of_archives_are_not_followed(github):
    github.repositories.add("acme", "evil", {"README.md": "#"}, links={"catalog-info.yaml": "/etc/passwd"})
    run(github)
    assert CapturedFile.objects.get(url__contains="/acme/evil/").data is None


def test_a_repository_of_many_descriptors_is_cut_off(github, monkeypatch):
    monkeypatch.setattr(find, "MAX_FOUND", 50)
    files = {f"d{number}/catalog-info.yaml": component(f"c{number:03}") for number in range(200)}
    github.repositories.add("acme", "evil", files)
    run(github, catalogPath="**/catalog-info.yaml")
    assert len(components()) == 51


def test_a_huge_descriptor_is_not_captured_and_its_neighbours_are(github):
    github.repositories.add("acme", "evil", {"catalog-info.yaml": b"#" * 11 * 1024 * 1024})
    run(github)
    assert components() == ["good"]
    assert not CapturedFile.objects.filter(url__contains="/acme/evil/").exists()


def test_a_descriptor_that_costs_much_to_read_does_not_hold_the_others_up(github):
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(8)
    )
    github.repositories.add("acme", "evil", {"catalog-info.yaml": bomb})
    start = time.monotonic()
    run(github)
    assert time.monotonic() - start < 10
    assert components() == ["good"]


def test_another_repository_cannot_be_impersonated_by_its_name(github):
    github.repositories.add("acme", "good?x=1")
    github.repositories.add("acme", "good#frag")
    github.repositories.add("acme", "good%2Fblob%2Fmain%2Fcatalog-info.yaml")
    run(github)
    targets = locations()
    assert len(set(targets)) == len(targets)
    assert f"{github.url}/acme/good/blob/main/catalog-info.yaml" in targets
    location = json.loads(FinalEntity.objects.get(entity_ref="component:default/good").body)
    at = location["metadata"]["annotations"]["backstage.io/managed-by-location"]
    assert at == f"url:{github.url}/acme/good/blob/main/catalog-info.yaml"


def test_what_a_host_says_of_a_failure_is_bounded(github):
    world = run(github)
    for number in range(150):
        github.repositories.add("acme", f"bad-{number:03}")
    github.fail("refuse", "bad-.*tarball", times=10_000)
    assert world.run().status == "failed"
    assert len(world.row().message) <= 5000
    assert len(world.warnings()) <= 101
    assert components() == ["good"]


def test_no_token_is_in_what_is_shown(github):
    world = run(github)
    github.repositories["acme/good"].push({"README.md": "x"})
    github.fail("refuse", "tarball", times=10)
    world.run()
    row = world.row()
    shown = row.message + row.warnings + row.held
    assert "acme/good could not be read" in shown
    assert "token" not in shown.replace("credentials", "")
    assert "Bearer" not in shown
