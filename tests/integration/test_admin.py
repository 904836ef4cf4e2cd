"""The operators' tables, through Django's client."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse
from django.utils import timezone

from catalog.admin import MAX_SHOWN, BoundedPaginator, as_block
from catalog.locations import register_location
from catalog.models import Change, EntityClaim, FinalEntity, Location, RefreshState
from common.app_config import AppConfig
from comms.models import Event
from tests.integration.portal_world import OPEN, component, fill, group
from tests.integration.queries_world import make_entity, write

pytestmark = pytest.mark.django_db
TABLES = (RefreshState, Location, EntityClaim, FinalEntity, Change)


@pytest.fixture(autouse=True)
def bells(settings, monkeypatch):
    """How often a worker was called."""
    settings.APP_CONFIG = OPEN
    rung = []
    # A test never commits, so what waits for that is done at once.
    monkeypatch.setattr("common.bell.transaction", SimpleNamespace(on_commit=lambda work: work()))
    monkeypatch.setattr("catalog.bell.process_due_entities", SimpleNamespace(delay=lambda: rung.append("bell")))
    return rung


@pytest.fixture
def operator(client):
    client.force_login(User.objects.create_superuser("olga"))
    return client


def url_of(model, page="changelist", *args):
    return reverse(f"admin:catalog_{model._meta.model_name}_{page}", args=args)


def refs_in(response):
    return [row.entity_ref for row in response.context["cl"].result_list]


def act(client, model, action, *keys):
    data = {"action": action, "_selected_action": keys}
    response = client.post(url_of(model), data, follow=True)
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("model", TABLES)
def test_every_table_is_shown_and_none_can_be_written(operator, tmp_path, model):
    fill(tmp_path, component("cart"), group("team-a"))
    register_location("url", "https://git.example/a.yaml")
    assert operator.get(url_of(model)).status_code == 200
    assert operator.get(url_of(model, "add")).status_code == 403
    row = model.objects.first()
    if row is not None:
        page = operator.get(url_of(model, "change", row.pk))
        assert page.status_code == 200
        assert b'name="_save"' not in page.content
        assert operator.post(url_of(model, "change", row.pk), {"entity_ref": "x"}).status_code == 403
        assert operator.post(url_of(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_strangers_are_asked_to_sign_in(client):
    response = client.get(url_of(RefreshState))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")


def test_the_rights_to_look_give_no_actions(client, tmp_path, bells):
    fill(tmp_path, component("cart"))
    reader = User.objects.create_user("rita", is_staff=True)
    reader.user_permissions.add(*Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    row = RefreshState.objects.get(entity_ref="component:default/cart")
    page = client.get(url_of(RefreshState))
    assert (page.status_code, b'name="action"' in page.content) == (200, False)
    client.post(url_of(RefreshState), {"action": "delete_entities", "_selected_action": [row.pk]})
    assert FinalEntity.objects.filter(entity_ref="component:default/cart").exists()
    assert bells == []


def test_an_entity_is_refreshed_now(operator, tmp_path, bells):
    fill(tmp_path, component("cart"))
    row = RefreshState.objects.get(entity_ref="component:default/cart")
    assert act(operator, RefreshState, "refresh_now", row.pk) == ["component:default/cart: will be processed soon"]
    row.refresh_from_db()
    assert row.next_update_at <= timezone.now()
    assert bells == ["bell"]


def test_an_entity_is_deleted_in_the_operator_s_name(operator, tmp_path):
    fill(tmp_path, component("cart"))
    row = RefreshState.objects.get(entity_ref="component:default/cart")
    assert act(operator, RefreshState, "delete_entities", row.pk) == ["component:default/cart: deleted"]
    assert not FinalEntity.objects.filter(entity_ref="component:default/cart").exists()
    last = Change.objects.order_by("id").last()
    assert (last.entity_ref, last.operation, last.changed_by) == ("component:default/cart", "deleted", "operator:olga")


def test_a_location_is_unregistered_with_what_it_led_to(operator):
    register_location("url", "https://git.example/a.yaml")
    row = Location.objects.get()
    assert act(operator, Location, "unregister", row.pk) == ["url:https://git.example/a.yaml: unregistered"]
    assert not Location.objects.exists()
    assert not RefreshState.objects.exists()


def test_in_readonly_mode_no_location_is_unregistered(operator, settings):
    register_location("url", "https://git.example/a.yaml")
    settings.APP_CONFIG = AppConfig.from_dict({**OPEN.data, "catalog": {"readonly": True}})
    act(operator, Location, "unregister", Location.objects.get().pk)
    assert Location.objects.count() == 1


def test_a_bell_that_nobody_hears_is_no_fault(operator, tmp_path, monkeypatch):
    def refuse():
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr("catalog.bell.process_due_entities", SimpleNamespace(delay=refuse))
    fill(tmp_path, component("cart"))
    row = RefreshState.objects.get(entity_ref="component:default/cart")
    assert act(operator, RefreshState, "refresh_now", row.pk) == ["component:default/cart: will be processed soon"]


def test_what_has_errors_is_found_and_shown(operator, tmp_path):
    broken = component("broken")
    broken["spec"]["lifecycle"] = 5
    fill(tmp_path, broken, component("cart"))
    assert refs_in(operator.get(url_of(RefreshState), {"errors": "yes"})) == ["component:default/broken"]
    assert "component:default/broken" not in refs_in(operator.get(url_of(RefreshState), {"errors": "no"}))
    row = RefreshState.objects.get(entity_ref="component:default/broken")
    page = operator.get(url_of(RefreshState, "change", row.pk)).content.decode()
    assert "/spec/lifecycle must be string" in page


@pytest.mark.parametrize(
    ("due", "names"),
    [
        ("now", ["urgent", "overdue"]),
        ("lane-0", ["urgent"]),
        ("lane-2", ["overdue"]),
        ("claimed", ["worked-on"]),
        ("later", ["later"]),
        ("nonsense", ["urgent", "overdue", "worked-on", "later", "never"]),
    ],
)
def test_the_queue_is_seen_by_when_and_why(operator, due, names):
    now, hour = timezone.now(), timedelta(hours=1)
    rows = {
        "urgent": {"next_update_at": now - hour, "lane": 0},
        "overdue": {"next_update_at": now - hour},
        "worked-on": {"next_update_at": now + hour, "claim": "token"},
        "later": {"next_update_at": now + hour},
        "never": {},
    }
    for name, values in rows.items():
        RefreshState.objects.create(
            entity_ref=name, uid=name, unprocessed_entity="{}", unprocessed_hash="", last_discovery_at=now, **values
        )
    assert refs_in(operator.get(url_of(RefreshState), {"due": due})) == names


@pytest.mark.parametrize(
    ("term", "refs"),
    [
        ("component:default/ca", ["component:default/cart", "component:default/cat"]),
        ("Component:Default/Cart", ["component:default/cart"]),
        ("cart", ["component:default/cart", "api:default/cart"]),
        ("art", []),
        ("%", []),
        ("a\x00b", ["component:default/cart", "component:default/cat", "api:default/cart"]),
    ],
)
def test_refs_are_found_by_their_beginning_and_by_name(operator, term, refs):
    write(make_entity("cart"), make_entity("cat"), make_entity("cart", kind="API"))
    assert refs_in(operator.get(url_of(FinalEntity), {"q": term})) == refs


def test_lists_read_no_large_columns_and_count_within_bounds(operator, tmp_path, django_assert_max_num_queries):
    fill(tmp_path, *(component(f"c{i}") for i in range(20)))
    for model in TABLES:
        with django_assert_max_num_queries(6) as captured:
            operator.get(url_of(model))
        statements = [query["sql"] for query in captured if model._meta.db_table in query["sql"]]
        assert any(f"LIMIT {BoundedPaginator.MAX_EXACT}" in sql for sql in statements if "COUNT(*)" in sql)
        for column in ("unprocessed_entity", "processed_entity", "source_state", "body", "terms"):
            assert not any(f'."{column}"' in sql for sql in statements), column


def test_no_list_offers_to_count_its_filters(operator, tmp_path):
    fill(tmp_path, component("cart"))
    assert b"Show counts" not in operator.get(url_of(RefreshState)).content


def test_counting_stops_at_the_bound(monkeypatch):
    write(*(make_entity(f"c{i}") for i in range(7)))
    rows = FinalEntity.objects.order_by("id")
    monkeypatch.setattr(BoundedPaginator, "MAX_EXACT", 5)
    assert BoundedPaginator(rows.filter(entity_ref__startswith="component"), 2).count == 5
    assert BoundedPaginator(rows.filter(entity_ref__startswith="nothing"), 2).count == 0
    assert BoundedPaginator(rows, 2).count >= 5


def test_json_is_set_out_escaped_and_cut():
    assert as_block('{"a":"<b>"}') == "<pre>{\n  &quot;a&quot;: &quot;&lt;b&gt;&quot;\n}</pre>"
    assert as_block("") == "<pre></pre>"
    long = as_block('"' + "x" * 2 * MAX_SHOWN + '"')
    assert long.endswith(f"\n… {MAX_SHOWN + 2} more characters</pre>")


def test_all_that_is_shown_of_a_row_exists():
    """A field that a table loses must go from its page, too."""
    for model in TABLES:
        page = admin.site.get_model_admin(model)
        for name in page.fields or ():
            try:
                model._meta.get_field(name)
            except FieldDoesNotExist:
                assert hasattr(page, name), name


def test_pages_of_the_admin_bring_no_inline_script(operator, tmp_path):
    """The policy of the headers would block it."""
    fill(tmp_path, component("cart"))
    html = operator.get(url_of(RefreshState)).content.decode()
    assert not re.search(r"<script>|<script (?![^>]*(src|type=\"application/json\"))", html)


def test_events_are_listed_and_worked_again(operator, monkeypatch):
    rung = []
    monkeypatch.setattr("comms.events.bell.work_events", SimpleNamespace(delay=lambda: rung.append("bell")))
    happening = '{"host": "github.com", "repositories": []}'
    event = Event.objects.create(
        topic="github",
        name="push",
        digest="x",
        subject="github.com/shop/cart",
        happening=happening,
        received_at=timezone.now(),
        status="failed",
        attempts=10,
        message="the host is ill",
    )
    table = reverse("admin:comms_event_changelist")

    assert "the host is ill" in operator.get(table).content.decode()
    assert "repositories" in operator.get(reverse("admin:comms_event_change", args=[event.id])).content.decode()
    operator.post(table, {"action": "work_again", "_selected_action": [event.id]})

    event.refresh_from_db()
    assert (event.status, event.attempts, rung) == ("waiting", 0, ["bell"])
    assert event.due_at <= timezone.now()
