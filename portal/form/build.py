"""
Fields from a schema and from what was typed so far. Pure.

What was not typed yet has its default. What no field can show is typed as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from portal.form.choices import list_choices
from portal.form.conditions import MAX_DEPTH, Conditions
from portal.form.field import MISSING, Choice, Field, Missing, Widget, values_of
from portal.form.meaning import (
    content_of,
    lines_of,
    read_choice,
    read_json,
    read_lines,
    read_number,
    read_ref,
    read_text,
)
from portal.form.repository import join_repository, optional_pieces, pieces_of, split_repository
from portal.form.schema import (
    FEATURE_FLAG,
    Json,
    Schema,
    pointer_to,
    record,
    sequence,
    text,
    texts,
    type_of,
    ui_option,
    whole_number,
)
from portal.form.typed import SECRET, Typed

MAX_FIELDS = 500
ENTITY_FIELDS = frozenset({"EntityPicker", "OwnerPicker", "OwnedEntityPicker", "MyGroupsPicker"})
SCALARS = frozenset({"string", "number", "integer"})
INPUT_TYPES = {"email": "email", "uri": "url", "url": "url", "date": "date"}
NAME_HINT = "Letters, digits, and - _ . between them; at most 63."
JSON_HINT = "To be written as JSON."


@dataclass(slots=True)
class Builder:
    """``hosts``: code hosts that may be chosen, to the type of each. One builder makes one form, once."""

    conditions: Conditions
    typed: Typed
    hosts: Mapping[str, str]
    fields_left: int = MAX_FIELDS

    def fields_of(
        self, schema: Schema, *, parent: str, given: Json | Missing, previous: Json, depth: int = 0
    ) -> tuple[Field, ...]:
        """
        The fields of an object. ``given`` is a value for all of it, ``previous`` what it was found to mean before:
        conditions are judged by that.
        """
        schema = self.conditions.apply(schema, record(previous))
        properties = {key: record(part) for key, part in record(schema.get("properties")).items()}
        required = set(texts(schema.get("required")))
        fields = []
        for key in in_order(properties, texts(ui_option(schema, "order"))):
            if FEATURE_FLAG in properties[key] or self.fields_left <= 0:
                continue
            self.fields_left -= 1
            inner = record(previous).get(key)
            part = self.conditions.apply(properties[key], inner)
            name = pointer_to(parent, key)
            own = record(given).get(key, part.get("default", MISSING))
            if (field := self._field(part, name, key, key in required, own, inner, depth)) is not None:
                fields.append(field)
        return tuple(fields)

    def _field(
        self, schema: Schema, name: str, key: str, is_required: bool, given: Json | Missing, previous: Json, depth: int
    ) -> Field | None:
        field = describe(schema, name, key, is_required)
        if "const" in schema and isinstance(given, Missing):
            given = schema["const"]
        asked, widget, type_ = text(ui_option(schema, "field")), ui_option(schema, "widget"), type_of(schema)
        if widget == "hidden" or ui_option(schema, "hidden") is True:
            return self._hidden(field, given, is_text=type_ == "string")
        if asked == "Secret":
            return self._secret(field)
        if asked == "RepoUrlPicker" or asked == "RepoUrlPickerBitbucketCloud":
            return self._repository(field, schema, given)
        if asked in ENTITY_FIELDS and type_ == "string":
            return self._entity(field, schema, given)
        if choices := list_choices(schema):
            return self._choice(field, choices, given, is_radio=widget == "radio")
        match type_:
            case "boolean":
                return self._checkbox(field, given)
            case "number" | "integer":
                return self._number(field, given, is_whole=type_ == "integer")
            case "string":
                return self._text(field, schema, given, asked, text(widget))
            case "array":
                return self._array(field, schema, given, previous, depth)
            case "object" if record(schema.get("properties")) and depth < MAX_DEPTH:
                parts = self.fields_of(schema, parent=name, given=given, previous=previous, depth=depth + 1)
                return replace(field, widget="group", value=values_of(parts), parts=parts)
            case "null":
                return None
            case _:
                return self._json(field, given)

    def _content(self, name: str, given: str) -> str:
        return self.typed.last(name) if name in self.typed else given

    def _hidden(self, field: Field, given: Json | Missing, *, is_text: bool) -> Field:
        content = self._content(field.name, content_of(given))
        value = read_text(content) if is_text else read_json(content)
        return replace(field, widget="hidden", content=content, value=value, is_shown_in_review=False)

    def _secret(self, field: Field) -> Field:
        """Its value is as many stars, so that checks of its length hold."""
        content = self._content(field.name, "")
        return replace(field, widget="password", content=content, secret=field.key, value="*" * len(content) or MISSING)

    def _entity(self, field: Field, schema: Schema, given: Json | Missing) -> Field:
        content = self._content(field.name, content_of(given))
        kind = text(ui_option(schema, "defaultKind")) or _only_kind(schema)
        value = read_ref(content, kind=kind, namespace=text(ui_option(schema, "defaultNamespace")))
        return replace(field, content=content, value=value, lookup=_lookup(schema))

    def _choice(self, field: Field, choices: tuple[Choice, ...], given: Json | Missing, *, is_radio: bool) -> Field:
        content = self._content(field.name, content_of(given))
        widget: Widget = "radio" if is_radio else "select"
        marked = tuple(replace(choice, is_chosen=choice.value == content) for choice in choices)
        return replace(field, widget=widget, content=content, choices=marked, value=read_choice(content, choices))

    def _checkbox(self, field: Field, given: Json | Missing) -> Field:
        content = self._content(field.name, content_of(given))
        return replace(field, widget="checkbox", content=content, value=content == "true")

    def _number(self, field: Field, given: Json | Missing, *, is_whole: bool) -> Field:
        content = self._content(field.name, content_of(given))
        mode = "numeric" if is_whole else "decimal"
        return replace(field, content=content, input_mode=mode, value=read_number(content))

    def _text(self, field: Field, schema: Schema, given: Json | Missing, asked: str, widget: str) -> Field:
        content = self._content(field.name, content_of(given))
        field = replace(field, content=content, value=read_text(content))
        if asked == "EntityNamePicker":
            field = replace(field, is_entity_name=True, hint=field.hint or NAME_HINT)
        if widget == "textarea":
            return replace(field, widget="textarea", rows=_rows(schema, 5))
        if widget == "password":
            return replace(field, widget="password", mask="*")
        input_type = text(ui_option(schema, "inputType")) or widget or text(schema.get("format"))
        return replace(field, input_type=INPUT_TYPES.get(input_type, "text"))

    def _array(self, field: Field, schema: Schema, given: Json | Missing, previous: Json, depth: int) -> Field:
        items = self.conditions.apply(record(schema.get("items")), None)
        if choices := list_choices(items):
            return self._checkboxes(field, choices, given)
        type_ = type_of(items)
        if type_ in SCALARS:
            content = self._content(field.name, lines_of(given))
            value = read_lines(content, are_numbers=type_ != "string")
            hint = " ".join(filter(None, (field.hint, "One in a line.")))
            return replace(field, widget="textarea", content=content, value=value, rows=_rows(schema, 4), hint=hint)
        if type_ == "object" and depth < MAX_DEPTH:
            return self._list(field, schema, items, given, previous, depth)
        return self._json(field, given)

    def _checkboxes(self, field: Field, choices: tuple[Choice, ...], given: Json | Missing) -> Field:
        """A hidden input with nothing in it says that the page was there, if none is ticked."""
        ticked = self.typed.all(field.name) if field.name in self.typed else tuple(map(content_of, sequence(given)))
        marked = tuple(replace(choice, is_chosen=choice.value in ticked) for choice in choices)
        known = {choice.value for choice in choices}
        value = [choice.meaning for choice in marked if choice.is_chosen]
        value += [content for content in ticked if content and content not in known]
        return replace(field, widget="checkboxes", choices=marked, value=value)

    def _list(
        self, field: Field, schema: Schema, items: Schema, given: Json | Missing, previous: Json, depth: int
    ) -> Field:
        defaults = sequence(given)
        count = self.typed.count(field.name) if field.name in self.typed else min(len(defaults), MAX_FIELDS)
        before = sequence(previous)
        parts = []
        for number in range(count):
            if self.fields_left <= 0:
                break
            self.fields_left -= 1
            own = defaults[number] if number < len(defaults) else items.get("default", MISSING)
            inner = before[number] if number < len(before) else None
            name = pointer_to(field.name, number)
            part = self._field(items, name, str(number), False, own, inner, depth + 1)
            if part is not None:
                parts.append(replace(part, label=f"{text(items.get('title')) or field.label} {number + 1}"))
        return replace(
            field,
            widget="list",
            content=str(len(parts)),
            parts=tuple(parts),
            value=[part.value for part in parts if not isinstance(part.value, Missing)],
            can_add=ui_option(schema, "addable") is not False,
            can_remove=ui_option(schema, "removable") is not False,
        )

    def _json(self, field: Field, given: Json | Missing) -> Field:
        content = self._content(field.name, content_of(given))
        hint = " ".join(filter(None, (field.hint, JSON_HINT)))
        return replace(field, widget="textarea", rows=5, content=content, value=read_json(content), hint=hint)

    def _repository(self, field: Field, schema: Schema, given: Json | Missing) -> Field:
        """Its pieces are needed as soon as one of them is filled in."""
        defaults = split_repository(given)
        hosts = texts(ui_option(schema, "allowedHosts")) or list(self.hosts)
        host = self._piece(field, "host", "Host", hosts, defaults.get("host") or (hosts[0] if hosts else ""))
        host_type = self.hosts.get(host.content, "")
        parts = [host]
        for piece, label in pieces_of(host_type).items():
            allowed = texts(ui_option(schema, ALLOWED[piece]))
            default = defaults.get(piece) or (allowed[0] if len(allowed) == 1 else "")
            parts.append(self._piece(field, piece, label, allowed, default))
        value = join_repository({part.key: part.content for part in parts})
        is_needed, optional = field.is_required or not isinstance(value, Missing), optional_pieces(host_type)
        parts = [replace(part, is_required=is_needed and part.key not in optional) for part in parts]
        asks = record(ui_option(schema, "requestUserCredentials"))
        if name := text(asks.get("secretsKey")):
            parts.append(self._token(field, name, host.content))
        return replace(field, widget="repository", parts=tuple(parts), value=value)

    def _piece(self, field: Field, piece: str, label: str, allowed: list[str], default: str) -> Field:
        name = f"{field.name}?{piece}"
        content = self._content(name, default)
        choices = tuple(Choice(text_, text_, text_, text_ == content) for text_ in dict.fromkeys(allowed))
        widget: Widget = "select" if choices else "text"
        return Field(name, piece, widget, label, content=content, choices=choices, is_own_check=True)

    def _token(self, field: Field, secret: str, host: str) -> Field:
        name = f"{field.name}?token"
        hint = "Of yours, to act in your name. It is kept until the task has ended."
        content = self._content(name, "")
        return Field(name, "token", "password", f"Token for {host}", hint=hint, content=content, secret=secret)

    def secret_fields(self, schema: Schema, taken: set[str]) -> tuple[Field, ...]:
        """For the secrets that the template wants, and that no field asks for yet (``taken``)."""
        required = set(texts(schema.get("required")))
        fields: list[Field] = []
        for key, part in record(schema.get("properties")).items():
            if key in taken or len(fields) >= MAX_FIELDS:
                continue
            field = describe(record(part), pointer_to(SECRET, key), key, key in required)
            content = self._content(field.name, "")
            fields.append(replace(field, widget="password", secret=key, content=content, is_own_check=True))
        return tuple(fields)


ALLOWED = {
    "owner": "allowedOwners",
    "repo": "allowedRepos",
    "organization": "allowedOrganizations",
    "project": "allowedProjects",
    "workspace": "allowedWorkspaces",
}


def describe(schema: Schema, name: str, key: str, is_required: bool) -> Field:
    """What any field has, whatever its kind."""
    review = record(record(schema.get("ui:backstage")).get("review"))
    return Field(
        name,
        key,
        "text",
        label=text(ui_option(schema, "title")) or text(schema.get("title")) or key,
        help=text(ui_option(schema, "description")) or text(schema.get("description")),
        hint=text(ui_option(schema, "help")),
        placeholder=text(ui_option(schema, "placeholder")),
        is_required=is_required,
        is_readonly=True in (ui_option(schema, "readonly"), ui_option(schema, "disabled")) or "const" in schema,
        has_autofocus=ui_option(schema, "autofocus") is True,
        is_shown_in_review=review.get("show") is not False,
        mask=text(review.get("mask")),
    )


def in_order(properties: Mapping[str, Any], order: list[str]) -> list[str]:
    """As ``ui:order`` says: those it names, and where it has ``*`` (or at the end) all others."""
    named = [key for key in dict.fromkeys(order) if key in properties]
    others = [key for key in properties if key not in named]
    at = len([key for key in order[: order.index("*")] if key in named]) if "*" in order else len(named)
    return [*named[:at], *others, *named[at:]]


def _rows(schema: Schema, default: int) -> int:
    rows = whole_number(ui_option(schema, "rows"))
    return min(max(rows, 2), 30) if rows is not None else default


def _kinds(schema: Schema) -> list[str]:
    """That the field is for. An owner is a group or a user, unless a filter says otherwise."""
    kinds = texts(ui_option(schema, "allowedKinds"))
    asked = ui_option(schema, "field")
    if asked == "MyGroupsPicker":
        return ["Group"]
    if asked == "OwnerPicker" and not kinds and not ui_option(schema, "catalogFilter"):
        return ["Group", "User"]
    return kinds


def _only_kind(schema: Schema) -> str:
    kinds = _kinds(schema)
    return "Group" if ui_option(schema, "field") == "OwnerPicker" else kinds[0] if len(kinds) == 1 else ""


def _lookup(schema: Schema) -> list[Json]:
    """The entities to suggest, any of these: records of keys and wanted values."""
    asked = ui_option(schema, "catalogFilter")
    filters = [record(part) for part in (asked if isinstance(asked, list) else [asked]) if record(part)]
    kinds = _kinds(schema)
    return [{**part, "kind": kinds} for part in filters or [{}]] if kinds else filters
