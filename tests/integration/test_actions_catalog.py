"""Actions that ask the catalog, and those that feed it."""

import pytest

from common.app_config import AppConfig
from common.errors import InputError, NotAllowedError, NotFoundError
from scaffolder.actions.catalog import ACTIONS
from tests.integration.api_world import WEB, ApiWorld, component, names_of
from tests.unit.scaffolder.action_world import run_action

pytestmark = pytest.mark.django_db

BY_ID = {action.id: action for action in ACTIONS}
API = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "API",
    "metadata": {"name": "cart-api"},
    "spec": {"type": "openapi", "lifecycle": "production", "owner": "team-a", "definition": "{}"},
}


@pytest.fixture
def world(settings, client):
    return ApiWorld(settings, client)


@pytest.fixture(autouse=True)
def bell(monkeypatch):
    """How often it was rung."""
    rung = []
    monkeypatch.setattr("scaffolder.actions.catalog.register.ring_for_processing", lambda: rung.append(1))
    return rung


def fetch(**given):
    return run_action(BY_ID["catalog:fetch"], given).outputs


def register(**given):
    return run_action(BY_ID["catalog:register"], given)


def test_one_entity_and_several(world):
    world.register(component("cart"), component("shop"))

    assert fetch(entityRef="component:cart")["entity"]["metadata"]["name"] == "cart"
    found = fetch(entityRefs=["Component:default/shop", "component:default/cart"])["entities"]
    assert [entity["metadata"]["name"] for entity in found] == ["shop", "cart"]
    assert set(fetch(entityRef="component:cart", entityRefs=[])) == {"entity", "entities"}


def test_refs_that_leave_out_what_the_input_says_for_all(world):
    world.register(component("cart"))

    assert fetch(entityRef="cart", defaultKind="Component")["entity"]["metadata"]["name"] == "cart"
    with pytest.raises(NotFoundError, match="Entity cart not found"):
        fetch(entityRef="cart", defaultKind="Component", defaultNamespace="other")
    with pytest.raises(InputError, match="had missing or empty kind"):
        fetch(entityRef="cart")


def test_an_entity_that_is_not_there(world):
    world.register(component("cart"))

    with pytest.raises(NotFoundError, match="Entity component:nope not found"):
        fetch(entityRef="component:nope")
    with pytest.raises(NotFoundError, match="Entity component:nope not found"):
        fetch(entityRefs=["component:cart", "component:nope"])
    assert fetch(entityRef="component:nope", optional=True) == {"entity": None}
    assert fetch(entityRefs=["component:nope"], optional=True) == {"entities": [None]}


def test_a_descriptor_is_registered_and_its_component_named(world, bell):
    url = world.write("catalog-info.yaml", API, component("cart"))

    ran = register(catalogInfoUrl=url)
    world.process()

    assert ran.outputs == {"entityRef": "component:default/cart", "catalogInfoUrl": url}
    assert ran.log.lines == [("info", f"Registering {url} in the catalog")]
    assert bell == [1]
    assert names_of(world.get("entities?filter=kind=component")) == ["cart"]


def test_what_is_registered_already_is_no_fault(world):
    url = world.write("catalog-info.yaml", component("cart"))
    register(catalogInfoUrl=url)

    assert register(catalogInfoUrl=url).outputs["entityRef"] == "component:default/cart"
    assert len(world.get("locations").json()) == 1


def test_without_a_component_the_first_entity_that_is_no_location_is_named(world):
    url = world.write("catalog-info.yaml", API)

    assert register(catalogInfoUrl=url).outputs["entityRef"] == "api:default/cart-api"


def test_a_descriptor_that_cannot_be_read(world):
    url = f"{WEB}/nope.yaml"
    with pytest.raises(InputError, match=r"nope\.yaml"):
        register(catalogInfoUrl=url)

    ran = register(catalogInfoUrl=url, optional=True)

    assert ran.outputs == {"catalogInfoUrl": url}
    assert ran.log.lines[1][0] == "warn"
    assert ran.log.lines[1][1].startswith("It could not be read yet: ")


def test_a_descriptor_of_a_repository(world):
    world.write("team/shop/tree/main/a/b.yaml", component("cart"))
    given = {"repoContentsUrl": f"{WEB}/team/shop/blob/main", "catalogInfoPath": "/a/b.yaml"}
    config = {"integrations": {"github": [{"host": "descriptors.test"}]}}

    ran = run_action(BY_ID["catalog:register"], given, config=config)

    assert ran.outputs == {
        "entityRef": "component:default/cart",
        "catalogInfoUrl": f"{WEB}/team/shop/tree/main/a/b.yaml",
    }


def test_a_catalog_that_is_read_only(world, settings):
    settings.APP_CONFIG = AppConfig.from_dict({"catalog": {"readonly": True}})
    with pytest.raises(NotAllowedError, match="not allowed in readonly mode"):
        register(catalogInfoUrl=f"{WEB}/catalog-info.yaml")
