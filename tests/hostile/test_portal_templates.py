"""Attacks on the pages of templates and tasks: by authors of templates, by what tasks say, by requests."""

import re
import time

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import NotAllowedError
from common.identity import Identity, Restriction
from portal.create_form import show_form
from portal.create_page import show_templates
from portal.form.filled import FormRequest, fill_form
from portal.form.review import review_form
from portal.form.typed import Typed
from portal.suggestions import read_lookup
from portal.task_log import plain_text
from portal.task_orders import order_cancel, order_retry
from portal.task_page import show_task
from portal.tasks_page import show_tasks
from scaffolder.models import Task, TaskEvent
from scaffolder.tasks.events import write_event
from tests.integration.portal_world import OPEN, open_page, read_page
from tests.integration.queries_world import make_entity, write
from tests.integration.task_world import new_task, run_template, with_actions

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><svg onload=alert(1)>"
DATABASE = pytest.mark.django_db
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYWORDS = """
type properties required items enum enumNames oneOf anyOf allOf if then else dependencies dependentRequired const default
title description $ref definitions ui:field ui:widget ui:options ui:order ui:help ui:backstage maxLength a b
"""
WORDS = """
string number boolean array object null a b #/definitions/a #/properties/a # hidden textarea radio Secret RepoUrlPicker
OwnerPicker EntityPicker * ^(a+)+$
"""
SCHEMAS = st.recursive(
    JSON | st.sampled_from(WORDS.split()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYWORDS.split()), inner, max_size=6),
    max_leaves=30,
)


@pytest.fixture(autouse=True)
def open_door(settings):
    settings.APP_CONFIG = OPEN


def template(parameters, name="evil", **spec):
    metadata = {"title": MARKUP, "description": MARKUP, "tags": [MARKUP]}
    metadata["annotations"] = {"backstage.io/managed-by-location": "url:https://example.com/t.yaml"}
    entity = make_entity(name, kind="Template", metadata=metadata, type=MARKUP, **spec)
    entity["apiVersion"] = "scaffolder.backstage.io/v1beta3"
    entity["spec"] |= {"parameters": parameters, "steps": [{"action": "debug:log"}]}
    return entity


def assert_harmless(html):
    page = read_page(html)
    assert page.tags.count("script") <= 1
    assert not {"iframe", "object", "style"} & set(page.tags)
    assert (page.tags.count("img"), html.count("<svg onload"), "<script>" in html) == (1, 0, False)
    assert not re.search(r"<[a-z][^>]*\sonerror=", re.sub(r'"[^"]*"', '""', html))


@DATABASE
def test_what_authors_of_templates_write_is_never_markup(client):
    words = {"title": MARKUP, "description": MARKUP, "default": MARKUP}
    odd = {f"ui:{name}": MARKUP for name in ("help", "placeholder", "widget", "field")}
    page = {
        "title": MARKUP,
        "description": MARKUP,
        "required": [f"no field {MARKUP}"],
        "properties": {
            MARKUP: words | odd,
            "choice": {"enum": [MARKUP], "enumNames": [MARKUP]},
            "ticks": {"title": MARKUP, "items": {"enum": [MARKUP]}, "type": "array"},
            "radio": {"enum": [MARKUP], "ui:widget": "radio"},
            "hidden": words | {"ui:widget": "hidden"},
            "yes": {"type": "boolean", **words},
            "repo": {"ui:field": "RepoUrlPicker", **words, "ui:options": {"allowedHosts": [MARKUP]}},
            "list": {"type": "array", "items": {"properties": {MARKUP: words}}, "default": [{MARKUP: MARKUP}]},
        },
    }
    labels = {"createButtonText": MARKUP, "backButtonText": MARKUP, "reviewButtonText": MARKUP}
    write(template([page, page], presentation={"buttonLabels": labels}))
    assert_harmless(open_page(client, "/create"))
    assert_harmless(open_page(client, "/create/default/evil"))
    for number, go in ((0, "next"), (1, "next"), (2, "stay"), (2, "create"), (0, MARKUP)):
        posted = {
            "go": go,
            "page": number,
            f"/{MARKUP}": MARKUP,
            "/choice": MARKUP,
            "/other": MARKUP,
            "secret:/x": MARKUP,
        }
        assert_harmless(client.post("/create/default/evil", posted).content.decode())


def say_markup(context):
    context.log.info(MARKUP)
    context.log.error(f"\x1b]8;;javascript:alert(1)\x07{MARKUP}\x1b]8;;\x07")


@DATABASE
def test_what_a_task_says_is_never_markup_and_no_script_is_linked(client):
    links = [
        {"title": MARKUP, "url": url} for url in ("javascript:alert(1)", "data:text/html,x", f"https://x/{MARKUP}")
    ]
    output = {
        "links": [*links, {"entityRef": f"component:default/{MARKUP}", "title": "x"}],
        "text": [{"title": MARKUP, "content": f"javascript:alert(1) {MARKUP}"}],
        MARKUP: MARKUP,
        "remoteUrl": "javascript:alert(1)",
    }
    with with_actions(test_say=say_markup):
        done = run_template([{"name": MARKUP, "action": "test:say"}], output=output, values={"a": MARKUP})
    assert done.status == "completed"
    html = open_page(client, f"/tasks/{done.task.id}")
    assert_harmless(html)
    assert all(link.startswith(("/", "#", "https://x/")) for link in read_page(html).links)
    assert_harmless(open_page(client, "/tasks"))


@DATABASE
def test_a_task_made_by_the_api_with_an_odd_specification_is_shown(client):
    for spec in ("{}", '{"steps": 5, "templateInfo": []}', '{"templateInfo": {"entity": {"metadata": {"title": 5}}}}'):
        task_id = new_task([])
        Task.objects.filter(id=task_id).update(spec=spec, template_ref=f"template:{MARKUP}", created_by=MARKUP)
        write_event(task_id, "log", {"message": 5, "stepId": ["x"], "status": {}})
        assert_harmless(open_page(client, f"/tasks/{task_id}"))
    assert_harmless(open_page(client, "/tasks"))


@DATABASE
def test_secrets_appear_on_no_page_of_a_task(client):
    def tell(context):
        context.log.info(f"it is {context.secrets['token']}")
        raise ValueError(f"{context.secrets['token']} is wrong")

    with with_actions(test_tell=tell):
        done = run_template([{"action": "test:tell"}], secrets={"token": "sup3r-s3cret"})
    html = open_page(client, f"/tasks/{done.task.id}") + open_page(client, "/tasks")
    assert "sup3r" not in html


@settings(max_examples=150, deadline=None)
@given(
    parameters=SCHEMAS,
    inputs=st.dictionaries(st.sampled_from(["/a", "/b", "/a/0", "/a/b", "/a?host"]), st.text(max_size=5)),
)
def test_no_schema_and_no_input_breaks_the_form(parameters, inputs):
    typed = Typed({name: (text,) for name, text in inputs.items()})
    form = fill_form(FormRequest([{"title": "x", "schema": parameters}], typed, secrets={"properties": parameters}))
    review_form(form)


def looping(depth):
    return {
        "definitions": {"a": {"$ref": "#/definitions/a"}},
        "properties": {"x": {"$ref": "#/definitions/a"}},
        "allOf": depth,
    }


@pytest.mark.parametrize(
    "schema",
    [
        looping([{"$ref": "#"}]),
        looping([{"allOf": [{"$ref": "#"}, {"$ref": "#"}]}]),
        {"properties": {"a": {"$ref": "#"}, "b": {"$ref": "#"}}},
        {"properties": {"a": {"type": "array", "items": {"$ref": "#"}, "default": [{"a": [{}] * 50}] * 50}}},
        {"properties": {f"p{i}": {"type": "boolean"} for i in range(20_000)}},
        {"properties": {"a": {"enum": [f"v{i}" for i in range(50_000)]}}},
        {
            "properties": {"a": {"default": "a" * 40}},
            "allOf": [{"if": {"properties": {"a": {"pattern": "^(a+)+(?!b)$"}}}}] * 2_000,
        },
        {
            "properties": {"a": {"default": "a"}},
            "dependencies": {"a": {"oneOf": [{"properties": {"a": {"not": {}}}}] * 10_000}},
        },
        {
            "properties": {"a": {"default": "1"}},
            "allOf": [
                {"if": {"properties": {"a": {"const": "1"}}}, "then": {"properties": {"b": {"default": "1"}}}},
                {"if": {"required": ["b"]}, "then": {"properties": {"a": {"const": "2"}}}},
            ],
        },
    ],
    ids=["self", "double", "tree", "lists", "wide", "choices", "patterns", "options", "restless"],
)
def test_a_template_cannot_hold_a_web_process_or_make_a_page_without_end(schema):
    began = time.monotonic()
    form = fill_form(FormRequest([{"title": "x", "schema": schema}]))
    assert time.monotonic() - began < 8
    assert sum(1 for page in form.pages for field in page.fields for _ in field.walk()) <= 1_000


@DATABASE
@pytest.mark.parametrize(
    ("path", "posted"),
    [
        ("/create/default/evil", {"go": "next", "page": "-1"}),
        ("/create/default/evil", {"go": "page:9999999999", "page": "9" * 500}),
        ("/create/default/evil", {"go": "add:/", "/": "999999999999"}),
        ("/create/default/evil", {"go": "add:/list", "/list": "99999"}),
        ("/create/default/evil", {"go": "remove:/list/99999999999999", "/list": "1"}),
        ("/create/default/evil", {"go": "create", "/x": "\0", "/\0": "x"}),
        ("/create/default/evil", {"go": "create", "/x": "9" * 5_000}),
        ("/create/default/evil", {"go": "create", "/x": "[" * 50_000}),
        ("/create/default/evil", {f"/{i}": "x" for i in range(2_000)}),
        ("/create/%00/%00", {}),
        ("/create/default/" + "x" * 5_000, {"go": "create"}),
        ("/tasks/%00/cancel", {}),
        ("/tasks/%00/retry", {}),
    ],
)
def test_odd_forms_are_answered_below_500(client, path, posted):
    inner = {"type": "array", "items": {"properties": {"n": {}}}}
    write(template([{"properties": {"x": {"type": "object"}, "list": inner}}]))
    assert client.post(path, posted).status_code < 500


@DATABASE
@pytest.mark.parametrize(
    "path",
    [
        "/create?q=%00&owner=%00&cursor=%00",
        "/create?cursor=" + "A" * 50_000,
        "/create/default/evil?formData=%00",
        "/create/default/evil?formData=[]",
        "/create/default/evil?formData=" + "[" * 90_000,
        "/tasks?page=%00&status=%00",
        "/tasks?page=99999",
        "/tasks/%00",
        "/tasks/%2e%2e%2f",
        "/tasks/x?after=" + "9" * 500,
    ],
)
def test_odd_addresses_are_answered_below_500(client, path):
    write(template([{"properties": {"x": {}}}]))
    assert client.get(path).status_code < 500


@DATABASE
@pytest.mark.parametrize("after", ["-1", "x", "9" * 18, "9" * 19, "9" * 500, "%00"])
def test_odd_places_in_the_log_are_answered(client, after):
    assert client.get(f"/tasks/{new_task([])}?after={after}").status_code == 200


@DATABASE
def test_orders_that_another_site_made_up_change_nothing():
    task_id = new_task([])
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"/tasks/{task_id}/cancel").status_code == 403
    assert client.post(f"/tasks/{task_id}/retry").status_code == 403
    assert client.get(f"/tasks/{task_id}/cancel").status_code in (404, 405)
    assert (Task.objects.get().cancel_requested_at, TaskEvent.objects.count()) == (None, 0)


@DATABASE
@pytest.mark.parametrize(
    ("view", "method", "arguments"),
    [
        (show_templates, "get", ()),
        (show_form, "get", ("default", "evil")),
        (show_form, "post", ("default", "evil")),
        (show_tasks, "get", ()),
        (show_task, "get", ("x",)),
        (order_cancel, "post", ("x",)),
        (order_retry, "post", ("x",)),
    ],
)
def test_a_token_that_is_good_for_something_else_opens_no_page(rf, view, method, arguments):
    request = getattr(rf, method)("/")
    restriction = Restriction(permissions=frozenset({"catalog.entity.refresh"}))
    request.identity = Identity("service", "bot", restrictions={"catalog": restriction, "scaffolder": restriction})
    with pytest.raises(NotAllowedError, match="restricted to permission"):
        view(request, *arguments)


@DATABASE
def test_one_who_may_read_may_not_give_orders(rf):
    restriction = Restriction(permissions=frozenset({"scaffolder.task.read"}))
    for view in (order_cancel, order_retry):
        request = rf.post("/")
        request.identity = Identity("service", "bot", restrictions={"scaffolder": restriction})
        with pytest.raises(NotAllowedError):
            view(request, new_task([]))


@given(text=st.text() | st.text(alphabet="\x1b\x9b[]m;0\r\n\x07\\a"))
def test_nothing_that_steers_a_terminal_is_left(text):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", plain_text(text))


@pytest.mark.parametrize("size", [200_000])
@pytest.mark.parametrize("unit", ["\x1b]", "\x1b[", "\x1b[0", "\r", "\x9b;", "\x1b"])
def test_plain_text_takes_no_more_time_than_the_text_is_long(unit, size):
    began = time.monotonic()
    plain_text(unit * size)
    assert time.monotonic() - began < 5


@given(lookup=JSON | st.lists(SCHEMAS, max_size=3))
def test_no_filter_of_a_picker_breaks_the_question(lookup):
    read_lookup(lookup if isinstance(lookup, list) else [lookup])
