"""Whole values rendered: types are kept, what fails stays, what is undefined goes."""

import pytest

from scaffolder.templating.context import Context
from scaffolder.templating.errors import TemplateRenderError
from scaffolder.templating.render import RenderOptions, render_value
from scaffolder.templating.values import UNDEFINED

CONTEXT = Context.prepare(
    {
        "parameters": {
            "name": "shop",
            "count": 3,
            "flag": True,
            "nothing": None,
            "list": ["a", "b"],
            "record": {"b": 1, "a": {"c": [10]}},
        }
    }
)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain text", "plain text"),
        ("", ""),
        ("${{ parameters.name }}", "shop"),
        ("${{ parameters.count }}", 3),
        ("${{ parameters.count / 2 }}", 1.5),
        ("${{ parameters.flag }}", True),
        ("${{ parameters.nothing }}", None),
        ("${{ parameters.missing }}", UNDEFINED),
        ("${{ parameters.missing.deeper.still }}", UNDEFINED),
        ("${{ parameters.list }}", ["a", "b"]),
        ("${{ parameters.record }}", {"b": 1, "a": {"c": [10]}}),
        ("{# a comment does not count #}${{ parameters.count }}", 3),
        ("${{ parameters.count }} ", "3 "),
        ("${{ parameters.name }}-${{ parameters.count }}", "shop-3"),
        ("before ${{ parameters.list }} after", "before a,b after"),
        ("before ${{ parameters.record }} after", "before [object Object] after"),
        ("x${{ parameters.nothing }}y${{ parameters.missing }}z", "xyz"),
        ("{% if parameters.flag %}true{% endif %}", "true"),
        ("{% filter list %}ab{% endfilter %}", ["a", "b"]),
        ("$${{ parameters.name }} {{ parameters.name }}", "$shop {{ parameters.name }}"),
    ],
)
def test_a_text_that_is_one_tag_becomes_its_value(template, expected):
    value = render_value(template, CONTEXT)

    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    "template",
    [
        "${{ parameters.name",
        "${{ }}",
        "${{ parameters. }}",
        "${{ parameters.name | nofilter }}",
        "${{ parameters.name.nomethod() }}",
        "${{ parameters.count && 1 }}",
        "{% if %}x{% endif %}",
        "{% include 'x' %}",
        "${{ range }}",
    ],
)
def test_a_text_that_cannot_be_rendered_stays_as_it_was(template):
    assert render_value(template, CONTEXT) == template


def test_renders_every_text_at_any_depth_and_no_key():
    value = {
        "${{ parameters.name }}": "${{ parameters.name }}",
        "list": ["${{ parameters.count }}", {"deep": ["${{ parameters.list }}"]}],
        "number": 1,
        "flag": False,
        "nothing": None,
    }

    assert render_value(value, CONTEXT) == {
        "${{ parameters.name }}": "shop",
        "list": [3, {"deep": [["a", "b"]]}],
        "number": 1,
        "flag": False,
        "nothing": None,
    }


def test_undefined_disappears_from_records_and_is_none_in_lists():
    value = {"gone": "${{ parameters.missing }}", "list": ["${{ parameters.missing }}", 1]}

    assert render_value(value, CONTEXT) == {"list": [None, 1]}


def test_undefined_inside_of_a_value_is_left_out_too():
    assert render_value("${{ { a: parameters.missing, b: [parameters.missing] } }}", CONTEXT) == {"b": [None]}


def test_keys_that_are_numbers_come_first_and_in_order():
    assert list(render_value({"b": 1, "10": 2, "2": 3, "a": 4}, CONTEXT)) == ["2", "10", "b", "a"]


def test_a_value_is_a_copy_that_may_be_changed():
    value = render_value("${{ parameters.list }}", CONTEXT)
    value.append("c")

    assert render_value("${{ parameters.list }}", CONTEXT) == ["a", "b"]


def test_a_plain_mapping_is_a_context_too():
    assert render_value("${{ a + 1 }}", {"a": 1}) == 2


def test_numbers_come_out_whole_if_they_are():
    assert render_value(["${{ 4 / 2 }}", "${{ -0 }}", "${{ 2 ** 60 }}"], {}) == [2, 0, 2.0**60]
    assert [type(render_value(text, {})) for text in ("${{ 4 / 2 }}", "${{ -0 }}")] == [int, int]


def test_values_nested_too_deep_are_refused():
    value = "${{ 1 }}"
    for _ in range(300):
        value = [value]

    with pytest.raises(TemplateRenderError, match="Values cannot be nested deeper than 256 levels"):
        render_value(value, {})


def test_the_hosts_filters_functions_and_values_are_called_with_plain_data():
    seen = []
    options = RenderOptions(
        filters={"note": lambda *given: seen.append(given)},
        functions={"now": lambda: {"year": 2020}},
        values={"limits": {"cpu": 2}},
    )

    assert render_value("${{ now().year + limits.cpu }}", {}, options=options) == 2022
    assert render_value("${{ [1, 'x' | safe] | note(missing, { a: 1 }) }}", {}, options=options) is None
    assert seen == [([1, "x"], UNDEFINED, {"a": 1})]


def test_what_a_hosts_function_raises_fails_the_template():
    def refuse(*given):
        raise ValueError("no such thing")

    assert (
        render_value("${{ refuse(1) }}", {}, options=RenderOptions(functions={"refuse": refuse})) == "${{ refuse(1) }}"
    )


def test_marks_a_function_as_called_even_if_the_text_is_not_used():
    called = []
    options = RenderOptions(functions={"always": lambda: called.append(1) or True})

    assert render_value("${{ always() }}", {}, options=options) is True
    assert called == [1]
