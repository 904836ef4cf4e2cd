"""The catalog page, through Django's client."""

import re

import pytest

from catalog.queries.cuts import CUTS
from tests.integration.portal_world import OPEN, component, fill, group, names_on, open_page, read_page
from tests.integration.queries_world import make_entity, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def open_door(settings):
    settings.APP_CONFIG = OPEN


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_an_empty_catalog_says_how_to_fill_it(client):
    html = open_page(client, "/")
    assert "Nothing here yet" in html
    assert "curl -X POST http://localhost:7007/api/catalog/locations" in html


def test_the_table_shows_components_first_with_counts_of_kinds(client, tmp_path):
    fill(tmp_path, component("cart", title="The Cart", tags=["python"]), component("shop"), group("team-a"))
    html = open_page(client, "/")
    assert "Components 2 Groups 1 Locations 1 All 4" in text(html)
    assert read_page(html).names == ["The Cart", "shop"]
    assert 'href="/entities/component/default/cart"' in html
    assert 'href="/?kind=component&amp;tag=python"' in html


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=car", ["cart"]),
        ("q=GO", ["shop"]),
        ("tag=go", ["shop"]),
        ("owner=group:default/team-a", ["cart", "shop"]),
        ("lifecycle=PRODUCTION&type=Service", ["cart", "shop"]),
        ("type=website", []),
        ("q=car&tag=go", []),
        ("kind=nothing", ["cart", "shop"]),
        ("sort=-name", ["shop", "cart"]),
    ],
)
def test_search_filters_and_orders_shape_the_table(client, query, names):
    spec = {"type": "service", "lifecycle": "production"}
    write(make_entity("cart", **spec), make_entity("shop", metadata={"tags": ["go"]}, **spec))
    assert names_on(client, f"/?{query}") == names


def test_a_search_can_go_through_all_kinds(client):
    write(make_entity("cart"), make_entity("cart-team", kind="Group", owner=""), make_entity("shop"))
    html = open_page(client, "/?kind=all&q=cart")
    assert read_page(html).names == ["cart", "cart-team"]
    assert "2 entities of 3" in html
    assert 'href="/?kind=group&amp;q=cart"' in html


def test_counts_of_a_filter_heed_the_other_filters_but_not_itself(client):
    write(
        make_entity("a", type="service", lifecycle="production"),
        make_entity("b", type="service", lifecycle="deprecated"),
        make_entity("c", type="website", lifecycle="production"),
    )
    choices = read_page(open_page(client, "/?type=service")).choices
    assert "service (2)" in choices
    assert "website (1)" in choices
    assert "production (1)" in choices


def test_a_filter_that_nothing_has_stays_in_the_form(client):
    write(make_entity("a", type="service"))
    html = open_page(client, "/?type=opera")
    assert '<option value="opera" selected>opera (0)</option>' in html
    assert "No match" in html


def test_spellings_of_one_value_are_one_choice(client):
    write(make_entity("a", type="Service"), make_entity("b", type="service"), make_entity("c", type="service"))
    choices = read_page(open_page(client, "/")).choices
    assert [choice for choice in choices if choice.lower().startswith("service")] == ["service (3)"]


def test_an_order_says_whom_it_leaves_out(client):
    write(make_entity("a", type="website"), make_entity("b"), make_entity("c", type="library"))
    html = open_page(client, "/?sort=type")
    assert read_page(html).names == ["c", "a"]
    assert "1 without a type is not in this order" in html
    assert 'aria-sort="ascending"' in html
    assert "not in this order" not in open_page(client, "/")


def test_pages_lead_on_and_back(client):
    write(*(make_entity(f"c{i:03}") for i in range(120)))
    seen, url = [], "/?kind=component"
    while url:
        html = open_page(client, url)
        seen += read_page(html).names
        following = re.search(r'rel="next" href="([^"]+)"', html)
        last, url = html, following and following[1].replace("&amp;", "&")
    assert seen == [f"c{i:03}" for i in range(120)]
    back = re.search(r'rel="prev" href="([^"]+)"', last)[1].replace("&amp;", "&")
    assert names_on(client, back) == [f"c{i:03}" for i in range(50, 100)]


def test_a_cursor_that_was_cut_short_shows_the_first_page(client):
    write(make_entity("cart"))
    assert names_on(client, "/?kind=component&cursor=broken") == ["cart"]


def test_kinds_without_owners_have_no_such_column(client):
    write(make_entity("alice", kind="User", owner=""))
    assert re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?(\w+)', open_page(client, "/")) == ["Name"]


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/", 4),
        ("/?kind=component&q=c1&type=service&owner=group:default/team-a", 6),
        ("/?sort=type", 5),
        ("/entities/component/default/c1", 3),
        ("/errors", 2),
        ("/locations", 1),
    ],
)
def test_a_page_costs_few_queries_however_many_entities_there_are(client, django_assert_num_queries, url, queries):
    write(*(make_entity(f"c{i}", type="service", owner="group:default/team-a") for i in range(60)))
    open_page(client, "/")
    CUTS.forget()
    with django_assert_num_queries(queries):
        open_page(client, url)


def test_pages_forbid_scripts_and_foreign_content(client):
    response = client.get("/")
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


def test_pages_bring_no_script_and_no_inline_style(client, tmp_path):
    fill(tmp_path, component("cart"), group("team-a"))
    for url in ("/", "/entities/component/default/cart", "/errors", "/locations", "/entities/a/b/c"):
        html = client.get(url).content.decode()
        assert not {"script", "style", "iframe", "object"} & set(read_page(html).tags)
        assert not re.search(r"<[^>]+\s(?:on\w+|style)=", html)


def test_the_stylesheet_may_be_kept_forever_under_its_fingerprint(client):
    url = re.search(r'rel="stylesheet" href="([^"]+)"', open_page(client, "/"))[1]
    response = client.get(url)
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert client.get("/assets/x/secrets.txt").status_code == 404


def test_an_old_fingerprint_gives_todays_stylesheet_for_now(client):
    response = client.get("/assets/000000000000/portal.css")
    assert (response.status_code, "immutable" in response.get("Cache-Control", "")) == (200, False)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_pages_change_nothing(client, method):
    assert getattr(client, method)("/").status_code in (403, 404, 405)
