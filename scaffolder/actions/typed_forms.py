"""What Python's annotations mean in JSON: the schema of a type, and how its values are read and written."""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, NotRequired, Required, Union, get_args, get_origin

import jsonschema_rs

Json = Any
Load = Callable[[Json], Any]

SIMPLE: Mapping[Any, tuple[dict[str, Json], Load]] = {
    str: ({"type": "string"}, lambda value: value),
    int: ({"type": "integer"}, int),
    float: ({"type": "number"}, float),
    bool: ({"type": "boolean"}, lambda value: value),
    type(None): ({"type": "null"}, lambda value: value),
    None: ({"type": "null"}, lambda value: value),
    Any: ({}, lambda value: value),
    object: ({}, lambda value: value),
}
LISTS = (list, Sequence)
RECORDS = (dict, Mapping)
HINT = (
    "use str, int, float, bool, Literal, an Enum, list[...], dict[str, ...], a TypedDict, a dataclass,"
    " or a union of those; Annotated[..., 'text'] describes any of them"
)


class AnnotationError(TypeError):
    """A type that has no form in JSON. The message completes ``<what> is annotated with …``."""


@dataclasses.dataclass(frozen=True, slots=True)
class Form:
    """``load`` makes the Python value of a JSON value that was checked against the schema."""

    schema: dict[str, Json]
    load: Load


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    name: str
    form: Form
    is_required: bool


def form_of(annotation: Any, *, inside: tuple[Any, ...] = ()) -> Form:
    """``inside`` are the classes that it is part of. Raises AnnotationError."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _described(form_of(arguments[0], inside=inside), arguments[1:])
    if origin in (Required, NotRequired):
        return form_of(arguments[0], inside=inside)
    if isinstance(annotation, typing.Hashable) and annotation in SIMPLE:
        schema, load = SIMPLE[annotation]
        return Form(dict(schema), load)
    if origin is Literal:
        return _literal(arguments)
    if origin in (Union, types.UnionType):
        return _union([form_of(argument, inside=inside) for argument in arguments])
    if origin in LISTS or annotation in LISTS:
        return _list(form_of(arguments[0] if arguments else Any, inside=inside))
    if origin in RECORDS or annotation in RECORDS:
        return _record(arguments, inside)
    if isinstance(annotation, type):
        return _class(annotation, inside)
    raise AnnotationError(f"{_name(annotation)}, which has no form in JSON; {HINT}")


def dump(value: Any) -> Json:
    """The JSON of what an action returned. Raises TypeError for what has none."""
    if isinstance(value, enum.Enum):
        return dump(value.value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: dump(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): dump(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [dump(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def object_schema(fields: Sequence[Field]) -> dict[str, Json]:
    required = [field.name for field in fields if field.is_required]
    schema: dict[str, Json] = {"type": "object", "properties": {field.name: field.form.schema for field in fields}}
    if required:
        schema["required"] = required
    return {**schema, "additionalProperties": False}


def fields_of(class_: type, *, inside: tuple[Any, ...] = ()) -> list[Field] | None:
    """Those of a TypedDict or dataclass; None of any other class. Raises AnnotationError."""
    if not typing.is_typeddict(class_) and not dataclasses.is_dataclass(class_):
        return None
    if class_ in inside:
        raise AnnotationError(f"{_name(class_)}, which is part of itself")
    try:
        hints = typing.get_type_hints(class_, include_extras=True)
    except NameError as error:
        raise AnnotationError(f"{_name(class_)}, of which {error}") from None
    optional = _optional_names(class_, hints)
    return [
        Field(name, _form_of_field(class_, name, hint, (*inside, class_)), name not in optional)
        for name, hint in hints.items()
    ]


def _form_of_field(class_: type, name: str, hint: Any, inside: tuple[Any, ...]) -> Form:
    try:
        return form_of(hint, inside=inside)
    except AnnotationError as error:
        raise AnnotationError(f"{_name(class_)}, of which '{name}' is annotated with {error}") from None


def _optional_names(class_: Any, hints: Mapping[str, Any]) -> set[str]:
    if typing.is_typeddict(class_):
        # The class itself does not know, if its annotations are texts.
        missing = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
        return (missing | set(class_.__optional_keys__)) - {
            name for name, hint in hints.items() if get_origin(hint) is Required
        }
    no_default = dataclasses.MISSING
    return {
        field.name
        for field in dataclasses.fields(class_)
        if field.default is not no_default or field.default_factory is not no_default
    }


def _described(form: Form, notes: Sequence[Any]) -> Form:
    texts = [note for note in notes if isinstance(note, str)]
    return Form({**form.schema, "description": texts[0]}, form.load) if texts else form


def _literal(values: Sequence[Any]) -> Form:
    if not all(isinstance(value, str | int | bool | None) and not isinstance(value, enum.Enum) for value in values):
        raise AnnotationError(f"Literal[{', '.join(map(repr, values))}], which holds other things than JSON values")
    return Form(_enum_schema(list(values)), lambda value: value)


def _enum_schema(values: list[Json]) -> dict[str, Json]:
    names = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "NoneType": "null"}
    kinds = {names[type(value).__name__] for value in values}
    return {"type": kinds.pop(), "enum": values} if len(kinds) == 1 else {"enum": values}


def _union(forms: list[Form]) -> Form:
    choices = [(jsonschema_rs.validator_for(form.schema), form) for form in forms]

    def load(value: Json) -> Any:
        fitting = next((form for validator, form in choices if validator.is_valid(value)), None)
        return fitting.load(value) if fitting else value

    return Form({"anyOf": [form.schema for form in forms]}, load)


def _list(item: Form) -> Form:
    schema: dict[str, Json] = {"type": "array"}
    if item.schema:
        schema["items"] = item.schema
    return Form(schema, lambda values: [item.load(value) for value in values])


def _record(arguments: Sequence[Any], inside: tuple[Any, ...]) -> Form:
    if arguments and arguments[0] is not str:
        raise AnnotationError(f"a mapping with keys of {_name(arguments[0])}; in JSON all keys are str")
    item = form_of(arguments[1] if arguments else Any, inside=inside)
    schema = {"type": "object", "additionalProperties": item.schema or {}}
    return Form(schema, lambda values: {key: item.load(value) for key, value in values.items()})


def _class(class_: type, inside: tuple[Any, ...]) -> Form:
    if issubclass(class_, enum.Enum):
        values = [member.value for member in class_]
        if not values or not all(isinstance(value, str | int | float | None) for value in values):
            raise AnnotationError(f"{_name(class_)}, whose values are not texts or numbers")
        return Form(_enum_schema(values), class_)
    fields = fields_of(class_, inside=inside)
    if fields is None:
        raise AnnotationError(f"{_name(class_)}, which has no form in JSON; {HINT}")
    loads = {field.name: field.form.load for field in fields}
    make: Callable[..., Any] = dict if typing.is_typeddict(class_) else class_
    return Form(
        object_schema(fields), lambda values: make(**{name: loads[name](value) for name, value in values.items()})
    )


def _name(annotation: Any) -> str:
    return annotation.__qualname__ if isinstance(annotation, type) else str(annotation)
