"""Whoever asks who owns what hears of what he may see in the catalog, and of nothing else."""

from __future__ import annotations

import pytest

from identity.settings import user_tokens
from tests.integration.ownership_world import REPOSITORY, OwnershipWorld, group, thing, user
from tests.integration.policy_world import allow, deny, ruled_by
from tests.integration.queries_world import write

pytestmark = pytest.mark.django_db

CART = f"{REPOSITORY}/tree/main/cart/"
RESTRICTED, OTHER = "good-for-ownership", "good-for-search"
CONFIG = {
    "backend": {
        "auth": {
            "externalAccess": [
                {
                    "type": "static",
                    "options": {"token": token, "subject": plugin},
                    "accessRestrictions": [{"plugin": plugin}],
                }
                for token, plugin in ((RESTRICTED, "ownership"), (OTHER, "search"))
            ]
        }
    },
}
HIDE = (deny("users", "catalog.entity.*", on={"entity": {"label": {"hidden": "yes"}}}), allow("anyone"))
PATHS = (
    "of/component/default/open",
    "by/group:default/team?transitive=true",
    "unowned",
    "dangling",
    "conflicts",
    f"paths?repo={REPOSITORY}&path=cart/x.py",
)


@pytest.fixture
def world(settings, client):
    with ruled_by(*HIDE):
        yield OwnershipWorld(settings, client, **CONFIG)


@pytest.fixture
def as_user(world):
    headers = {"Authorization": f"Bearer {user_tokens().issue('user:default/al', ['user:default/al']).token}"}

    def ask(path, status=200):
        answer = world.get(path, **headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    return ask


def hidden(entity):
    entity["metadata"]["labels"] = {"hidden": "yes"}
    return entity


@pytest.mark.parametrize("path", PATHS)
def test_nobody_hears_anything_without_a_token(world, path):
    assert world.get(path).status_code == 401


@pytest.mark.parametrize("path", PATHS)
def test_a_token_for_another_plugin_is_good_for_nothing(world, path):
    assert world.get(path, Authorization=f"Bearer {OTHER}").status_code == 403


def test_a_token_for_ownership_alone_is_good_for_all_of_it(world):
    write(thing("open", "team"))

    assert world.get("of/component/default/open", Authorization=f"Bearer {RESTRICTED}").status_code == 200


def test_hidden_entities_are_in_no_answer(as_user):
    write(
        group("team"),
        thing("open", "team"),
        hidden(thing("secret", "team")),
        hidden(thing("nobodys")),
        hidden(thing("lost", "gone")),
    )

    assert as_user("of/component/default/secret", 404)["error"]["message"].startswith("No entity named 'secret'")
    owned = as_user("by/team?transitive=true")
    assert [item["entityRef"] for item in owned["items"]] == ["component:default/open"]
    assert (owned["totalItems"], owned["kinds"]) == (1, {"component": 1})
    assert as_user("unowned")["totalItems"] == 0
    assert as_user("dangling")["totalItems"] == 0


def test_a_hidden_owner_is_as_if_he_did_not_exist(as_user):
    write(hidden(group("team", parent="top")), group("top"), thing("open", "team"))

    assert as_user("of/component/default/open")["direct"][0]["exists"] is False
    assert [item["ownerRef"] for item in as_user("dangling")["items"]] == ["group:default/team"]
    assert as_user("by/top?transitive=true")["totalItems"] == 0


def test_a_hidden_system_gives_no_owner(as_user):
    write(thing("open", part_of="system:default/s"), hidden(thing("s", "team", kind="System")), group("team"))

    assert as_user("of/component/default/open")["owners"] == []


def test_codeowners_of_what_is_hidden_stays_hidden(world, as_user):
    write(hidden(thing("secret", "team", source=CART)), hidden(user("bob")), group("team"))
    world.capture("* @bob\n")

    path = f"paths?repo={REPOSITORY}&path=cart/x.py"
    assert as_user(path, 404)["error"]["name"] == "NotFoundError"

    write(thing("open", "team", source=CART))
    answer = as_user(path)
    assert [steward["ownerRef"] for steward in answer["stewards"]] == [None]
    assert (answer["owners"], answer["via"]) == (["group:default/team"], "entity")
    assert as_user("conflicts")["items"] == []


def test_hidden_refs_resolve_to_nothing(world):
    write(group("team"), hidden(thing("secret", "team")), thing("open", "team"))
    token = user_tokens().issue("user:default/al", ["user:default/al"]).token

    answer = world.client.post(
        "/api/ownership/resolve",
        {"refs": ["component:secret", "component:nope", "component:open"]},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert [(row["exists"], row["owners"]) for row in answer.json()["items"]] == [
        (False, []),
        (False, []),
        (True, ["group:default/team"]),
    ]
