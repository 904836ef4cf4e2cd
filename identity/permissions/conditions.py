"""
What a rule of the policy says about resources (its ``on``), read into the criteria that permissions have.

``$self`` stands for the caller and all that he belongs to; it is put in when he is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.entity_ref import EntityRef
from common.app_config import AppConfig
from common.errors import InputError
from common.permissions import Criteria, Every, FirstOf, ParamValue, Rule, Some, Unless

SELF = "$self"
RESOURCE_TYPES = {
    "entity": "catalog-entity",
    "task": "scaffolder-task",
    "template": "scaffolder-template",
    "action": "scaffolder-action",
}
PROPERTY_RULES: Mapping[type, str] = {
    str: "HAS_STRING_PROPERTY",
    bool: "HAS_BOOLEAN_PROPERTY",
    int: "HAS_NUMBER_PROPERTY",
    float: "HAS_NUMBER_PROPERTY",
}

Reader = Callable[[AppConfig, str], Criteria]


@dataclass(frozen=True, slots=True)
class Condition:
    """``criteria`` still hold ``$self``."""

    resource_type: str
    criteria: Criteria


def read_condition(section: AppConfig) -> Condition:
    """``on: { entity: ... }``: one kind of resource. Raises ConfigError."""
    keys = section.keys()
    if len(keys) != 1 or keys[0] not in RESOURCE_TYPES:
        raise section.error(next((key for key in keys if key not in RESOURCE_TYPES), ""), _one_of(RESOURCE_TYPES))
    return Condition(RESOURCE_TYPES[keys[0]], _read_matcher(section.section(keys[0]), READERS[keys[0]]))


def bind(criteria: Criteria, claims: tuple[str, ...]) -> Criteria:
    """The same with the caller's refs in place of ``$self``."""
    match criteria:
        case Every(parts):
            return Every(tuple(bind(part, claims) for part in parts))
        case Some(parts):
            return Some(tuple(bind(part, claims) for part in parts))
        case Unless(part):
            return Unless(bind(part, claims))
        case FirstOf(cases, otherwise):
            return FirstOf(tuple((bind(part, claims), is_match) for part, is_match in cases), otherwise)
        case Rule(name, params):
            return Rule(name, tuple((key, _bind_value(value, claims)) for key, value in params))


def _bind_value(value: ParamValue, claims: tuple[str, ...]) -> ParamValue:
    if not isinstance(value, tuple) or SELF not in value:
        return value
    return tuple(dict.fromkeys((*(item for item in value if item != SELF), *claims)))


# ---------------------------------------------------------------------- reading


def _read_matcher(section: AppConfig, readers: Mapping[str, Reader]) -> Criteria:
    """All of its keys must fit; ``any`` and ``not`` hold further matchers."""
    parts: list[Criteria] = []
    for key in section.keys():  # noqa: SIM118  not a dict
        if key == "any":
            parts.append(Some(tuple(_read_matcher(part, readers) for part in _filled(section, key))))
        elif key == "not":
            parts.append(Unless(_read_matcher(section.section(key), readers)))
        elif key in readers:
            parts.append(readers[key](section, key))
        else:
            raise section.error(key, _one_of([*readers, "any", "not"]))
    if not parts:
        raise section.error("", _one_of([*readers, "any", "not"]))
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


def _filled(section: AppConfig, key: str) -> list[AppConfig]:
    found = section.sections(key)
    if not found:
        raise section.error(key, "a list of at least one object")
    return found


def _one_of(names: Any) -> str:
    return "one of the keys " + ", ".join(f"'{name}'" for name in names)


def read_texts(section: AppConfig, key: str) -> tuple[str, ...]:
    """A text, or a list of at least one. Raises ConfigError."""
    value = section.get(key)
    texts = section.string_list(key) if isinstance(value, list) else [section.string(key)]
    found = tuple(text for text in texts or () if text)
    if not found:
        raise section.error(key, "a text, or a list of texts")
    return found


def _kinds(section: AppConfig, key: str) -> Criteria:
    return Rule("IS_ENTITY_KIND", (("kinds", tuple(kind.lower() for kind in read_texts(section, key))),))


def _owners(section: AppConfig, key: str) -> Criteria:
    return Rule("IS_ENTITY_OWNER", (("claims", _read_owners(section, key)),))


def _creators(section: AppConfig, key: str) -> Criteria:
    return Rule("IS_TASK_OWNER", (("createdBy", _read_owners(section, key)),))


def _read_owners(section: AppConfig, key: str) -> tuple[str, ...]:
    return tuple(text if text == SELF else read_ref(section, key, text) for text in read_texts(section, key))


def read_ref(section: AppConfig, key: str, text: str) -> str:
    """In canonical form. Raises ConfigError."""
    try:
        return str(EntityRef.parse(text))
    except InputError:
        raise section.error(key, f"entity refs such as 'group:default/team-a', and '{text}' is none") from None


def _values_of(part: str, *, name: str = "key") -> Reader:
    """``{ <name>: <value>, ... }``: all of them; ``true`` for a name that is there with whatever value."""

    def read(section: AppConfig, key: str) -> Criteria:
        found = section.section(key)
        parts = [_value_of(found, given, part, name) for given in found.keys()]  # noqa: SIM118  not a dict
        if not parts:
            raise section.error(key, "an object of names and values")
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    return read


def _value_of(section: AppConfig, given: str, part: str, name: str) -> Criteria:
    value = section.data[given]
    if isinstance(value, bool) and value:
        return Rule(f"HAS_{part}", ((name, given),))
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in values):
        raise section.error(given, "a text, a list of texts, or true for any value")
    rules = tuple(Rule(f"HAS_{part}", ((name, given), ("value", str(item)))) for item in values)
    return rules[0] if len(rules) == 1 else Some(rules)


def _metadata(field: str) -> Reader:
    def read(section: AppConfig, key: str) -> Criteria:
        rules = tuple(Rule("HAS_METADATA", (("key", field), ("value", text))) for text in read_texts(section, key))
        return rules[0] if len(rules) == 1 else Some(rules)

    return read


def _tags(section: AppConfig, key: str) -> Criteria:
    rules = tuple(Rule("HAS_TAG", (("tag", text),)) for text in read_texts(section, key))
    return rules[0] if len(rules) == 1 else Some(rules)


def _action_ids(section: AppConfig, key: str) -> Criteria:
    rules = tuple(Rule("HAS_ACTION_ID", (("actionId", text),)) for text in read_texts(section, key))
    return rules[0] if len(rules) == 1 else Some(rules)


def _inputs(section: AppConfig, key: str) -> Criteria:
    found = section.section(key)
    parts: list[Criteria] = []
    for name in found.keys():  # noqa: SIM118  not a dict
        value = found.data[name]
        values = value if isinstance(value, list) else [value]
        if not values or not all(type(item) in PROPERTY_RULES for item in values):
            raise found.error(name, "a text, a number, true or false, or a list of them")
        rules = tuple(Rule(PROPERTY_RULES[type(item)], (("key", name), ("value", item))) for item in values)
        parts.append(rules[0] if len(rules) == 1 else Some(rules))
    if not parts:
        raise section.error(key, "an object of inputs and their values")
    return parts[0] if len(parts) == 1 else Every(tuple(parts))


READERS: Mapping[str, Mapping[str, Reader]] = {
    "entity": {
        "kind": _kinds,
        "owner": _owners,
        "name": _metadata("name"),
        "namespace": _metadata("namespace"),
        "tag": _metadata("tags"),
        "label": _values_of("LABEL", name="label"),
        "annotation": _values_of("ANNOTATION", name="annotation"),
        "metadata": _values_of("METADATA"),
        "spec": _values_of("SPEC"),
    },
    "task": {"owner": _creators},
    "template": {"tag": _tags},
    "action": {"id": _action_ids, "input": _inputs},
}
