"""Contexts are prepared once and derived from each other; compiled templates are kept."""

from scaffolder.templating.context import Context
from scaffolder.templating.lexer import Syntax
from scaffolder.templating.render import render, render_value
from scaffolder.templating.template_cache import TemplateCache


def test_a_derived_context_leaves_the_first_as_it_was():
    first = Context.prepare({"steps": {}, "parameters": {"a": 1}})
    second = first.with_value(["steps", "build"], {"output": {"image": "x:1"}})

    assert render_value("${{ steps.build.output.image }}", second) == "x:1"
    assert render("[${{ steps.build.output.image }}]${{ parameters.a }}", first) == "[]1"


def test_records_on_the_way_are_made():
    assert render_value("${{ a.b.c }}", Context.prepare({}).with_value(["a", "b", "c"], 5)) == 5


def test_a_template_that_changes_a_list_changes_its_own_copy():
    context = Context.prepare({"list": [3, 1, 2]})

    assert render("${{ list.sort() }} ${{ list.push(9) }} ${{ list }}", context) == "1,2,3 4 1,2,3,9"
    assert render("{% set f = list['reverse'] %}${{ f() }}", context) == "2,1,3"
    assert render("{% set k = 'pop' %}${{ list[k]() }}${{ list }}", context) == "23,1"
    assert render("${{ list }}", context) == "3,1,2"


def test_what_is_in_a_context_twice_stays_one_thing():
    shared = [1]
    context = Context.prepare({"a": shared, "b": shared, "c": [1]})

    assert render("${{ a === b }} ${{ a === c }}{% set x = a.push(2) %} ${{ b }}", context) == "true false 1,2"


def test_the_cache_gives_back_what_it_made():
    cache = TemplateCache()

    assert cache.get("${{ a }}", Syntax()) is cache.get("${{ a }}", Syntax())
    assert cache.get("${{ a }}", Syntax()) is not cache.get("${{ a }}", Syntax(trim_blocks=True))


def test_the_cache_drops_what_was_used_longest_ago():
    cache = TemplateCache(most_templates=2)
    kept = cache.get("a", Syntax())
    cache.get("b", Syntax())
    cache.get("a", Syntax())
    cache.get("c", Syntax())

    assert len(cache) == 2
    assert cache.get("a", Syntax()) is kept


def test_the_cache_keeps_no_more_than_its_weight():
    cache = TemplateCache(most_weight=5_000)
    for index in range(20):
        cache.get(f"{index:04}" + "x" * 1_000, Syntax())

    assert len(cache) == 3
