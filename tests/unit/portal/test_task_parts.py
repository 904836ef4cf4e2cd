"""A task's steps, log and outcome, from its events."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.origin import Link
from portal.task_log import MAX_LENGTH, describe_line, plain_text
from portal.task_outcome import OutputText, describe_outcome, web_url
from portal.task_steps import StepEvent, duration_words, list_steps

START = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SPEC = {"steps": [{"id": name, "name": name.title(), "action": "debug:log"} for name in ("one", "two", "three")]}


def event(seconds, step_id, status, type_="log"):
    return StepEvent(type_, START + timedelta(seconds=seconds), step_id, status)


def states(events, status="processing", spec=SPEC):
    return [line.state for line in list_steps(spec, events, status)]


def test_steps_wait_run_and_end():
    events = [
        event(0, "one", "processing"),
        event(2, "one", "completed"),
        event(2, "two", "processing"),
        event(3, "gone", "processing"),
        event(3, "", "completed"),
    ]
    steps = list_steps(SPEC, events, "processing")
    assert [(line.name, line.state, line.took) for line in steps] == [
        ("One", "done", "2.0 s"),
        ("Two", "running", ""),
        ("Three", "waiting", ""),
    ]
    assert (steps[0].since, steps[1].since) == (None, START + timedelta(seconds=2))


def test_steps_that_never_ended_stand_as_the_task_does():
    events = [event(0, "one", "processing")]
    assert states(events, "cancelled") == ["cancelled", "left out", "left out"]
    assert states(events, "failed") == ["failed", "left out", "left out"]
    assert states([], "open") == ["waiting"] * 3


def test_a_task_that_is_run_again_keeps_what_was_done():
    events = [
        event(0, "one", "completed"),
        event(1, "two", "failed"),
        event(1, "three", "skipped"),
        event(9, "", "", "recovered"),
        event(9, "two", "processing"),
    ]
    assert states(events[:3], "failed") == ["done", "failed", "skipped"]
    assert states(events) == ["done", "running", "waiting"]


@pytest.mark.parametrize("spec", [{}, {"steps": None}, {"steps": "x"}, {"steps": [None, 1, {"id": 5}]}])
def test_odd_specifications_have_steps_without_names(spec):
    assert all(line.name == "" for line in list_steps(spec, [event(0, "a", "failed")], "failed"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0.0 s"), (0.04, "0.0 s"), (1.25, "1.2 s"), (12.4, "12 s"), (185, "3 min 5 s"), (7800, "2 h 10 min")],
)
def test_durations_are_told_in_words(seconds, words):
    assert duration_words(seconds) == words


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("\x1b[32minfo\x1b[39m: hello", "info: hello"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x07link\x1b]8;;\x07", "link"),
        ("\x1b]0;title\x1b\\text", "text"),
        ("10%\r50%\r100%", "100%"),
        ("done\r", "done"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("a\x00b\x08c\x7f\x9b31md", "abcd"),
        ("\x1b[", "["),
        ("<b>&", "<b>&"),
    ],
)
def test_what_terminals_are_told_is_no_text(message, plain):
    assert plain_text(message) == plain


def test_a_line_knows_its_level():
    line = describe_line(7, START, {"message": "\x1b[33mwarn\x1b[39m: careful", "stepId": "one"})
    assert (line.id, line.at, line.level, line.text) == (7, START, "warn", "careful")
    assert describe_line(7, START, {"message": "Beginning step One", "status": "processing"}).level == "step"
    assert describe_line(7, START, {"message": "error: no", "status": "failed"}).text == "error: no"
    assert describe_line(7, START, {"message": None}).text == ""


def test_a_line_without_end_is_cut():
    text = describe_line(7, START, {"message": "x" * (MAX_LENGTH + 5)}).text
    assert text == "x" * MAX_LENGTH + "… (5 characters more)"


def test_outputs_are_links_texts_and_whatever_else_the_template_names():
    outcome = describe_outcome(
        {
            "output": {
                "links": [
                    {"title": "Repo", "url": "https://github.com/acme/shop"},
                    {"title": "Entity", "entityRef": "component:default/shop"},
                    {"entityRef": "component:shop"},
                    {"title": "Evil", "url": "javascript:alert(1)"},
                    {"title": "Elsewhere", "url": "//evil.example"},
                    {},
                    "odd",
                ],
                "text": [{"title": "Said", "content": "Hello"}, {"content": {"a": 1}}],
                "remoteUrl": "https://github.com/acme/shop.git",
                "entityRef": "not: a ref/",
                "count": 3,
            }
        }
    )
    assert outcome.links == [
        Link("", "Repository", "https://github.com/acme/shop.git"),
        Link("", "Repo", "https://github.com/acme/shop"),
        Link("", "Entity", "/entities/component/default/shop"),
        Link("", "component:shop", "/entities/component/default/shop"),
        Link("", "Evil", ""),
        Link("", "Elsewhere", ""),
    ]
    assert outcome.texts == [OutputText("Said", "Hello"), OutputText("", '{"a": 1}')]
    assert outcome.others == [OutputText("entityRef", "not: a ref/"), OutputText("count", "3")]


def test_an_error_has_a_name_and_words():
    outcome = describe_outcome({"error": {"name": "InputError", "message": "\x1b[31mno\x1b[0m", "stack": "at x"}})
    assert (outcome.error_name, outcome.error, outcome.has_output) == ("InputError", "no", False)


@pytest.mark.parametrize("body", [{}, {"output": None, "error": "x"}, {"output": {"links": {}, "text": 5}}])
def test_odd_ends_show_nothing(body):
    outcome = describe_outcome(body)
    assert (outcome.has_output, outcome.error) == (False, "")


@pytest.mark.parametrize(
    "url", ["ftp://x", "data:text/html,x", " javascript:x", "https:", "http://[", "/path", None, 5, "mailto:a@b"]
)
def test_only_addresses_on_the_web_are_links(url):
    assert web_url(url) == ""
