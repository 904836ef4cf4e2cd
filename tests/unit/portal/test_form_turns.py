"""Back and forth through the pages, lists that grow and shrink, the review, and what is said about faults."""

import pytest

from portal.form.faults import Faults
from portal.form.review import HIDDEN, Answer, review_form
from portal.form.typed import Typed
from portal.form.wizard import NEW_FIELDS, edit_lists, take_turn
from tests.unit.portal.form_world import faults, fill, page, typed

ONE = page(required=["a"], a={"title": "A"})
TWO = page(b={"type": "integer"})


def turn(at, go, *, by_name=None, elsewhere=(), pages=(ONE, TWO), **inputs):
    found = Faults(dict(by_name or {}), list(elsewhere))
    return take_turn(fill(*pages, **inputs), typed(**inputs), at=at, go=go, check=lambda form: found)


def test_next_leads_on_and_back_leads_back():
    assert turn(0, "next", a="x").page == 1
    assert turn(1, "next", a="x", b="1").page == 2
    assert turn(2, "back", a="x", b="1").page == 1
    assert turn(0, "back").page == 0


def test_a_step_that_was_passed_can_be_opened_again():
    assert turn(2, "page:0", a="x").page == 0
    assert turn(0, "page:99").page == 2
    assert turn(0, "page:x").page == 0


def test_a_fault_on_the_page_keeps_one_there_and_one_elsewhere_does_not():
    stayed = turn(0, "next", by_name={"/a": ["no"]}, a="x")
    assert (stayed.page, stayed.faults.by_name) == (0, {"/a": ["no"]})
    assert turn(0, "next", by_name={"/b": ["no"]}, elsewhere=["odd"], a="x").page == 1


def test_fields_that_appear_on_the_way_are_shown_before_going_on():
    schema = {**page(a={}), "dependencies": {"a": {"properties": {"b": {}}}}}
    shown = turn(0, "next", pages=(schema,), a="x")
    assert (shown.page, shown.note) == (0, NEW_FIELDS)
    assert turn(0, "next", pages=(schema,), a="x", b="").page == 1


def test_create_goes_to_the_first_page_with_a_fault():
    sent_back = turn(2, "create", by_name={"/b": ["no"]}, elsewhere=["odd"])
    assert (sent_back.page, sent_back.is_done) == (1, False)
    assert (sent_back.faults.by_name, sent_back.faults.elsewhere) == ({"/b": ["no"]}, ["odd"])
    assert turn(2, "create", elsewhere=["odd"]).page == 2


def test_create_is_done_if_nothing_is_wrong():
    assert turn(2, "create").is_done


@pytest.mark.parametrize("go", ["", "stay", "jump", "nextt", "add:/x", "create:x:y"])
def test_whatever_else_stays_on_the_page(go):
    assert turn(1, go).page in (1, 2)
    assert turn(99, "stay").page == 2


def test_a_list_gets_another_item_at_its_end():
    assert edit_lists(typed(x="1"), "add:/x").inputs == {"/x": ("2",)}
    assert edit_lists(typed(), "add:/x").inputs == {"/x": ("1",)}
    assert edit_lists(typed(x="100"), "add:/x").inputs == {"/x": ("100",)}


def test_an_item_is_removed_and_the_later_ones_move_up():
    before = typed(
        x="3", x__0__n="a", x__1__n="b", x__1__url_at_host="h", x__2__n="c", x__2__url_at_host="i", x__10="z"
    )
    after = edit_lists(before, "remove:/x/1").inputs
    assert after == {
        "/x": ("2",),
        "/x/0/n": ("a",),
        "/x/1/n": ("c",),
        "/x/1/url?host": ("i",),
        "/x/9": ("z",),
    }


@pytest.mark.parametrize("go", ["remove:/x/5", "remove:/y/0", "remove:/x/y", "remove:x/0", "remove:", "add:x"])
def test_what_is_not_there_cannot_be_removed(go):
    before = typed(x="1", x__0__n="a")
    assert edit_lists(before, go) == before


def test_only_inputs_of_fields_are_read_and_line_breaks_are_one_sign():
    posted = [("/a", ["x\r\ny"]), ("go", ["next"]), ("csrfmiddlewaretoken", ["t"]), ("secret:/s", ["z"])]
    assert Typed.read(posted).inputs == {"/a": ("x\ny",), "secret:/s": ("z",)}


def test_the_review_shows_labels_and_hides_what_is_secret():
    form = fill(
        page(
            name={"title": "Name"},
            empty={"title": "Empty"},
            kind={"title": "Kind", "enum": ["a"], "enumNames": ["Ah"]},
            tags={"title": "Tags", "type": "array", "items": {}},
            yes={"title": "Yes?", "type": "boolean"},
            disk={"title": "Disk", "properties": {"size": {"title": "Size", "type": "integer"}}},
            token={"title": "Token", "ui:field": "Secret"},
            pin={"title": "Pin", "ui:backstage": {"review": {"mask": "***"}}},
            quiet={"ui:backstage": {"review": {"show": False}}, "default": "q"},
            way={"ui:widget": "hidden", "default": "h"},
        ),
        name="cart",
        kind="a",
        tags="x\ny",
        yes="true",
        disk__size="3",
        token="t",
        pin="1234",
    )
    assert review_form(form)[0].answers == [
        Answer("Name", "cart"),
        Answer("Kind", "Ah"),
        Answer("Tags", "x, y"),
        Answer("Yes?", "Yes"),
        Answer("Disk / Size", "3"),
        Answer("Token", HIDDEN),
        Answer("Pin", HIDDEN),
    ]


@pytest.mark.parametrize(
    ("schema", "content", "words"),
    [
        ({"type": "string"}, "", "Fill this in."),
        ({"type": "string", "enum": ["a"]}, "", "Choose one."),
        ({"type": "string", "enum": ["a"]}, "b", "Choose one of those that are offered."),
        ({"type": "string", "maxLength": 3}, "long", "Use at most 3 characters."),
        ({"type": "string", "minLength": 3}, "a", "Use at least 3 characters."),
        ({"type": "string", "pattern": "^[a-z]+$"}, "A", "This does not fit the pattern ^[a-z]+$"),
        ({"type": "integer"}, "many", "This has to be a whole number."),
        ({"type": ["number", "boolean"]}, "many", "This has to be a number or yes or no."),
        ({"type": "integer", "minimum": 5}, "4", "Use 5 or more."),
        (
            {"type": "array", "items": {"pattern": "^a"}},
            "a\nb",
            "Line 2: This does not fit the pattern ^a",
        ),
        ({"type": "array", "items": {}, "minItems": 2}, "a", "Give at least 2."),
        ({"type": "object"}, "{broken", "This has to be a record."),
        (
            {"type": "string", "ui:field": "EntityNamePicker"},
            "-a",
            "Use letters and digits, with - _ . between them; at most 63 characters.",
        ),
    ],
)
def test_faults_are_told_in_plain_words_beside_their_field(schema, content, words):
    assert faults(page(required=["x"], x=schema), x=content).by_name == {"/x": [words]}


def test_faults_within_groups_stand_beside_the_inner_field():
    schema = page(db={"type": "object", "required": ["name"], "properties": {"name": {}}})
    assert faults(schema).by_name == {"/db/name": ["Fill this in."]}


def test_faults_within_a_condition_stand_beside_the_field_that_it_brought():
    options = [
        {"properties": {"a": {"const": "x"}, "b": {"type": "string", "maxLength": 2}}, "required": ["b"]},
        {"properties": {"a": {"const": "y"}}},
    ]
    schema = {**page(a={}), "dependencies": {"a": {"oneOf": options}}}
    assert faults(schema, a="x").by_name == {"/b": ["Fill this in."]}
    assert faults(schema, a="x", b="long").by_name == {"/b": ["Use at most 2 characters."]}
    assert not faults(schema, a="y")
    assert faults(page(inner={**schema, "type": "object"}), inner__a="x").by_name == {"/inner/b": ["Fill this in."]}


def test_faults_of_no_field_are_told_elsewhere():
    schema = {**page(a={}), "required": ["ghost"]}
    assert faults(schema, a="x").elsewhere == ['requires property "ghost"']


def test_a_repository_that_is_half_filled_in_says_what_is_missing():
    picker = {"type": "string", "ui:field": "RepoUrlPicker"}
    assert faults(page(x=picker)).by_name == {}
    assert faults(page(x=picker), x_at_owner="acme").by_name == {"/x?repo": ["Fill this in."]}
    needed = faults(page(required=["x"], x=picker)).by_name
    assert needed == {"/x?owner": ["Fill this in."], "/x?repo": ["Fill this in."]}
