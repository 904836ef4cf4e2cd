"""Attacks on the pages: by what authors write, and by addresses."""

import pytest

from common.errors import NotAllowedError
from common.identity import Identity, Restriction
from portal.catalog_page import show_catalog
from portal.entity_page import show_entity
from portal.errors_page import show_errors
from portal.locations_page import show_locations
from portal.page import show_missing
from tests.integration.portal_world import OPEN, component, fill, open_page, read_page
from tests.integration.queries_world import make_entity, write

pytestmark = pytest.mark.django_db

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg onload=alert(1)>"


@pytest.fixture(autouse=True)
def open_door(settings):
    settings.APP_CONFIG = OPEN


def test_what_authors_write_is_never_markup(client):
    entity = make_entity(
        "evil",
        type=MARKUP,
        lifecycle=MARKUP,
        definition=MARKUP,
        metadata={
            "title": MARKUP,
            "description": MARKUP,
            "tags": [MARKUP],
            "links": [{"url": f"https://ok.example/{MARKUP}", "title": MARKUP}],
            "annotations": {"backstage.io/managed-by-location": MARKUP, "backstage.io/view-url": f"https://x/{MARKUP}"},
        },
    )
    entity["relations"] = [{"type": MARKUP, "targetRef": f"component:default/{MARKUP}"}]
    entity["status"] = {"items": [{"message": MARKUP, "error": {"name": MARKUP}}]}
    plain = make_entity("plain", type="a", lifecycle="b", metadata={"tags": ["c"]})
    write(entity, plain)
    for url in ("/", "/?kind=all", "/entities/component/default/evil", f"/?q={MARKUP}&type={MARKUP}&kind={MARKUP}"):
        html = open_page(client, url)
        page = read_page(html)
        assert not {"script", "style", "iframe"} & set(page.tags)
        assert "onerror=alert(1)>" not in html
        # The only picture is ours.
        assert (page.tags.count("img"), html.count("<svg onload")) == (1, 0)


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "java\nscript:alert(1)", "\x00javascript:alert(1)", "data:text/html,x", "//evil.example"],
)
def test_no_link_leads_to_a_script(client, address):
    names = ("managed-by-location", "managed-by-origin-location", "source-location", "view-url", "edit-url")
    annotations = {f"backstage.io/{name}": address for name in names}
    metadata = {"annotations": annotations, "links": [{"url": address, "title": "click me"}]}
    entity = make_entity("evil", metadata=metadata)
    entity["relations"].append({"type": "dependsOn", "targetRef": address})
    write(entity)
    for link in read_page(open_page(client, "/entities/component/default/evil")).links:
        assert link.startswith(("/", "#"))
        assert not link.startswith("//")


@pytest.mark.parametrize(
    "url",
    [
        "/entities/component/default/%00",
        "/entities/component/default/%ed%a0%80",
        "/entities/a%2fb/%2e%2e/c",
        "/entities/component/default/" + "x" * 5000,
        "/?q=%00&owner=%00&cursor=%00",
        "/?cursor=" + "A" * 50_000,
        "/?cursor=eyJhIjoxfQ",
        "/?kind=%ff&sort=%ff&type=%ff",
        "/?q=" + "x" * 100_000,
        "/?tag=" + "%F0%9F%8E%AD" * 300,
        "/locations?page=%00",
        "/assets/../../etc/passwd/portal.css",
        "/assets/x/%2e%2e%2fpage.py",
    ],
)
def test_odd_addresses_are_answered_below_500(client, url):
    write(make_entity("cart"))
    assert client.get(url).status_code < 500


def test_errors_that_quote_the_attack_are_text(client, tmp_path):
    fill(tmp_path, component("broken", **{MARKUP: "x", "tags": [MARKUP]}))
    html = open_page(client, "/errors")
    assert "script" not in read_page(html).tags
    assert "<img src=x" not in html


def test_a_missing_page_quotes_its_address_as_text(rf):
    html = show_missing(rf.get(f"/{MARKUP}")).content.decode()
    assert "script" not in read_page(html).tags


def test_deep_and_large_entities_are_shown_in_bounds(client):
    deep = value = {}
    for _ in range(90):
        value["a"] = value = {}
    write(make_entity("deep", deep=deep), make_entity("large", definition="x" * 3_000_000))
    open_page(client, "/entities/component/default/deep")
    assert len(open_page(client, "/entities/component/default/large")) < 250_000


@pytest.mark.parametrize(
    ("view", "arguments"),
    [(show_catalog, ()), (show_entity, ("component", "default", "cart")), (show_errors, ()), (show_locations, ())],
)
def test_a_token_that_is_good_for_something_else_opens_no_page(rf, view, arguments):
    """The door refuses it already; the pages ask again, as the API does."""
    request = rf.get("/")
    restriction = Restriction(permissions=frozenset({"catalog.entity.refresh"}))
    request.identity = Identity("service", "refresher", restrictions={"catalog": restriction})
    with pytest.raises(NotAllowedError, match="restricted to permission"):
        view(request, *arguments)
