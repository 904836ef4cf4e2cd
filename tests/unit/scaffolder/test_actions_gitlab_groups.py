"""Groups, migrations and users of GitLab, against one that answers over HTTP."""

from __future__ import annotations

import pytest

from common.errors import InputError
from scaffolder.actions.gitlab.group_access import access_level
from tests.fakes.code_host import each_cut
from tests.unit.scaffolder.gitlab_world import (
    ALICE,
    make_gitlab,
    run,
)

pytestmark = pytest.mark.loopback


class TestGroups:
    def test_makes_the_groups_that_are_missing(self, gitlab):
        ran = run(
            gitlab,
            "gitlab:group:ensureExists",
            path=["team/backend", {"name": "Online Shop", "slug": "shop"}],
            description="We sell",
        )

        shop = gitlab.group_at("team/backend/shop")
        assert ran.outputs == {"groupId": shop["id"]}
        assert (shop["name"], shop["description"]) == ("Online Shop", "We sell")
        assert gitlab.group_at("team/backend")["description"] == ""

    def test_leaves_a_group_that_is_there(self, gitlab):
        ran = run(gitlab, "gitlab:group:ensureExists", path=["team"], description="other")

        assert ran.outputs == {"groupId": gitlab.group_at("team")["id"]}
        assert gitlab.calls == ["GET /groups/team"]

    def test_makes_each_group_once_whichever_call_is_cut_off(self):
        def ensure(gitlab, checkpoints):
            return run(gitlab, "gitlab:group:ensureExists", path=["a/b"], checkpoints=checkpoints).outputs

        for gitlab, outputs in each_cut(make_gitlab, ensure):
            assert sorted(group["full_path"] for group in gitlab.groups.values()) == ["a", "a/b", "team"]
            assert outputs == {"groupId": gitlab.group_at("a/b")["id"]}

    def test_a_dry_run_asks_nobody(self, gitlab):
        ran = run(gitlab, "gitlab:group:ensureExists", path=["a/b"], is_dry_run=True)

        assert (ran.outputs, gitlab.requests) == ({"groupId": 42}, [])

    def test_adds_users_and_groups_again_with_another_level(self, gitlab):
        for level in ("Guest", 40):
            ran = run(gitlab, "gitlab:group:access", path="team", userIds=[5], groupIds=[6], accessLevel=level)

        team = gitlab.group_at("team")
        assert (team["members"], team["shares"]) == ({5: 40}, {6: 40})
        assert ran.outputs == {"path": "team", "userIds": [5], "groupIds": [6], "accessLevel": 40}

    def test_removes_users_and_groups(self, gitlab):
        team = gitlab.group_at("team")
        team["members"], team["shares"] = {5: 30, 7: 30}, {6: 30}

        ran = run(gitlab, "gitlab:group:access", path=team["id"], userIds=[5], groupIds=[6], action="remove")

        assert (team["members"], team["shares"]) == ({7: 30}, {})
        assert ran.outputs == {"path": team["id"], "userIds": [5], "groupIds": [6]}

    def test_who_is_not_in_the_group_cannot_be_removed(self, gitlab):
        with pytest.raises(InputError, match="Unable to remove user 5 from group team"):
            run(gitlab, "gitlab:group:access", path="team", userIds=[5], action="remove")

    @pytest.mark.parametrize("action", ["add", "remove"])
    def test_changes_access_once_whichever_call_is_cut_off(self, action):
        def make():
            gitlab = make_gitlab()
            team = gitlab.group_at("team")
            team["members"], team["shares"] = ({5: 10}, {6: 10}) if action == "remove" else ({}, {})
            return gitlab

        def change(gitlab, checkpoints):
            given = {"path": "team", "userIds": [5], "groupIds": [6], "action": action}
            return run(gitlab, "gitlab:group:access", checkpoints=checkpoints, **given)

        for gitlab, _ in each_cut(make, change):
            team = gitlab.group_at("team")
            expected = ({5: 30}, {6: 30}) if action == "add" else ({}, {})
            assert (team["members"], team["shares"]) == expected

    def test_somebody_has_to_be_named(self, gitlab):
        with pytest.raises(InputError, match="At least one of userIds or groupIds"):
            run(gitlab, "gitlab:group:access", path="team")

    def test_a_dry_run_of_access_asks_nobody(self, gitlab):
        ran = run(gitlab, "gitlab:group:access", path="team", userIds=[5], is_dry_run=True)

        assert ran.outputs == {"path": "team", "userIds": [5], "accessLevel": 30}
        assert gitlab.requests == []

    def test_levels_have_names(self):
        assert [access_level(level) for level in ("owner", "Developer", 15, 20.0)] == [50, 30, 15, 20]
        with pytest.raises(InputError, match='Invalid access level: "king"'):
            access_level("king")


class TestMigration:
    GIVEN = {  # noqa: RUF012
        "destinationAccessToken": ALICE,
        "sourceAccessToken": "source-token",
        "sourceFullPath": "old/shop",
        "sourceUrl": "https://old.example.com",
    }

    def migrate(self, gitlab, checkpoints=None, **given):
        wanted = {**self.GIVEN, "destinationUrl": f"{gitlab.host}?owner=team&repo=shop", **given}
        return run(gitlab, "gitlab:group:migrate", repoUrl=None, checkpoints=checkpoints, **wanted).outputs

    def test_starts_one_whichever_call_is_cut_off(self):
        for gitlab, outputs in each_cut(make_gitlab, self.migrate):
            assert outputs == {
                "importedRepoUrl": f"{gitlab.host}/team/shop",
                "migrationId": gitlab.migrations[0]["id"],
            }
            assert [migration["entities"] for migration in gitlab.migrations] == [
                [
                    {
                        "source_type": "project_entity",
                        "source_full_path": "old/shop",
                        "destination_slug": "shop",
                        "destination_namespace": "team",
                    }
                ]
            ]

    def test_works_with_the_users_token_only(self, gitlab):
        self.migrate(gitlab)

        assert {request.headers.get("authorization") for request in gitlab.requests} == {f"Bearer {ALICE}"}

    def test_the_source_has_to_be_a_url(self, gitlab):
        with pytest.raises(InputError, match="is not a URL"):
            self.migrate(gitlab, sourceUrl="file:///etc")


class TestUserInfo:
    def test_of_the_tokens_user(self, gitlab):
        ran = run(gitlab, "gitlab:user:info", repoUrl=gitlab.host, token=ALICE)

        assert ran.outputs == {
            "id": 1,
            "username": "alice",
            "name": "Alice",
            "state": "active",
            "webUrl": f"{gitlab.url}/alice",
            "email": "alice@example.com",
            "createdAt": "2024-01-01T00:00:00.000Z",
        }

    def test_of_another_user(self, gitlab):
        assert run(gitlab, "gitlab:user:info", userId=2).outputs["username"] == "bot"

    def test_of_a_user_who_is_not_there(self, gitlab):
        with pytest.raises(InputError, match=r"Failed to retrieve GitLab user info: .*404 User Not Found"):
            run(gitlab, "gitlab:user:info", userId=99)
