"""Templates written to hold a process, to fill its memory, to get out of the language, or to keep something behind."""

import time

import pytest

from scaffolder.templating import limits, parser
from scaffolder.templating.backstage_filters import default_filters
from scaffolder.templating.context import Context
from scaffolder.templating.errors import TemplateLimitError, TemplateRenderError, TemplateTimeError
from scaffolder.templating.limits import Limits
from scaffolder.templating.render import RenderOptions, render, render_value

LIMITS = Limits(steps=100_000, seconds=0.5)
OPTIONS = RenderOptions(filters=default_filters(lambda host: "github"), limits=LIMITS)
DOUBLED = "{% set s = 'ab' %}{% for i in range(COUNT) %}{% set s = s ~ s %}{% endfor %}"
FANNED = "{% set a = ['x', 'x'] %}{% for i in range(40) %}{% set a = [a, a] %}{% endfor %}"
BACKTRACKING = "a" * 60 + "!"


def fails_in_time(template, seconds=3.0):
    started = time.thread_time()
    with pytest.raises(TemplateLimitError):
        render(template, {"a": "x"}, options=OPTIONS)
    assert time.thread_time() - started < seconds


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in range(50000) %}{% for b in range(50000) %}{% endfor %}{% endfor %}",
        "{% set a = [1] %}{% for x in a %}{% set n = a.push(1) %}{% endfor %}",
        "{% macro m() %}${{ m() }}{% endmacro %}${{ m() }}",
        "{% macro m(n) %}{% if n < 40 %}${{ m(n + 1) }}${{ m(n + 1) }}{% endif %}{% endmacro %}${{ m(0) }}",
        "${{ range(0, 1, 0.000000001) }}",
        "${{ 'abc'[0::'1'] }}${{ 5[0:9999999999] }}",
    ],
)
def test_endless_work_is_stopped(template):
    fails_in_time(template)


@pytest.mark.parametrize(
    "template",
    [
        DOUBLED.replace("COUNT", "64"),
        "${{ 'a' | center(99999999999) }}",
        "${{ 'a\n\n\n\n' | indent(9999999) }}",
        "${{ 'a' | replace('a', 'b' | center(16000000)) | replace(' ', 'xxxxxxxx') }}",
        "{% set s = 'aaaaaaaa' %}{% for i in range(30) %}{% set s = s | replace('a', 'aaaaaaaa') %}{% endfor %}",
        "{% set s = 'aaaaaaaa' %}{% for i in range(30) %}{% set s = range(9999) | join(s) %}{% endfor %}",
        "{% set s = 'aaaaaaaa' %}{% for i in range(30) %}{% set s = s.concat(s, s, s, s, s, s, s, s) %}{% endfor %}",
        "{% set s = 'aaaaaaaa' %}{% for i in range(30) %}{% set s = s.replace(r/a/g, '$`') %}{% endfor %}",
        "{% set s = 'aaaaaaaa' %}{% for i in range(30) %}{% set s %}${{ s }}${{ s }}${{ s }}{% endset %}{% endfor %}",
        "{% set s = 'a' | center(9999999) %}{% for i in range(99) %}${{ s }}{% endfor %}",
        "{% set a = range(9999) %}{% for i in range(30) %}{% set a = a.concat(a) %}{% endfor %}",
        "${{ 'a' | center(9999999) | list }}",
        "${{ { length: 4000000000, a: 1 } | sort }}",
        "${{ { length: 4294967295 } | list | join }}${{ { length: 4294967295 } | reverse }}",
        "{% set a = [] %}{% for i in range(90000) %}{% set a = [a] %}{% endfor %}${{ a }}",
        FANNED + "${{ a }}",
        FANNED + "${{ a | dump }}",
        FANNED + "${{ a.flat(99) }}",
        FANNED + "${{ a | pick(0) }}",
        FANNED + "${{ a == 1 }}",
    ],
)
def test_endless_growth_is_stopped(template):
    fails_in_time(template)


def test_a_value_of_endless_aliases_does_not_leave():
    template = "${{ [l, l, l, l, l, l, l, l, l, l] }}"

    assert render_value(template, {"l": ["x"] * 99_000}, options=OPTIONS) == template


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(a*)*b", "(.*)*x", "(a{0,99}){0,99}c"],
)
def test_patterns_that_backtrack_are_run_in_linear_time(pattern):
    started = time.thread_time()

    render(f"${{{{ r/{pattern}/.test('{BACKTRACKING}') }}}}", {})

    assert time.thread_time() - started < 0.5


@pytest.mark.parametrize(
    "template",
    [
        r"${{ r/^(?=a)(?:a|a|aa)+$/.test(t) }}",
        r"${{ r/^(a|a|aa)+\1x$/.test(t) }}",
        r"${{ t.replace(r/(?<!b)(?:a|aa|aaa)+$/, '') }}",
        r"${{ t.split(r/(?:a|a|aa)+(?=x)/) }}",
        r"${{ t | replace(r/^(?!b)(?:a|a|aa)+$/, '') }}",
    ],
)
def test_patterns_that_need_backtracking_are_stopped_by_the_clock(template):
    options = RenderOptions(limits=Limits(seconds=0.2))
    started = time.process_time()

    with pytest.raises(TemplateTimeError, match="seconds"):
        render(template, {"t": BACKTRACKING}, options=options)
    assert time.process_time() - started < 2


def test_time_is_for_all_texts_of_a_value_together():
    slow = {str(index): "${{ r/^(?=a)(?:a|a|aa)+$/.test(t) }}" for index in range(100)}

    with pytest.raises(TemplateTimeError):
        render_value(slow, {"t": BACKTRACKING}, options=RenderOptions(limits=Limits(seconds=0.2)))


@pytest.mark.parametrize(
    "template",
    [
        "${{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
        "${{ " + "[" * 5_000 + "]" * 5_000 + " }}",
        "${{ " + "{a:" * 5_000 + "1" + "}" * 5_000 + " }}",
        "${{ " + "not " * 5_000 + "1 }}",
        "${{ " + "a[" * 5_000 + "]" * 5_000 + " }}",
        "${{ " + " ~ ".join(["1"] * 5_000) + " }}",
        "${{ a" + ".b" * 5_000 + " }}",
        "${{ a" + " | string" * 5_000 + " }}",
        "{% if a %}" * 5_000 + "{% endif %}" * 5_000,
        "{% for a in a %}" * 500 + "{% endfor %}" * 500,
        "x" * 5_000_000,
    ],
)
def test_a_template_too_deep_or_too_long_is_refused_and_left_as_it_is(template):
    fails_in_time(template)
    assert render_value(template, {}, options=OPTIONS) == template


def test_a_template_of_too_many_parts_is_refused(monkeypatch):
    monkeypatch.setattr(parser, "MOST_NODES", 1_000)

    fails_in_time("${{ a }}" * 600)


def test_reading_a_template_takes_no_longer_than_it_may(monkeypatch):
    monkeypatch.setattr(limits, "READING_SECONDS", 0.05)
    patterns = [f"r/{'(a|b)?' * 1_000}{index}/" for index in range(200)]

    with pytest.raises(TemplateTimeError, match=r"takes longer than 0\.05 seconds to read"):
        render("${{ " + " + ".join(patterns) + " }}", {}, options=OPTIONS)


@pytest.mark.parametrize(
    "template",
    [
        "${{ '" + "a" * 1_000_000,
        "${{ " + "'" * 999_999,
        "{#" * 500_000,
        "{% raw %}" * 100_000,
        "${{ r/" + "(" * 8_000 + "/ }}",
        "${{ r/" + "a" * 20_000 + "/ }}",
        "{%" * 500_000,
    ],
)
def test_a_template_without_end_is_refused_at_once(template):
    started = time.thread_time()

    with pytest.raises(TemplateRenderError):
        render(template, {}, options=OPTIONS)
    assert time.thread_time() - started < 1


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__",
        "''.__class__.__mro__[1].__subclasses__()",
        "''['__cla' ~ 'ss__']",
        "[].__class__",
        "{}.__init__",
        "values.__globals__",
        "values.items",
        "values.get",
        "values.keys",
        "[].append",
        "''.format",
        "'{0.__class__}'.format(1)",
        "range.__call__",
        "cycler.__init__.__globals__",
        "m.__code__",
        "fn.__globals__",
        "fn.__self__",
        "(1).__add__",
        "(1).real",
        "r/a/.pattern",
        "('a' | safe).text",
        "missing.__class__",
        "cycler('a').items",
        "self",
        "env",
        "__builtins__",
        "''.toString",
        "[].map",
        "values.hasOwnProperty",
        "''.matchAll",
    ],
)
def test_nothing_of_the_host_can_be_reached(expression):
    template = f"{{% macro m() %}}{{% endmacro %}}${{{{ {expression} is defined }}}}"
    options = RenderOptions(functions={"fn": lambda: 1})

    try:
        shown = render(template, {"values": {"a": 1}}, options=options)
    except TemplateRenderError:
        return
    assert shown == "false"


@pytest.mark.parametrize("name", ["constructor", "prototype", "__proto__"])
@pytest.mark.parametrize(
    "template",
    [
        "${{ a.NAME }}",
        "${{ a['NAME'] }}",
        "{% set NAME = 1 %}",
        "${{ { NAME: 1 } }}",
        "${{ a | sort(false, false, 'NAME') }}",
    ],
)
def test_names_that_lead_to_a_prototype_are_refused(template, name):
    with pytest.raises(TemplateRenderError, match="is reserved"):
        render(template.replace("NAME", name), {"a": [{}]})


def test_a_name_put_together_at_run_time_finds_nothing():
    assert render("[${{ a['constr' ~ 'uctor'] }}][${{ a[k] }}]", {"a": {}, "k": "__proto__"}) == "[][]"


@pytest.mark.parametrize("value", [object(), len, Context, {"f": print}, [lambda: 1], b"bytes", {1, 2}, 1j])
def test_only_plain_data_gets_in(value):
    with pytest.raises(TemplateRenderError, match="Unsupported template value of type"):
        Context.prepare({"a": value})


def test_what_a_hosts_function_gives_is_checked_too():
    options = RenderOptions(functions={"leak": lambda: {"module": pytest}})

    with pytest.raises(TemplateRenderError, match="Unsupported template value of type module"):
        render("${{ leak().module }}", {}, options=options)


def test_a_hosts_function_cannot_be_called_without_end():
    calls = []
    options = RenderOptions(functions={"f": lambda: calls.append(1)}, limits=Limits(calls=50))

    with pytest.raises(TemplateLimitError, match="exceeded the limit of 50 capability calls"):
        render("{% for i in range(1000) %}${{ f() }}{% endfor %}", {}, options=options)
    assert len(calls) == 50


@pytest.mark.parametrize(
    "expression",
    [
        "[range] ~ ''",
        "range + 1",
        "{ a: m } | dump",
        "[m] | join",
        "m | pick('a')",
        "note(m)",
        "[m]",
        "m == 1",
        "m[0:1]",
    ],
)
def test_functions_do_not_leave_as_values(expression):
    options = RenderOptions(functions={"note": lambda value: value}, filters=OPTIONS.filters)

    with pytest.raises(TemplateRenderError):
        render(f"{{% macro m() %}}{{% endmacro %}}${{{{ {expression} }}}}", {}, options=options)


def test_no_template_leaves_anything_for_the_next():
    context = Context.prepare({"list": [1], "record": {"list": [1]}})
    template = (
        "{% set list2 = list %}{% set n = list2.push(2) %}{% set record2 = record %}{% set n = record2.list.push(2) %}"
        "{% set r = r/a/g %}{% set c = cycler(1, 2) %}${{ list }}|${{ record.list }}|${{ r.test('aa') }}|${{ c.next() }}"
    )

    assert [render(template, context) for _ in range(2)] == ["1,2|1,2|true|1"] * 2
    assert context.values == {"list": [1], "record": {"list": [1]}}


def test_an_array_cannot_be_put_into_itself():
    for change in ("a.push(a)", "a.push([{ b: a }])", "a.fill(a)", "a.splice(0, 0, a)", "a.unshift(a)"):
        with pytest.raises(TemplateRenderError, match="Cyclic template values are not supported"):
            render(f"${{{{ {change} }}}}", {"a": [1]})


def test_huge_numbers_are_doubles():
    started = time.thread_time()

    template = "${{ 10 ** 999999999 }} ${{ ('9' | center(1)) * 10 ** 400 }} ${{ t * 1 }} ${{ t | int }} ${{ a[t] }}"
    assert render(template, {"t": "9" * 100_000, "a": [1]}) == "Infinity Infinity Infinity Infinity "
    assert time.thread_time() - started < 0.5


def test_a_refused_template_tells_nothing_of_its_values():
    secret = "s3cr3t-value"

    with pytest.raises(TemplateRenderError) as raised:
        render("${{ secrets.token.nope() }}", {"secrets": {"token": secret}})
    assert secret not in raised.value.message
