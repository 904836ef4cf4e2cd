"""``callboard:ownedByTransitive``: what an owner has, and who stands below him, in all queries of the catalog."""

from __future__ import annotations

import random

import pytest

from catalog.index.follow import current_index
from catalog.queries.entities import list_entities
from catalog.queries.facets import count_facets
from catalog.queries.pages import QueryRequest, query_entities
from catalog.queries.predicate import HasValue, Not, parse_filters, parse_predicate
from ownership.closure import owned_sets
from tests.integration.ownership_world import group, thing, user, write_company
from tests.integration.queries_world import delete, names, write

pytestmark = pytest.mark.django_db

KEY = "callboard:ownedByTransitive"


def owned_by(owner, *, visible=None):
    return sorted(names(list_entities(parse_filters([f"{KEY}={owner}"]), visible=visible).bodies))


def test_a_department_owns_what_its_teams_own():
    write_company()

    assert owned_by("group:default/department") == ["cart", "index", "ledger", "portal", "web"]
    assert owned_by("group:default/shop") == ["cart", "ledger", "web"]
    assert owned_by("group:default/others") == ["elsewhere"]


def test_a_user_owns_what_his_groups_own():
    write_company()

    assert owned_by("user:default/alice") == ["cart", "index"]


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        ("shop", ["cart", "ledger", "web"]),
        ("Group:Default/SHOP", ["cart", "ledger", "web"]),
        ("nobody", []),
        ("a:b:c/d/e", []),
        (":", []),
    ],
)
def test_takes_a_ref_as_people_write_it(owner, found):
    write_company()

    assert owned_by(owner) == found


def test_joins_other_conditions_in_pages_facets_and_json():
    write_company()
    predicate = parse_predicate({"$all": [{"kind": "component"}, {KEY: {"$in": ["group:default/carts", "search"]}}]})

    page = query_entities(QueryRequest(predicate, limit=1))
    rest = query_entities(page.next_cursor)

    assert page.total_items == 2
    assert sorted(names([*page.bodies, *rest.bodies])) == ["cart", "index"]
    assert count_facets(["spec.owner"], predicate=predicate) == {"spec.owner": [("carts", 1), ("search", 1)]}


def test_a_key_that_nobody_has_named_finds_nothing():
    write_company()

    assert list_entities(parse_filters(["callboard:nope=shop"])).bodies == []


def test_groups_may_go_in_circles():
    write(group("a", parent="b"), group("b", parent="a"), thing("x", "a"), thing("y", "b"))

    assert owned_by("a") == ["x", "y"]


def test_follows_entities_without_walking_through_the_groups_again():
    write_company()
    assert owned_by("shop") == ["cart", "ledger", "web"]
    walks = owned_sets(current_index()).walks

    write(thing("web", "others"), thing("new", "carts"))
    delete("component:default/ledger")

    assert owned_by("shop") == ["cart", "new"]
    assert owned_sets(current_index()).walks == walks


def test_follows_groups_and_users():
    write_company()
    assert owned_by("shop") == ["cart", "ledger", "web"]
    assert owned_by("user:default/alice") == ["cart", "index"]

    write(group("payments", parent="search"), user("alice", "others"))
    assert owned_by("shop") == ["cart", "web"]
    assert owned_by("search") == ["index", "ledger"]
    assert owned_by("user:default/alice") == ["elsewhere"]

    delete("group:default/payments")
    assert owned_by("search") == ["index"]


def test_whoever_may_not_see_a_team_is_not_told_whose_it_is():
    write_company()
    not_carts = Not(HasValue("metadata.name", ("carts",)))

    assert owned_by("department", visible=not_carts) == ["index", "ledger", "portal", "web"]
    assert owned_by("carts", visible=not_carts) == ["cart"]
    assert owned_by("user:default/alice", visible=Not(HasValue("metadata.name", ("alice",)))) == []


def test_finds_what_a_walk_through_all_entities_finds():
    rng = random.Random(3)
    parents, owners = {}, {}
    for step in range(40):
        name = f"g{rng.randrange(12)}"
        parents[name] = f"g{rng.randrange(12)}" if rng.random() < 0.8 else ""
        entity = f"e{rng.randrange(15)}"
        owners[entity] = f"g{rng.randrange(12)}"
        write(group(name, parent=parents[name]), thing(entity, owners[entity]))
        if step % 7 == 0:
            gone = rng.choice(sorted(parents))
            del parents[gone]
            delete(f"group:default/{gone}")
        root = f"g{rng.randrange(12)}"
        hidden = set(rng.sample([f"g{number}" for number in range(12)], 3))

        assert owned_by(root) == find_slowly({root}, parents, owners)
        seen = {child: parent for child, parent in parents.items() if child not in hidden}
        visible = Not(HasValue("metadata.name", tuple(hidden)))
        assert owned_by(root, visible=visible) == find_slowly({root}, seen, owners)


def find_slowly(roots, parents, owners):
    below = set(roots)
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return sorted(name for name, owner in owners.items() if owner in below)


def test_many_owners_take_one_walk():
    parents = {f"g{number}": f"g{number // 2}" for number in range(1, 40)}
    owners = {f"e{number}": f"g{number}" for number in range(40)}
    write(
        group("g0"),
        user("u", "g7"),
        *(group(name, parent=parent) for name, parent in parents.items()),
        *(thing(name, owner) for name, owner in owners.items()),
    )
    roots = [f"g{number}" for number in range(9, 20)]

    found = list_entities(HasValue(KEY.lower(), (*roots, "user:default/u", "a:b:"))).bodies

    assert sorted(names(found)) == sorted({*find_slowly(set(roots), parents, owners), "e7"})
