"""Actions as typed functions, the example package, and the page that lists all actions."""

import enum
import importlib
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import jsonschema
import pytest
import yaml

from scaffolder.actions import registry
from scaffolder.actions.action import ActionContext, Example
from scaffolder.actions.typed import action
from tests.unit.scaffolder.action_world import run_action

ROOT = Path(__file__).resolve().parents[3]


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Point:
    x: int
    y: float = 0.0
    marks: list[str] = field(default_factory=list)


class Box(TypedDict):
    corner: Point
    note: NotRequired[str]


class Made(TypedDict):
    colour: Colour
    points: Annotated[list[Point], "All of them"]
    note: NotRequired[str]


def typed(function, **rest):
    return action(id="acme:test", description="A test", **rest)(function)


def properties_of(made):
    return made.input["properties"]


# Schemas


def test_the_input_schema_comes_from_the_annotations():
    def function(
        context: ActionContext,
        *,
        title: Annotated[str, "What it is called"],
        count: int,
        price: float = 1.5,
        is_loud: bool = False,
        priority: Literal["low", "high"] = "low",
        mixed: Literal["a", 1, None] = None,
        colour: Colour = Colour.RED,
        labels: list[str] | None = None,
        names: Sequence[int] = (),
        settings: dict[str, int] | None = None,
        open: Mapping[str, Any] | None = None,
        point: Point | None = None,
        box: Box | None = None,
        anything: Any = None,
    ) -> None: ...

    assert typed(function).input == {
        "type": "object",
        "properties": {
            "title": {"type": "string", "description": "What it is called"},
            "count": {"type": "integer"},
            "price": {"type": "number", "default": 1.5},
            "is_loud": {"type": "boolean", "default": False},
            "priority": {"type": "string", "enum": ["low", "high"], "default": "low"},
            "mixed": {"enum": ["a", 1, None]},
            "colour": {"type": "string", "enum": ["red", "blue"], "default": "red"},
            "labels": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]},
            "names": {"type": "array", "items": {"type": "integer"}, "default": []},
            "settings": {
                "anyOf": [{"type": "object", "additionalProperties": {"type": "integer"}}, {"type": "null"}]
            },
            "open": {"anyOf": [{"type": "object", "additionalProperties": {}}, {"type": "null"}]},
            "point": {"anyOf": [POINT, {"type": "null"}]},
            "box": {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {"corner": POINT, "note": {"type": "string"}},
                        "required": ["corner"],
                        "additionalProperties": False,
                    },
                    {"type": "null"},
                ]
            },
            "anything": {},
        },
        "required": ["title", "count"],
        "additionalProperties": False,
        "$schema": "http://json-schema.org/draft-07/schema#",
    }  # fmt: skip


POINT = {
    "type": "object",
    "properties": {
        "x": {"type": "integer"},
        "y": {"type": "number"},
        "marks": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["x"],
    "additionalProperties": False,
}


def test_the_output_schema_comes_from_what_is_returned():
    def function(context: ActionContext) -> Made: ...

    assert typed(function).output == {
        "type": "object",
        "properties": {
            "colour": {"type": "string", "enum": ["red", "blue"]},
            "points": {"type": "array", "items": POINT, "description": "All of them"},
            "note": {"type": "string"},
        },
        "required": ["colour", "points"],
        "additionalProperties": False,
        "$schema": "http://json-schema.org/draft-07/schema#",
    }


def test_an_action_may_take_and_give_nothing():
    def function(context: ActionContext) -> None: ...

    made = typed(function, examples=[Example("x", "steps: []")], supports_dry_run=True)

    assert made.input == {
        "type": "object",
        "properties": {},
        "additionalProperties": False,
        "$schema": "http://json-schema.org/draft-07/schema#",
    }
    assert (made.output, made.examples, made.supports_dry_run) == ({}, (Example("x", "steps: []"),), True)
    assert run_action(made, {}).outputs == {}


# Running


def test_gives_the_function_what_its_annotations_say():
    seen = {}

    def function(
        context: ActionContext,
        *,
        colour: Colour,
        point: Point | str,
        boxes: list[Box],
        price: float = 1.0,
        by_name: dict[str, Point] | None = None,
    ) -> None:
        seen.update(colour=colour, point=point, boxes=boxes, price=price, by_name=by_name)

    run_action(
        typed(function),
        {"colour": "blue", "point": {"x": 1}, "boxes": [{"corner": {"x": 2, "y": 3}}], "price": 2, "by_name": {"a": {"x": 1}}},
    )  # fmt: skip

    assert seen == {
        "colour": Colour.BLUE,
        "point": Point(1),
        "boxes": [{"corner": Point(2, 3.0)}],
        "price": 2.0,
        "by_name": {"a": Point(1)},
    }
    assert isinstance(seen["price"], float)


def test_fills_in_defaults_and_gives_what_is_returned():
    def function(context: ActionContext, *, colour: Colour = Colour.BLUE, points: list[Point] | None = None) -> Made:
        context.log.info(f"painting in {colour.value}")
        return {"colour": colour, "points": points or [Point(1, 2.5, ["a"])]}

    ran = run_action(typed(function), {})

    assert ran.outputs == {"colour": "blue", "points": [{"x": 1, "y": 2.5, "marks": ["a"]}]}
    assert ran.log.text == "painting in blue"


def test_a_dataclass_may_be_returned():
    def function(context: ActionContext) -> Point:
        return Point(1)

    assert run_action(typed(function), {}).outputs == {"x": 1, "y": 0.0, "marks": []}


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ({"x": "one"}, "returned what its annotation does not say: "),
        ({}, "returned what its annotation does not say: "),
        (None, "returned what its annotation does not say: "),
        ({"x": Path()}, "returned what cannot be an output: PosixPath has no form in JSON"),
    ],
)
def test_what_is_returned_is_checked(returned, message):
    def function(context: ActionContext) -> Point:
        return returned

    with pytest.raises(TypeError, match=f"The action 'acme:test' {message}"):
        run_action(typed(function), {})


def test_inputs_are_checked_before_the_function_is_called():
    def function(context: ActionContext, *, colour: Colour) -> None:
        raise AssertionError

    with pytest.raises(jsonschema.ValidationError):
        run_action(typed(function), {"colour": "green"})


# Wrong annotations


class Loop(TypedDict):
    inner: "Loop | None"


class Odd(TypedDict):
    when: datetime


def a_date(context: ActionContext, *, when: datetime) -> None: ...
def inside(context: ActionContext, *, odd: Odd) -> None: ...
def in_a_list(context: ActionContext, *, dates: list[datetime]) -> None: ...
def numbered(context: ActionContext, *, by_number: dict[int, str]) -> None: ...
def a_loop(context: ActionContext, *, loop: Loop) -> None: ...
def not_annotated(context: ActionContext, *, name) -> None: ...
def by_position(context: ActionContext, name: str) -> None: ...
def more(context: ActionContext, *names: str) -> None: ...
def any_name(context: ActionContext, **names: str) -> None: ...
def no_context(*, name: str) -> None: ...
def other_context(context: str) -> None: ...
def unknown(context: ActionContext, *, name: "Nobody") -> None: ...  # noqa: F821
def no_result(context: ActionContext): ...
def a_text(context: ActionContext) -> str: ...
def a_bad_default(context: ActionContext, *, name: str = Path()) -> None: ...  # type: ignore[assignment]
async def asynchronous(context: ActionContext) -> None: ...


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (a_date, ": the parameter 'when' is annotated with datetime, which has no form in JSON; use str, int, float"),
        (inside, "'odd' is annotated with Odd, of which 'when' is annotated with datetime, which has no form in JSON"),
        (in_a_list, ": the parameter 'dates' is annotated with datetime, which has no form in JSON"),
        (numbered, "'by_number' is annotated with a mapping with keys of int; in JSON all keys are str"),
        (a_loop, "Loop, of which 'inner' is annotated with Loop, which is part of itself"),
        (not_annotated, " has no annotation for the parameter 'name'"),
        (by_position, " must take 'name: str' by keyword only: put a '\\*' behind the context"),
        (more, r" must take '\*names: str' by keyword only"),
        (any_name, r" must take '\*\*names: str' by keyword only"),
        (no_context, " must take the context first, annotated with ActionContext"),
        (other_context, " must take the context first, annotated with ActionContext"),
        (unknown, " has an annotation that cannot be resolved: name 'Nobody' is not defined"),
        (no_result, " has no annotation for what it returns: a TypedDict, a dataclass or None"),
        (a_text, " must return a TypedDict, a dataclass or None: its keys are the names of the outputs"),
        (a_bad_default, ": the default of the parameter 'name' is none: PosixPath has no form in JSON"),
        (asynchronous, " must not be async"),
    ],
)
def test_a_wrong_annotation_fails_at_once(function, message):
    name = re.escape(f"{function.__module__}.{function.__qualname__}")

    with pytest.raises(TypeError, match=rf"The action 'acme:test' \({name}\).*{message}"):
        typed(function)


@pytest.mark.parametrize("id", ["", "acme ticket", ":x", "acme:", "../x"])
def test_an_unusual_id_fails_at_once(id):
    def function(context: ActionContext) -> None: ...

    with pytest.raises(TypeError, match="has an unusual id; expected one such as 'acme:ticket:create'"):
        action(id=id, description="x")(function)


# The example package


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The example package, as an installer would leave it on the disk. Gives the registry's view of all actions."""
    shutil.copytree(ROOT / "examples/custom-action/acme_actions", tmp_path / "acme_actions")
    info = tmp_path / "acme_actions-1.0.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-actions\nVersion: 1.0.0\n")
    declared = re.search(
        r'\[project\.entry-points\."callboard\.actions"\]\n(.+)\n', (ROOT / "examples/custom-action/pyproject.toml").read_text()
    )  # fmt: skip
    (info / "entry_points.txt").write_text(f"[callboard.actions]\n{declared[1].replace(chr(34), '')}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    registry.all_actions.cache_clear()
    yield registry.all_actions
    registry.all_actions.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme_actions"]:
        del sys.modules[name]


def test_an_installed_package_brings_its_action(installed):
    made = installed()["acme:ticket:create"]

    ran = run_action(made, {"title": "Please look", "labels": ["review"]})

    number = ran.outputs["number"]
    assert ran.outputs == {"number": number, "url": f"https://tickets.acme.example/{number}"}
    assert ran.files == {f"tickets/{number}.json": b'{"title": "Please look", "priority": "low", "labels": ["review"]}'}
    assert made.input["properties"]["priority"] == {
        "type": "string",
        "enum": ["low", "high"],
        "description": "How urgent it is",
        "default": "low",
    }
    (step,) = yaml.safe_load(made.examples[0].example)["steps"]
    jsonschema.validate(step["input"], made.input)


def test_no_action_takes_the_place_of_another(installed, tmp_path):
    module = tmp_path / "acme_actions/tickets.py"
    module.write_text(module.read_text().replace('id="acme:ticket:create"', 'id="debug:log"'))

    with pytest.raises(ValueError, match="two actions claim the id 'debug:log'"):
        installed()


# docs/actions.md


def test_the_page_shows_the_example_as_it_is():
    page = (ROOT / "docs/actions.md").read_text()
    code = (ROOT / "examples/custom-action/acme_actions/tickets.py").read_text()
    shown = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]

    assert shown.split("\n\n\n")[0] in code
    assert all(part.strip() in code for part in shown.split("\n\n\n"))


def test_the_page_lists_every_action_once_and_says_whether_it_runs_dry():
    page = (ROOT / "docs/actions.md").read_text()
    listed = re.findall(r"^\| `([A-Za-z]+:[A-Za-z:-]+)` \| .+ \| (runs|skipped) \|$", page, re.MULTILINE)
    ours = [(made.id, "runs" if made.supports_dry_run else "skipped") for made in registry._our_actions()]

    assert sorted(listed) == sorted(ours)
