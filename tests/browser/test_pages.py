"""The pages in Chromium: at a desk with JavaScript, and on a phone without."""

from pathlib import Path

import pytest
from django.test import override_settings

from catalog.entity_ref import LocationRef
from catalog.ingestion.location_entity import deferred_location
from catalog.ingestion.mutation import apply_full_mutation
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from common.app_config import AppConfig
from tests.browser.chromium import started

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "all.yaml"
ALL_KINDS = ["Component", "API", "Resource", "System", "Domain", "Group", "User", "Location", "Template", "AiResource"]
LONG = "n" * 63
HOSTILE = f"""
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {LONG}
  title: <script>document.title='owned'</script>{"W" * 200}
  description: <img src=x onerror="document.title='owned'"> {"W" * 200}
  tags: [{LONG}]
  links: [{{ url: 'https://ok.example/{"w" * 300}' }}]
spec: {{ type: {"W" * 100}, lifecycle: {"W" * 100}, owner: {LONG}, dependsOn: ['resource:{LONG}'] }}
---
kind: API
metadata: {{ name: broken }}
spec: {{ type: openapi, lifecycle: production, owner: {LONG}, definition: {{ openapi: 3.0.0 }} }}
"""


@pytest.fixture(scope="session", autouse=True)
def open_door():
    """Before the live server starts: its middleware reads the policy once."""
    config = AppConfig.from_dict({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})
    with override_settings(APP_CONFIG=config):
        yield


@pytest.fixture(scope="module", params=[(1280, True), (390, False)], ids=["desk", "phone-without-javascript"])
def chromium(request, tmp_path_factory):
    width, has_javascript = request.param
    with started(width, tmp_path_factory.mktemp("profile"), has_javascript=has_javascript) as browser:
        yield browser


@pytest.fixture
def browser(chromium, live_server):
    ingest(EXAMPLES)
    chromium.site = live_server.url
    chromium.complaints()
    yield chromium
    assert chromium.complaints() == []


def ingest(*paths):
    sources = Sources.from_app_config(AppConfig.from_dict({"catalog": {"rules": [{"allow": ALL_KINDS}]}}))
    locations = [deferred_location(LocationRef("file", str(path))) for path in paths]
    apply_full_mutation("test", locations, settings=sources.catalog)
    process_due(sources=sources)


def test_a_person_searches_and_opens_an_entity_and_its_owner(browser):
    browser.open("/")
    assert browser.texts("h1") == ["Components"]
    assert "Ticket Shop" in browser.texts("a.name")
    assert browser.overhang == 0
    browser.keep_picture("catalog")

    browser.find("[name=q]").send_keys("seat")
    browser.click(".filters button")
    assert browser.texts("a.name") == ["Seat Map", "Seat Service", "Ticket Shop"]

    browser.follow("Seat Service")
    assert browser.texts("h1") == ["Seat Service"]
    assert browser.overhang == 0
    browser.keep_picture("entity")

    browser.follow("group:box-office")
    assert browser.texts("h1") == ["Box Office"]


def test_a_filter_is_chosen_kept_and_taken_away(browser):
    browser.open("/")
    browser.choose("[name=tag] option[value=real-time]")
    browser.click(".filters button")
    assert browser.texts("a.name") == ["Cue Runner"]
    assert browser.find("[name=tag]").get_property("value") == "real-time"

    browser.click("a.active")
    assert len(browser.texts("a.name")) == 18


def test_the_table_is_sorted_by_the_form(browser):
    browser.open("/")
    browser.choose("[name=sort] option[value='-name']")
    browser.click(".filters button")
    assert browser.texts("a.name")[:2] == ["Ticket Shop", "Sound Desk"]


def test_kinds_are_links(browser):
    browser.open("/")
    browser.click(".kinds a[href='/?kind=user']")
    assert browser.texts("a.name") == ["Alice Fournier", "Bob Adeyemi", "Carol Winter", "Dan Petrov", "Guest"]


def test_one_drawing_of_the_relations_fits_the_screen(browser):
    browser.open("/entities/component/default/seat-service")
    shapes = (
        "[...document.querySelectorAll('.graph > svg')].filter(s => s.clientWidth).map(s => s.getAttribute('class'))"
    )
    assert browser.evaluate(f"{shapes}.join()") == ("wide" if browser.width > 500 else "tall")
    browser.find(".graph svg a text")  # drawn as links


def test_what_authors_write_runs_nothing_and_breaks_no_layout(browser, tmp_path):
    path = tmp_path / "hostile.yaml"
    path.write_text(HOSTILE)
    ingest(path)
    for url in ("/", f"/entities/component/default/{LONG}", "/errors", "/locations", "/?kind=all"):
        browser.open(url)
        assert browser.overhang == 0, url
        assert browser.driver.title != "owned"
        browser.keep_picture("hostile" + url.partition("?")[0][:8].replace("/", "-"))


def test_the_errors_page_is_calm_when_all_is_well(browser):
    browser.open("/errors")
    assert "Everything that was described" in browser.texts(".empty")[0]
    assert browser.overhang == 0


def test_an_unknown_entity_leads_back(browser):
    browser.open("/entities/component/default/nope")
    assert browser.texts("h1") == ["Not found"]
    browser.follow("Look in the catalog")
    assert browser.texts("h1") == ["Components"]


def test_the_keyboard_reaches_the_content_first_and_sees_where_it_is(browser):
    browser.open("/")
    body = browser.find("body")
    body.send_keys("\ue004")  # tab
    assert browser.evaluate("document.activeElement.className") == "skip"
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(live_server, tmp_path, is_dark):
    ingest(EXAMPLES)
    with started(1280, tmp_path / "profile", has_javascript=True, is_dark=is_dark) as browser:
        browser.site = live_server.url
        for url in ("/?q=seat", "/entities/component/default/cue-runner", "/entities/component/default/nope"):
            browser.open(url)
            assert browser.evaluate(POOR_CONTRASTS) == []
        browser.keep_picture(f"contrast-{'dark' if is_dark else 'light'}")


# Texts whose contrast is below WCAG's 4.5, as "text: contrast". Shapes of drawings have no background, and are left out.
POOR_CONTRASTS = """
(() => {
  const parse = color => color.match(/[\\d.]+/g).map(Number);
  const light = color => {
    const [r, g, b] = parse(color).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = element => {
    for (; element; element = element.parentElement) {
      const color = getComputedStyle(element).backgroundColor;
      if (parse(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest('svg, .unseen, option')) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) poor.push(element.textContent.trim().slice(0, 30) + ': ' + contrast.toFixed(2));
  }
  return poor;
})()
"""
