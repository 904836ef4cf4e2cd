"""What a template's author reads when it is wrong: the place, the thing, the way out."""

import pytest

from scaffolder.templating.context import Context
from scaffolder.templating.errors import TemplateLimitError, TemplateRenderError
from scaffolder.templating.render import RenderOptions, render


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% if %}", "line 1, column 6: Unexpected expression token at end of input"),
        ("a\n  ${{ x | }}", "line 2, column 11: Expected name, received end of input"),
        ("${{ x", "line 1, column 1: Unterminated variable tag"),
        ("a #} b", "line 1, column 3: Unexpected end of comment"),
        ("{# a", "line 1, column 1: Unterminated comment tag"),
        ("{% if a %}b", "line 1, column 1: Missing endif tag"),
        ("{% endif %}", 'line 1, column 1: Unexpected "endif" tag without a matching opening tag'),
        ("{% for a in b %}{% endif %}", 'line 1, column 17: Unexpected "endif" tag; expected "else", or "endfor"'),
        ("{% esle %}", 'line 1, column 1: Unknown template tag "esle"'),
        ("{% swich %}", 'line 1, column 1: Unknown template tag "swich"; did you mean "switch"?'),
        ("{% include 'a' %}", 'line 1, column 1: Unsupported template-loading tag "include"'),
        ("{% for x of y %}{% endfor %}", "line 1, column 1: For tag requires an in expression"),
        ("${{ a ? b : c }}", 'line 1, column 7: Unexpected character "?"'),
        ("${{ 'abc }}", "line 1, column 1: Unterminated variable tag"),
        ("${{ 1e5 }}", "line 1, column 5: Invalid numeric literal"),
        ("${{ r/(/.test(a) }}", "line 1, column 5: Invalid regular-expression literal"),
        ("${{ a.constructor }}", 'line 1, column 7: Template name "constructor" is reserved'),
        ("${{ a | uper }}", 'line 1, column 9: Unknown template filter "uper"; did you mean "upper"?'),
        ("${{ a is evn }}", 'line 1, column 10: Unknown template test "evn"; did you mean "even"?'),
        (
            "${{ missing | trim }}",
            'line 1, column 15: Filter "trim" failed for undefined input: Filter input must be a string',
        ),
        ("${{ a.b.c() }}", 'line 1, column 9: Template value "a.b.c" resolved to undefined and cannot be called'),
        ("${{ 'x'.trim(1) }}", "line 1, column 9: Template intrinsic trim requires 0 positional arguments"),
        ("${{ 1 in 2 }}", "line 1, column 5: Membership requires an array, record, or string"),
        ("${{ 'a' is divisibleby }}", "line 1, column 12: Template test divisibleby requires 1 positional argument"),
        ("{% call x() %}{% endcall %}", "line 1, column 1: Call blocks can target only template macros"),
        ("${{ 3.5.toFixed(101) }}", "line 1, column 9: toFixed() digits argument must be between 0 and 100"),
    ],
)
def test_says_where_and_what(template, message):
    with pytest.raises(TemplateRenderError) as raised:
        render(template, {"a": {}})

    assert raised.value.message == f"Template error at {message}"


def test_knows_its_place_apart_from_the_text():
    with pytest.raises(TemplateRenderError) as raised:
        render("one\ntwo ${{ | }}", {})

    assert (raised.value.line, raised.value.column) == (2, 9)
    assert (raised.value.name, raised.value.status) == ("TemplateRenderError", 500)


def test_a_limit_has_a_name_of_its_own():
    with pytest.raises(TemplateLimitError) as raised:
        render("${{ 'a' | center(99999999) }}", {})

    assert raised.value.name == "TemplateLimitError"
    assert raised.value.message == (
        "Template error at line 1, column 11: Template evaluation exceeded the limit of 16777216 characters in one text"
    )


def test_the_hosts_refusal_is_quoted():
    def refuse(value):
        raise ValueError("it is Monday")

    with pytest.raises(TemplateRenderError) as raised:
        render("${{ 1 | refuse }}", {}, options=RenderOptions(filters={"refuse": refuse}))

    assert raised.value.message == 'Template error at line 1, column 9: Template filter "refuse" failed: it is Monday'


def test_a_message_stays_on_one_line_and_short():
    with pytest.raises(TemplateRenderError) as raised:
        render('${{ "' + "\u202e\n" * 2000 + '"() }}${{ a["x\u202e"]() }}', {"a": {}})

    assert raised.value.message.isprintable()
    assert len(raised.value.message) <= 1025


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": object()}, "Unsupported template value of type object"),
        ({"a": {1: 2}}, "Template record keys must be strings, got int"),
        ({"a": {"__proto__": 1}}, "Template record key __proto__ is reserved"),
        ({"a": [0] * 100_001}, "Template value copies cannot exceed 100000 structured entries"),
    ],
)
def test_values_that_no_template_can_hold_are_refused(values, message):
    with pytest.raises(TemplateRenderError) as raised:
        Context.prepare(values)

    assert raised.value.message == message


def test_values_that_hold_themselves_are_refused():
    values = {"a": []}
    values["a"].append(values)

    with pytest.raises(TemplateRenderError, match="Cyclic template values are not supported"):
        Context.prepare(values)
