"""Tokens, variables, pipelines and issues of projects on GitLab, against one that answers over HTTP."""

from __future__ import annotations

import pytest

from common.errors import ConflictError, InputError
from tests.fakes.code_host import each_cut
from tests.fakes.server import Response
from tests.unit.scaffolder.gitlab_world import (
    make_gitlab,
    run,
)

pytestmark = pytest.mark.loopback


class TestProjectThings:
    def test_an_access_token(self, gitlab, shop):
        ran = run(gitlab, "gitlab:projectAccessToken:create", projectId=shop["id"], name="ci", scopes=["api"])

        token = shop["access_tokens"][0]
        assert ran.outputs == {"access_token": token["token"]}
        assert (token["name"], token["scopes"], token["access_level"]) == ("ci", ["api"], 40)
        assert len(token["expires_at"]) == 10

    def test_a_deploy_token(self, gitlab, shop):
        ran = run(
            gitlab, "gitlab:projectDeployToken:create", projectId="team/shop", name="d", username="u", scopes=["x"]
        )

        assert ran.outputs == {"deploy_token": shop["deploy_tokens"][0]["token"], "user": "u"}

    def test_a_deploy_token_needs_a_scope(self, gitlab, shop):
        with pytest.raises(InputError, match="scopes cannot be empty"):
            run(gitlab, "gitlab:projectDeployToken:create", projectId=shop["id"], name="d", scopes=[])

    @pytest.mark.parametrize(
        ("action_id", "kind", "output"),
        [
            ("gitlab:projectAccessToken:create", "access_tokens", "access_token"),
            ("gitlab:projectDeployToken:create", "deploy_tokens", "deploy_token"),
        ],
    )
    def test_a_token_whose_value_was_lost_is_replaced(self, action_id, kind, output):
        def make():
            gitlab = make_gitlab()
            project = gitlab.add_project("team/shop")
            project[kind].append({"id": 1, "name": "ci", "token": "of somebody else"})
            return gitlab

        def create(gitlab, checkpoints):
            return run(
                gitlab, action_id, projectId="team/shop", name="ci", scopes=["api"], checkpoints=checkpoints
            ).outputs

        for gitlab, outputs in each_cut(make, create):
            tokens = gitlab.project("team/shop")[kind]
            assert [token["token"] for token in tokens] == ["of somebody else", outputs[output]]

    def test_the_value_of_a_token_is_sealed_in_the_checkpoints(self, gitlab, shop):
        checkpoints = {}
        given = {"projectId": shop["id"], "checkpoints": checkpoints}

        first = run(gitlab, "gitlab:projectAccessToken:create", **given).outputs
        again = run(gitlab, "gitlab:projectAccessToken:create", **given).outputs

        assert first == again
        assert first["access_token"] not in str(checkpoints)
        assert len(shop["access_tokens"]) == 1

    def test_a_variable_is_made_once_whichever_call_is_cut_off(self):
        def make():
            gitlab = make_gitlab()
            gitlab.add_project("team/shop")
            return gitlab

        def create(gitlab, checkpoints):
            return run(
                gitlab,
                "gitlab:projectVariable:create",
                projectId="team/shop",
                key="STAGE",
                value="v",
                variableType="file",
                environmentScope="prod/*",
                checkpoints=checkpoints,
            )

        for gitlab, _ in each_cut(make, create):
            assert gitlab.project("team/shop")["variables"] == [
                {
                    "key": "STAGE",
                    "value": "v",
                    "variable_type": "file",
                    "protected": False,
                    "masked": False,
                    "masked_and_hidden": False,
                    "raw": False,
                    "environment_scope": "prod/*",
                }
            ]

    def test_a_variable_that_is_there_is_not_changed(self, gitlab, shop):
        shop["variables"].append({"key": "STAGE", "value": "old", "environment_scope": "*"})

        with pytest.raises(ConflictError, match="choose another key"):
            run(
                gitlab,
                "gitlab:projectVariable:create",
                projectId=shop["id"],
                key="STAGE",
                value="new",
                variableType="env_var",
            )

        assert shop["variables"][0]["value"] == "old"

    def test_the_value_of_a_variable_is_not_in_the_checkpoints(self, gitlab, shop):
        checkpoints = {}
        run(
            gitlab,
            "gitlab:projectVariable:create",
            projectId=shop["id"],
            key="K",
            value="very-secret",
            variableType="env_var",
            checkpoints=checkpoints,
        )

        assert "very-secret" not in str(checkpoints)


class TestPipelineTrigger:
    def trigger(self, gitlab, checkpoints=None):
        project = gitlab.project("team/shop")["id"]
        given = {"projectId": project, "tokenDescription": "once", "branch": "main", "variables": {"A": "1"}}
        return run(gitlab, "gitlab:pipeline:trigger", checkpoints=checkpoints, **given).outputs

    def test_starts_a_pipeline_and_leaves_no_trigger_token(self, gitlab, shop):
        outputs = self.trigger(gitlab)

        pipeline = shop["pipelines"][0]
        assert outputs == {"pipelineUrl": pipeline["web_url"]}
        assert (pipeline["variables"], pipeline["ref"]) == ({"A": "1"}, "main")
        assert shop["triggers"] == []

    def test_starts_one_whichever_call_is_cut_off(self):
        def make():
            gitlab = make_gitlab()
            project = gitlab.add_project("team/shop", {"a": "b"})
            project["pipelines"].append({"id": 1, "ref": "main", "source": "trigger", "web_url": "https://before"})
            project["triggers"].append({"id": 1, "description": "once", "token": "theirs"})
            return gitlab

        for gitlab, outputs in each_cut(make, self.trigger):
            project = gitlab.project("team/shop")
            assert [item["web_url"] for item in project["pipelines"]] == [outputs["pipelineUrl"], "https://before"]
            assert [item["token"] for item in project["triggers"]] == ["theirs"]

    def test_a_pipeline_that_gitlab_refuses_leaves_no_trigger_token(self, gitlab, shop):
        gitlab.instead[f"POST /projects/{shop['id']}/trigger/pipeline"] = Response.of(
            {"message": {"base": ["Reference not found"]}}, 400
        )

        with pytest.raises(InputError, match=r"Failed to trigger pipeline .*Reference not found"):
            self.trigger(gitlab)

        assert shop["triggers"] == []


class TestIssues:
    def test_opens_an_issue(self, gitlab, shop):
        ran = run(
            gitlab,
            "gitlab:issues:create",
            title="Bug",
            description="Broken",
            labels="a,b",
            assignees=[1],
            dueDate="2026-12-31T10:00:00Z",
            weight=3,
            issueType="incident",
        )

        issue = shop["issues"][0]
        assert ran.outputs == {"issueId": issue["id"], "issueIid": 1, "issueUrl": f"{shop['web_url']}/-/issues/1"}
        sent = next(request.json for request in gitlab.requests if request.method == "POST")
        assert sent == {
            "title": "Bug",
            "description": "Broken",
            "labels": "a,b",
            "assignee_ids": [1],
            "due_date": "2026-12-31",
            "weight": 3,
            "issue_type": "incident",
        }

    @pytest.mark.parametrize("project", ["team/shop", 0])
    def test_the_project_may_be_named_apart(self, gitlab, shop, project):
        run(
            gitlab,
            "gitlab:issues:create",
            repoUrl=f"{gitlab.host}?owner=other&repo=thing",
            title="Bug",
            projectId=project or str(shop["id"]),
        )

        assert [issue["title"] for issue in shop["issues"]] == ["Bug"]

    def test_opens_one_whichever_call_is_cut_off(self):
        def make():
            gitlab = make_gitlab()
            project = gitlab.add_project("team/shop")
            project["issues"].append({"id": 1, "iid": 1, "title": "Bug", "web_url": "https://before"})
            return gitlab

        def create(gitlab, checkpoints):
            return run(gitlab, "gitlab:issues:create", title="Bug", checkpoints=checkpoints).outputs

        for gitlab, outputs in each_cut(make, create):
            assert outputs["issueIid"] == 2
            assert len(gitlab.project("team/shop")["issues"]) == 2

    @pytest.mark.parametrize(("epic", "sent"), [(5, 5), (6, None)])
    def test_belongs_to_an_epic_of_a_group_above_it_only(self, gitlab, shop, epic, sent):
        team = gitlab.group_at("team")
        other = gitlab.add_group("tea", "tea", None)
        team["epics"] = [{"id": 5, "group_id": team["id"]}, {"id": 6, "group_id": other["id"]}]

        ran = run(gitlab, "gitlab:issues:create", title="Bug", epicId=epic)

        assert shop["issues"][0].get("epic_id") == sent
        assert ("not within the Project Scope" in ran.log.text) == (sent is None)

    def test_an_epic_that_is_not_there_is_told(self, gitlab, shop):
        with pytest.raises(InputError, match="Epic with id 9 not found in the top-level parent group team"):
            run(gitlab, "gitlab:issues:create", title="Bug", epicId=9)

    def test_edits_only_what_is_named(self, gitlab, shop):
        shop["issues"].append(
            {
                "id": 70,
                "iid": 1,
                "project_id": shop["id"],
                "title": "Bug",
                "assignee_ids": [3],
                "state": "opened",
                "updated_at": "2026-01-01T00:00:00.000Z",
                "web_url": "https://issue",
            }
        )

        ran = run(gitlab, "gitlab:issue:edit", projectId=shop["id"], issueIid=1, stateEvent="close", addLabels="done")

        assert ran.outputs == {
            "issueId": 70,
            "projectId": shop["id"],
            "issueUrl": "https://issue",
            "issueIid": 1,
            "title": "Bug",
            "state": "closed",
            "updatedAt": "2026-01-01T00:00:00.000Z",
        }
        sent = next(request.json for request in gitlab.requests if request.method == "PUT")
        assert sent == {"state_event": "close", "add_labels": "done"}
        assert shop["issues"][0]["assignee_ids"] == [3]

    def test_an_issue_that_is_not_there_is_told(self, gitlab, shop):
        with pytest.raises(InputError, match=r"Failed to edit/modify GitLab issue 4 .*404 Issue Not Found"):
            run(gitlab, "gitlab:issue:edit", projectId=shop["id"], issueIid=4, title="x")
