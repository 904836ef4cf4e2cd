"""
Whether criteria let an action run with an input.

Who is to be kept out tries other spellings. So what forbids is matched broadly (letter case, spaces, numbers as texts,
the parts of a ``repoUrl`` in another order), and what allows is matched exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from common.permissions import Criteria, Every, FirstOf, Rule, Some, Unless

# Code hosts take these in any letter case.
HOSTS = frozenset({"gitlab", "github", "bitbucket", "bitbucketCloud", "bitbucketServer"})
CASELESS = frozenset({"owner", "repoName", "projectId", "repoUrl"})
TYPES: Mapping[str, tuple[type, ...]] = {
    "HAS_STRING_PROPERTY": (str,),
    "HAS_NUMBER_PROPERTY": (int, float),
    "HAS_BOOLEAN_PROPERTY": (bool,),
}
MISSING = object()


def allows_action(
    criteria: Criteria, action_id: str, given: Mapping[str, Any], known: Mapping[str, Any] | None
) -> bool:
    """
    ``known``: the inputs that the action says it has; None if it does not say.

    An input that it does not know may mean something that no rule has foreseen: refused if any rule is about inputs.
    """
    if known is not None and not set(given) <= set(known) and _names_inputs(criteria):
        return False
    return _holds(criteria, action_id, given, broadly=False)


def _names_inputs(criteria: Criteria) -> bool:
    match criteria:
        case Every(parts) | Some(parts):
            return any(map(_names_inputs, parts))
        case Unless(part):
            return _names_inputs(part)
        case FirstOf(cases, _):
            return any(_names_inputs(part) for part, _ in cases)
        case Rule(name, _):
            return name in TYPES


def _holds(criteria: Criteria, action_id: str, given: Mapping[str, Any], *, broadly: bool) -> bool:
    match criteria:
        case Every(parts):
            return all(_holds(part, action_id, given, broadly=broadly) for part in parts)
        case Some(parts):
            return any(_holds(part, action_id, given, broadly=broadly) for part in parts)
        case Unless(part):
            return not _holds(part, action_id, given, broadly=not broadly)
        case FirstOf(cases, otherwise):
            for part, is_match in cases:
                if _holds(part, action_id, given, broadly=broadly if is_match else not broadly):
                    return is_match
            return otherwise
        case Rule("HAS_ACTION_ID", params):
            return dict(params)["actionId"] == action_id
        case Rule(name, params):
            wanted = dict(params)
            found = _find(given, str(wanted["key"]))
            if broadly:
                return _may_match(str(wanted["key"]), found, wanted.get("value", MISSING), action_id)
            return _does_match(str(wanted["key"]), found, wanted.get("value", MISSING), action_id, TYPES[name])


def _find(given: Mapping[str, Any], key: str) -> Any:
    """``a.b`` and ``a[0]`` lead into an input."""
    if key in given:
        return given[key]
    value: Any = given
    for part in re.findall(r"[^.\[\]]+", key):
        if isinstance(value, Mapping):
            value = value.get(part, MISSING)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return MISSING
    return value


def _does_match(key: str, found: Any, wanted: Any, action_id: str, types: tuple[type, ...]) -> bool:
    if type(found) not in types:
        return False
    if wanted is MISSING or found == wanted:
        return True
    return isinstance(found, str) and _is_caseless(key, action_id) and found.lower() == str(wanted).lower()


def _is_caseless(key: str, action_id: str) -> bool:
    segments = action_id.split(":")
    return bool(HOSTS & set(segments)) and (key in CASELESS or ("group" in segments and key == "path"))


def _may_match(key: str, found: Any, wanted: Any, action_id: str) -> bool:
    if found is MISSING or found is None:
        return False
    if wanted is MISSING or isinstance(found, Mapping | list):
        return True
    if key == "path" and "group" in action_id.split(":") and str(found).strip().isdecimal():
        return True  # a group's number may be that of any path
    if _plain(found) == _plain(wanted):
        return True
    return key == "repoUrl" and _repository(_plain(found)) == _repository(_plain(wanted))


def _plain(value: Any) -> str:
    """The same for all spellings of a value."""
    text = str(value).strip().casefold()
    try:
        return text if isinstance(value, bool) else repr(float(text))
    except ValueError:
        return text


def _repository(text: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """Host and parameters, in whatever order and encoding they stand."""
    host, _, query = text.removeprefix("https://").partition("?")
    try:
        host = urlsplit(f"https://{host}").hostname or host
        return host, frozenset((name.strip(), value.strip()) for name, value in parse_qsl(query, max_num_fields=100))
    except ValueError:
        return text, frozenset()
