"""The actions for Bitbucket Cloud against one that answers over HTTP, with real git behind it."""

from __future__ import annotations

import base64
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from common.app_config import AppConfig
from common.errors import ConflictError, InputError, NotAllowedError, ServiceUnavailableError
from integrations.reading import UrlReader
from integrations.registry import ScmIntegrations
from integrations.scm.bitbucket import CLOUD_HOST, BitbucketCloudIntegration
from scaffolder.actions.bitbucket import ACTIONS
from scaffolder.actions.tools import Tools
from tests.fakes.bitbucket import CLIENT, FakeBitbucket
from tests.fakes.code_host import each_cut
from tests.fakes.server import FakeServer, Response
from tests.unit.scaffolder.action_world import NoWaiting, run_action

pytestmark = pytest.mark.loopback
BY_ID = {action.id: action for action in ACTIONS}
ROBOT, ALICE = "robot-secret", "alice-own-token"
PUBLISH, PULL_REQUEST = "publish:bitbucketCloud", "publish:bitbucketCloud:pull-request"
PIPELINE, RESTRICTION = "bitbucket:pipelines:run", "bitbucketCloud:branchRestriction:create"


def make_bitbucket() -> FakeBitbucket:
    return FakeBitbucket(Path(tempfile.mkdtemp(prefix="bitbucket-")), users={ROBOT: "robot", ALICE: "alice"})


@pytest.fixture
def bitbucket():
    with make_bitbucket() as server:
        yield server


def integration_of(bitbucket, **credentials):
    """Its addresses are fixed, so that the integration of a server on this machine is made by hand."""
    return BitbucketCloudIntegration(
        bitbucket.host,
        base_urls=(bitbucket.url,),
        base_url=bitbucket.url,
        api_base_url=f"{bitbucket.url}/2.0",
        **(credentials or {"username": "robot", "secret": ROBOT}),
    )


def run(bitbucket, action_id, *, integration=None, scaffolder=None, checkpoints=None, files=None, **given):
    config = AppConfig.from_dict({"scaffolder": scaffolder or {}})
    reader = UrlReader(config, cache_dir=Path(tempfile.mkdtemp()))
    integration = integration or integration_of(bitbucket)
    if "repoUrl" not in BY_ID[action_id].input["properties"]:
        integration = replace(integration, host=CLOUD_HOST)  # Where the input names no host, it is this one.
    else:
        given = {"repoUrl": f"{bitbucket.host}?workspace=acme&project=SHOP&repo=cart", **given}
    tools = Tools(config, reader, ScmIntegrations([integration]))
    files = {"README.md": "# Cart"} if files is None else files
    return run_action(BY_ID[action_id], given, files=files, tools=tools, checkpoints=checkpoints, stop=NoWaiting())


def basic(user, password):
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


class TestPublish:
    def test_makes_a_repository_with_the_files_of_the_workspace(self, bitbucket):
        ran = run(bitbucket, PUBLISH, description="We sell", gitCommitMessage="Begin")

        assert ran.outputs == {
            "commitHash": bitbucket.git("acme/cart", "rev-parse", "master"),
            "remoteUrl": f"http://someone@{bitbucket.host}/acme/cart.git",
            "repoContentsUrl": f"{bitbucket.url}/acme/cart/src/master",
        }
        assert bitbucket.repositories["acme/cart"]["asked"] == {
            "scm": "git",
            "is_private": True,
            "project": {"key": "SHOP"},
            "description": "We sell",
        }
        assert bitbucket.git("acme/cart", "log", "--format=%an %s", "master") == "Scaffolder Begin"

    def test_is_public_if_asked_to(self, bitbucket):
        run(bitbucket, PUBLISH, repoVisibility="public")

        assert bitbucket.repositories["acme/cart"]["asked"]["is_private"] is False

    def test_is_done_once_whichever_call_is_cut_off(self):
        def publish(bitbucket, checkpoints):
            return run(bitbucket, PUBLISH, checkpoints=checkpoints).outputs

        for bitbucket, outputs in each_cut(make_bitbucket, publish):
            assert outputs["commitHash"] == bitbucket.git("acme/cart", "rev-parse", "master")
            assert bitbucket.git("acme/cart", "rev-list", "--count", "master") == "1"

    def test_does_not_take_a_repository_that_is_there(self, bitbucket):
        bitbucket.add_repository("acme/cart")

        with pytest.raises(ConflictError, match="Unable to create repository acme/cart: it is there already"):
            run(bitbucket, PUBLISH)

    def test_the_token_does_not_go_to_another_host_that_bitbucket_names(self, bitbucket):
        with FakeServer(lambda request: Response(200)) as elsewhere:
            clone = [{"name": "https", "href": f"{elsewhere.url}/acme/cart.git"}]
            made = {"links": {"html": {"href": "https://x"}, "clone": clone}}
            bitbucket.instead["POST /repositories/acme/cart"] = Response.of(made)

            with pytest.raises(NotAllowedError, match="not sent there"):
                run(bitbucket, PUBLISH)

            assert elsewhere.requests == []

    @pytest.mark.parametrize("part", ["workspace", "project"])
    def test_names_the_part_that_is_missing(self, bitbucket, part):
        parts = {"workspace": "acme", "project": "SHOP", "repo": "cart"}
        query = "&".join(f"{name}={value}" for name, value in parts.items() if name != part)

        with pytest.raises(InputError, match=f"missing {part}"):
            run(bitbucket, PUBLISH, repoUrl=f"{bitbucket.host}?{query}")

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (401, NotAllowedError),
            (403, NotAllowedError),
            (404, InputError),
            (409, ConflictError),
            (422, InputError),
            (429, ServiceUnavailableError),
            (502, ServiceUnavailableError),
        ],
    )
    def test_a_refusal_is_told_with_what_bitbucket_said(self, bitbucket, status, kind):
        bitbucket.instead["POST /repositories/acme/cart"] = bitbucket.refuse(status, f"the moon and {ROBOT}")

        with pytest.raises(kind) as refused:
            run(bitbucket, PUBLISH)

        assert refused.value.message.startswith(
            f"Unable to create repository acme/cart: {bitbucket.host} answered {status} the moon and ***; "
        )

    def test_a_signed_commit_is_refused_before_anything_is_made(self, bitbucket):
        with pytest.raises(InputError, match="Callboard signs no commits"):
            run(bitbucket, PUBLISH, signCommit=True)

        assert bitbucket.requests == []


class TestCredentials:
    @pytest.mark.parametrize(
        ("credentials", "api", "git"),
        [
            ({"username": "robot", "secret": ROBOT}, basic("robot", ROBOT), basic("x-bitbucket-api-token-auth", ROBOT)),
            (
                {"username": "robot", "secret": ROBOT, "is_app_password": True},
                basic("robot", ROBOT),
                basic("robot", ROBOT),
            ),
            ({"secret": ROBOT}, f"Bearer {ROBOT}", basic("x-token-auth", ROBOT)),
            (
                {"client_id": CLIENT[0], "client_secret": CLIENT[1]},
                "Bearer oauth-token",
                basic("x-token-auth", "oauth-token"),
            ),
        ],
    )
    def test_each_kind_is_sent_as_bitbucket_wants_it(self, bitbucket, credentials, api, git):
        run(bitbucket, PUBLISH, integration=integration_of(bitbucket, **credentials))

        sent = {request.path.split("/")[1]: request.headers["authorization"] for request in bitbucket.requests}
        assert (sent["2.0"], sent["acme"]) == (api, git)

    def test_a_users_token_is_a_bearer_and_never_replaced(self, bitbucket):
        with pytest.raises(NotAllowedError, match="the token of the input 'token'"):
            run(bitbucket, PUBLISH, token="expired-token")

        assert {request.headers["authorization"] for request in bitbucket.requests} == {"Bearer expired-token"}

    def test_a_client_that_bitbucket_does_not_know_is_told(self, bitbucket):
        integration = integration_of(bitbucket, client_id="nobody", client_secret="wrong-secret")

        with pytest.raises(NotAllowedError, match="Failed to fetch OAuth token for Bitbucket Cloud"):
            run(bitbucket, PUBLISH, integration=integration)

    def test_without_credentials_nothing_is_asked(self, bitbucket):
        integration = replace(integration_of(bitbucket), username=None, secret=None)

        with pytest.raises(InputError, match="Authorization has not been provided for Bitbucket Cloud"):
            run(bitbucket, PUBLISH, integration=integration)

        assert bitbucket.requests == []

    @pytest.mark.parametrize("action_id", BY_ID)
    def test_only_users_tokens_if_the_configuration_says_so(self, bitbucket, action_id):
        given = {"title": "t", "sourceBranch": "b", "workspace": "acme", "repo_slug": "cart", "kind": "push"}
        given = {name: value for name, value in given.items() if name in BY_ID[action_id].input["properties"]}

        with pytest.raises(InputError, match="No user credentials provided"):
            run(bitbucket, action_id, scaffolder={"requireScmUserCredentials": True}, **given)

        assert bitbucket.requests == []

    def test_are_read_from_the_configuration(self):
        def read(**entry):
            integrations = ScmIntegrations.from_app_config(
                AppConfig.from_dict({"integrations": {"bitbucketCloud": [entry]}})
            )
            found = integrations.by_host("bitbucket.org")
            return (found.username, found.secret, found.is_app_password, found.client_id, found.client_secret)

        assert read(username="u", token="t") == ("u", "t", False, None, None)
        assert read(username="u", appPassword="p") == ("u", "p", True, None, None)
        assert read(token="t", appPassword="p") == (None, "t", False, None, None)
        assert read(clientId="c", clientSecret="s") == (None, None, False, "c", "s")


class TestPullRequest:
    GIVEN = {"title": "Improve", "sourceBranch": "improve", "description": "Why not"}  # noqa: RUF012

    def make(self):
        bitbucket = make_bitbucket()
        bitbucket.add_repository("acme/cart", {"README.md": "old", "keep": "same"})
        return bitbucket

    def test_opens_one_with_the_files_of_the_workspace(self):
        with self.make() as bitbucket:
            ran = run(bitbucket, PULL_REQUEST, **self.GIVEN)

            assert ran.outputs == {"pullRequestUrl": f"{bitbucket.url}/acme/cart/pull-requests/1"}
            request = bitbucket.repositories["acme/cart"]["pullrequests"][0]
            assert {key: request[key] for key in ("title", "summary", "state", "source", "destination")} == {
                "title": "Improve",
                "summary": {"raw": "Why not"},
                "state": "OPEN",
                "source": {"branch": {"name": "improve"}},
                "destination": {"branch": {"name": "main"}},
            }
            assert bitbucket.files("acme/cart", "improve") == {"README.md": "100644 # Cart", "keep": "100644 same"}
            assert bitbucket.git("acme/cart", "log", "--format=%s", "main..improve") == "Why not"

    def test_takes_a_source_branch_that_is_there_as_it_is(self):
        with self.make() as bitbucket:
            bitbucket.commit("acme/cart", "improve", {"theirs": "x"})

            run(bitbucket, PULL_REQUEST, targetBranch="main", **self.GIVEN)

            assert bitbucket.files("acme/cart", "improve") == {"theirs": "100644 x"}
            assert len(bitbucket.repositories["acme/cart"]["pullrequests"]) == 1

    def test_is_opened_once_whichever_call_is_cut_off(self):
        def publish(bitbucket, checkpoints):
            return run(bitbucket, PULL_REQUEST, checkpoints=checkpoints, **self.GIVEN).outputs

        for bitbucket, outputs in each_cut(self.make, publish):
            assert outputs == {"pullRequestUrl": f"{bitbucket.url}/acme/cart/pull-requests/1"}
            assert len(bitbucket.repositories["acme/cart"]["pullrequests"]) == 1
            assert bitbucket.git("acme/cart", "rev-list", "--count", "main..improve") == "1"

    def test_says_so_if_nothing_changes(self):
        with self.make() as bitbucket, pytest.raises(InputError, match="nothing to open a pull request for"):
            run(bitbucket, PULL_REQUEST, files={"keep": "same"}, **self.GIVEN)

    def test_an_empty_repository_has_no_branch_to_merge_into(self, bitbucket):
        bitbucket.add_repository("acme/cart")

        with pytest.raises(InputError, match="Could not fetch default branch for acme/cart: it has none yet"):
            run(bitbucket, PULL_REQUEST, **self.GIVEN)


class TestPipeline:
    GIVEN = {  # noqa: RUF012
        "workspace": "acme",
        "repo_slug": "cart",
        "body": {
            "target": {"type": "pipeline_ref_target", "ref_type": "branch", "ref_name": "main"},
            "variables": [{"key": "A", "value": "1", "secured": True}],
        },
    }

    def test_starts_one(self, bitbucket):
        repository = bitbucket.add_repository("acme/cart")

        ran = run(bitbucket, PIPELINE, **self.GIVEN)

        assert ran.outputs == {
            "buildNumber": 1,
            "repoUrl": f"{bitbucket.url}/acme/cart",
            "pipelinesUrl": f"{bitbucket.url}/acme/cart/pipelines",
        }
        assert repository["pipelines"][0]["variables"] == self.GIVEN["body"]["variables"]

    def test_starts_one_whichever_call_is_cut_off(self):
        def make():
            bitbucket = make_bitbucket()
            before = {"build_number": 1, "target": {"ref_name": "main"}}
            bitbucket.add_repository("acme/cart")["pipelines"].append(before)
            return bitbucket

        def start(bitbucket, checkpoints):
            return run(bitbucket, PIPELINE, checkpoints=checkpoints, **self.GIVEN).outputs

        for bitbucket, outputs in each_cut(make, start):
            assert outputs["buildNumber"] == 2
            assert len(bitbucket.repositories["acme/cart"]["pipelines"]) == 2

    @pytest.mark.parametrize("name", ["..", "a/../../b", "%2e%2e", ""])
    def test_a_workspace_cannot_lead_to_another_endpoint(self, bitbucket, name):
        with pytest.raises(InputError, match="cannot be part of an address"):
            run(bitbucket, PIPELINE, workspace=name, repo_slug="cart")

        assert bitbucket.requests == []

    def test_a_repository_that_is_not_there_is_told(self, bitbucket):
        with pytest.raises(InputError, match=r"Unable to run pipeline of acme/cart: .* not found"):
            run(bitbucket, PIPELINE, **self.GIVEN)


class TestRestriction:
    def test_is_made_for_a_pattern(self, bitbucket):
        repository = bitbucket.add_repository("acme/cart")

        ran = run(
            bitbucket,
            RESTRICTION,
            kind="push",
            branchMatchKind="glob",
            pattern="main",
            users=[{"uuid": "{1}"}],
            groups=[{"slug": "admins"}],
        )

        made = repository["branch-restrictions"][0]
        assert made == {
            "id": made["id"],
            "type": "branchrestriction",
            "kind": "push",
            "branch_match_kind": "glob",
            "pattern": "main",
            "value": None,
            "users": [{"uuid": "{1}", "type": "user"}],
            "groups": [{"slug": "admins", "type": "group"}],
        }
        assert ran.outputs["statusCode"] == 201
        assert json.loads(ran.outputs["json"]) == {"data": made, "status": 201}

    def test_is_made_for_the_branching_model_once_whichever_call_is_cut_off(self):
        def make():
            bitbucket = make_bitbucket()
            other = {"id": 99, "kind": "force", "branch_match_kind": "branching_model", "branch_type": "release"}
            bitbucket.add_repository("acme/cart")["branch-restrictions"].append(other)
            return bitbucket

        def restrict(bitbucket, checkpoints):
            return run(bitbucket, RESTRICTION, kind="force", checkpoints=checkpoints).outputs

        for bitbucket, outputs in each_cut(make, restrict):
            items = bitbucket.repositories["acme/cart"]["branch-restrictions"]
            assert [item["branch_type"] for item in items] == ["release", "development"]
            assert json.loads(outputs["json"])["data"]["value"] == 1
