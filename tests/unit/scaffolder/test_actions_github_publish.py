"""A workspace becomes a repository of GitHub, with all its settings, once, whenever the worker dies."""

import subprocess

import pytest

from common.errors import ConflictError, InputError, NotAllowedError, NotFoundError, ServiceUnavailableError
from scaffolder.actions.github.publish import ACTION as PUBLISH
from scaffolder.actions.github.repo_create import ACTION as CREATE
from scaffolder.actions.github.repo_push import ACTION as PUSH
from tests.fakes.git_server import run_git
from tests.fakes.server import FakeServer, Response
from tests.unit.scaffolder.action_world import NoWaiting
from tests.unit.scaffolder.github_world import ALICE, BOB, OWN, Killed, kill_at, make_github, run

pytestmark = pytest.mark.loopback
FILES = {"README.md": "# Cart\r\n", "src/logo.png": bytes(range(256)), ".git/config": "[evil]", "a/b/c": ""}
EVERYTHING = {
    "description": "The cart",
    "homepage": "https://cart.example.com",
    "access": "acme/checkout",
    "repoVisibility": "internal",
    "collaborators": [{"access": "push", "user": "user:default/bob"}, {"access": "pull", "team": "frontend"}],
    "hasWiki": False,
    "topics": ["Python", "checkout"],
    "repoVariables": {"REGION": "eu"},
    "secrets": {"DEPLOY": "s3cret", "OTHER": "ä"},
    "oidcCustomization": {"useDefault": False, "includeClaimKeys": ["repo"]},
    "customProperties": {"tier": "1"},
    "subscribe": True,
    "requireCodeOwnerReviews": True,
    "requiredStatusCheckContexts": ["test"],
    "requiredCommitSigning": True,
    "gitAuthorName": "Alice",
    "gitAuthorEmail": "alice@example.com",
    "gitCommitMessage": "Begin the cart.",
}


@pytest.fixture
def github(tmp_path):
    with make_github(tmp_path / "github") as server:
        yield server


def publish(github, input=None, **more):
    return run(github, PUBLISH, input, files=FILES, **more)


def test_a_workspace_becomes_a_protected_private_repository(github):
    ran = publish(github)

    cart = github.repositories["acme/cart"]
    assert ran.outputs == {
        "remoteUrl": f"{github.url}/acme/cart.git",
        "repoContentsUrl": f"{github.url}/acme/cart/blob/main",
        "commitHash": cart.rev("main"),
    }
    assert cart.settings == {
        "name": "cart",
        "private": True,
        "visibility": "private",
        "allow_auto_merge": False,
        "allow_merge_commit": True,
        "allow_rebase_merge": True,
        "allow_squash_merge": True,
        "allow_update_branch": False,
        "delete_branch_on_merge": False,
        "squash_merge_commit_message": "COMMIT_MESSAGES",
        "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
    }
    assert cart.protection == {
        "main": {
            "required_status_checks": {"strict": True, "contexts": []},
            "restrictions": None,
            "enforce_admins": True,
            "required_pull_request_reviews": {
                "required_approving_review_count": 1,
                "require_code_owner_reviews": False,
                "dismiss_stale_reviews": False,
                "require_last_push_approval": False,
            },
            "required_conversation_resolution": False,
            "required_linear_history": False,
            "block_creations": False,
        }
    }


def test_the_commit_can_be_cloned_byte_for_byte(github, tmp_path):
    workspace = publish(github).workspace
    workspace.write_bytes("run.sh", b"#!/bin/sh\n", is_executable=True)
    run(github, PUBLISH, {"gitCommitMessage": "Begin."}, repo="acme/other", workspace=workspace)
    header = f"http.extraHeader=Authorization: Bearer {ALICE}"

    run_git("-c", header, "clone", "--quiet", f"{github.url}/acme/other.git", str(tmp_path / "clone"))

    found = {
        str(path.relative_to(tmp_path / "clone")): (path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in (tmp_path / "clone").rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    assert found == {
        "README.md": (b"# Cart\r\n", False),
        "src/logo.png": (bytes(range(256)), False),
        "a/b/c": (b"", False),
        "run.sh": (b"#!/bin/sh\n", True),
    }
    log = run_git("-C", str(tmp_path / "clone"), "log", "--format=%an <%ae> %s")
    assert log == "Scaffolder <scaffolder@backstage.io> Begin.\n"


def test_everything_that_can_be_set_is_set(github):
    publish(github, EVERYTHING)

    cart = github.repositories["acme/cart"]
    assert cart.settings["visibility"] == "internal"
    assert (cart.settings["private"], cart.settings["has_wiki"]) == (False, False)
    assert cart.settings["custom_properties"] == {"tier": "1"}
    assert cart.teams == {"checkout": "admin", "frontend": "pull"}
    assert cart.collaborators == {"bob": "push"}
    assert cart.topics == ["python", "checkout"]
    assert cart.variables == {"REGION": "eu"}
    assert cart.secrets == {"DEPLOY": "s3cret", "OTHER": "ä"}
    assert cart.single == {
        "actions/oidc/customization/sub": {"use_default": False, "include_claim_keys": ["repo"]},
        "subscription": {"subscribed": True, "ignored": False},
    }
    assert cart.signatures == {"main"}
    assert cart.protection["main"]["required_status_checks"]["contexts"] == ["test"]
    assert cart.git("log", "--format=%an|%s", "main").strip() == "Alice|Begin the cart."


def test_secrets_leave_sealed(github):
    ran = publish(github, EVERYTHING)

    assert not [request for request in github.requests if b"s3cret" in request.body]
    assert "s3cret" not in ran.log.text + str(ran.checkpoints)


def test_one_folder_can_be_published_to_another_branch(github):
    ran = publish(github, {"sourcePath": "./src", "defaultBranch": "trunk", "protectDefaultBranch": False})

    cart = github.repositories["acme/cart"]
    assert cart.files("trunk") == {"logo.png": ("100644", bytes(range(256)))}
    assert cart.protection == {}
    assert ran.outputs["repoContentsUrl"] == f"{github.url}/acme/cart/blob/trunk"


def test_author_and_message_come_from_the_configuration(github):
    scaffolder = {"defaultAuthor": {"name": "Robot", "email": "r@example.com"}, "defaultCommitMessage": "Hello."}

    publish(github, app_config={"scaffolder": scaffolder})

    log = github.repositories["acme/cart"].git("log", "--format=%an|%ae|%s", "main")
    assert log.strip() == "Robot|r@example.com|Hello."


def state(github):
    """All that a user could see of the repository, without the seals and the clock."""
    cart = github.repositories["acme/cart"]
    names = ("settings", "topics", "collaborators", "teams", "variables", "secrets", "protection", "signatures")
    return {
        **{name: getattr(cart, name) for name in (*names, "single")},
        "files": cart.files("main"),
        "commits": cart.commits("main"),
        "log": cart.git("log", "--format=%an|%ae|%s", "main"),
        "repositories": list(github.repositories),
    }


def count_calls(github):
    return len(github.api_calls)


@pytest.mark.parametrize("before", [True, False], ids=["unsent", "unheard"])
def test_killed_at_any_call_the_next_attempt_ends_the_same(tmp_path, monkeypatch, before):
    with make_github(tmp_path / "whole") as whole:
        expected_outputs = publish(whole, EVERYTHING).outputs
        expected, calls = state(whole), count_calls(whole)
    assert calls > 15
    for number in range(1, calls + 1):
        with make_github(tmp_path / f"{number}") as github:
            checkpoints = {}
            revive = kill_at(monkeypatch, number, before=before)
            with pytest.raises(Killed):
                publish(github, EVERYTHING, checkpoints=checkpoints)
            revive()

            outputs = publish(github, EVERYTHING, checkpoints=checkpoints).outputs

            assert state(github) == expected
            assert set(outputs) == set(expected_outputs)
            assert outputs["commitHash"] == github.repositories["acme/cart"].rev("main")
            # At most once more than it was made: the one whose answer was never heard is not made again.
            assert github.made("POST", "/orgs/acme/repos") == 1


@pytest.mark.parametrize("is_done", [True, False], ids=["unheard", "undone"])
def test_cut_at_any_request_of_git_the_next_attempt_ends_the_same(tmp_path, is_done):
    with make_github(tmp_path / "whole") as whole:
        publish(whole, EVERYTHING)
        expected = state(whole)
        requests = [request for request in whole.requests if not request.path.startswith("/api")]
    assert len(requests) >= 3
    for number in range(1, len(requests) + 1):
        with make_github(tmp_path / f"{number}") as github:
            seen = []

            def cut(request, response=None, seen=seen, number=number):
                if not request.path.startswith("/api"):
                    seen.append(request)
                    if len(seen) >= number:
                        return Response(cut=True)
                return response

            github.before, github.after = (None, cut) if is_done else (cut, None)
            checkpoints = {}
            with pytest.raises(ServiceUnavailableError, match="Pushing to branch 'main'"):
                publish(github, EVERYTHING, checkpoints=checkpoints)
            github.before = github.after = None

            publish(github, EVERYTHING, checkpoints=checkpoints)

            assert state(github) == expected
            assert github.made("POST", "/orgs/acme/repos") == 1


def test_a_second_attempt_after_success_makes_nothing(github):
    checkpoints = {}
    first = publish(github, EVERYTHING, checkpoints=checkpoints)
    asked = len(github.requests)

    second = publish(github, EVERYTHING, checkpoints=checkpoints)

    assert second.outputs == first.outputs
    assert not [request for request in github.requests[asked:] if "receive-pack" in request.path + request.query]
    assert not [request for request in github.requests[asked:] if request.path.endswith(("/repos", "/variables"))]


def test_a_repository_that_was_there_is_not_touched(github):
    github.seed("acme/cart", {"README.md": b"theirs"})

    with pytest.raises(ConflictError, match=r"acme/cart on .* exists already; choose another name"):
        publish(github)

    assert github.repositories["acme/cart"].files("main") == {"README.md": ("100644", b"theirs")}
    assert github.repositories["acme/cart"].protection == {}


def test_a_repository_made_by_another_meanwhile_is_a_conflict(github):
    def race(request):
        if request.path.endswith("/orgs/acme/repos"):
            github.create("acme/cart")

    github.before = race

    message = "Failed to create the Organization repository acme/cart on .*: name already exists on this account"
    with pytest.raises(ConflictError, match=message):
        publish(github)


def test_what_was_renamed_away_is_not_there(github):
    github.create("acme/trolley")
    moved = {"Location": f"{github.url}/api/v3/repos/acme/trolley"}

    def renamed(request):
        if request.path == "/api/v3/repos/acme/cart" and "acme/cart" not in github.repositories:
            return Response(301, b"{}", moved)
        return None

    github.before = renamed

    publish(github)

    assert set(github.repositories) == {"acme/trolley", "acme/cart"}


def test_a_users_repository_is_made_with_the_users_token(github):
    publish(github, {"token": ALICE}, repo="alice/cart", token=None)

    assert github.made("POST", "/user/repos") == 1
    assert "visibility" not in github.repositories["alice/cart"].settings


def test_a_repository_for_another_user_is_refused(github):
    with pytest.raises(InputError, match="'bob' is a user, and the token belongs to 'alice'"):
        publish(github, {"token": ALICE}, repo="bob/cart")

    assert github.repositories == {}


def test_collaborators_who_are_not_there_are_left_out(github):
    ran = publish(github, {"collaborators": [{"access": "push", "user": "nobody"}, {"access": "pull", "user": "bob"}]})

    assert github.repositories["acme/cart"].collaborators == {"bob": "pull"}
    assert "Skipping push access for nobody, Failed to give the user 'nobody' push access to acme/cart" in ran.log.text


def test_a_team_that_is_not_there_makes_no_repository(github):
    with pytest.raises(NotFoundError, match="The input 'access' names the team 'ghosts' of 'acme'"):
        publish(github, {"access": "acme/ghosts"})

    assert github.repositories == {}


def test_without_a_plan_for_protection_a_warning_is_all(github):
    message = b'{"message": "Upgrade to GitHub Pro or make this repository public to enable this feature."}'
    github.before = lambda request: Response(403, message) if request.path.endswith("/protection") else None

    ran = publish(github)

    assert "Branch protection was not enabled as it requires GitHub Pro" in ran.log.text
    assert ran.outputs["commitHash"]


def test_a_new_branch_that_github_does_not_know_yet_is_protected_a_moment_later(github):
    answers = [Response(404, b'{"message": "Branch not found"}')]
    github.before = lambda request: answers.pop() if request.path.endswith("/protection") and answers else None
    stop = NoWaiting()

    publish(github, stop=stop)

    assert stop.waited == [0.6]
    assert set(github.repositories["acme/cart"].protection) == {"main"}


def test_create_makes_an_empty_repository(github):
    ran = run(github, CREATE, {"autoInit": True, "workflowAccess": "organization"})

    cart = github.repositories["acme/cart"]
    assert cart.settings["auto_init"] is True
    assert cart.single == {"actions/permissions/access": {"access_level": "organization"}}
    assert ran.outputs == {
        "remoteUrl": f"{github.url}/acme/cart.git",
        "repoContentsUrl": f"{github.url}/acme/cart/blob/main",
    }


def test_push_fills_a_repository_that_exists(github):
    github.create("acme/cart")

    ran = run(github, PUSH, {"sourcePath": "src"}, files=FILES)

    cart = github.repositories["acme/cart"]
    assert cart.files("main") == {"logo.png": ("100644", bytes(range(256)))}
    assert ran.outputs["commitHash"] == cart.rev("main")
    assert set(cart.protection) == {"main"}


def test_push_does_not_overwrite_what_is_there(github):
    cart = github.seed("acme/cart", {"README.md": b"theirs"})

    with pytest.raises(ConflictError, match="most likely since the branch has other commits"):
        run(github, PUSH, files=FILES)

    assert cart.files("main") == {"README.md": ("100644", b"theirs")}


def test_push_needs_a_repository(github):
    with pytest.raises(NotFoundError, match=r"Failed to read the repository acme/cart on .*: Not Found"):
        run(github, PUSH, files=FILES)


@pytest.mark.parametrize(
    ("path", "error"), [("../x", NotAllowedError), ("nowhere", NotFoundError), ("README.md", InputError)]
)
def test_only_a_folder_of_the_workspace_is_published(github, path, error):
    github.create("acme/cart")

    with pytest.raises(error):
        run(github, PUSH, {"sourcePath": path}, files=FILES)


def test_a_remote_on_another_host_gets_no_token(github, tmp_path):
    github.create("acme/cart")
    with FakeServer(lambda request: Response(200)) as other:

        def elsewhere(request, response):
            return Response(
                response.status,
                response.content.replace(f"{github.url}/acme/cart.git".encode(), f"{other.url}/acme/cart.git".encode()),
            )

        github.after = elsewhere
        with pytest.raises(NotAllowedError, match=r"is not on .*, so the token for that host is not sent there"):
            run(github, PUSH, files=FILES)

        assert other.requests == []


def test_the_workspace_keeps_what_it_had(github):
    ran = publish(github)

    assert set(ran.files) == set(FILES)
    assert subprocess.run(
        ["ls", str(ran.workspace.root / ".git")], capture_output=True, text=True, check=True
    ).stdout == ("config\n")


@pytest.mark.parametrize("token", [BOB, ALICE])
def test_the_users_token_is_the_only_one_used(github, token):
    publish(github, {"token": token}, token=OWN)

    assert not [request for request in github.requests if OWN in request.headers["authorization"]]
