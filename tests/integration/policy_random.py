"""Random policies, random entities to be seen or not, and what a plain look at an entity says of a decision."""

import random

from hypothesis import strategies as st

from common.permissions import ALLOW, DENY, Every, FirstOf, Rule, Some, Unless
from tests.integration.queries_world import make_entity

KINDS = ["Component", "API", "Group"]
OWNERS = ["group:default/team-a", "group:default/team-b", "user:default/alice", ""]
LABELS = [{}, {"tier": "One"}, {"Tier": "two", "secret": ""}, {"secret": "yes"}]
TAGS = [None, [], ["java"], ["Java", "go"], "go"]
TYPES = ["service", "Service", "library", True, 1, None, "v" * 201]


def make_random(rng, number, kinds=KINDS):
    pick = rng.choice
    metadata = {"labels": pick(LABELS), "annotations": {"a/b": pick(["c", "C", "d"])}}
    if (tags := pick(TAGS)) is not None:
        metadata["tags"] = tags
    return make_entity(f"e{number}", kind=pick(kinds), owner=pick(OWNERS), metadata=metadata, type=pick(TYPES))


def make_catalog(seed, size=30):
    rng = random.Random(seed)
    return [make_random(rng, number) for number in range(size)]


def one_or_more(choices):
    return st.one_of(st.sampled_from(choices), st.lists(st.sampled_from(choices), min_size=1, max_size=3))


FIELDS = {
    "kind": one_or_more(["component", "API", "group", "nope"]),
    "owner": one_or_more(["$self", "group:default/team-a", "Group:default/Team-B", "user:default/alice"]),
    "tag": one_or_more(["java", "GO", "nope"]),
    "name": one_or_more(["e1", "E2", "e3"]),
    "namespace": st.sampled_from(["default", "other"]),
    "label": st.sampled_from(
        [{"tier": True}, {"TIER": "ONE"}, {"secret": ["yes", ""]}, {"tier": True, "secret": True}]
    ),
    "annotation": st.sampled_from([{"a/b": "c"}, {"A/B": True}, {"x": "y"}]),
    "metadata": st.sampled_from([{"name": "e4"}, {"tags": True}, {"labels.tier": "two"}]),
    "spec": st.sampled_from([{"type": "service"}, {"type": ["library", "1"]}, {"type": True}, {"type": "true"}]),
}
plain = st.sampled_from(sorted(FIELDS)).flatmap(lambda name: FIELDS[name].map(lambda value: {name: value}))
matchers = st.recursive(
    plain,
    lambda inner: st.one_of(
        inner.map(lambda one: {"not": one}),
        st.lists(inner, min_size=1, max_size=3).map(lambda several: {"any": several}),
        st.tuples(plain, inner).map(lambda both: {**both[0], **both[1]}),
    ),
    max_leaves=5,
)
rules = st.builds(
    lambda effect, who, permissions, matcher: {
        "effect": effect,
        "who": who,
        "permissions": permissions,
        **({"on": {"entity": matcher}} if matcher else {}),
    },
    st.sampled_from(["allow", "deny"]),
    st.sampled_from(["anyone", "users", "group:default/team-a", "user:default/bob", "guest"]),
    st.sampled_from(["*", "catalog.*", "catalog.entity.read", "catalog.entity.delete"]),
    st.none() | matchers,
)
policies = st.tuples(st.lists(rules, max_size=6), st.sampled_from(["allow", "deny"]))


# ---------------------------------------------------------------------- a look at every entity, in Backstage's words


def may_see(decision, entity):
    return decision == ALLOW if decision in (ALLOW, DENY) else holds(decision, entity)


def holds(criteria, entity):
    match criteria:
        case Every(parts):
            return all(holds(part, entity) for part in parts)
        case Some(parts):
            return any(holds(part, entity) for part in parts)
        case Unless(part):
            return not holds(part, entity)
        case FirstOf(cases, otherwise):
            return next((is_match for part, is_match in cases if holds(part, entity)), otherwise)
        case Rule(name, params):
            return RULES[name](entity, **dict(params))


def is_kind(entity, kinds):
    return entity["kind"].lower() in [kind.lower() for kind in kinds]


def is_owner(entity, claims):
    return any(relation["type"] == "ownedBy" and relation["targetRef"] in claims for relation in entity["relations"])


def has_named(part, name):
    def check(entity, value=None, **params):
        for key, found in (entity["metadata"].get(part) or {}).items():
            if key.lower() == params[name].lower() and (value is None or found.lower() == value.lower()):
                return True
        return False

    return check


def has_property(part):
    def check(entity, key, value=None):
        found = entity[part]
        for step in key.split("."):
            named = {name.lower(): inner for name, inner in found.items()} if isinstance(found, dict) else {}
            if step.lower() not in named:
                return False
            found = named[step.lower()]
        items = found if isinstance(found, list) else [found]
        texts = [text_of(item) for item in items]
        return bool(texts) if value is None else value.lower() in texts

    return check


def text_of(value):
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value).lower()
    return None if value is None or len(text) > 200 else text


RULES = {
    "IS_ENTITY_KIND": is_kind,
    "IS_ENTITY_OWNER": is_owner,
    "HAS_LABEL": has_named("labels", "label"),
    "HAS_ANNOTATION": has_named("annotations", "annotation"),
    "HAS_METADATA": has_property("metadata"),
    "HAS_SPEC": has_property("spec"),
}
