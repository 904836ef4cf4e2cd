"""
Actions as typed Python functions, for packages that bring their own.

    class Ticket(TypedDict):
        number: Annotated[int, "The number of the ticket"]

    @action(id="acme:ticket:create", description="Opens a ticket")
    def create_ticket(context: ActionContext, *, title: str, priority: Literal["low", "high"] = "low") -> Ticket:
        ...
        return {"number": 7}

The schemas of input and output come from the annotations; what is returned becomes the outputs. A package names the
action as an entry point of the group ``callboard.actions``. An annotation that has no form in JSON fails the import.
"""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import jsonschema_rs

from scaffolder.actions.action import Action, ActionContext, Example, Handler, Json
from scaffolder.actions.typed_forms import AnnotationError, Field, Form, dump, fields_of, form_of, object_schema

DRAFT = "http://json-schema.org/draft-07/schema#"
KEYWORD_ONLY = inspect.Parameter.KEYWORD_ONLY
_ID = re.compile(r"[A-Za-z0-9]+(?:[:._-][A-Za-z0-9]+)*\Z")


def action(
    *, id: str, description: str, examples: Iterable[Example] = (), supports_dry_run: bool = False
) -> Callable[[Callable[..., Any]], Action]:
    """
    Make an Action of a function: its first parameter is the ActionContext, all others are keyword-only.

    Raises TypeError, which names the function and what is wrong with it.
    """

    def make(function: Callable[..., Any]) -> Action:
        where = f"The action '{id}' ({function.__module__}.{function.__qualname__})"
        if not _ID.match(id):
            raise TypeError(f"{where} has an unusual id; expected one such as 'acme:ticket:create'")
        if inspect.iscoroutinefunction(function):
            raise TypeError(f"{where} must not be async: actions run in a thread of their own")
        hints = _hints(function, where)
        fields = _input_fields(function, hints, where)
        output = _output_schema(hints, where)
        return Action(
            id=id,
            description=description,
            run=_handler(id, function, fields, output),
            input={**object_schema(fields), "$schema": DRAFT},
            output={**output, "$schema": DRAFT} if output else {},
            examples=tuple(examples),
            supports_dry_run=supports_dry_run,
        )

    return make


def _hints(function: Callable[..., Any], where: str) -> dict[str, Any]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise TypeError(f"{where} has an annotation that cannot be resolved: {error}") from None


def _input_fields(function: Callable[..., Any], hints: Mapping[str, Any], where: str) -> list[Field]:
    parameters = list(inspect.signature(function).parameters.values())
    first = parameters[0] if parameters else None
    if first is None or first.kind is KEYWORD_ONLY or hints.get(first.name) is not ActionContext:
        raise TypeError(f"{where} must take the context first, annotated with ActionContext")
    return [_input_field(parameter, hints, where) for parameter in parameters[1:]]


def _input_field(parameter: inspect.Parameter, hints: Mapping[str, Any], where: str) -> Field:
    name = parameter.name
    if parameter.kind is not KEYWORD_ONLY:
        raise TypeError(f"{where} must take '{parameter}' by keyword only: put a '*' behind the context")
    if name not in hints:
        raise TypeError(f"{where} has no annotation for the parameter '{name}'")
    try:
        form = form_of(hints[name])
        has_default = parameter.default is not inspect.Parameter.empty
        schema = dict(form.schema)
        if has_default and parameter.default is not None:
            schema["default"] = dump(parameter.default)
    except AnnotationError as error:
        raise TypeError(f"{where}: the parameter '{name}' is annotated with {error}") from None
    except TypeError as error:
        raise TypeError(f"{where}: the default of the parameter '{name}' is none: {error}") from None
    return Field(name, Form(schema, form.load), not has_default)


def _output_schema(hints: Mapping[str, Any], where: str) -> dict[str, Json]:
    """Empty for an action that gives nothing."""
    if "return" not in hints:
        raise TypeError(f"{where} has no annotation for what it returns: a TypedDict, a dataclass or None")
    returned = hints["return"]
    if returned is type(None):
        return {}
    try:
        fields = fields_of(returned) if isinstance(returned, type) else None
        schema = object_schema(fields) if fields is not None else form_of(returned).schema
    except AnnotationError as error:
        raise TypeError(f"{where}: what it returns is annotated with {error}") from None
    if schema.get("type") != "object":
        raise TypeError(f"{where} must return a TypedDict, a dataclass or None: its keys are the names of the outputs")
    return schema


def _handler(id: str, function: Callable[..., Any], fields: list[Field], output: dict[str, Json]) -> Handler:
    loads = {field.name: field.form.load for field in fields}
    validator = jsonschema_rs.validator_for(output)

    def run(context: ActionContext) -> None:
        returned = function(context, **{name: loads[name](value) for name, value in context.input.items()})
        if not output:
            return
        try:
            outputs = dump(returned)
        except TypeError as error:
            raise TypeError(f"The action '{id}' returned what cannot be an output: {error}") from None
        fault = next(iter(validator.iter_errors(outputs)), None)
        if fault is not None:
            raise TypeError(f"The action '{id}' returned what its annotation does not say: {fault.message}")
        for name, value in outputs.items():
            context.output(name, value)

    return run
