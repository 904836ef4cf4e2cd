"""``publish:gitlab``, and what holds for all actions on GitLab: against one that answers over HTTP, with real git."""

from __future__ import annotations

import gzip

import pytest

from common.errors import ConflictError, InputError, NotAllowedError, ServiceUnavailableError
from tests.fakes.code_host import each_cut
from tests.fakes.server import FakeServer, Response
from tests.unit.scaffolder.action_world import NoWaiting
from tests.unit.scaffolder.gitlab_world import (
    ALICE,
    BY_ID,
    FILES,
    OURS,
    STRANGER,
    config_of,
    make_gitlab,
    run,
)

pytestmark = pytest.mark.loopback


class TestPublish:
    def test_makes_a_project_with_the_files_of_the_workspace(self, gitlab):
        ran = run(gitlab, "publish:gitlab")

        project = gitlab.project("team/shop")
        assert ran.outputs == {
            "commitHash": gitlab.git("team/shop", "rev-parse", "master"),
            "remoteUrl": f"{gitlab.url}/team/shop",
            "repoContentsUrl": f"{gitlab.url}/team/shop/-/blob/master",
            "projectId": project["id"],
            "created": True,
        }
        assert gitlab.calls == [
            "GET /namespaces/team",
            "GET /user",
            "GET /projects/team%2Fshop",
            "POST /projects",
        ]
        assert gitlab.git("team/shop", "log", "--format=%an %ae %s", "master") == "Ann ann@example.com initial commit"
        assert gitlab.files("team/shop", "master")["README.md"] == "100644 # Shop"
        assert gitlab.read("team/shop", "master:logo.png") == FILES["logo.png"]

    def test_sends_settings_topics_branches_and_variables(self, gitlab):
        ran = run(
            gitlab,
            "publish:gitlab",
            defaultBranch="main",
            gitCommitMessage="Begin",
            gitAuthorName="Bo",
            gitAuthorEmail="bo@example.com",
            topics=["old"],
            repoVisibility="public",
            settings={"topics": ["new"], "name": "The Shop", "merge_method": "ff"},
            branches=[{"name": "stable", "create": True, "ref": "main", "protect": True}, {"name": "main"}],
            projectVariables=[{"key": "STAGE", "value": "test", "masked": True}],
        )

        project = gitlab.project("team/shop")
        shown = {key: project[key] for key in ("name", "path", "visibility", "topics", "merge_method", "protected")}
        assert shown == {
            "name": "The Shop",
            "path": "shop",
            "visibility": "public",
            "topics": ["new"],
            "merge_method": "ff",
            "protected": ["stable"],
        }
        assert gitlab.git("team/shop", "rev-parse", "stable") == ran.outputs["commitHash"]
        assert gitlab.git("team/shop", "log", "--format=%an %ae %s", "main") == "Bo bo@example.com Begin"
        assert project["variables"] == [
            {
                "key": "STAGE",
                "value": "test",
                "variable_type": "env_var",
                "protected": False,
                "masked": True,
                "masked_and_hidden": False,
                "raw": False,
                "environment_scope": "*",
            }
        ]

    def test_leaves_the_project_empty_if_the_source_path_is_false(self, gitlab):
        ran = run(gitlab, "publish:gitlab", sourcePath=False)

        assert "commitHash" not in ran.outputs
        assert ran.outputs["created"] is True
        assert gitlab.git("team/shop", "for-each-ref") == ""

    def test_publishes_one_folder_only(self, gitlab):
        run(gitlab, "publish:gitlab", sourcePath="./bin", defaultBranch="main")

        assert gitlab.files("team/shop", "main") == {"run.sh": "100644 #!/bin/sh"}

    def test_makes_owners_by_the_token_of_the_integration(self, gitlab):
        run(gitlab, "publish:gitlab", token=ALICE, setUserAsOwner=True, ownerUsername="bot")

        assert gitlab.project("team/shop")["members"] == {1: 50, 2: 50}
        by = {
            request.path: request.headers.get("private-token")
            for request in gitlab.requests
            if "members" in request.path
        }
        assert set(by.values()) == {OURS}

    def test_goes_on_without_an_owner_whom_gitlab_does_not_know(self, gitlab):
        ran = run(gitlab, "publish:gitlab", ownerUsername="nobody")

        assert ran.outputs["created"] is True
        assert "Could not find GitLab user with username 'nobody'" in ran.log.text

    def test_does_not_take_a_project_that_is_there(self, gitlab, shop):
        with pytest.raises(ConflictError, match=r"Unable to create the project team/shop: .* choose another name"):
            run(gitlab, "publish:gitlab")

        assert gitlab.files("team/shop", "main")["README.md"] == "100644 old"
        assert not any(call.startswith("POST") for call in gitlab.calls)

    def test_goes_on_with_a_project_that_is_there_if_it_may(self, gitlab, shop):
        ran = run(gitlab, "publish:gitlab", skipExisting=True, sourcePath="not-there")

        assert ran.outputs == {
            "remoteUrl": f"{gitlab.url}/team/shop",
            "repoContentsUrl": f"{gitlab.url}/team/shop/-/blob/main",
            "projectId": shop["id"],
            "created": False,
        }

    def test_is_done_once_whichever_call_is_cut_off(self):
        def publish(gitlab, checkpoints):
            return run(
                gitlab,
                "publish:gitlab",
                checkpoints=checkpoints,
                skipExisting=True,
                defaultBranch="main",
                setUserAsOwner=True,
                branches=[{"name": "stable", "create": True, "ref": "main", "protect": True}],
                projectVariables=[{"key": "STAGE", "value": "test"}],
            ).outputs

        tried = 0
        for gitlab, outputs in each_cut(make_gitlab, publish):
            tried += 1
            project = gitlab.project("team/shop")
            assert len(gitlab.projects) == 1
            assert outputs == {
                "commitHash": gitlab.git("team/shop", "rev-parse", "main"),
                "remoteUrl": f"{gitlab.url}/team/shop",
                "repoContentsUrl": f"{gitlab.url}/team/shop/-/blob/main",
                "projectId": project["id"],
                "created": True,
            }
            assert gitlab.git("team/shop", "rev-list", "--count", "main") == "1"
            assert gitlab.git("team/shop", "rev-parse", "stable") == outputs["commitHash"]
            assert (project["protected"], len(project["variables"]), project["members"]) == (["stable"], 1, {2: 50})
        assert tried > 12

    def test_a_project_that_somebody_else_made_meanwhile_is_not_ours(self, gitlab):
        checkpoints = {}
        gitlab.instead["POST /projects"] = Response.of({"message": "later"}, 503)
        with pytest.raises(ServiceUnavailableError):
            run(gitlab, "publish:gitlab", checkpoints=checkpoints)
        gitlab.instead.clear()
        gitlab.add_project("team/shop", {"a": "b"}, creator=1)

        with pytest.raises(ConflictError, match="there already"):
            run(gitlab, "publish:gitlab", checkpoints=checkpoints)

        assert gitlab.files("team/shop", "main") == {"a": "100644 b"}

    def test_names_a_namespace_that_is_not_there(self, gitlab):
        with pytest.raises(InputError, match="The namespace nobody is not found"):
            run(gitlab, "publish:gitlab", repoUrl=f"{gitlab.host}?owner=nobody&repo=shop")

    def test_a_signed_commit_is_refused_before_anything_is_made(self, gitlab):
        with pytest.raises(InputError, match="Callboard signs no commits"):
            run(gitlab, "publish:gitlab", signCommit=True)

        assert gitlab.requests == []

    def test_a_folder_that_is_not_there_is_refused_before_anything_is_made(self, gitlab):
        with pytest.raises(Exception, match="There is no folder 'nope'"):
            run(gitlab, "publish:gitlab", sourcePath="nope")

        assert gitlab.projects == {}

    def test_the_token_does_not_go_to_another_host_that_gitlab_names(self, gitlab):
        with FakeServer(lambda request: Response(200)) as elsewhere:
            made = {"id": 7, "http_url_to_repo": f"{elsewhere.url}/team/shop.git"}
            gitlab.instead["POST /projects"] = Response.of(made, 201)

            with pytest.raises(NotAllowedError, match="not sent there"):
                run(gitlab, "publish:gitlab")

            assert elsewhere.requests == []


class TestCredentials:
    def test_the_users_token_is_a_bearer_and_never_replaced(self, gitlab):
        with pytest.raises(NotAllowedError) as refused:
            run(gitlab, "publish:gitlab", token=STRANGER)

        assert "the token of the input 'token'" in refused.value.message
        assert [request.headers.get("authorization") for request in gitlab.requests] == [f"Bearer {STRANGER}"]
        assert all("private-token" not in request.headers for request in gitlab.requests)

    def test_the_integrations_token_is_a_private_token(self, gitlab):
        run(gitlab, "gitlab:user:info")

        assert gitlab.requests[0].headers["private-token"] == OURS
        assert "authorization" not in gitlab.requests[0].headers

    def test_without_any_token_nothing_is_asked(self, gitlab):
        with pytest.raises(InputError, match=f"No token available for host {gitlab.host}"):
            run(gitlab, "gitlab:user:info", config=config_of(gitlab, token=None))

        assert gitlab.requests == []

    @pytest.mark.parametrize("action_id", sorted(set(BY_ID) - {"gitlab:group:migrate"}))
    def test_only_users_tokens_if_the_configuration_says_so(self, gitlab, action_id):
        given = {
            "projectId": 1,
            "title": "t",
            "branchName": "b",
            "commitMessage": "m",
            "issueIid": 1,
            "tokenDescription": "d",
            "branch": "b",
            "name": "n",
            "scopes": ["api"],
            "key": "K",
            "value": "v",
            "variableType": "env_var",
            "path": ["team"] if action_id == "gitlab:group:ensureExists" else "team",
            "userIds": [1],
        }
        known = BY_ID[action_id].input["properties"]
        given = {name: value for name, value in given.items() if name in known}

        with pytest.raises(InputError, match=f"No user credentials provided for host {gitlab.host}"):
            run(gitlab, action_id, config=config_of(gitlab, requireScmUserCredentials=True), **given)

        assert gitlab.requests == []

    def test_owners_cannot_be_added_where_only_users_tokens_count(self, gitlab):
        config = config_of(gitlab, requireScmUserCredentials=True)

        with pytest.raises(InputError, match="setUserAsOwner and ownerUsername"):
            run(gitlab, "publish:gitlab", config=config, token=ALICE, ownerUsername="bob")

        assert gitlab.requests == []

    def test_a_host_without_integration_is_not_asked(self, gitlab):
        with pytest.raises(InputError, match=r"No matching integration configuration for host evil\.example\.com"):
            run(gitlab, "gitlab:user:info", repoUrl="evil.example.com?owner=team&repo=shop")

        assert gitlab.requests == []

    def test_a_redirect_is_not_followed(self, gitlab):
        with FakeServer(lambda request: Response.of({"id": 1})) as elsewhere:
            gitlab.instead["GET /user"] = Response(302, b"", {"Location": f"{elsewhere.url}/api/v4/user"})

            with pytest.raises(NotAllowedError, match="302"):
                run(gitlab, "gitlab:user:info")

            assert elsewhere.requests == []

    @pytest.mark.parametrize("project", ["..", "../../user", "a/../../user", "a%2F..%2F..%2Fuser", "a\nb", " "])
    def test_a_project_cannot_lead_to_another_endpoint(self, gitlab, project):
        with pytest.raises(InputError, match="cannot be part of an address"):
            run(gitlab, "gitlab:projectAccessToken:create", projectId=project)

        assert gitlab.requests == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "message", "kind"),
        [
            (400, "title is too long", InputError),
            (401, "401 Unauthorized", NotAllowedError),
            (403, "403 Forbidden", NotAllowedError),
            (404, "404 Project Not Found", InputError),
            (409, "Conflict", ConflictError),
            (400, {"path": ["has already been taken"]}, ConflictError),
            (422, {"error": "422 Unprocessable"}, InputError),
            (500, "500 Internal Server Error", ServiceUnavailableError),
            (502, "Bad gateway", ServiceUnavailableError),
        ],
    )
    def test_each_says_what_gitlab_said_and_what_to_do(self, gitlab, shop, status, message, kind):
        gitlab.instead["POST /projects/team%2Fshop/issues"] = Response.of({"message": message}, status)

        with pytest.raises(kind) as refused:
            run(gitlab, "gitlab:issues:create", title="Bug")

        said = message if isinstance(message, str) else str(next(iter(message.values())))
        assert refused.value.message.startswith("Failed to create GitLab issue 'Bug' in project team/shop: ")
        assert f"{gitlab.host} answered {status}" in refused.value.message
        assert said.strip("[]'") in refused.value.message
        assert "; " in refused.value.message

    def test_a_token_that_gitlab_repeats_is_not_shown(self, gitlab):
        gitlab.instead["GET /user"] = Response.of({"message": f"bad token {OURS}"}, 403)

        with pytest.raises(NotAllowedError) as refused:
            run(gitlab, "gitlab:user:info")

        assert "bad token ***" in refused.value.message
        assert OURS not in refused.value.message

    def test_a_limit_is_waited_for_and_asked_again(self, gitlab):
        limited = iter([Response(429, b"", {"Retry-After": "7"}), Response(429, b"")])
        usual = gitlab.answer
        gitlab.answer = lambda request: next(limited, None) or usual(request)
        stop = NoWaiting()

        ran = run(gitlab, "gitlab:user:info", stop=stop)

        assert ran.outputs["username"] == "bot"
        assert stop.waited == [7.0, 5.0]

    def test_a_limit_that_does_not_end_is_told(self, gitlab):
        gitlab.instead["GET /user"] = Response(429, b"Slow down", {"Retry-After": "100000"})
        stop = NoWaiting()

        with pytest.raises(ServiceUnavailableError, match=r"429 .* run the task again later"):
            run(gitlab, "gitlab:user:info", stop=stop)

        assert stop.waited == [60.0, 60.0, 60.0]

    def test_a_cut_connection_is_told(self, gitlab):
        gitlab.dies_with = 1

        with pytest.raises(ServiceUnavailableError, match=r"gave no usable answer .* recognised and not done twice"):
            run(gitlab, "gitlab:user:info")

    @pytest.mark.parametrize("content", [b"<html>Sign in</html>", b"[1]", b'"text"', b"[" * 100_000])
    def test_an_answer_that_is_no_api_answer_is_told(self, gitlab, content):
        gitlab.instead["GET /user"] = Response(200, content, {"Content-Type": "text/html"})

        with pytest.raises(ServiceUnavailableError, match="gave no usable answer"):
            run(gitlab, "gitlab:user:info")

    def test_an_answer_that_unpacks_to_too_much_is_told(self, gitlab):
        packed = gzip.compress(b" " * (40 * 1024 * 1024))
        gitlab.instead["GET /user"] = Response(200, packed, {"Content-Encoding": "gzip"})

        with pytest.raises(ServiceUnavailableError, match=r"its answer has more than \d+ bytes"):
            run(gitlab, "gitlab:user:info")

    def test_an_answer_that_lacks_what_is_needed_is_told(self, gitlab):
        gitlab.instead["GET /user"] = Response.of({"id": 1})

        with pytest.raises(ServiceUnavailableError, match="it answered without 'username'"):
            run(gitlab, "gitlab:user:info")

    def test_a_branch_that_git_may_not_push_to_is_told(self, gitlab):
        usual = gitlab.answer
        gitlab.answer = lambda request: Response(403) if "/git-receive-pack" in request.path else usual(request)

        with pytest.raises(NotAllowedError, match="the token needs the right to write"):
            run(gitlab, "publish:gitlab")
