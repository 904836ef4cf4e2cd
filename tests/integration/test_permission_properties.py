"""Random policies over a random catalog: whatever is asked, a user sees what a look at every entity lets him see."""

import random
from collections import Counter

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.access import READ_ENTITIES, predicate_holds, predicate_of, visible_entities
from catalog.entity_ref import EntityRef, entity_ref_of
from catalog.index.follow import current_index
from catalog.queries.ancestry import get_ancestry
from catalog.queries.entities import list_entities
from catalog.queries.evaluate import evaluate
from catalog.queries.facets import count_facets
from catalog.queries.pages import QueryRequest, query_entities
from catalog.queries.refs import get_by_ref, get_by_refs, get_by_uid
from common.errors import NotFoundError
from common.permissions import ALLOW, DENY, policy
from tests.integration.policy_random import make_catalog, make_random, may_see, policies
from tests.integration.policy_world import ALICE, BOB, ruled_by
from tests.integration.queries_world import delete, make_entity, write

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

# ---------------------------------------------------------------------- all doors

CATALOG = make_catalog(3)


@pytest.fixture
def catalog(db):
    write(*CATALOG)


def refs_of(bodies):
    return [entity_ref_of(orjson.loads(body)) for body in bodies]


def finds(ask):
    try:
        return [entity_ref_of(orjson.loads(ask()))]
    except NotFoundError:
        return []


def answers_of(visible):
    """What a caller sees through each door, as sorted refs."""
    refs = [entity_ref_of(entity) for entity in CATALOG]
    uids = [entity["metadata"]["uid"] for entity in CATALOG]
    pages = [query_entities(QueryRequest(limit=7), visible=visible)]
    while cursor := pages[-1].next_cursor:
        pages.append(query_entities(cursor, limit=7, visible=visible))
    assert {page.total_items for page in pages} == {sum(len(page.bodies) for page in pages)}
    found = {
        "list": refs_of(list_entities(None, visible=visible).bodies),
        "pages": [ref for page in pages for ref in refs_of(page.bodies)],
        "by-refs": refs_of(body for body in get_by_refs(refs, visible=visible) if body),
        "by-name": [one for ref in refs for one in finds(lambda: get_by_ref(EntityRef.parse(ref), visible=visible))],  # noqa: B023
        "by-uid": [one for uid in uids for one in finds(lambda: get_by_uid(uid, visible=visible))],  # noqa: B023
        "ancestry": [ref for ref in refs if has_ancestry(ref, visible)],
    }
    return {door: sorted(seen) for door, seen in found.items()}


def has_ancestry(ref, visible):
    try:
        return get_ancestry(EntityRef.parse(ref), visible=visible)["rootEntityRef"] == ref
    except NotFoundError:
        return False


@pytest.mark.usefixtures("catalog")
@quick
@given(policies, st.sampled_from([ALICE, BOB]))
def test_all_doors_show_what_a_look_at_every_entity_lets_a_user_see(written, caller):
    given_rules, default = written
    with ruled_by(*given_rules, default=default):
        decision = policy().decide(caller, READ_ENTITIES)
        visible = visible_entities(caller)
    seen = [entity for entity in CATALOG if may_see(decision, entity)]
    expected = sorted(entity_ref_of(entity) for entity in seen)

    assert answers_of(visible) == dict.fromkeys(("list", "pages", "by-refs", "by-name", "by-uid", "ancestry"), expected)
    counted = dict(count_facets(["kind"], visible=visible)["kind"])
    assert counted == Counter(entity["kind"] for entity in seen)
    if decision not in (ALLOW, DENY):
        refs = [entity_ref_of(entity) for entity in CATALOG]
        held = predicate_holds(predicate_of(decision), refs)
        assert sorted(ref for ref, is_held in zip(refs, held, strict=True) if is_held) == expected


@pytest.mark.usefixtures("db")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(policies, st.integers(0, 1000), st.lists(st.integers(0, 12), min_size=1, max_size=5))
def test_what_a_policy_came_to_follows_every_change(written, seed, changed):
    """What is kept and amended is what an evaluation of everything comes to."""
    given_rules, default = written
    with ruled_by(*given_rules, default=default):
        visible = visible_entities(ALICE)
    rng = random.Random(seed)
    write(*(make_random(rng, number, ["Component"]) for number in range(10)))
    list_entities(None, visible=visible)
    for number in changed:
        if rng.random() < 0.3:
            delete(f"component:default/e{number}")
        else:
            write(make_random(rng, number, ["Component"]))
        seen = sorted(refs_of(list_entities(None, visible=visible).bodies))
        if visible is not None:
            # Within a set, nothing that is kept is used.
            index = current_index()
            assert sorted(index.ref_of[number] for number in evaluate(visible, index, index.numbers)) == seen


@pytest.mark.usefixtures("catalog")
def test_a_policy_is_evaluated_once_for_a_caller_and_then_only_what_changed():
    matchers = [{"kind": "api"}, {"label": {"secret": True}}, {"owner": "$self"}]
    given_rules = [
        {
            "effect": ["allow", "deny"][number % 2],
            "who": "users",
            "on": {"entity": matchers[number % 3] | {"name": f"e{number}"}},
        }
        for number in range(200)
    ]
    with ruled_by(*given_rules, default="deny"):
        kept = current_index().kept
        before = kept.evaluations, kept.amendments
        for _ in range(5):
            query_entities(QueryRequest(limit=5), visible=visible_entities(ALICE))
            count_facets(["kind"], visible=visible_entities(ALICE))
            get_by_refs(["api:default/e0"], visible=visible_entities(ALICE))
        assert (kept.evaluations, kept.amendments) == (before[0] + 1, before[1])
        write(make_entity("new"), make_entity("newer"))
        for _ in range(3):
            query_entities(QueryRequest(limit=5), visible=visible_entities(ALICE))
        assert (kept.evaluations, kept.amendments) == (before[0] + 1, before[1] + 1)
        query_entities(QueryRequest(limit=5), visible=visible_entities(BOB))
        assert kept.evaluations == before[0] + 2
