"""
What Backstage's scaffolder makes of 1,282 short templates, by its own answers.

The table has one set of values for all rows. A row is a template, what it gives or that it fails, and where they
matter its own values and the options of ``fetch:template``. Records are lists of pairs, since their order counts;
what JSON cannot say is an object with ``$``.
"""

import json
import math
from pathlib import Path

import pytest

from scaffolder.templating.backstage_filters import default_filters
from scaffolder.templating.context import Context
from scaffolder.templating.errors import TemplateRenderError
from scaffolder.templating.render import RenderOptions, render, render_value
from scaffolder.templating.values import UNDEFINED

TABLE = json.loads(Path(__file__).with_name("test_templates_table.json").read_text())
ROWS_A_TEST = 20
CONTEXT = Context.prepare(TABLE["context"])
FILTERS = default_filters({"github.com": "github", "gitlab.com": "gitlab"}.get)


def options_of(row):
    given = row.get("options", {})
    return RenderOptions(
        filters=FILTERS,
        cookiecutter=given.get("cookiecutterCompat", False),
        trim_blocks=given.get("trimBlocks", False),
        lstrip_blocks=given.get("lstripBlocks", False),
    )


def written(value):
    """The value as the table writes it."""
    if value is UNDEFINED:
        return {"$": "u"}
    if isinstance(value, dict):
        return {"$": "o", "v": [[key, written(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"$": "n", "v": "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"}
    return in_doubles(value)


def in_doubles(value):
    if isinstance(value, list):
        return [in_doubles(item) for item in value]
    if isinstance(value, dict):
        return {key: in_doubles(item) for key, item in value.items()}
    return float(value) if type(value) is int and abs(value) > 2**53 else value


def outcome(row):
    """What we make of a row's template, as the table writes it."""
    context = Context.prepare(row["context"]) if "context" in row else CONTEXT
    options = options_of(row)
    try:
        text = render(row["template"], context, options=options)
    except TemplateRenderError:
        left_alone = render_value(row["template"], context, options=options) == row["template"]
        return {"fails": True} if left_alone else {"fails": "and yet gives a value"}
    return {"value": text if row.get("text") else written(render_value(row["template"], context, options=options))}


@pytest.mark.parametrize("start", range(0, len(TABLE["cases"]), ROWS_A_TEST))
def test_gives_what_backstage_gives(start):
    rows = TABLE["cases"][start : start + ROWS_A_TEST]
    expected = [{key: in_doubles(row[key]) for key in ("value", "fails") if key in row} for row in rows]

    found = [outcome(row) for row in rows]

    different = [
        {"template": row["template"], "expected": one, "found": other}
        for row, one, other in zip(rows, expected, found, strict=True)
        if json.dumps(one) != json.dumps(other)
    ]
    assert different == []
