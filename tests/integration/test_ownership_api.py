"""``/api/ownership``: who owns what, and how we know."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.integration.ownership_world import REPOSITORY, OwnershipWorld, group, thing, user, write_company
from tests.integration.queries_world import write

pytestmark = pytest.mark.django_db

TREE = f"{REPOSITORY}/tree/main/"
CART = f"{TREE}services/cart/"


@pytest.fixture
def world(settings, client):
    return OwnershipWorld(settings, client)


# ---------------------------------------------------------------------- of


def test_tells_the_owner_that_an_entity_states_with_its_evidence(world):
    write(group("team"), thing("cart", "team", source=CART))

    answer = world.ask("of/component/default/cart")

    assert (answer["entityRef"], answer["owners"], answer["via"]) == (
        "component:default/cart",
        ["group:default/team"],
        "spec.owner",
    )
    assert answer["direct"] == [
        {
            "ownerRef": "group:default/team",
            "exists": True,
            "evidence": {
                "field": "spec.owner",
                "value": "team",
                "location": f"url:{REPOSITORY}/blob/main/services/cart/catalog-info.yaml",
            },
        }
    ]
    assert answer["codeowners"] == {
        "repository": "github.com/acme/shop",
        "file": None,
        "message": "It was not read yet",
    }


def test_an_entity_inherits_from_the_nearest_system_or_domain_that_has_an_owner(world):
    write(
        group("near"),
        thing("part", part_of="system:default/inner"),
        thing("inner", kind="System", part_of="domain:default/outer"),
        thing("outer", "near", kind="Domain", part_of="domain:default/outermost"),
        thing("outermost", "far", kind="Domain"),
    )

    answer = world.ask("of/Component/default/part")

    assert (answer["owners"], answer["via"]) == (["group:default/near"], "inherited")
    assert answer["inherited"] == [
        {
            "ownerRef": "group:default/near",
            "exists": True,
            "evidence": {"from": "domain:default/outer", "through": ["system:default/inner", "domain:default/outer"]},
        }
    ]


def test_systems_may_be_parts_of_each_other(world):
    write(
        thing("a", kind="System", part_of="system:default/b"),
        thing("b", kind="System", part_of="system:default/a"),
    )

    assert world.ask("of/system/default/a")["via"] is None


def test_tells_the_steward_by_codeowners_with_the_line(world):
    write(group("carts"), thing("cart", source=CART))
    world.capture("* @acme/everybody\n\n/services/cart/ @acme/carts someone@example.com\n")

    answer = world.ask("of/component/default/cart")

    evidence = {
        "repository": "github.com/acme/shop",
        "file": f"{REPOSITORY}/blob/main/.github/CODEOWNERS",
        "commit": "c0ffee",
        "line": 3,
        "pattern": "/services/cart/",
        "path": "services/cart/",
    }
    assert (answer["owners"], answer["via"]) == (["group:default/carts"], "codeowners")
    assert answer["stewards"] == [
        {"owner": "@acme/carts", "ownerRef": "group:default/carts", "evidence": evidence},
        {"owner": "someone@example.com", "ownerRef": None, "evidence": evidence},
    ]


def test_a_folder_is_not_owned_by_who_owns_some_of_its_files(world):
    write(group("docs"), thing("cart", source=CART))
    world.capture("*.yaml @acme/docs\n/services/cart/catalog-info.yaml @acme/docs\n")

    assert world.ask("of/component/default/cart")["stewards"] == []


def test_an_entity_that_is_not_there_has_no_answer(world):
    status, message = world.error("of/component/default/nope")

    assert (status, message) == (404, "No entity named 'nope' found, with kind 'component' in namespace 'default'")


@pytest.mark.parametrize(
    ("line", "entity", "found"),
    [
        ("@acme/x", group("renamed", annotations={"github.com/team-slug": "acme/x"}), "group:default/renamed"),
        ("@Acme/X", group("renamed", annotations={"github.com/team-slug": "acme/x"}), "group:default/renamed"),
        ("@acme/x", group("acme-x"), "group:default/acme-x"),
        ("@acme/x", group("x"), "group:default/x"),
        ("@octocat", user("cat", annotations={"github.com/user-login": "octocat"}), "user:default/cat"),
        ("@octocat", user("octocat"), "user:default/octocat"),
        ("cat@example.com", user("cat", email="Cat@example.com"), "user:default/cat"),
        ("@octocat", group("octocat"), None),
        ("@acme/x", user("x"), None),
    ],
)
def test_finds_the_owners_of_codeowners_in_the_catalog(world, line, entity, found):
    write(entity, thing("cart", source=CART))
    world.capture(f"* {line}\n")

    assert [steward["ownerRef"] for steward in world.ask("of/component/default/cart")["stewards"]] == [found]


def test_finds_the_owners_of_gitlab_in_the_catalog(world):
    write(
        group("root-sub", annotations={"gitlab.com/team-path": "root/sub"}),
        user("al", annotations={"gitlab.com/user-login": "https://gitlab.com/alice"}),
        thing("cart", source="https://gitlab.com/root/cart/-/tree/main/"),
    )
    world.capture(
        "* @root/sub @alice @@maintainers\n", url="https://gitlab.com/root/cart/-/blob/main/.gitlab/CODEOWNERS"
    )

    stewards = world.ask("of/component/default/cart")["stewards"]

    assert [(steward["owner"], steward["ownerRef"]) for steward in stewards] == [
        ("@root/sub", "group:default/root-sub"),
        ("@alice", "user:default/al"),
        ("@@maintainers", None),
    ]


# ---------------------------------------------------------------------- by


def test_lists_what_an_owner_has_by_kind_and_name(world):
    write_company()
    write(thing("api", "shop", kind="API"))

    answer = world.ask("by/group:default/shop?transitive=true")

    assert answer == {
        "owner": "group:default/shop",
        "exists": True,
        "below": 2,
        "kinds": {"api": 1, "component": 3},
        "totalItems": 4,
        "items": [
            {"entityRef": "api:default/api", "kind": "api", "owners": ["group:default/shop"]},
            {"entityRef": "component:default/cart", "kind": "component", "owners": ["group:default/carts"]},
            {"entityRef": "component:default/ledger", "kind": "component", "owners": ["group:default/payments"]},
            {"entityRef": "component:default/web", "kind": "component", "owners": ["group:default/shop"]},
        ],
        "pageInfo": {},
    }
    assert world.ask("by/shop")["totalItems"] == 2
    assert world.ask("by/group:default%2Fshop/")["totalItems"] == 2


def test_asks_for_kinds(world):
    write_company()
    write(thing("api", "shop", kind="API"))

    answer = world.ask("by/shop?transitive=true&kind=API")

    assert [item["entityRef"] for item in answer["items"]] == ["api:default/api"]
    assert answer["totalItems"] == 1
    assert answer["kinds"] == {"api": 1, "component": 3}


def test_an_owner_need_not_exist(world):
    write(thing("x", "gone"))

    answer = world.ask("by/gone")

    assert (answer["exists"], answer["totalItems"]) == (False, 1)


def test_pages_lead_from_one_to_the_next(world):
    write(*(thing(f"c{number:02}", "team") for number in range(7)))
    found, path = [], "by/team?limit=3"
    while True:
        answer = world.ask(path)
        found.append([item["entityRef"][-3:] for item in answer["items"]])
        if not answer["pageInfo"]:
            break
        path = f"by/team?limit=3&cursor={answer['pageInfo']['nextCursor']}"

    assert found == [["c00", "c01", "c02"], ["c03", "c04", "c05"], ["c06"]]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("by/:x", 'Entity reference ":x" was not on the form [<kind>:][<namespace>/]<name>'),
        ("by/team?limit=0", "request/query/limit must be >= 1"),
        ("by/team?limit=10001", "request/query/limit must be from 1 to 10000, and is 10001"),
        ("by/team?cursor=nope", "Malformed cursor: 'nope' is none that a page before has given"),
        (
            "by/team?transitive=maybe",
            "request/query/transitive must be equal to one of the allowed values: true, false",
        ),
        (
            "unowned?format=xml",
            "request/query/format must be equal to one of the allowed values: json, csv, ndjson",
        ),
        ("dangling?nope=1", "Unknown query parameter 'nope'"),
        ("paths?repo=acme/shop", "request/query must have required property 'path'"),
        ("paths?repo=shop&path=x", "'shop' is no repository, such as 'https://github.com/org/repo' or 'org/repo'"),
        ("paths?repo=acme/shop&path=a/../b", "'a/../b' is no path of a file in a repository, such as 'docs/index.md'"),
    ],
)
def test_refuses_what_it_does_not_understand(world, path, message):
    assert world.error(path) == (400, message)


# ---------------------------------------------------------------------- reports


def test_lists_what_nobody_owns_with_who_could(world):
    write(
        group("carts"),
        group("team"),
        user("alice"),
        thing("owned", "team"),
        thing("cart", source=CART),
        thing("heir", part_of="system:default/shop"),
        thing("shop", "team", kind="System"),
    )
    world.capture("* @acme/carts\n")

    answer = world.ask("unowned")

    assert answer["totalItems"] == 2
    assert answer["items"] == [
        {
            "entityRef": "component:default/cart",
            "kind": "component",
            "inherited": [],
            "inheritedFrom": [],
            "stewards": ["group:default/carts"],
        },
        {
            "entityRef": "component:default/heir",
            "kind": "component",
            "inherited": ["group:default/team"],
            "inheritedFrom": ["system:default/shop"],
            "stewards": [],
        },
    ]
    assert [item["entityRef"] for item in world.ask("unowned?inherited=exclude")["items"]] == ["component:default/cart"]
    assert [item["entityRef"] for item in world.ask("unowned?kind=user")["items"]] == ["user:default/alice"]


def test_lists_owners_that_do_not_exist(world):
    write(group("team"), thing("a", "team"), thing("b", "gone"), thing("c", "gone"), thing("d", "lost"))

    answer = world.ask("dangling")

    assert answer["totalItems"] == 2
    assert answer["items"] == [
        {
            "ownerRef": "group:default/gone",
            "count": 2,
            "entities": ["component:default/b", "component:default/c"],
        },
        {"ownerRef": "group:default/lost", "count": 1, "entities": ["component:default/d"]},
    ]


def test_lists_where_codeowners_says_otherwise(world):
    write(
        group("carts", parent="shop"),
        group("shop"),
        group("others"),
        user("alice", "others"),
        thing("same", "carts", source=f"{TREE}same/"),
        thing("below", "carts", source=f"{TREE}below/"),
        thing("above", "shop", source=f"{TREE}above/"),
        thing("member", "others", source=f"{TREE}member/"),
        thing("unmapped", "carts", source=f"{TREE}unmapped/"),
        thing("nobody", "carts", source=f"{TREE}nobody/"),
        thing("unowned", source=f"{TREE}same/"),
        thing("conflict", "carts", source=f"{TREE}conflict/"),
    )
    world.capture(
        "/same/ @acme/carts\n/below/ @acme/shop\n/above/ @acme/carts\n/member/ @alice\n/unmapped/ @acme/unknown\n"
        "/conflict/ @acme/others @acme/unknown\n"
    )

    assert world.ask("conflicts")["items"] == [
        {
            "entityRef": "component:default/conflict",
            "kind": "component",
            "owners": ["group:default/carts"],
            "stewards": ["group:default/others"],
            "unmapped": ["@acme/unknown"],
            "file": f"{REPOSITORY}/blob/main/.github/CODEOWNERS",
            "line": 6,
            "pattern": "/conflict/",
        }
    ]


def test_conflicts_come_in_pages(world, monkeypatch):
    monkeypatch.setattr("ownership.questions.walk.AT_ONCE", 2)
    write(group("a"), group("b"), *(thing(f"c{number}", "ab"[number % 2], source=TREE) for number in range(9)))
    world.capture("* @acme/a\n")
    found, path = [], "conflicts?limit=2"
    while path:
        answer = world.ask(path)
        found.append([item["entityRef"][-2:] for item in answer["items"]])
        cursor = answer["pageInfo"].get("nextCursor")
        path = f"conflicts?limit=2&cursor={cursor}" if cursor else ""

    assert found == [["c1", "c3"], ["c5", "c7"]]


def test_what_is_long_is_gone_through_in_steps(world, monkeypatch):
    monkeypatch.setattr("ownership.questions.walk.AT_ONCE", 4)
    write(
        *(
            thing(f"c{number}", "t" if number % 2 else "", part_of="system:default/s" * (number % 4 == 0))
            for number in range(20)
        ),
        thing("s", "t", kind="System"),
    )

    def names_in(path):
        return [line.split(b",")[0][-3:].lstrip(b"/").decode() for line in world.get(path).content.splitlines()[1:]]

    assert names_in("by/t?format=csv&kind=component") == sorted(f"c{number}" for number in range(1, 20, 2))
    assert names_in("unowned?format=csv") == sorted(f"c{number}" for number in range(0, 20, 2))
    assert names_in("unowned?format=csv&inherited=exclude") == sorted(f"c{number}" for number in range(2, 20, 4))
    assert world.ask("unowned?inherited=exclude&limit=2")["totalItems"] == 5


# ---------------------------------------------------------------------- paths


def test_tells_who_owns_a_file(world):
    write(group("carts"), thing("cart", source=CART))
    world.capture("/services/ @acme/carts\n/services/*.md\n[bad @x\n")

    answer = world.ask(f"paths?repo={REPOSITORY}&path=services/cart/main.py")

    assert (answer["repository"], answer["path"]) == ("github.com/acme/shop", "services/cart/main.py")
    assert (answer["owners"], answer["via"]) == (["group:default/carts"], "codeowners")
    assert answer["stewards"][0]["evidence"]["line"] == 1
    assert answer["codeowners"]["faults"] == [
        {"line": 3, "text": "[bad @x", "reason": "'[' and ']' must be escaped with a '\\'"}
    ]


@pytest.mark.parametrize(
    "repo", ["acme/shop", "github.com/Acme/Shop", f"{REPOSITORY}.git", f"{REPOSITORY}/blob/main/x"]
)
def test_knows_repositories_by_their_names(world, repo):
    write(thing("cart", source=CART))
    world.capture("* @x\n")

    assert world.ask(f"paths?repo={repo}&path=/a.py")["repository"] == "github.com/acme/shop"


def test_a_name_that_two_hosts_have_must_be_told_with_the_host(world):
    write(thing("a", source=TREE), thing("b", source="https://gitlab.com/acme/shop/-/tree/main/"))

    assert world.error("paths?repo=acme/shop&path=a.py") == (
        400,
        "Several repositories are called 'acme/shop': github.com/acme/shop, gitlab.com/acme/shop; name the host",
    )


def test_without_codeowners_a_file_belongs_to_what_is_described_nearest(world):
    write(thing("top", "all", source=TREE), thing("cart", "carts", source=CART))

    nearest = world.ask("paths?repo=acme/shop&path=services/cart/deep/main.py")
    other = world.ask("paths?repo=acme/shop&path=services/other.py")

    assert (nearest["owners"], nearest["via"]) == (["group:default/carts"], "entity")
    assert nearest["entities"] == [{"entityRef": "component:default/cart", "owners": ["group:default/carts"]}]
    assert other["owners"] == ["group:default/all"]


def test_a_branch_with_slashes_does_not_mislead(world):
    write(group("carts"), thing("cart", source=f"{REPOSITORY}/tree/release/1.x/services/cart/"))
    world.capture("/services/cart/ @acme/carts\n", url=f"{REPOSITORY}/blob/release/1.x/.github/CODEOWNERS")

    found = world.ask("of/component/default/cart")
    assert found["owners"] == ["group:default/carts"]
    assert found["stewards"][0]["evidence"]["path"] == "services/cart/"
    assert world.ask("paths?repo=acme/shop&path=services/cart/x.py")["owners"] == ["group:default/carts"]


def test_finds_what_is_described_above_a_file_on_a_branch_with_slashes(world):
    write(thing("cart", "carts", source=f"{REPOSITORY}/tree/release/1.x/cart/"))
    world.capture("/docs/ @acme/docs\n", url=f"{REPOSITORY}/blob/release/1.x/CODEOWNERS")

    assert world.ask("paths?repo=acme/shop&path=cart/x.py")["owners"] == ["group:default/carts"]


def test_a_repository_without_entities_is_unknown(world):
    world.capture("* @x\n")

    assert world.error("paths?repo=acme/shop&path=a.py") == (
        404,
        "No entity lies in the repository 'acme/shop'; name it as in 'https://github.com/org/repo'",
    )


# ---------------------------------------------------------------------- resolve


def test_resolves_refs_and_paths_in_their_order(world):
    write(
        group("carts"),
        thing("direct", "carts"),
        thing("heir", part_of="system:default/shop"),
        thing("shop", "shop", kind="System"),
        thing("steward", source=CART),
        thing("orphan"),
    )
    world.capture("/services/ @acme/carts\n")

    rows = world.resolve(
        refs=["component:default/heir", "Component:Direct", "component:steward", "component:orphan", "nope", "x:nope"],
        paths=[
            {"repo": "acme/shop", "path": "services/x.py"},
            {"repo": "acme/shop", "path": "README.md"},
            {"repo": "acme/none", "path": "x"},
            {"repo": "none", "path": ""},
        ],
    )

    assert [(row["exists"], row["owners"], row["via"]) for row in rows] == [
        (True, ["group:default/shop"], "inherited"),
        (True, ["group:default/carts"], "spec.owner"),
        (True, ["group:default/carts"], "codeowners"),
        (True, [], None),
        (False, [], None),
        (False, [], None),
        (True, ["group:default/carts"], "codeowners"),
        (True, [], None),
        (False, [], None),
        (False, [], None),
    ]
    assert [row.get("entityRef", row.get("path")) for row in rows][5:7] == ["x:nope", "services/x.py"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "request/body must have 'refs' or 'paths', lists of what is to be resolved"),
        ({"refs": "x"}, "request/body/refs must be array"),
        ({"paths": [{"repo": "x"}]}, "request/body/paths/0 must have required property 'path'"),
        ({"refs": ["x"] * 10_001}, "Too many refs and paths: 10001, at most 10000 are allowed"),
    ],
)
def test_refuses_to_resolve(world, body, message):
    answer = world.client.post("/api/ownership/resolve", body, content_type="application/json")

    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


def test_many_refs_take_a_handful_of_statements(world, django_assert_max_num_queries):
    write(group("t"), *(thing(f"c{number}", "t") for number in range(2500)))
    world.resolve(refs=["component:c1"])

    with django_assert_max_num_queries(5):
        rows = world.resolve(refs=[f"component:c{number}" for number in range(2500)])

    assert {tuple(row["owners"]) for row in rows} == {("group:default/t",)}


def test_a_department_takes_one_statement(world, django_assert_num_queries):
    write_company()
    world.ask("by/department?transitive=true")

    with django_assert_num_queries(1):
        world.ask("by/department?transitive=true")


# ---------------------------------------------------------------------- formats


def test_answers_csv_whole_and_by_accept(world):
    write(*(thing(f"c{number:03}", "team") for number in range(150)))

    by_accept = world.get("by/team", accept="text/html, text/csv;q=0.9")
    by_format = world.get("by/team?format=csv")

    assert by_accept.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert by_accept.content == by_format.content
    rows = list(csv.reader(io.StringIO(by_format.content.decode())))
    assert rows[:2] == [["entityRef", "kind", "owners"], ["component:default/c000", "component", "group:default/team"]]
    assert len(rows) == 151


def test_answers_one_object_a_line_in_pages(world):
    write(*(thing(f"c{number}", "team") for number in range(5)))

    answer = world.get("by/team?format=ndjson&limit=2")

    assert answer.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert [json.loads(line)["entityRef"] for line in answer.content.splitlines()] == [
        "component:default/c0",
        "component:default/c1",
    ]
    following = answer.headers["Link"].removeprefix("</api/ownership/").removesuffix('>; rel="next"')
    assert world.get(following).content.splitlines()[0].startswith(b'{"entityRef":"component:default/c2"')


def test_describes_itself(world):
    document = world.ask("openapi.json")

    assert set(document["paths"]) == {
        "/api/ownership/of/{kind}/{namespace}/{name}",
        "/api/ownership/by/{ref}",
        "/api/ownership/paths",
        "/api/ownership/unowned",
        "/api/ownership/dangling",
        "/api/ownership/conflicts",
        "/api/ownership/resolve",
    }
    assert world.get("docs").status_code == 200
    assert world.get("nope").status_code == 404
