"""Attacks on the scaffolder's API: what must not be seen, reached or brought down through it."""

import base64
import json
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.api.json_body import MAX_BYTES
from common.api.openapi import METHODS
from scaffolder.api.request_check import DESCRIPTION
from scaffolder.models import Task, TaskCheckpoint, TaskEvent, TaskStep, WorkspaceChunk
from tests.integration.api_world import error_of
from tests.integration.scaffolder_world import ScaffolderWorld, file, template

pytestmark = pytest.mark.django_db

FORM = {"title": "Who", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 20}}}


@pytest.fixture
def world(settings, client, tmp_path):
    (tmp_path / "workspaces").mkdir()
    environment = {"parameters": {"region": "here"}, "secrets": {"KEY": "servers-own-key"}}
    world = ScaffolderWorld(
        settings, client, workspaces=tmp_path / "workspaces", scaffolder={"defaultEnvironment": environment}
    )
    world.add(template(), template("form", parameters=[FORM]))
    return world


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "a/../../x",
        "/etc/passwd",
        "..",
        ".",
        "",
        "a\0b",
        "..\\x",
        "%2e%2e/x",
        "a/./../../x",
        "x" * 5000,
        "/".join(["d"] * 3000),
        "template.yaml/../../x",
    ],
)
def test_files_of_a_dry_run_stay_in_their_folder(world, tmp_path, path):
    answer = world.dry_run(template(steps=[]), directoryContents=[file(path)])

    assert answer.status_code < 500, answer.content
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == []
    assert [found.name for found in tmp_path.iterdir()] == ["workspaces"]


def test_files_of_a_dry_run_cannot_be_each_others_folder(world):
    answer = world.dry_run(template(steps=[]), directoryContents=[file("a"), file("a/b")])

    assert 400 <= answer.status_code < 500, answer.content


@pytest.mark.parametrize(
    "order",
    [
        "asc:secrets",
        "asc:spec",
        "desc:claim",
        "asc:id",
        "asc:pk",
        "asc:tasksecrets__sealed",
        "asc:created_at__year",
        "asc:?",
    ],
)
def test_no_order_tells_what_is_not_shown(world, order):
    world.start()

    status, name, message = error_of(world.get(f"v2/tasks?order={quote(order)}"))

    assert (status, name) == (400, "InputError")
    assert "expected one of created_at, status, created_by" in message


@pytest.mark.parametrize("action", ["DEBUG:LOG", "Debug:log", "debug:log ", " debug:log", "debug:ｌog", "debug:log\0"])
def test_an_action_is_known_by_its_very_id_alone(world, action):
    answer = world.dry_run(template(steps=[{"id": "x", "action": action, "input": {"message": "x"}}]))

    status, name, _ = error_of(answer)
    assert (status, name) == (404, "NotFoundError")


def test_a_dry_run_never_sees_the_servers_secrets(world):
    probes = {
        "direct": "${{ environment.secrets.KEY }}",
        "all": "${{ environment.secrets | dump }}",
        "whole": "${{ environment | dump }}",
        "shouted": "${{ environment.secrets.KEY | upper }}",
    }
    given = template(
        steps=[{"id": "n", "action": "debug:log", "input": {"message": json.dumps(probes)}}], output=probes
    )

    answer = world.dry_run(given)

    assert answer.status_code == 200, answer.content
    assert "servers-own-key" not in answer.content.decode().lower()


def test_a_task_shows_what_an_allow_list_names_and_nothing_else(world):
    task_id = world.start(secrets={"token": "hidden-in-the-vault"})
    task = Task.objects.get(id=task_id)
    task.claim = "hidden-claim"
    task.save()
    moment = task.created_at
    TaskStep.objects.create(
        task=task, position=0, step_id="s", status="completed", output='"hidden-output"', ended_at=moment
    )
    TaskCheckpoint.objects.create(task=task, key="k", value='"hidden-checkpoint"')
    WorkspaceChunk.objects.create(task=task, snapshot="hidden-snapshot", number=0, data=b"hidden-file")
    TaskEvent.objects.create(task=task, type="log", body='{"message": "seen"}', created_at=moment)

    one, listed = world.get(f"v2/tasks/{task_id}"), world.get("v2/tasks")

    assert set(one.json()) == {"id", "spec", "status", "createdAt"}
    assert set(one.json()["spec"]) == {"apiVersion", "steps", "output", "parameters", "user", "templateInfo"}
    assert listed.json()["tasks"] == [one.json()]
    assert b"hidden" not in one.content + listed.content


@pytest.mark.parametrize("path", ["v2/tasks", "v2/dry-run", "v2/autocomplete/github/owners", "v2/tasks/x/retry"])
def test_a_body_beyond_the_limit_is_refused(world, path):
    answer = world.post(path, b'{"templateRef":"' + b"x" * MAX_BYTES + b'"}')

    assert error_of(answer) == (400, "InputError", "request entity too large")


def test_a_large_body_within_the_limit_is_answered(world):
    values = {"name": "x", "big": "y" * (MAX_BYTES - 1000)}

    assert world.post("v2/tasks", {"templateRef": "form", "values": values}).status_code == 201


@pytest.mark.parametrize("depth", [101, 500, 3000, 100_000])
@pytest.mark.parametrize("opening", ['{"a":', "["])
def test_deep_values_are_refused(world, depth, opening):
    closing = "}" if opening[0] == "{" else "]"
    deep = opening * depth + ('"x"' if opening[0] == "{" else "") + closing * depth
    body = f'{{"templateRef":"hello","values":{{"name":{deep}}}}}'

    status, name, message = error_of(world.post("v2/tasks", body))

    assert (status, name) == (400, "InputError")
    assert message
    assert not Task.objects.exists()


def test_a_deep_template_is_refused(world):
    deep = '{"a":' * 200 + "1" + "}" * 200
    body = json.dumps({"template": template(), "values": {}, "directoryContents": []}).replace(
        '"hello"}', f'"hello","x":{deep}}}', 1
    )

    assert error_of(world.post("v2/dry-run", body))[:2] == (400, "InputError")


@pytest.mark.parametrize(
    "number", ["1e400", "-1e400", "9" * 400, "1" + "0" * 5000, "18446744073709551616", "-0.0", "1e-400"]
)
def test_huge_numbers_are_answered(world, number):
    form = world.post("v2/tasks", f'{{"templateRef":"form","values":{{"name":{number}}}}}')
    plain = world.post("v2/tasks", f'{{"templateRef":"hello","values":{{"name":{number}}}}}')

    assert form.status_code == 400
    assert plain.status_code in (201, 400)
    for task in world.get("v2/tasks").json()["tasks"]:
        assert world.get(f"v2/tasks/{task['id']}").status_code == 200


@pytest.mark.parametrize(
    "query", ["limit=1e400", "offset=" + "9" * 400, "limit=0x" + "f" * 100, "offset=9007199254740993"]
)
def test_huge_pages_are_answered(world, query):
    assert world.get(f"v2/tasks?{query}").status_code in (200, 400)


def test_nul_characters_are_kept_or_refused_and_never_a_fault(world):
    task_id = world.start(values={"na\0me": "a\0b"}, secrets={"to\0ken": "a\0b"})

    assert world.get(f"v2/tasks/{task_id}").json()["spec"]["parameters"] == {"na\0me": "a\0b"}
    assert error_of(world.get("v2/tasks?createdBy=a%00b"))[0] == 400
    assert error_of(world.get("v2/tasks?status=a%00b"))[0] == 400
    assert error_of(world.post("v2/tasks", {"templateRef": "a\0b", "values": {}}))[0] == 404
    assert error_of(world.post("v2/autocomplete/git%00hub/x", {"token": "x", "context": {}}))[0] == 400


def test_a_pattern_of_a_template_holds_nobody_up(world):
    evil = {"properties": {"name": {"type": "string", "pattern": "^(a|a)*\\1$|^(a+)+$"}}}

    answer = world.dry_run(template(parameters=evil), values={"name": "a" * 40 + "!"})

    assert answer.status_code == 400


def test_a_schema_that_refers_to_itself_ends(world):
    for schema in ({"$ref": "#"}, {"allOf": [{"$ref": "#"}]}, {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]}):
        status, _, message = error_of(world.dry_run(template(parameters=schema)))

        assert status == 400
        assert message.startswith("The ")


def test_an_answer_about_faults_does_not_grow_beyond_bounds(world):
    schema = {"items": {"type": "string"}, "title": "t" * 50_000}
    form = {"properties": {"list": {**schema, "items": {"type": "string", "description": "d" * 50_000}}}}

    answer = world.dry_run(template(parameters=form), values={"list": list(range(5_000))})

    assert answer.status_code == 400
    assert len(answer.content) < MAX_BYTES


def test_base64_that_unpacks_to_much_is_bounded_by_the_body(world):
    content = base64.b64encode(b"x" * 1_000_000).decode()

    answer = world.dry_run(template(steps=[]), directoryContents=[{"path": "a", "base64Content": content}])

    assert answer.status_code == 200
    assert answer.json()["directoryContents"] == []


@pytest.mark.parametrize(
    "task_id", ["x", "-1", "0", "null", "..", "%2e%2e", "a" * 5000, "00000000-0000-0000-0000-00000000000g", "é", "'--"]
)
def test_an_id_that_is_none_is_404(world, task_id):
    for answer in (
        world.get(f"v2/tasks/{task_id}"),
        world.get(f"v2/tasks/{task_id}/events"),
        world.get(f"v2/tasks/{task_id}/eventstream"),
        world.post(f"v2/tasks/{task_id}/cancel"),
        world.post(f"v2/tasks/{task_id}/retry", {}),
    ):
        assert answer.status_code == 404


def test_a_catalog_file_cannot_send_a_task_to_files_of_this_machine(world):
    world.add(template("sly", annotations={"backstage.io/source-location": "file:/etc/"}))

    task_id = world.start("sly")

    info = world.get(f"v2/tasks/{task_id}").json()["spec"]["templateInfo"]
    assert info["baseUrl"] == "http://descriptors.test/sly.yaml"


ODD_TEXTS = [
    "", "\x00", "a\x00b", "%", "é", "😀", "\ud800", "x" * 5000, "null", "NaN", "-1", "0", "1", "2", "1e400", "99999999999999999999",
    "open", "asc:created_at", "desc:status", "asc:x", "a[0]", "hello", "form", "template:default/hello", "component:x", ":::", "/", "..",
    "debug:log", "${{ parameters.name }}", "${{", "{{ 1 }}", "^(a+)+$", "(", "#", "#/x", "http://[", "user:default/alice", "eA==", "é==",
]  # fmt: skip
PARAMETERS = [
    "createdBy",
    "limit",
    "offset",
    "order",
    "status",
    "after",
    "status[]",
    "limit[a]",
    "order[0]",
    "__proto__",
    "x",
]
KEYS = [
    "templateRef", "values", "secrets", "template", "directoryContents", "path", "base64Content", "token", "context", "host", "owner",
    "apiVersion", "kind", "metadata", "name", "namespace", "annotations", "spec", "type", "steps", "id", "action", "input", "if", "each",
    "output", "parameters", "properties", "required", "items", "enum", "pattern", "$ref", "$id", "allOf", "not", "__proto__", "",
]  # fmt: skip

texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=20)
numbers = (
    st.sampled_from([0, 1, -1, 1.5, 2**31, 2**53, 2**63, 2**64, 1e308, 10**30])
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | texts, inner, max_size=5),
    max_leaves=25,
)
records = st.dictionaries(st.sampled_from(KEYS) | texts, values, max_size=5)
templates = st.builds(
    lambda spec, steps, rest: {**template(steps=steps), **rest, "spec": {"type": "x", "steps": steps, **spec}},
    records,
    st.lists(st.builds(lambda step, action: {**step, "action": action}, records, texts), max_size=2),
    st.dictionaries(st.sampled_from(["metadata", "relations", "x"]), values, max_size=1),
)
bodies = (
    values
    | st.fixed_dictionaries(
        {"templateRef": st.sampled_from(["hello", "form"]) | texts, "values": records}, optional={"secrets": records}
    )
    | st.fixed_dictionaries(
        {"template": templates | values, "values": records, "directoryContents": st.lists(records, max_size=2)}
    )
)
queries = st.lists(st.tuples(st.sampled_from(PARAMETERS), texts), max_size=4)
OPERATIONS = [
    (method, path)
    for path, operations in DESCRIPTION.document["paths"].items()
    for method in operations
    if method in METHODS and not path.endswith(("/actions", "/templating-extensions"))
]

few = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def send(world, method, path, *, query=(), body=None):
    """The answer, after whatever it wrote was rolled back, so that each example starts from the same tasks."""
    pairs = "&".join(f"{quote(key, safe='[]')}={quote(text, safe='', errors='surrogatepass')}" for key, text in query)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with transaction.atomic():
        answer = world.client.generic(
            method.upper(), f"/api/scaffolder{path}?{pairs}", data, content_type="application/json"
        )
        transaction.set_rollback(True)
    return answer


def assert_answered(answer):
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400 and answer.content:
        body = answer.json()
        messages = [error["message"] for error in body["errors"]] if "errors" in body else [body["error"]["message"]]
        assert all(messages)


def filled(path, texts_of_path):
    for text in texts_of_path:
        start, end = path.find("{"), path.find("}")
        if start < 0:
            return path
        path = path[:start] + quote(text, safe="", errors="surrogatepass") + path[end + 1 :]
    return path


@few
@given(query=queries)
def test_whatever_is_asked_of_the_list_is_answered(world, query):
    world.start()

    assert_answered(send(world, "get", "/v2/tasks", query=query))


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@few
@given(texts_of_path=st.lists(texts, min_size=3, max_size=3), query=queries, body=bodies)
def test_whatever_is_sent_is_answered(world, method, path, texts_of_path, query, body):
    with_query = query if method == "get" else ()

    assert_answered(send(world, method, filled(path, texts_of_path), query=with_query, body=body))


@pytest.mark.parametrize("path", ["/v2/tasks", "/v2/dry-run", "/v2/autocomplete/github/owners"])
@few
@given(data=st.binary(max_size=60))
def test_whatever_bytes_are_sent_are_answered(world, path, data):
    assert_answered(send(world, "post", path, body=data))
