"""The form of a template, as the API shows it."""

import pytest

from scaffolder.templates.parameter_schema import parameter_schema, parameter_sections


def template(metadata=None, **spec):
    return {"metadata": {"name": "hello", **(metadata or {})}, "spec": spec}


def test_a_template_that_asks_nothing_has_an_empty_form():
    assert parameter_schema(template()) == {"title": "hello", "steps": []}


def test_each_page_has_a_title_and_its_whole_schema():
    who = {"title": "Who", "description": "Whom to greet", "required": ["name"], "ui:order": ["name"]}
    where = {"properties": {"place": {"type": "string"}}}

    assert parameter_schema(template(parameters=[who, where]))["steps"] == [
        {"title": "Who", "description": "Whom to greet", "schema": who},
        {"title": "Please enter the following information", "schema": where},
    ]


def test_one_page_needs_no_list():
    page = {"properties": {}}

    assert parameter_sections(template(parameters=page)) == [page]


def test_shows_how_the_form_is_to_look():
    shown = parameter_schema(
        template(
            {"title": "Say hello", "description": "Logs a line", "ui:options": {"a": 1}},
            presentation={"buttonLabels": {"createButtonText": "Go"}},
            EXPERIMENTAL_formDecorators=[{"id": "old"}],
        )
    )

    assert shown == {
        "title": "Say hello",
        "description": "Logs a line",
        "ui:options": {"a": 1},
        "presentation": {"buttonLabels": {"createButtonText": "Go"}},
        "steps": [],
        "formDecorators": [{"id": "old"}],
    }


@pytest.mark.parametrize("new", [[], [{"id": "new"}]])
def test_the_newer_name_of_decorators_wins(new):
    shown = parameter_schema(template(formDecorators=new, EXPERIMENTAL_formDecorators=[{"id": "old"}]))

    assert shown["formDecorators"] == new
