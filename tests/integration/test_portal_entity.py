"""An entity's page, through Django's client."""

import pytest

from tests.integration.portal_world import OPEN, component, fill, group, open_page, read_page
from tests.integration.queries_world import make_entity, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_door(settings):
    settings.APP_CONFIG = OPEN


def test_it_shows_relations_source_history_and_yaml(client, tmp_path):
    path = fill(tmp_path, component("cart"), group("team-a"))
    html = open_page(client, "/entities/component/default/cart")
    assert "<h3>Owned by</h3>" in html
    assert 'href="/entities/group/default/team-a"' in html
    assert f"file:{path}" in html
    assert "lifecycle: production" in html
    assert "written" in html
    assert 'href="/api/catalog/entities/by-name/component/default/cart"' in html


def test_letter_case_of_the_address_does_not_matter(client):
    write(make_entity("cart"))
    assert "<h1>cart</h1>" in open_page(client, "/entities/Component/DEFAULT/Cart")


def test_it_shows_an_api_s_definition(client):
    write(make_entity("seats", kind="API", type="openapi", definition="openapi: 3.0.0\n"))
    html = open_page(client, "/entities/api/default/seats")
    assert "<h2>Definition</h2>" in html
    assert '<pre tabindex="0">openapi: 3.0.0' in html


def test_it_keeps_the_last_sound_version_beside_the_errors(client, tmp_path):
    fill(tmp_path, component("cart", title="Sound"))
    broken = component("cart", title="Broken")
    broken["spec"]["lifecycle"] = 5
    fill(tmp_path, broken)
    html = open_page(client, "/entities/component/default/cart")
    assert "<h1>Sound</h1>" in html
    assert "Errors of the last processing" in html
    assert "/spec/lifecycle must be string" in html


def test_a_hub_with_ten_thousand_relations_stays_a_small_page(client):
    hub = make_entity("hub")
    hub["relations"] += [{"type": "dependencyOf", "targetRef": f"component:default/c{i:05}"} for i in range(10_000)]
    write(hub)
    html = open_page(client, "/entities/component/default/hub")
    assert len(html) < 60_000
    assert "and 9900 more" in html
    assert "It is too large to be shown here" in html


def test_an_unknown_entity_is_a_friendly_404(client):
    html = open_page(client, "/entities/component/default/nope", 404)
    assert "There is no entity <code>component:nope</code>" in html
    assert "/errors" in read_page(html).links


def test_an_entity_that_does_not_appear_shows_why(client, tmp_path):
    broken = component("broken")
    broken["spec"]["lifecycle"] = 5
    fill(tmp_path, broken, component("fine"))
    html = open_page(client, "/entities/component/default/broken", 404)
    assert "component:broken does not appear yet" in html
    assert "/spec/lifecycle must be string" in html
