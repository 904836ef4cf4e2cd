"""Tags: what they print, where variables live, and what becomes of white space."""

import pytest

from scaffolder.templating.render import RenderOptions, render

VALUES = {"list": ["a", "b", "c"], "record": {"x": 1, "y": 2}, "name": "demo", "pairs": [["a", 1], ["b", 2]]}


def rendered(template, **options):
    return render(template, {"values": VALUES, **VALUES}, options=RenderOptions(**options))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% if name == 'x' %}x{% elif name == 'demo' %}demo{% else %}other{% endif %}", "demo"),
        ("{% if 0 %}a{% elseif '' %}b{% else %}c{% endif %}", "c"),
        ("{% if [] %}lists are true{% endif %}", "lists are true"),
        ("{% switch name %}{% case 'x' %}x{% case 'demo' %}demo{% default %}other{% endswitch %}", "demo"),
        ("{% switch 1 %}{% case 1 %}{% case 2 %}falls through{% default %}other{% endswitch %}", "falls through"),
        ("{% switch '1' %}{% case 1 %}loose{% default %}strict{% endswitch %}", "strict"),
        ("{% filter upper %}a ${{ name }}{% endfilter %}", "A DEMO"),
        ("{% filter replace('a', 'b') %}aa{% endfilter %}", "bb"),
        ("{% raw %}${{ name }} {% if %}{% endraw %}", "${{ name }} {% if %}"),
        ("{% verbatim %}{% raw %}x{% endraw %}{% endverbatim %}", "{% raw %}x{% endraw %}"),
        ("{% raw %}a{% raw %}b{% endraw %}c{% endraw %}", "a{% raw %}b{% endraw %}c"),
        ("a{# gone ${{ nonsense | #}b", "ab"),
        ("{% block title %}${{ name }}{% endblock title %}", "demo"),
    ],
)
def test_tags_print(template, expected):
    assert rendered(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% for i in list %}${{ i }}{% endfor %}", "abc"),
        ("{% for i in list %}${{ loop.index }}${{ loop.index0 }}${{ loop.revindex }} {% endfor %}", "103 212 321 "),
        (
            "{% for i in list %}${{ 'first ' if loop.first }}${{ i }}${{ ', ' if not loop.last }}{% endfor %}",
            "first a, b, c",
        ),
        ("{% for i in list %}${{ loop.length }}{% endfor %}", "333"),
        ("{% for k, v in record %}${{ k }}=${{ v }};{% endfor %}", "x=1;y=2;"),
        ("{% for a, b in pairs %}${{ a }}${{ b }}{% endfor %}", "a1b2"),
        ("{% for c in 'ab' %}${{ c }}.{% endfor %}", "a.b."),
        ("{% for i in [] %}x{% else %}none{% endfor %}", "none"),
        ("{% for i in missing %}x{% else %}none{% endfor %}", "none"),
        ("{% for i in record %}x{% else %}a record has no length{% endfor %}", "a record has no length"),
        (
            "{% for i in [1, 2] %}{% for j in [1, 2] %}${{ loop.index }}{% endfor %}${{ loop.index }} {% endfor %}",
            "121 122 ",
        ),
        (
            "{% set items = [1] %}{% for i in items %}${{ i }}{% if i < 3 %}{% set n = items.push(i + 1) %}{% endif %}{% endfor %}",
            "123",
        ),
    ],
)
def test_loops(template, expected):
    assert rendered(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% set x = name + '!' %}${{ x }}", "demo!"),
        ("{% set x, y = 1 %}${{ x + y }}", "2"),
        ("{% set x %}block ${{ name }}{% endset %}${{ x }}", "block demo"),
        ("{% set n = 0 %}{% for i in list %}{% set n = n + 1 %}{% endfor %}${{ n }}", "3"),
        ("{% for i in list %}{% set inner = i %}{% endfor %}[${{ inner }}]", "[]"),
        ("{% if true %}{% set x = 1 %}{% endif %}${{ x }}", "1"),
        ("{% set x = 1 %}{% block b %}{% set x = 2 %}${{ x }}{% endblock %}${{ x }}", "21"),
        ("{% set name = 'mine' %}${{ name }} ${{ values.name }}", "mine demo"),
        # What a loop sets is not seen by macros, which go by what the top of the template set.
        (
            "{% set x = 1 %}{% macro m() %}${{ x }}{% endmacro %}{% for i in [2] %}{% set x = i %}{% endfor %}${{ m() }}${{ x }}",
            "12",
        ),
    ],
)
def test_variables(template, expected):
    assert rendered(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "{% macro hi(n, p='!') %}hi ${{ n }}${{ p }}{% endmacro %}${{ hi('a') }} ${{ hi('b', p='?') }}",
            "hi a! hi b?",
        ),
        ("{% macro m(a, b) %}${{ a }}-${{ b }}{% endmacro %}${{ m(b=1, a=2) }} ${{ m() }}", "2-1 -"),
        ("{% macro m(a=1, b=2) %}${{ a }}${{ b }}{% endmacro %}${{ m(3) }} ${{ m(3, 4) }}", "32 34"),
        ("{% macro m(a, b=a) %}${{ b }}{% endmacro %}${{ m(5) }}", "5"),
        ("{% macro fact(n) %}${{ n * (fact(n - 1) | int) if n > 1 else 1 }}{% endmacro %}${{ fact(5) }}", "120"),
        ("{% macro box() %}[${{ caller() }}]{% endmacro %}{% call box() %}in ${{ name }}{% endcall %}", "[in demo]"),
        (
            "{% macro each(l) %}{% for i in l %}${{ caller(i) }}{% endfor %}{% endmacro %}{% call(x) each(list) %}<${{ x }}>{% endcall %}",
            "<a><b><c>",
        ),
        ("{% macro m() %}${{ caller is defined }}{% endmacro %}${{ m() }}", "false"),
        ("{% macro m() %}x{% endmacro %}${{ m() is escaped }}", "true"),
        ("{% set c = cycler('a', 'b') %}${{ c.next() }}${{ c.next() }}${{ c.next() }}${{ c.current }}", "abaa"),
        ("{% set j = joiner(', ') %}{% for i in list %}${{ j() }}${{ i }}{% endfor %}", "a, b, c"),
        ("${{ range(3) }} ${{ range(1, 3) }} ${{ range(5, 0, -2) }}", "0,1,2 1,2 5,3,1"),
    ],
)
def test_macros_and_globals(template, expected):
    assert rendered(template) == expected


@pytest.mark.parametrize(
    ("template", "options", "expected"),
    [
        ("a  ${{- name -}}  b", {}, "ademob"),
        ("a\n{%- if true -%}\n tight \n{%- endif -%}\n b", {}, "atightb"),
        ("a {#- x -#} b", {}, "ab"),
        ("{% raw -%}  x  {% endraw %}  y", {}, "  x  y"),
        (
            "start\n  {% for i in [1, 2] %}\n  - ${{ i }}\n  {% endfor %}\nend\n",
            {},
            "start\n  \n  - 1\n  \n  - 2\n  \nend\n",
        ),
        (
            "start\n  {% for i in [1, 2] %}\n  - ${{ i }}\n  {% endfor %}\nend\n",
            {"trim_blocks": True, "lstrip_blocks": True},
            "start\n  - 1\n  - 2\nend\n",
        ),
        ("a {% if true %}\r\nb{% endif %}", {"trim_blocks": True}, "a b"),
        ("x {% if true %}y{% endif %}\n \t{% if true %}z{% endif %}", {"lstrip_blocks": True}, "x y\nz"),
        ("${{ name }}\nb", {"trim_blocks": True}, "demo\nb"),
    ],
)
def test_white_space(template, options, expected):
    assert rendered(template, **options) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ cookiecutter.name }} ${{ name }}", "demo $demo"),
        ("{{ record | jsonify }}", '{"x":1,"y":2}'),
        ("{{ True }} {{ False }} {{ None }}", "true false "),
        ("{% for k, v in record.items() %}{{ k }}{{ v }}{% endfor %}", "x1y2"),
        ("{{ record.get('z', 9) }} {{ record.keys() }} {{ record.has_key('x') }}", "9 x,y true"),
        ("{% set l = [1] %}{% set n = l.append(2) %}{{ l }} {{ l.count(2) }} {{ l.pop(0) }}{{ l }}", "1,2 1 12"),
    ],
)
def test_cookiecutter_spelling(template, expected):
    values = {"cookiecutter": VALUES, **VALUES}

    assert render(template, values, options=RenderOptions(cookiecutter=True)) == expected
