"""``publish:gitea`` against a Gitea that answers over HTTP, with real git behind it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from common.errors import ConflictError, InputError, NotAllowedError, ServiceUnavailableError
from scaffolder.actions.gitea import ACTIONS
from tests.fakes.code_host import each_cut
from tests.fakes.gitea import FakeGitea
from tests.fakes.server import Response
from tests.unit.scaffolder.action_world import NoWaiting, run_action

pytestmark = pytest.mark.loopback
(PUBLISH,) = ACTIONS
PASSWORD = "gitea-password"


def make_gitea() -> FakeGitea:
    return FakeGitea(Path(tempfile.mkdtemp(prefix="gitea-")), users={PASSWORD: "robot"})


@pytest.fixture
def gitea():
    with make_gitea() as server:
        yield server


def publish(gitea, *, integration=None, scaffolder=None, checkpoints=None, **given):
    entry = {"host": gitea.host, "baseUrl": gitea.url, "username": "robot", "password": PASSWORD, **(integration or {})}
    return run_action(
        PUBLISH,
        {"repoUrl": f"{gitea.host}?owner=team&repo=shop", "description": "We sell", **given},
        files={"README.md": "# Shop"},
        config={"integrations": {"gitea": [entry]}, "scaffolder": scaffolder or {}},
        checkpoints=checkpoints,
        stop=NoWaiting(),
    )


def test_makes_a_repository_with_the_files_of_the_workspace(gitea):
    ran = publish(gitea, repoVisibility="private")

    assert ran.outputs == {
        "remoteUrl": f"{gitea.url}/team/shop.git",
        "commitHash": gitea.git("team/shop", "rev-parse", "main"),
        "repoContentsUrl": f"{gitea.url}/team/shop/src/branch/main/",
    }
    assert gitea.repositories["team/shop"] == {
        "name": "shop",
        "description": "We sell",
        "private": True,
        "default_branch": "main",
    }
    assert gitea.files("team/shop", "main") == {"README.md": "100644 # Shop"}
    message = gitea.git("team/shop", "log", "--format=%B", "main")
    assert re.fullmatch(r"initial commit\n\nChange-Id: I[0-9a-f]{40}", message)


def test_is_public_on_another_branch_with_another_author_if_asked_to(gitea):
    publish(gitea, defaultBranch="trunk", gitAuthorName="Bo", gitAuthorEmail="bo@example.com", gitCommitMessage="Begin")

    assert gitea.repositories["team/shop"]["private"] is False
    assert gitea.git("team/shop", "log", "--format=%an %ae %s", "trunk") == "Bo bo@example.com Begin"


@pytest.mark.parametrize("repo_url", ["?repo=shop", "?owner=robot&repo=shop"])
def test_a_user_has_repositories_too(gitea, repo_url):
    ran = publish(gitea, repoUrl=f"{gitea.host}{repo_url}")

    assert ran.outputs["remoteUrl"] == f"{gitea.url}/robot/shop.git"
    assert "POST /user/repos" in gitea.calls


def test_waits_until_gitea_shows_the_branch(gitea):
    gitea.shows_branches_after = 3

    ran = publish(gitea)

    assert gitea.calls.count("GET /repos/team/shop/branches/main") == 4
    assert ran.log.text == ""


def test_does_not_wait_for_ever(gitea):
    gitea.shows_branches_after = 1000

    ran = publish(gitea)

    assert "does not show the branch yet" in ran.log.text
    assert ran.outputs["commitHash"]


def test_is_done_once_whichever_call_is_cut_off():
    tried = 0
    for gitea, outputs in each_cut(make_gitea, lambda gitea, kept: publish(gitea, checkpoints=kept).outputs):
        tried += 1
        assert outputs["commitHash"] == gitea.git("team/shop", "rev-parse", "main")
        assert gitea.git("team/shop", "rev-list", "--count", "main") == "1"
        assert list(gitea.repositories) == ["team/shop"]
    assert tried > 6


def test_does_not_take_a_repository_that_is_there(gitea):
    publish(gitea)

    with pytest.raises(ConflictError, match="Unable to create repository team/shop: it is there already"):
        publish(gitea)


def test_names_an_organization_that_is_not_there(gitea):
    with pytest.raises(InputError, match="Organization nobody do not exist"):
        publish(gitea, repoUrl=f"{gitea.host}?owner=nobody&repo=shop")


@pytest.mark.parametrize("missing", ["username", "password"])
def test_needs_user_name_and_password(gitea, missing):
    with pytest.raises(InputError, match=f"Credentials for the gitea {gitea.host} required"):
        publish(gitea, integration={missing: None})

    assert gitea.requests == []


def test_a_wrong_password_is_told_but_not_shown(gitea):
    gitea.instead["GET /orgs/team"] = Response.of({"message": "wrong: expired-password"}, 401)

    with pytest.raises(NotAllowedError) as refused:
        publish(gitea, integration={"password": "expired-password"})

    assert "at 'integrations.gitea'" in refused.value.message
    assert "expired-password" not in refused.value.message


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, NotAllowedError),
        (409, ConflictError),
        (422, InputError),
        (429, ServiceUnavailableError),
        (502, ServiceUnavailableError),
    ],
)
def test_a_refusal_is_told_with_what_gitea_said(gitea, status, kind):
    gitea.instead["POST /orgs/team/repos"] = Response.of({"message": "because of the moon"}, status)

    with pytest.raises(kind, match=r"Unable to create repository team/shop: .* because of the moon; "):
        publish(gitea)


def test_a_user_s_own_token_cannot_be_given_so_it_is_refused_where_only_those_count(gitea):
    with pytest.raises(InputError, match="requireScmUserCredentials"):
        publish(gitea, scaffolder={"requireScmUserCredentials": True})

    assert gitea.requests == []


@pytest.mark.parametrize("owner", ["..", "%2e%2e", "a%2Fb"])
def test_an_owner_cannot_lead_to_another_endpoint(gitea, owner):
    with pytest.raises(InputError):
        publish(gitea, repoUrl=f"{gitea.host}?owner={owner}&repo=shop")

    assert gitea.requests == []


def test_a_signed_commit_is_refused_before_anything_is_made(gitea):
    with pytest.raises(InputError, match="Callboard signs no commits"):
        publish(gitea, signCommit=True)

    assert gitea.requests == []
