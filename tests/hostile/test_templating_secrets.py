"""
Secrets put through the language so that nobody knows them again: the redactor must be told what came out.

Each template is rendered with two secrets. Where the outcomes differ the secret shows, and the whole of it must have
been told.
"""

import pytest

from scaffolder.templating.backstage_filters import default_filters
from scaffolder.templating.context import Context
from scaffolder.templating.errors import TemplateRenderError
from scaffolder.templating.filters.registry import FILTERS
from scaffolder.templating.methods import TEXT_METHODS
from scaffolder.templating.render import RenderOptions, render

SECRETS = ("Tok-3n Value/abc", "Kex-9m Thing/xyz")
ARGUMENTS = ("", "2", "'-'", "'-', '+'", "r/[aeiou]/g, '*'", "1, 3", "r/(-)/", "'-', 2", "8, true", "16")
TEXT_OF = "${{ [SUBJECT] | dump }}|${{ SUBJECT }}|x${{ SUBJECT }}"

SNEAKY = [
    "{% for c in s %}${{ c }}.{% endfor %}",
    "{% for i in range(s.length) %}${{ s[i] }} {% endfor %}",
    "{% for c in s %}${{ c.charCodeAt(0) }},{% endfor %}",
    "{% for i in range(16) %}${{ s.charCodeAt(i) + 1 }} {% endfor %}",
    "{% set a = [] %}{% for c in s %}{% set n = a.push(c) %}{% endfor %}${{ a | reverse | join('') }}",
    "${{ s.split('').reverse().join('') }}",
    "${{ s[::-1] | join('') }}",
    "${{ (s | list | batch(2))[1] }}",
    "${{ [{ k: s }] | groupby('k') | dump }}",
    "${{ ([{ k: s }] | groupby('k') | list)[0].key | upper }}",
    "{% for k, v in [{ k: s }] | groupby('k') %}${{ k }}{% endfor %}",
    "${{ [{ k: s }] | join(',', 'k') }}",
    "${{ { k: s } | urlencode }}",
    "${{ { k: s } | dictsort | dump }}",
    "${{ ['a', s] | sort | last }}",
    "${{ [s, s] | sum }}",
    "${{ [s].concat([s]).flat().join('~') }}",
    "${{ 'a-b'.replace('-', s) }}",
    "${{ 'a-b' | replace('-', s) }}",
    "${{ 'x'.concat(s) }}",
    "${{ s | default('x') | string }}",
    "${{ missing | default(s) }}",
    "${{ s | safe | upper | e }}",
    "${{ s | parseEntityRef({ defaultKind: 'k' }) | pick('name') }}",
    "${{ (s | pick('0')) ~ (s | pick('1')) ~ (s | pick('2')) }}",
    "{% macro twice(t) %}${{ t }}${{ t }}{% endmacro %}${{ twice(s) | lower }}",
    "{% macro wrap() %}<${{ caller() | upper }}>{% endmacro %}{% call wrap() %}${{ s }}{% endcall %}",
    "{% filter reverse %}${{ s }}{% endfilter %}",
    "{% set t %}${{ s }}{% endset %}${{ t | title }}",
    "{% switch 1 %}{% case 1 %}${{ s | lower }}{% endswitch %}",
    "{% block b %}${{ s | upper }}{% endblock %}",
    "{% set c = cycler(s) %}${{ c.next() | upper }}",
    "{% set j = joiner(s) %}${{ j() }}${{ j() | upper }}",
    "${{ twice(s) }}",
    "${{ s | doubled }}",
    "${{ [1, 2] | join(s) }}",
    "${{ 'a,b'.split(',').join(s) }}",
    "${{ [s] }}",
    "${{ 'a' in [s] or s | first }}",
]


def shown_and_told(template, secret):
    told = []
    options = RenderOptions(
        filters={**default_filters(lambda host: "github"), "doubled": lambda text: text * 2},
        functions={"twice": lambda text: text * 2},
        on_secret=told.append,
    )
    context = Context.prepare({"s": secret}, secret_paths=[("s",)])
    try:
        return render(template, context, options=options), told
    except TemplateRenderError as error:
        return error.message, told


def assert_told(template):
    (one, told), (other, _) = (shown_and_told(template, secret) for secret in SECRETS)
    if one != other and not one.startswith("Template error"):
        assert one in told


@pytest.mark.parametrize("template", SNEAKY)
def test_a_secret_in_pieces_or_in_disguise_is_told(template):
    shown, told = shown_and_told(template, SECRETS[0])

    assert shown in told


@pytest.mark.parametrize("name", sorted(FILTERS.keys() - {"random"}))
def test_every_filters_outcome_is_told(name):
    for arguments in ARGUMENTS:
        for subject in ("s", "[s, 'b']", "{ a: s }", "(s | safe)"):
            assert_told(TEXT_OF.replace("SUBJECT", f"({subject} | {name}({arguments}))"))


@pytest.mark.parametrize("name", sorted(TEXT_METHODS))
def test_every_methods_outcome_is_told(name):
    for arguments in ARGUMENTS:
        assert_told(TEXT_OF.replace("SUBJECT", f"(s.{name}({arguments}))"))
