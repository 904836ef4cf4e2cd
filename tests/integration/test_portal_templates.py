"""The pages of templates and tasks, through Django's client."""

import re
from html import unescape

import orjson
import pytest
from django.test import Client

from scaffolder.models import Task, TaskEvent, TaskSecrets
from scaffolder.tasks.cancel import cancel_task
from scaffolder.vault import unseal
from tests.integration.portal_world import OPEN, open_page, read_page
from tests.integration.queries_world import make_entity, write
from tests.integration.task_world import new_task, run_next, run_template, with_actions

pytestmark = pytest.mark.django_db

ABOUT = {
    "title": "About it",
    "required": ["name"],
    "properties": {
        "name": {"title": "Name", "type": "string", "maxLength": 8},
        "owner": {"type": "string", "ui:field": "OwnerPicker"},
    },
}
WHY = {"properties": {"public": {"const": False}, "why": {"title": "Why?"}}, "required": ["why"]}
BUILD = {
    "title": "Build",
    "properties": {"public": {"title": "Public", "type": "boolean", "default": True}},
    "dependencies": {"public": {"oneOf": [WHY, {"properties": {"public": {"const": True}}}]}},
}
STEPS = [{"id": "say", "name": "Say", "action": "test:say"}]


@pytest.fixture(autouse=True)
def open_door(settings):
    settings.APP_CONFIG = OPEN


def template(name="service", *, parameters=(ABOUT, BUILD), metadata=None, **spec):
    location = {"annotations": {"backstage.io/managed-by-location": "url:https://example.com/template.yaml"}}
    entity = make_entity(name, kind="Template", metadata={**location, **(metadata or {})}, type="service", **spec)
    entity["apiVersion"] = "scaffolder.backstage.io/v1beta3"
    entity["spec"] |= {"parameters": list(parameters), "steps": spec.get("steps", STEPS)}
    return entity


def text(html):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def inputs(html):
    """What the form would send, by name; all values of each."""
    found = {}
    for tag in re.findall(r"<(?:input|option|textarea)[^>]*>", html):
        given = {key: unescape(value) for key, value in re.findall(r'([\w-]+)="([^"]*)"', tag)}
        if "name" in given and (given.get("type") not in ("checkbox", "radio") or " checked" in tag):
            found.setdefault(given["name"], []).append(given.get("value", ""))
    return found


def send(client, go, typed, *, page=0, status=200):
    response = client.post("/create/default/service", {"go": go, "page": page, **typed})
    assert response.status_code == status
    return response if status != 200 else response.content.decode()


def problems(html):
    return re.findall(r'<p class="error">([^<]*)', html)


# ---------------------------------------------------------------------- the list of templates


def test_without_templates_the_page_says_how_to_register_one(client):
    html = open_page(client, "/create")
    assert "No template yet" in html
    assert "curl -X POST http://localhost:7007/api/catalog/locations" in html


def test_templates_are_cards_that_lead_to_their_form(client):
    write(
        template(metadata={"title": "A service", "description": "Small", "tags": ["go"]}, owner="group:default/a"),
        make_entity("cart"),
    )
    html = open_page(client, "/create")
    assert "1 template" in text(html)
    assert {
        "/create/default/service",
        "/entities/template/default/service",
        "/create?tag=go",
        "/entities/group/default/a",
    } <= {unescape(link) for link in read_page(html).links}
    assert "A service" in text(html)
    assert "Small" in text(html)


@pytest.mark.parametrize(
    ("query", "shown"),
    [("q=ser", True), ("q=x", False), ("type=service", True), ("tag=none", False), ("owner=group:default/b", False)],
)
def test_templates_are_searched_and_filtered(client, query, shown):
    write(template(owner="group:default/a"))
    html = open_page(client, f"/create?{query}")
    assert ("/create/default/service" in read_page(html).links) == shown
    assert ("No match" in html) != shown


def test_the_page_of_a_template_leads_to_its_form_and_others_do_not(client):
    write(template(), make_entity("cart"))
    assert "/create/default/service" in read_page(open_page(client, "/entities/template/default/service")).links
    assert "Use this template" not in open_page(client, "/entities/component/default/cart")


# ---------------------------------------------------------------------- the form


def test_the_form_begins_with_its_first_page(client):
    write(template(metadata={"title": "A service"}), make_entity("team-a", kind="Group"))
    html = open_page(client, "/create/default/service")
    assert "About it Build Review" in text(html)
    assert inputs(html).keys() >= {"/name", "/owner", "page", "csrfmiddlewaretoken"}
    assert "/public" not in inputs(html)
    assert '<option value="group:default/team-a">team-a</option>' in html


def test_values_can_be_given_in_the_address(client):
    write(template())
    html = open_page(client, '/create/default/service?formData={"name":"cart"}')
    assert inputs(html)["/name"] == ["cart"]
    assert inputs(open_page(client, "/create/default/service?formData={"))["/name"] == [""]


def test_a_page_leads_on_with_what_was_typed_in_hidden_inputs(client):
    write(template())
    html = send(client, "next", {"/name": "cart", "/owner": "a"})
    found = inputs(html)
    assert (found["/name"], found["/owner"], found["page"]) == (["cart"], ["a"], ["1"])
    assert found["/public"] == ["false", "true"]


def test_a_fault_is_told_beside_its_field_and_nothing_is_lost(client):
    write(template())
    html = send(client, "next", {"/name": "much too long", "/owner": "a", "/public": "false"})
    assert problems(html) == ["Use at most 8 characters."]
    assert 'href="#field-2f-name"' in html
    found = inputs(html)
    assert (found["/name"], found["/owner"], found["/public"]) == (["much too long"], ["a"], ["false"])


def test_fields_that_depend_on_a_choice_appear_before_going_on(client):
    write(template())
    html = send(client, "next", {"/name": "cart", "/owner": "", "/public": "false"}, page=1)
    assert "What you chose asks for more" in html
    assert inputs(html)["/why"] == [""]
    html = send(client, "next", {"/name": "cart", "/owner": "", "/public": "false", "/why": ""}, page=1)
    assert problems(html) == ["Fill this in."]


def test_the_review_shows_what_was_typed_and_leads_back(client):
    write(template())
    html = send(client, "next", {"/name": "cart", "/owner": "a", "/public": ["false", "true"]}, page=1)
    assert "About it Change About it Name cart owner group:default/a" in text(html)
    assert "Public Yes" in text(html)
    assert inputs(send(client, "back", {"/name": "cart"}, page=2))["page"] == ["1"]
    assert inputs(send(client, "page:0", {"/name": "cart"}, page=2))["page"] == ["0"]


def test_create_makes_the_task_that_the_api_would_make(client):
    write(template(output={"text": []}))
    response = send(
        client, "create", {"/name": "cart", "/owner": "a", "/public": "false", "/why": "dark"}, page=2, status=303
    )
    task = Task.objects.get()
    assert response["Location"] == f"/tasks/{task.id}"
    spec = orjson.loads(task.spec)
    assert spec["parameters"] == {"name": "cart", "owner": "group:default/a", "public": False, "why": "dark"}
    assert (spec["steps"], spec["user"], spec["output"]) == (STEPS, {}, {"text": []})
    assert spec["templateInfo"]["entityRef"] == task.template_ref == "template:default/service"
    assert spec["templateInfo"]["baseUrl"] == "https://example.com/template.yaml"


def test_create_with_a_fault_leads_to_its_page_and_makes_nothing(client):
    write(template())
    html = send(client, "create", {"/name": "", "/owner": "", "/public": "true"}, page=2)
    assert (inputs(html)["page"], problems(html)) == (["0"], ["Fill this in."])
    assert not Task.objects.exists()


def test_secrets_are_sealed_and_no_values(client):
    page = {"title": "P", "properties": {"token": {"type": "string", "ui:field": "Secret"}}}
    write(template(parameters=[page]))
    html = send(client, "next", {"/token": "sup3r-secret"})
    assert "••••••" in html
    assert inputs(html)["/token"] == ["sup3r-secret"]
    send(client, "create", {"/token": "sup3r-secret"}, page=1, status=303)
    task = Task.objects.get()
    assert orjson.loads(task.spec)["parameters"] == {"token": "************"}
    assert unseal(TaskSecrets.objects.get().sealed, task_id=task.id) == {"token": "sup3r-secret"}


def test_secrets_of_the_template_are_checked_by_their_schema(client):
    secrets = {"schema": {"required": ["key"], "properties": {"key": {"type": "string", "minLength": 5}}}}
    write(template(parameters=[], secrets=secrets))
    assert problems(send(client, "create", {"secret:/key": ""})) == ["Fill this in."]
    assert problems(send(client, "create", {"secret:/key": "abc"})) == ["Use at least 5 characters."]
    send(client, "create", {"secret:/key": "abcdef"}, status=303)


def test_a_template_without_questions_is_only_reviewed(client):
    write(template(parameters=[]))
    assert "This template asks nothing" in open_page(client, "/create/default/service")
    send(client, "create", {}, status=303)


def test_lists_grow_and_shrink_without_a_script(client):
    items = {"type": "object", "properties": {"host": {"title": "Host"}}}
    write(template(parameters=[{"title": "P", "properties": {"parts": {"type": "array", "items": items}}}]))
    html = send(client, "add:/parts", {"/parts": "1", "/parts/0/host": "a"})
    assert (inputs(html)["/parts"], inputs(html)["/parts/0/host"], inputs(html)["/parts/1/host"]) == (
        ["2"],
        ["a"],
        [""],
    )
    html = send(client, "remove:/parts/0", {"/parts": "2", "/parts/0/host": "a", "/parts/1/host": "b"})
    assert (inputs(html)["/parts"], inputs(html)["/parts/0/host"]) == (["1"], ["b"])


def test_what_was_typed_into_a_field_that_is_gone_for_now_comes_back(client):
    write(template())
    html = send(client, "stay", {"/public": ["false", "true"], "/why": "dark", "/name": "x"}, page=1)
    assert 'type="hidden" name="/why" value="dark"' in html


def test_buttons_have_the_names_that_the_author_gave_them(client):
    labels = {"backButtonText": "Return", "createButtonText": "Make it so", "reviewButtonText": "Look"}
    write(template(parameters=[ABOUT], presentation={"buttonLabels": labels}))
    assert "Look" in text(open_page(client, "/create/default/service"))
    html = send(client, "next", {"/name": "cart", "/owner": ""})
    assert "Return Make it so" in text(html)


def test_a_form_that_another_site_made_up_creates_nothing(settings):
    write(template(parameters=[]))
    client = Client(enforce_csrf_checks=True)
    assert client.post("/create/default/service", {"go": "create"}).status_code == 403
    token = inputs(open_page(client, "/create/default/service"))["csrfmiddlewaretoken"][0]
    assert client.post("/create/default/service", {"go": "create", "csrfmiddlewaretoken": token}).status_code == 303
    assert Task.objects.count() == 1


def test_an_unknown_template_is_a_page_that_says_so(client):
    assert "There is no entity" in open_page(client, "/create/default/nope", 404)


def test_only_the_forms_and_running_tasks_may_run_our_script(client):
    write(template())
    response = client.get("/create/default/service")
    assert "script-src 'self'" in response["Content-Security-Policy"]
    html = response.content.decode()
    assert re.findall(r"<script[^>]*>", html) == [f'<script src="{re.search("/assets/[^ ]+/form.js", html)[0]}" defer>']
    assert not re.search(r"<[^>]+\s(?:on\w+|style)=", html)
    assert "script-src" not in client.get("/create")["Content-Security-Policy"]
    assert client.get(re.search("/assets/[^ ]+/form.js", html)[0])["Content-Type"] == "text/javascript; charset=utf-8"


# ---------------------------------------------------------------------- tasks


def say(context):
    context.log.info("hello \x1b[31mworld\x1b[0m")


def fail(context):
    raise ValueError("the <b>stage</b> is not set")


def run(action=say, **spec):
    with with_actions(test_say=action):
        return run_template([{"id": "say", "name": "Say it", "action": "test:say"}], **spec).task


def test_a_task_that_is_done_shows_steps_log_and_outputs(client):
    output = {
        "links": [{"title": "Look", "url": "https://example.com/x"}],
        "text": [{"title": "Said", "content": "see https://a.example"}],
    }
    html = open_page(client, f"/tasks/{run(output=output).id}")
    assert "Say it" in text(html)
    assert "hello world" in text(html)
    assert "\x1b" not in html
    assert {"https://example.com/x", "https://a.example", "/entities/template/default/t"} <= set(read_page(html).links)
    assert "What it made" in html
    assert "Cancel" not in text(html)
    assert "Try again" not in html
    assert "script" not in read_page(html).tags
    assert "http-equiv" not in html


def test_a_task_that_failed_says_why_and_can_be_tried_again(client):
    task = run(fail)
    html = open_page(client, f"/tasks/{task.id}")
    assert "What went wrong" in html
    assert "the &lt;b&gt;stage&lt;/b&gt; is not set" in html
    assert "Try again from the step that failed" in html
    response = client.post(f"/tasks/{task.id}/retry")
    assert (response.status_code, response["Location"]) == (303, f"/tasks/{task.id}")
    with with_actions(test_say=say):
        assert run_next().status == "completed"
    assert "done" in text(open_page(client, f"/tasks/{task.id}"))


def test_a_waiting_task_is_asked_for_again_until_it_ends(client):
    task_id = new_task([{"action": "test:say"}])
    html = open_page(client, f"/tasks/{task_id}")
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in html
    assert f'data-stream="/api/scaffolder/v2/tasks/{task_id}/eventstream"' in html
    assert "it waits for a worker" in html
    assert "connect-src 'self'" in client.get(f"/tasks/{task_id}")["Content-Security-Policy"]


def test_a_waiting_task_is_cancelled_by_a_button(client):
    task_id = new_task([{"action": "test:say"}])
    assert client.post(f"/tasks/{task_id}/cancel").status_code == 303
    html = open_page(client, f"/tasks/{task_id}")
    assert "cancelled" in text(html)
    assert "Try again from where it ended" in html


def test_a_running_task_that_was_cancelled_says_so(client):
    task_id = new_task([{"action": "test:say"}])
    Task.objects.filter(id=task_id).update(status="processing")
    cancel_task(task_id)
    html = open_page(client, f"/tasks/{task_id}")
    assert "being cancelled" in text(html)
    assert f'action="/tasks/{task_id}/cancel"' not in html


def test_a_running_task_cannot_be_tried_again(client):
    task_id = new_task([{"action": "test:say"}])
    response = client.post(f"/tasks/{task_id}/retry")
    assert response.status_code == 409
    assert "cannot be retried" in text(response.content.decode())


def test_to_try_again_the_secrets_are_asked_for_anew(client):
    page = {
        "title": "P",
        "required": ["token"],
        "properties": {"token": {"title": "Token", "type": "string", "ui:field": "Secret"}},
    }
    write(template("t", parameters=[page]))
    task = run(fail, secrets={"token": "first-secret"})
    assert "Secrets were forgotten" in open_page(client, f"/tasks/{task.id}")
    response = client.post(f"/tasks/{task.id}/retry")
    assert (response.status_code, "Please fill in: Token." in response.content.decode()) == (400, True)
    assert client.post(f"/tasks/{task.id}/retry", {"secret:/token": "again-secret"}).status_code == 303
    assert unseal(TaskSecrets.objects.get().sealed, task_id=task.id) == {"token": "again-secret"}


def test_a_task_is_started_over_with_its_values(client):
    write(template("t"))
    html = open_page(client, f"/tasks/{run(values={'name': 'cart'}).id}")
    link = next(link for link in read_page(html).links if "formData" in link)
    assert inputs(open_page(client, unescape(link)))["/name"] == ["cart"]


def test_news_are_only_the_lines_after_those_that_are_known(client):
    task = run()
    newest = TaskEvent.objects.filter(type="log").order_by("-id").values_list("id", flat=True)
    html = open_page(client, f"/tasks/{task.id}?after={newest[1]}")
    assert len(re.findall(r'<li class="level-', html)) == 1
    assert f'data-last="{newest[0]}" data-more="no"' in html
    assert f'data-last="{newest[0]}"' in open_page(client, f"/tasks/{task.id}?after={newest[0]}")


def test_a_long_log_shows_its_end_and_then_brings_the_rest_in_order(client, monkeypatch):
    monkeypatch.setattr("portal.task_page.MAX_LINES", 2)
    task = run()
    ids = list(TaskEvent.objects.filter(type="log").order_by("id").values_list("id", flat=True))
    assert len(ids) > 3
    html = open_page(client, f"/tasks/{task.id}")
    assert f'data-last="{ids[-1]}" data-more="yes"' in html
    assert "its last 2 lines" in html
    assert f'data-last="{ids[2]}" data-more="yes"' in open_page(client, f"/tasks/{task.id}?after={ids[0]}")


def test_tasks_are_listed_newest_first_and_by_state(client):
    assert "Nothing was run yet" in open_page(client, "/tasks")
    failed, waiting = run(fail).id, new_task([{"action": "test:say"}])
    links = [link for link in read_page(open_page(client, "/tasks")).links if link.startswith("/tasks/")]
    assert links == [f"/tasks/{waiting}", f"/tasks/{failed}"]
    links = read_page(open_page(client, "/tasks?status=failed")).links
    assert (f"/tasks/{failed}" in links, f"/tasks/{waiting}" in links) == (True, False)
    assert "No match" in open_page(client, "/tasks?status=completed")


def test_the_list_of_tasks_has_pages(client, monkeypatch):
    monkeypatch.setattr("portal.tasks_page.PAGE_SIZE", 2)
    for _ in range(3):
        new_task([{"action": "test:say"}])
    html = open_page(client, "/tasks?status=open")
    assert re.findall(r'rel="(\w+)" href="([^"]+)"', html.partition("<body>")[2]) == [
        ("next", "/tasks?status=open&amp;page=2")
    ]
    assert 'rel="prev" href="/tasks?status=open&amp;page=1"' in open_page(client, "/tasks?status=open&page=2")


def test_an_unknown_task_is_a_page_that_says_so(client):
    for path in ("/tasks/nope", "/tasks/00000000-0000-4000-8000-000000000000"):
        assert "There is no task" in open_page(client, path, 404)
    assert client.post("/tasks/nope/cancel").status_code == 404
    assert client.post("/tasks/nope/retry").status_code == 404


@pytest.mark.parametrize(
    ("path", "queries"), [("/tasks", 2), ("/create", 3), ("/create/default/service", 2), ("/tasks/{task}", 4)]
)
def test_a_page_costs_few_queries(client, django_assert_num_queries, path, queries):
    write(template(), *(make_entity(f"team-{i}", kind="Group") for i in range(20)))
    path = path.format(task=run().id)
    open_page(client, path)
    with django_assert_num_queries(queries):
        open_page(client, path)


# ---------------------------------------------------------------------- elsewhere


def test_a_person_at_an_unknown_path_gets_a_page_and_a_program_does_not(client):
    response = client.get("/nowhere", headers={"accept": "text/html,*/*"})
    assert (response.status_code, "There is no page <code>/nowhere</code>" in response.content.decode()) == (404, True)
    assert client.get("/nowhere", headers={"accept": "*/*"}).content == b"404 Not Found\n"
    assert client.get("/api/nowhere", headers={"accept": "text/html"}).content == b""
    assert client.post("/nowhere", headers={"accept": "text/html"}).content == b"404 Not Found\n"
