"""What of the configuration a browser may see."""

import json

import pytest

from config.frontend_config import SCRIPT, USUAL_SCHEMA, inject_config, visible_config

SHOWN = {"visibility": "frontend"}
DEEP = {"deepVisibility": "frontend"}
HIDDEN = {"visibility": "secret"}


def schema(**properties):
    return {"type": "object", "properties": properties}


def test_only_what_is_declared_is_shown():
    data = {"app": {"title": "x", "other": "y"}, "backend": {"secret": "z"}}
    assert visible_config(data, [schema(app=schema(title=SHOWN), backend=schema(secret={}))]) == {"app": {"title": "x"}}
    assert visible_config(data, []) == {}


def test_lists_keep_what_is_shown_of_their_items():
    items = schema(host=SHOWN, token=HIDDEN)
    data = {"github": [{"host": "a", "token": "t"}, {"token": "t"}], "names": ["a", "b"], "hidden": ["c"]}
    known = schema(github={"items": items}, names=SHOWN, hidden={"items": {"type": "string"}})
    assert visible_config(data, [known]) == {"github": [{"host": "a"}], "names": ["a", "b"]}


def test_an_object_that_is_shown_is_there_without_what_is_in_it():
    data = {"auth": {"providers": {"guest": {"userEntityRef": "x"}, "oidc": {"clientSecret": "s"}}}}
    known = schema(auth=schema(providers={"additionalProperties": SHOWN}))
    assert visible_config(data, [known]) == {"auth": {"providers": {"guest": {}, "oidc": {}}}}


def test_a_deep_visibility_holds_for_all_that_is_below():
    data = {"app": {"extensions": [{"a": {"config": {"x": [1, {"y": True}]}}}, "b"]}}
    assert visible_config(data, [schema(app=schema(extensions=DEEP))]) == data


def test_a_secret_stays_one_whatever_else_is_said():
    data = {"app": {"key": "s", "deep": {"key": "s"}}}
    assert visible_config(data, [schema(app=schema(key=SHOWN)), schema(app=schema(key=HIDDEN))]) == {}
    below = {"deepVisibility": "secret", "properties": {"key": SHOWN}}
    assert visible_config({"a": {"b": {"c": "s"}}}, [schema(a={**below, "properties": {"b": DEEP}})]) == {}
    assert visible_config({"a": {"key": "s"}}, [schema(a={**DEEP, "properties": {"key": HIDDEN}})]) == {}


def test_alternatives_and_definitions_count():
    known = {**schema(a={"anyOf": [{"type": "string"}, schema(b=SHOWN)]}, c={"$ref": "#/definitions/C"})}
    known["definitions"] = {"C": schema(d=SHOWN), "Loop": {"$ref": "#/definitions/Loop"}}
    known["properties"]["loop"] = {"$ref": "#/definitions/Loop"}
    assert visible_config({"a": {"b": 1, "x": 2}, "c": {"d": 3}, "loop": 1}, [known]) == {"a": {"b": 1}, "c": {"d": 3}}


def test_the_usual_schema_shows_no_secret():
    data = {
        "app": {"title": "T", "baseUrl": "http://x", "analytics": {"key": "s"}},
        "backend": {"baseUrl": "http://x", "database": {"connection": "s"}, "auth": {"keys": [{"secret": "s"}]}},
        "auth": {
            "environment": "development",
            "session": {"secret": "s"},
            "providers": {"github": {"clientSecret": "s"}},
        },
        "integrations": {"github": [{"host": "github.com", "token": "s"}]},
        "callboard": {"secretKey": "s"},
    }
    assert visible_config(data, [USUAL_SCHEMA]) == {
        "app": {"title": "T", "baseUrl": "http://x"},
        "backend": {"baseUrl": "http://x"},
        "auth": {"environment": "development", "providers": {"github": {}}},
    }


def injected(html, config):
    found = SCRIPT.findall(inject_config(html, config))
    assert len(found) == 1
    return json.loads(found[0])


def test_the_configuration_comes_behind_that_of_the_build():
    page = '<head><script type="backstage.io/config">[{"context":"a","data":{"x":1}}]</script></head><body>'
    assert injected(page, {"y": 2}) == [{"context": "a", "data": {"x": 1}}, {"context": "callboard", "data": {"y": 2}}]
    assert inject_config(page, {}).endswith("</script></head><body>")


def test_a_page_without_one_gets_it():
    assert injected("<head></head>", {"y": 2}) == [{"context": "callboard", "data": {"y": 2}}]


@pytest.mark.parametrize("page", ["<p>no page</p>", '<script type="backstage.io/config">{"a":1}</script>'])
def test_what_is_no_page_of_a_frontend_is_refused(page):
    with pytest.raises(ValueError, match=r"the page has no|is no list"):
        inject_config(page, {})


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--<script>", "\u2028", "</SCRIPT >", "&quot;\\"]
)
def test_no_value_ends_the_script(text):
    html = inject_config("<head></head>", {"title": text, text: 1})
    inside = html[html.index(">", html.index("<script")) + 1 : html.rindex("</script>")]
    assert not {"<", ">", "&", "\u2028"} & set(inside)
    assert json.loads(inside)[0]["data"] == {"title": text, text: 1}
