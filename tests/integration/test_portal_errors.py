"""What does not appear, and where is read, through Django's client."""

import pytest

from catalog.locations import register_location
from common.app_config import AppConfig
from tests.integration.portal_world import OPEN, component, fill, open_page

pytestmark = pytest.mark.django_db

NEWCOMERS_API = {
    "kind": "API",
    "metadata": {"name": "cart-api"},
    "spec": {"type": "openapi", "lifecycle": "production", "owner": "team-a", "definition": {"openapi": "3.0.0"}},
}


@pytest.fixture(autouse=True)
def open_door(settings):
    settings.APP_CONFIG = OPEN


def test_it_is_calm_when_all_is_well(client, tmp_path):
    fill(tmp_path, component("cart"))
    assert "Everything that was described is in the" in open_page(client, "/errors")


def test_a_newcomers_file_shows_both_faults_and_the_fix_beside_the_good_neighbour(client, tmp_path):
    path = fill(tmp_path, component("cart"), NEWCOMERS_API)
    html = open_page(client, "/errors")
    assert "<h2>api:cart-api</h2>" in html
    assert f"file:{path}" in html
    for words in ("apiVersion", "backstage.io/v1alpha1", "definition", "$text"):
        assert words in html
    assert "/default/cart" in open_page(client, "/")


def test_registered_locations_are_listed_with_their_state(client):
    register_location("url", "https://git.example/b.yaml")
    register_location("url", "https://git.example/a.yaml")
    html = open_page(client, "/locations")
    assert html.index("git.example/a.yaml") < html.index("git.example/b.yaml")
    assert html.count("not in the catalog yet") == 2


def test_many_locations_come_in_pages(client):
    for number in range(101):
        register_location("url", f"https://git.example/{number:03}.yaml")
    assert 'rel="next" href="?page=2"' in open_page(client, "/locations")
    second = open_page(client, "/locations?page=2")
    assert second.count("git.example") == 2  # the link and its text
    assert 'rel="prev" href="?page=1"' in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "999999999999", "9999", ""])
def test_odd_page_numbers_are_no_errors(client, page):
    register_location("url", "https://git.example/a.yaml")
    open_page(client, f"/locations?page={page}")


def test_without_locations_it_says_how_to_register_one(client):
    assert "No location is registered" in open_page(client, "/locations")


@pytest.mark.parametrize("url", ["/", "/errors", "/locations", "/entities/component/default/cart"])
def test_behind_the_auth_policy_pages_ask_to_sign_in(client, settings, url):
    settings.APP_CONFIG = AppConfig.from_dict({})
    response = client.get(url, headers={"accept": "text/html"})
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/?next=")
