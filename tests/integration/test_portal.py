"""The pages, through Django's client."""

import json

import pytest

from catalog.entity_ref import LocationRef
from catalog.ingestion.mutation import apply_full_mutation
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from catalog.ingestion.location_entity import deferred_location
from common.app_config import AppConfig
from portal.graph import draw_graph
from portal.page import safe_url

pytestmark = pytest.mark.django_db
ALL_KINDS = ["Component", "API", "Group", "Location"]


def component(name, **metadata):
    spec = {"type": "service", "lifecycle": "production", "owner": "team-a"}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name, **metadata},
        "spec": spec,
    }


@pytest.fixture(autouse=True)
def open_door(settings):
    settings.APP_CONFIG = AppConfig.from_dict({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})


@pytest.fixture
def fill(tmp_path):
    def fill_catalog(*entities):
        path = tmp_path / "all.yaml"
        path.write_text("\n---\n".join(json.dumps(entity) for entity in entities))
        sources = Sources.from_app_config(AppConfig.from_dict({"catalog": {"rules": [{"allow": ALL_KINDS}]}}))
        apply_full_mutation("test", [deferred_location(LocationRef("file", str(path)))], settings=sources.catalog)
        process_due(sources=sources)

    return fill_catalog


def page(client, url, status=200):
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def test_an_empty_catalog_says_how_to_fill_it(client):
    assert "register one" in page(client, "/")


def test_the_table_shows_components_first_with_counts_of_kinds(client, fill):
    fill(component("cart", title="The Cart", tags=["python"]), component("shop"))
    html = page(client, "/")
    assert 'Components <span class="count">2</span>' in html
    assert '<a class="name" href="/entities/Component/default/cart">The Cart</a>'.lower() in html.lower()
    assert "/?kind=component&amp;tag=python" in html


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=car", ["cart"]),
        ("tag=go", ["shop"]),
        ("owner=group:default/team-a", ["cart", "shop"]),
        ("lifecycle=PRODUCTION&type=Service", ["cart", "shop"]),
        ("type=website", []),
    ],
)
def test_search_and_filters_narrow_the_table(client, fill, query, names):
    fill(component("cart"), component("shop", tags=["go"]))
    html = page(client, f"/?kind=component&{query}")
    assert [name for name in ("cart", "shop") if f"/default/{name}" in html] == names


def test_a_cursor_that_was_cut_short_shows_the_first_page(client, fill):
    fill(component("cart"))
    assert "/default/cart" in page(client, "/?kind=component&cursor=broken")


def test_an_entity_page_shows_relations_source_and_yaml(client, fill, tmp_path):
    fill(
        component("cart"),
        {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Group",
            "metadata": {"name": "team-a"},
            "spec": {"type": "team", "children": []},
        },
    )
    html = page(client, "/entities/component/default/cart")
    assert "ownedBy" in html
    assert 'href="/entities/group/default/team-a"' in html
    assert f"file:{tmp_path}/all.yaml" in html
    assert "lifecycle: production" in html


def test_what_authors_write_is_never_markup_or_script(client, fill):
    fill(
        component(
            "evil",
            title="<script>alert(1)</script>",
            description="<img src=x onerror=alert(1)>",
            links=[{"url": "https://ok.example/<b>", "title": "<b>bold</b>"}],
            annotations={"backstage.io/view-url": "java\nscript:alert(1)"},
        )
    )
    html = page(client, "/entities/component/default/evil") + page(client, "/")
    for fragment in ("<script", "<img src=x", "<b>", 'href="java'):
        assert fragment not in html


def test_pages_forbid_scripts_and_foreign_content(client):
    response = client.get("/")
    assert response["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_an_entity_that_does_not_appear_shows_why(client, fill):
    broken = component("broken")
    broken["spec"]["lifecycle"] = 5
    fill(broken, component("fine"))
    assert "lifecycle" in page(client, "/entities/component/default/broken", 404)
    assert "component:broken" in page(client, "/errors")


def test_an_unknown_entity_is_a_friendly_404(client):
    assert "There is no entity" in page(client, "/entities/component/default/nope", 404)


def test_the_stylesheet_may_be_kept_forever_under_its_fingerprint(client):
    html = page(client, "/")
    url = html.split('rel="stylesheet" href="')[1].split('"')[0]
    response = client.get(url)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/assets/x/secrets.txt").status_code == 404


def test_a_page_of_the_table_costs_few_queries(client, fill, django_assert_max_num_queries):
    fill(*(component(f"c{i}") for i in range(60)))
    page(client, "/")
    with django_assert_max_num_queries(6):
        html = page(client, "/")
    assert html.count('class="name"') == 50
    assert 'rel="next"' in html


def test_a_drawing_is_bounded_and_says_what_it_left_out():
    graph = draw_graph("component:default/hub", [("dependsOn", f"component:default/c{i}") for i in range(1000)])
    assert (len(graph.nodes), graph.left_out) == (9, 992)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " JavaScript:x", "data:text/html,x", "//evil.example", "x", None, 5, "http://[bad"]
)
def test_only_addresses_of_pages_become_links(url):
    assert safe_url(url) == ""
