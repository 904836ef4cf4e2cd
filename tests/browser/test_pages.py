"""The pages in Debian's Chromium, at the width of a desk and of a phone, without JavaScript."""

import os
import shutil

import pytest
from django.test import override_settings
from selenium import webdriver
from selenium.webdriver.common.by import By

from catalog.entity_ref import LocationRef
from catalog.ingestion.mutation import apply_full_mutation
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from catalog.ingestion.location_entity import deferred_location
from common.app_config import AppConfig

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]
EXAMPLES = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "all.yaml")
ALL_KINDS = ["Component", "System", "API", "Resource", "Location", "Template", "User", "Group", "Domain"]
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def start_browser(width, profile):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in (*FLAGS, f"--window-size={width},900", f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    # A headless window has a least width of its own; this one is exact.
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    return browser


@pytest.fixture(scope="session", autouse=True)
def open_door():
    """Before the live server starts: its middleware reads the policy once."""
    config = AppConfig.from_dict({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})
    with override_settings(APP_CONFIG=config):
        yield


@pytest.fixture(params=[1280, 390], ids=["desk", "phone"])
def browser(request, tmp_path):
    browser = start_browser(request.param, tmp_path / "profile")
    browser.asked_width = request.param
    yield browser
    problems = [
        line for line in browser.get_log("browser") if line["level"] == "SEVERE" and "404" not in line["message"]
    ]
    browser.quit()
    assert problems == []


@pytest.fixture
def site(live_server):
    sources = Sources.from_app_config(AppConfig.from_dict({"catalog": {"rules": [{"allow": ALL_KINDS}]}}))
    path = os.path.realpath(EXAMPLES)
    apply_full_mutation("test", [deferred_location(LocationRef("file", path))], settings=sources.catalog)
    process_due(sources=sources)
    return live_server.url


def has_no_sideways_scrolling(browser):
    metrics = browser.execute_cdp_cmd("Page.getLayoutMetrics", {})
    # A phone widens its viewport to what does not fit, so only the asked width tells.
    return metrics["cssContentSize"]["width"] <= browser.asked_width


def keep_picture(browser, name):
    folder = os.environ.get("CALLBOARD_TEST_PICTURES")
    if folder:
        browser.save_screenshot(os.path.join(folder, f"{name}-{browser.asked_width}.png"))


def test_a_person_searches_filters_and_opens_an_entity(browser, site):
    browser.get(site)
    assert "Ticket Shop" in browser.page_source
    assert has_no_sideways_scrolling(browser)
    keep_picture(browser, "catalog")

    browser.find_element(By.NAME, "q").send_keys("seat")
    browser.find_element(By.CSS_SELECTOR, "form.filters button").click()
    names = [link.text for link in browser.find_elements(By.CSS_SELECTOR, "a.name")]
    assert names == ["Seat Map", "Seat Service", "Ticket Shop"]

    browser.find_element(By.LINK_TEXT, "Seat Service").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "Seat Service"
    assert has_no_sideways_scrolling(browser)
    keep_picture(browser, "entity")

    browser.find_element(By.LINK_TEXT, "group:box-office").click()
    assert browser.find_element(By.TAG_NAME, "h1").text == "Box Office"


def test_filters_are_links_and_lists(browser, site):
    browser.get(f"{site}/?kind=component&tag=real-time")
    names = [link.text for link in browser.find_elements(By.CSS_SELECTOR, "a.name")]
    assert names == ["Cue Runner"]
    assert browser.find_element(By.NAME, "tag").get_attribute("value") == "real-time"


def test_the_errors_page_is_calm_when_all_is_well(browser, site):
    browser.get(f"{site}/errors")
    assert "Everything that was described" in browser.page_source
    assert has_no_sideways_scrolling(browser)


def test_an_unknown_entity_leads_back(browser, site):
    browser.get(f"{site}/entities/component/default/nope")
    assert "There is no entity" in browser.page_source
    assert browser.title == "Not found · Callboard"
