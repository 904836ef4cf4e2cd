"""From a template to a finished task, in Chromium: at a desk with JavaScript, and on a phone without."""

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.chromium import started
from tests.browser.test_pages import EXAMPLES, POOR_CONTRASTS
from tests.integration.serving import running_server, wait_for

pytestmark = pytest.mark.enable_socket
CONFIG = f"""
backend: {{ auth: {{ dangerouslyDisableDefaultAuthPolicy: true }} }}
catalog:
  rules: [{{ allow: [Component, API, Resource, System, Domain, Group, User, Location, Template, AiResource] }}]
  locations: [{{ type: file, target: {EXAMPLES} }}]
"""
# What browsers advise where they take a secret for the password of a login.
NO_LOGIN = "Password forms should have (optionally hidden) username fields"
NEXT = ".buttons button[value=next]"
CREATE = ".buttons button[value=create]"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("server"), CONFIG) as running:
        running.wait_until_ready()
        wait_for(
            lambda: "/create/default/rehearsal" in running.get("/create")[1], seconds=60, otherwise=running.read_log
        )
        yield running


@pytest.fixture(scope="module", params=[(1280, True), (390, False)], ids=["desk", "phone-without-javascript"])
def chromium(request, tmp_path_factory):
    width, has_javascript = request.param
    with started(width, tmp_path_factory.mktemp("profile"), has_javascript=has_javascript) as browser:
        browser.has_javascript = has_javascript
        yield browser


@pytest.fixture
def browser(chromium, server):
    chromium.site = server.url
    chromium.complaints()
    yield chromium
    assert [line for line in chromium.complaints() if NO_LOGIN not in line] == []


def write(browser, name, text):
    field = browser.find(f"[name='/{name}']")
    field.clear()
    field.send_keys(text)


def tick(browser, name):
    browser.choose(f"[type=checkbox][name='/{name}']")


def wait_until(browser, condition, seconds=30):
    """The page may be replaced at any moment, with a script or without."""
    WebDriverWait(browser.driver, seconds, ignored_exceptions=(Exception,)).until(lambda _: condition())


def wait_for_state(browser, word):
    wait_until(browser, lambda: browser.find(".status").text == word)


def states(browser):
    return browser.texts("#task-steps .word")


def begin_rehearsal(browser, *, seconds="0", goes_wrong=False, password=""):
    browser.open("/create/default/rehearsal")
    write(browser, "seconds", seconds)
    write(browser, "password", password)
    if goes_wrong:
        tick(browser, "goesWrong")
    browser.click(NEXT)
    browser.click(CREATE)


def test_a_person_makes_a_service_and_sees_how_it_is_done(browser):
    browser.open("/create")
    browser.keep_picture("create")
    browser.follow("A new service")
    write(browser, "name", "ticket-scanner")
    write(browser, "description", "Reads the codes on tickets")
    write(browser, "owner", "box-office")
    assert browser.overhang == 0
    browser.keep_picture("form")
    browser.click(NEXT)

    browser.choose("[type=radio][value=go]")
    write(browser, "tags", "scanner\nqueue")
    browser.click(NEXT)

    assert "group:default/box-office" in browser.texts(".reviewed dd")
    assert "scanner, queue" in browser.texts(".reviewed dd")
    assert browser.overhang == 0
    browser.keep_picture("review")
    browser.click(CREATE)

    wait_for_state(browser, "done")
    assert states(browser) == ["done", "done", "skipped", "done", "done"]
    assert "4 files for ticket-scanner, in go." in browser.texts(".output p")
    assert "Who looks after it" in browser.texts(".links a")
    assert any("ticket-scanner is ready" in line for line in browser.texts(".log li"))
    assert browser.overhang == 0
    browser.keep_picture("task")
    browser.follow("Who looks after it")
    assert browser.texts("h1") == ["Box Office"]


def test_what_was_typed_stays_when_something_is_wrong(browser):
    browser.open("/create/default/new-service")
    write(browser, "name", "Ticket Scanner")
    write(browser, "owner", "box-office")
    browser.click(NEXT)
    assert browser.texts(".error") == ["This does not fit the pattern ^[a-z0-9-]+$"]
    assert browser.find("[name='/name']").get_property("value") == "Ticket Scanner"
    assert browser.find("[name='/owner']").get_property("value") == "box-office"
    assert browser.evaluate("document.activeElement.name") == "/name"
    browser.keep_picture("fault")

    write(browser, "name", "ticket-scanner")
    browser.click(NEXT)
    assert browser.texts(".form-page > h2") == ["How it is built"]
    browser.click(".buttons button[value=back]")
    assert browser.find("[name='/name']").get_property("value") == "ticket-scanner"


def test_enter_leads_on(browser):
    browser.open("/create/default/new-service")
    write(browser, "owner", "box-office")
    write(browser, "name", "scanner" + Keys.ENTER)
    wait_until(browser, lambda: browser.texts(".form-page > h2") == ["How it is built"])


def test_a_field_that_depends_on_another_comes_with_it(browser):
    browser.open("/create/default/new-service")
    write(browser, "name", "scanner")
    write(browser, "owner", "box-office")
    browser.click(NEXT)
    tick(browser, "hasApi")
    if browser.has_javascript:
        wait_until(browser, lambda: browser.find("select[name='/apiType']"))
        tick(browser, "hasApi")
        wait_until(browser, lambda: not browser.texts("select[name='/apiType']"))
        tick(browser, "hasApi")
        wait_until(browser, lambda: browser.find("select[name='/apiType']"))
    else:
        browser.click(NEXT)
        assert browser.texts(".notice") == ["What you chose asks for more: please go through this page again."]
    browser.choose("select[name='/apiType'] option[value=grpc]")
    browser.click(NEXT)
    assert "grpc" in browser.texts(".reviewed dd")


def test_steps_are_seen_as_they_run(browser):
    begin_rehearsal(browser, seconds="4", password="swordfish")
    wait_until(browser, lambda: states(browser) == ["done", "done", "running", "waiting", "waiting"])
    browser.keep_picture("running")
    browser.evaluate("window.isSamePage = true")
    wait_for_state(browser, "done")
    assert states(browser) == ["done", "done", "done", "skipped", "done"]
    assert bool(browser.evaluate("window.isSamePage")) is browser.has_javascript
    lines = browser.texts(".log li")
    assert any(line.endswith("***") for line in lines)
    assert len([line for line in lines if "Beginning step" in line]) == 5
    assert "swordfish" not in browser.driver.page_source


def test_a_running_task_is_cancelled(browser):
    begin_rehearsal(browser, seconds="600")
    wait_until(browser, lambda: "running" in states(browser))
    cancel(browser)
    wait_for_state(browser, "cancelled")
    assert states(browser) == ["done", "skipped", "cancelled", "left out", "left out"]


def cancel(browser):
    """The button may be drawn anew just when it is pressed."""
    wait_until(browser, lambda: browser.click("form[action$='/cancel'] button") is None)


def test_a_task_that_failed_says_why_and_is_tried_again(browser):
    begin_rehearsal(browser, goes_wrong=True)
    wait_for_state(browser, "failed")
    assert "sword.txt" in browser.texts(".alarm pre")[0]
    assert states(browser) == ["done", "skipped", "done", "failed", "skipped"]
    assert browser.overhang == 0
    browser.keep_picture("failed")
    browser.click("form[action$='/retry'] button")
    wait_for_state(browser, "failed")
    wait_until(browser, lambda: any("is run again" in line for line in browser.texts(".log li")))


def test_tasks_are_listed(browser):
    begin_rehearsal(browser)
    browser.open("/tasks")
    assert browser.texts("a.name")[0] == "A dress rehearsal"
    assert browser.overhang == 0
    browser.keep_picture("tasks")


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(server, tmp_path, is_dark):
    with started(1280, tmp_path / "profile", has_javascript=True, is_dark=is_dark) as browser:
        browser.site = server.url
        for goes_wrong in (False, True):
            begin_rehearsal(browser, goes_wrong=goes_wrong)
            wait_for_state(browser, "failed" if goes_wrong else "done")
            assert browser.evaluate(POOR_CONTRASTS) == []
        browser.open("/create/default/new-service")
        write(browser, "name", "Not A Name")
        write(browser, "owner", "box-office")
        browser.click(NEXT)
        assert browser.evaluate(POOR_CONTRASTS) == []
        for path in ("/create", "/tasks"):
            browser.open(path)
            assert browser.evaluate(POOR_CONTRASTS) == []
