"""``publish:azure`` against an Azure DevOps that answers over HTTP, with real git behind it."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

import pytest

from common.app_config import AppConfig
from common.errors import ConflictError, InputError, NotAllowedError, ServiceUnavailableError
from integrations.reading import UrlReader
from integrations.registry import ScmIntegrations
from integrations.scm.azure import AccessToken, AzureIntegration
from scaffolder.actions.azure import ACTIONS
from scaffolder.actions.tools import Tools
from tests.fakes.azure import FakeAzure
from tests.fakes.code_host import each_cut
from tests.fakes.server import FakeServer, Response
from tests.unit.scaffolder.action_world import NoWaiting, run_action

pytestmark = pytest.mark.loopback
(PUBLISH,) = ACTIONS
ACME, GENERAL, ALICE = "token-for-acme", "token-for-the-rest", "alice-own-token"
REPOSITORIES = "/shop%20floor/_apis/git/repositories"


def make_azure() -> FakeAzure:
    return FakeAzure(Path(tempfile.mkdtemp(prefix="azure-")), users={ACME: "bot", GENERAL: "other", ALICE: "alice"})


@pytest.fixture
def azure():
    with make_azure() as server:
        yield server


def tools_of(azure, tokens, scaffolder):
    """Its addresses are fixed to https, so that the integration of a server on this machine is made by hand."""
    integration = AzureIntegration(azure.host, base_urls=(azure.url,), base_url=azure.url, tokens=tokens)
    config = AppConfig.from_dict({"scaffolder": scaffolder})
    reader = UrlReader(config, cache_dir=Path(tempfile.mkdtemp()))
    return Tools(config, reader, ScmIntegrations([integration]))


TOKENS = (AccessToken(GENERAL), AccessToken(ACME, ("Acme",)))


def publish(azure, *, tokens=TOKENS, scaffolder=None, checkpoints=None, **given):
    return run_action(
        PUBLISH,
        {"repoUrl": f"{azure.host}?organization=acme&project=shop floor&repo=backend", **given},
        files={"README.md": "# Shop"},
        tools=tools_of(azure, tokens, scaffolder or {}),
        checkpoints=checkpoints,
        stop=NoWaiting(),
    )


def authorizations(azure):
    return {request.headers.get("authorization") for request in azure.requests}


def basic(token):
    return f"Basic {base64.b64encode(f':{token}'.encode()).decode()}"


def test_makes_a_repository_with_the_files_of_the_workspace(azure):
    ran = publish(azure, gitAuthorName="Bo", gitAuthorEmail="bo@example.com")

    made = azure.repositories["shop floor/backend"]
    path = "acme/shop%20floor/_git/backend"
    assert ran.outputs == {
        "commitHash": azure.git(path, "rev-parse", "master"),
        "remoteUrl": made["remoteUrl"],
        "repoContentsUrl": made["webUrl"],
        "repositoryId": made["id"],
    }
    assert azure.git(path, "log", "--format=%an %ae %s", "master") == "Bo bo@example.com initial commit"
    assert azure.calls == [f"GET {REPOSITORIES}/backend", f"POST {REPOSITORIES}"]


def test_uses_the_token_of_the_organization(azure):
    publish(azure)

    assert authorizations(azure) == {basic(ACME)}


def test_uses_the_users_token_and_never_another(azure):
    with pytest.raises(NotAllowedError, match="the token of the input 'token'"):
        publish(azure, token="expired-token")

    assert authorizations(azure) == {basic("expired-token")}


def test_a_users_token_is_enough(azure):
    publish(azure, token=ALICE, tokens=())

    assert authorizations(azure) == {basic(ALICE)}


def test_without_a_token_for_the_organization_nothing_is_asked(azure):
    with pytest.raises(InputError, match=r"No credentials provided .*/acme, please check your integrations config"):
        publish(azure, tokens=(AccessToken("x", ("other",)),))

    assert azure.requests == []


def test_only_users_tokens_if_the_configuration_says_so(azure):
    with pytest.raises(InputError, match="No user credentials provided"):
        publish(azure, scaffolder={"requireScmUserCredentials": True})

    assert azure.requests == []


def test_is_done_once_whichever_call_is_cut_off():
    tried = 0
    for azure, outputs in each_cut(make_azure, lambda azure, kept: publish(azure, checkpoints=kept).outputs):
        tried += 1
        path = "acme/shop%20floor/_git/backend"
        assert outputs["repositoryId"] == azure.repositories["shop floor/backend"]["id"]
        assert outputs["commitHash"] == azure.git(path, "rev-parse", "master")
        assert azure.git(path, "rev-list", "--count", "master") == "1"
    assert tried > 4


def test_does_not_take_a_repository_that_is_there(azure):
    publish(azure)

    with pytest.raises(ConflictError, match="The repository backend is there already in Project shop floor"):
        publish(azure)


def test_names_a_project_that_is_not_there(azure):
    with pytest.raises(InputError, match=r"Project nope and Repo backend\. .* TF200016"):
        publish(azure, repoUrl=f"{azure.host}?organization=acme&project=nope&repo=backend")


def test_needs_an_organization(azure):
    with pytest.raises(InputError, match="missing organization"):
        publish(azure, repoUrl=f"{azure.host}?project=shop&repo=backend")


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (Response(203, b"<html>Sign in</html>"), NotAllowedError),
        (Response(302, b"", {"Location": "https://login.example.com"}), NotAllowedError),
        (Response.of({"message": "moon"}, 403), NotAllowedError),
        (Response.of({"message": "moon"}, 409), ConflictError),
        (Response.of({"message": "moon"}, 422), InputError),
        (Response.of({"message": "moon"}, 429), ServiceUnavailableError),
        (Response.of({"message": "moon"}, 502), ServiceUnavailableError),
        (Response(cut=True), ServiceUnavailableError),
        (Response.of({"id": "1", "webUrl": "https://x"}, 201), ServiceUnavailableError),
    ],
)
def test_a_refusal_is_told(azure, response, kind):
    azure.instead[f"POST {REPOSITORIES}"] = response

    with pytest.raises(kind, match="Unable to create the repository with Organization acme, Project shop floor"):
        publish(azure)


def test_the_token_does_not_go_to_another_host_that_azure_names(azure):
    with FakeServer(lambda request: Response(200)) as elsewhere:
        made = {"id": "1", "webUrl": "https://x", "remoteUrl": f"{elsewhere.url}/acme/_git/backend"}
        azure.instead[f"POST {REPOSITORIES}"] = Response.of(made, 201)

        with pytest.raises(NotAllowedError, match="not sent there"):
            publish(azure)

        assert elsewhere.requests == []


def test_a_signed_commit_is_refused_before_anything_is_made(azure):
    with pytest.raises(InputError, match="Callboard signs no commits"):
        publish(azure, signCommit=True)

    assert azure.requests == []
