"""Typed access to configuration, and the errors that people meet."""

from datetime import timedelta
from pathlib import Path

import pytest

from common.app_config import AppConfig, ConfigError


def config(**data) -> AppConfig:
    return AppConfig.from_dict(data)


def refusal(read) -> str:
    with pytest.raises(ConfigError) as error:
        read()
    return str(error.value)


def test_gets_values_by_dotted_path():
    root = config(a={"b": {"c": [1, 2]}}, n=None)
    assert root.get("a.b.c") == [1, 2]
    assert root.get("a.x.y", "default") == "default"
    assert root.get("n.b") is None
    assert (root.has("a.b"), root.has("n"), root.has("a.b.d")) == (True, False, False)
    assert root.get("") == {"a": {"b": {"c": [1, 2]}}}
    assert root.section("a").keys() == ["b"]


def test_a_path_through_something_else_than_an_object_is_refused():
    assert refusal(lambda: config(a="text").get("a.b")) == "app-config.yaml: a: got 'text', expected an object"


def test_absent_values_give_the_default():
    root = config()
    assert (root.string("a"), root.string("a", "x")) == (None, "x")
    assert (root.integer("a"), root.integer("a", 0)) == (None, 0)
    assert (root.boolean("a"), root.boolean("a", False)) == (None, False)
    assert (root.duration("a"), root.duration("a", timedelta(0))) == (None, timedelta(0))
    assert (root.string_list("a"), root.string_list("a", [])) == (None, [])
    assert root.section("a").data == {}
    assert root.sections("a") == []


@pytest.mark.parametrize(("value", "expected"), [(7007, 7007), ("7007", 7007), (" -5 ", -5), (3.0, 3), ("1e3", 1000)])
def test_whole_numbers_may_be_texts(value, expected):
    assert config(a=value).integer("a") == expected


@pytest.mark.parametrize("value", [1.5, "x", "", "1_000", "٣", True, [1], "nan", "9" * 5000])
def test_other_values_are_no_whole_numbers(value):
    assert refusal(lambda: config(a=value).integer("a")).endswith("expected a whole number")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (False, False),
        ("yes", True),
        ("Off", False),
        (" TRUE ", True),
        (1, True),
        (0, False),
        ("n", False),
    ],
)
def test_booleans_may_be_words(value, expected):
    assert config(a=value).boolean("a") is expected


@pytest.mark.parametrize("value", ["maybe", 2, "", ["yes"], {}])
def test_other_values_are_no_booleans(value):
    assert refusal(lambda: config(a=value).boolean("a")).endswith("expected true or false")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ({"minutes": 5}, 300),
        ({"minutes": "5", "seconds": 1.5}, 301.5),
        ({"years": 1, "months": 1, "weeks": 1, "days": 1}, (365 + 30 + 7 + 1) * 86400),
        ("10s", 10),
        ("5 minutes", 300),
        ("1.5h", 5400),
        (".5s", 0.5),
        ("500ms", 0.5),
        ("0s", 0),
        (" 2 Weeks ", 14 * 86400),
        ("PT5M", 300),
        ("P2DT6H", 54 * 3600),
        ("P1M", 30 * 86400),
        ("PT1,25S", 1.25),
        ("PT1.5H", 5400),
    ],
)
def test_durations_are_objects_iso_or_words(value, seconds):
    assert config(a=value).duration("a") == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value", ["500", "10 parsecs", "", "PT", "P", "PT5m", "1e3s", 5, True, [1], {}, {"minutes": "x"}, "9" * 300 + "d"]
)
def test_other_values_are_no_durations(value):
    assert refusal(lambda: config(a=value).duration("a")).endswith(
        "expected a duration such as '30s', '5 minutes', 'PT5M' or { minutes: 5 }"
    )


def test_a_wrong_unit_or_sign_or_size_of_a_duration_is_named():
    assert refusal(lambda: config(a={"minute": 5}).duration("a")).endswith(
        "'minute' is none of years, months, weeks, days, hours, minutes, seconds, milliseconds"
    )
    assert refusal(lambda: config(a="-5m").duration("a")).endswith(
        "got '-5m', expected a duration that is not negative"
    )
    assert refusal(lambda: config(a={"years": 10**10}).duration("a")).endswith("expected a duration shorter than that")


def test_lists_hold_texts_only():
    assert config(a=["x", "y"]).string_list("a") == ["x", "y"]
    for value in ("x", [1], ["x", ""], {}):
        assert refusal(lambda value=value: config(a=value).string_list("a")).endswith(
            "expected a list of texts that are not empty"
        )


def test_sections_name_their_whole_path():
    root = config(backend={"reading": {"allow": [{"host": "a"}, {"host": 5}]}})
    second = root.section("backend").section("reading").sections("allow")[1]
    assert refusal(lambda: second.string("host")) == (
        "app-config.yaml: backend.reading.allow[1].host: got 5, expected a text"
    )


def test_lists_of_anything_else_are_no_sections():
    assert refusal(lambda: config(a={"b": 1}).section("a.b")) == "app-config.yaml: a.b: got 1, expected an object"
    assert refusal(lambda: config(a=[1]).sections("a")) == "app-config.yaml: a: got a list, expected a list of objects"


def test_errors_show_values_but_not_secrets():
    data = {
        "port": "abc",
        "token": "hush",
        "a": {"connection": "postgres://u:p@h"},
        "url": "https://u:p@host/x",
        "e": "",
    }
    root = config(**data)
    assert str(root.error("port", "a port")) == "app-config.yaml: port: got 'abc', expected a port"
    assert str(root.error("token", "x")) == "app-config.yaml: token: got a value that is not shown, expected x"
    assert (
        str(root.error("a.connection", "x"))
        == "app-config.yaml: a.connection: got a value that is not shown, expected x"
    )
    assert str(root.error("url", "x")) == "app-config.yaml: url: got 'https://***@host/x', expected x"
    assert str(root.error("a", "x")) == "app-config.yaml: a: got an object, expected x"
    assert str(root.error("e", "x")) == "app-config.yaml: e: got an empty text, expected x"
    assert str(root.error("none.at.all", "x")) == "app-config.yaml: none.at.all: got nothing, expected x"


@pytest.mark.parametrize(
    "key", ["clientSecret", "password", "privateKey", "githubToken", "authorization", "credentials"]
)
def test_keys_that_look_like_secrets_hide_their_values(key):
    root = config(integrations={"github": [{key: ["hush"]}]})
    assert "hush" not in refusal(lambda: root.sections("integrations.github")[0].string(key))
    root = config(integrations={"github": [{key: {"deep": 5}}]})
    assert "5" not in refusal(lambda: root.sections("integrations.github")[0].string(f"{key}.deep"))


def test_long_values_are_cut():
    assert len(refusal(lambda: config(a="x" * 10_000).integer("a"))) < 300


def test_the_base_folder_of_a_made_up_configuration_is_the_given_one():
    assert AppConfig.from_dict({"a": 1}, Path("/etc")).base_dir("a") == Path("/etc")
    assert AppConfig.from_dict({}).base_dir("a") == Path()
