"""The workspace becomes a pull request of GitHub, once, whenever the worker dies."""

import pytest

from common.errors import ConflictError, InputError, NotAllowedError, NotFoundError, ServiceUnavailableError
from scaffolder.actions.github.pull_request import ACTION
from tests.fakes.server import Response
from tests.unit.scaffolder.github_world import ALICE, OWN, Killed, kill_at, make_github, run

pytestmark = pytest.mark.loopback
THEIRS = {"README.md": b"theirs", "old/gone.txt": b"gone", "old/kept.txt": b"kept"}
FILES = {"README.md": "ours ä\r\n", "src/logo.png": bytes(range(256)), "src/code.py": "x = 1\n"}
INPUT = {"branchName": "feature/change", "title": "Change", "description": "Why."}


@pytest.fixture
def github(tmp_path):
    with make_github(tmp_path / "github") as server:
        server.seed("acme/cart", THEIRS)
        yield server


def pull_request(github, input=None, *, files=FILES, **more):
    return run(github, ACTION, {**INPUT, **(input or {})}, files=files, **more)


def test_the_files_come_on_top_of_the_default_branch(github):
    ran = pull_request(github, {"filesToDelete": ["old/gone.txt", "never/was"]})

    cart = github.repositories["acme/cart"]
    assert ran.outputs == {
        "targetBranchName": "main",
        "remoteUrl": f"{github.url}/acme/cart/pull/1",
        "pullRequestNumber": 1,
    }
    assert cart.files("feature/change") == {
        "README.md": ("100644", "ours ä\r\n".encode()),
        "old/kept.txt": ("100644", b"kept"),
        "src/code.py": ("100644", b"x = 1\n"),
        "src/logo.png": ("100644", bytes(range(256))),
    }
    assert cart.rev("feature/change^") == cart.rev("main")
    assert cart.git("log", "-1", "--format=%an|%s", "feature/change").strip() == "robot|Change"
    (pull,) = cart.pulls
    assert {name: pull[name] for name in ("title", "body", "head", "draft", "base")} == {
        "title": "Change",
        "body": "Why.",
        "head": "acme:feature/change",
        "draft": False,
        "base": {"ref": "main"},
    }


def test_executable_files_stay_so_and_links_and_git_folders_stay_behind(github):
    ran = pull_request(github)
    ran.workspace.write_bytes("run.sh", b"#!/bin/sh\n", is_executable=True)
    ran.workspace.write_bytes(".git/config", b"evil")
    (ran.workspace.root / "link").symlink_to("/etc/passwd")

    pull_request(github, {"branchName": "second"}, workspace=ran.workspace)

    files = github.repositories["acme/cart"].files("second")
    assert files["run.sh"] == ("100755", b"#!/bin/sh\n")
    assert not {"link", ".git/config"} & set(files)


def test_text_goes_in_one_request_and_other_files_in_one_each(github):
    pull_request(github, files={**{f"{number}.txt": "x" for number in range(40)}, "logo.png": b"\0"})

    assert github.made("POST", "/repos/acme/cart/git/trees") == 1
    assert github.made("POST", "/repos/acme/cart/git/blobs") == 1


def test_many_files_go_in_several_requests(github):
    pull_request(github, files={f"{number}.txt": "x" * 100_000 for number in range(50)})

    assert github.made("POST", "/repos/acme/cart/git/trees") == 3
    assert len(github.repositories["acme/cart"].files("feature/change")) == 50 + len(THEIRS)


def test_one_folder_goes_into_another(github):
    pull_request(github, {"sourcePath": "src", "targetPath": "./old/", "filesToDelete": ["gone.txt"]})

    assert set(github.repositories["acme/cart"].files("feature/change")) == {
        "README.md",
        "old/kept.txt",
        "old/code.py",
        "old/logo.png",
    }


@pytest.mark.parametrize(
    ("input", "error"),
    [
        ({"targetPath": "../x"}, NotAllowedError),
        ({"filesToDelete": ["../../x"]}, NotAllowedError),
        ({"targetPath": ".git/hooks"}, InputError),
        ({"filesToDelete": ["a/.GIT/x"]}, InputError),
        ({"sourcePath": "../x"}, NotAllowedError),
        ({"branchName": "a/../b"}, InputError),
        ({"branchName": "main"}, InputError),
        ({"targetBranchName": "nowhere"}, NotFoundError),
    ],
)
def test_paths_that_lead_elsewhere_are_refused(github, input, error):
    with pytest.raises(error):
        pull_request(github, input)

    assert github.repositories["acme/cart"].pulls == []
    assert github.repositories["acme/cart"].git("branch", "--format=%(refname:short)").split() == ["main"]


def test_author_message_and_draft_can_be_chosen(github):
    author = {"gitAuthorName": "Alice", "gitAuthorEmail": "alice@example.com"}

    pull_request(github, {**author, "commitMessage": "Change it.", "draft": True})

    cart = github.repositories["acme/cart"]
    assert (
        cart.git("log", "-1", "--format=%an|%ae|%s", "feature/change").strip() == "Alice|alice@example.com|Change it."
    )
    assert cart.pulls[0]["draft"] is True


def test_an_author_can_be_left_to_github_in_any_case(github):
    scaffolder = {"defaultAuthor": {"name": "Robot"}}

    pull_request(github, {"forceEmptyGitAuthor": True}, app_config={"scaffolder": scaffolder})
    pull_request(github, {"branchName": "second"}, app_config={"scaffolder": scaffolder})

    cart = github.repositories["acme/cart"]
    assert cart.git("log", "-1", "--format=%an", "feature/change").strip() == "robot"
    assert cart.git("log", "-1", "--format=%an|%ae", "second").strip() == "Robot|scaffolder@backstage.io"


def test_reviewers_and_assignees_are_asked(github):
    many = [f"user{number}" for number in range(12)]

    ran = pull_request(github, {"reviewers": ["alice"], "teamReviewers": ["checkout", "checkout"], "assignees": many})

    (pull,) = github.repositories["acme/cart"].pulls
    assert pull["asked"] == {"reviewers": ["alice"], "team_reviewers": ["checkout"]}
    assert pull["assignees"] == many[:10]
    assert "only the first 10 will be used" in ran.log.text


def test_reviewers_who_are_not_there_do_not_fail_the_step(github):
    ran = pull_request(github, {"reviewers": ["nobody"]})

    assert ran.outputs["pullRequestNumber"] == 1
    assert "Failure when adding reviewers to Pull request 1" in ran.log.text


def test_a_second_one_for_the_branch_is_a_conflict_unless_it_updates(github):
    pull_request(github)
    with pytest.raises(ConflictError, match=r"Pull request already exists: .*/pull/1. Set update=true"):
        pull_request(github, files={"new": "x"})

    ran = pull_request(github, {"update": True, "title": "Better"}, files={"new": "x"})

    cart = github.repositories["acme/cart"]
    assert ran.outputs["pullRequestNumber"] == 1
    assert [pull["title"] for pull in cart.pulls] == ["Better"]
    assert set(cart.files("feature/change")) == {*THEIRS, "new"}


def test_nothing_to_change_makes_nothing_where_that_is_wanted(github):
    same = {"README.md": "theirs"}

    ran = pull_request(github, {"createWhenEmpty": False}, files=same)
    assert ran.outputs == {}
    assert "No changes to commit, pull request was not created" in ran.log.text
    assert github.repositories["acme/cart"].pulls == []

    pull_request(github, files=same)
    assert len(github.repositories["acme/cart"].pulls) == 1


def test_who_may_not_push_works_in_a_fork(github):
    github.readers.add("alice")

    ran = pull_request(github, {"token": ALICE})

    cart, fork = github.repositories["acme/cart"], github.repositories["alice/cart"]
    assert ran.outputs["remoteUrl"] == f"{github.url}/acme/cart/pull/1"
    assert cart.pulls[0]["head"] == "alice:feature/change"
    assert cart.rev("refs/heads/feature/change") is None
    assert fork.files("feature/change")["README.md"] == ("100644", "ours ä\r\n".encode())


def test_a_fork_can_be_asked_for_and_is_made_once(github):
    pull_request(github, {"token": ALICE, "forceFork": True})
    pull_request(github, {"token": ALICE, "forceFork": True, "branchName": "second"})

    assert github.made("POST", "/repos/acme/cart/forks") == 1


def test_a_dry_run_asks_nobody(github):
    ran = pull_request(github, is_dry_run=True)

    assert github.requests == []
    assert ran.outputs == {
        "targetBranchName": "feature/change",
        "remoteUrl": f"{github.host}?owner=acme&repo=cart",
        "pullRequestNumber": 43,
    }


def test_a_dry_run_needs_a_token_too(github):
    with pytest.raises(InputError, match="No token available for host"):
        pull_request(github, is_dry_run=True, token=None)


@pytest.mark.parametrize("before", [True, False], ids=["unsent", "unheard"])
def test_killed_at_any_call_the_next_attempt_ends_the_same(tmp_path, monkeypatch, before):
    input = {
        "filesToDelete": ["old/gone.txt"],
        "reviewers": ["alice"],
        "assignees": ["bob"],
        "token": ALICE,
        "forceFork": True,
    }

    def state(github):
        cart, fork = github.repositories["acme/cart"], github.repositories["alice/cart"]
        log = fork.git("log", "--format=%an|%s|%at", "feature/change")
        return (
            [{k: v for k, v in pull.items() if k != "html_url"} for pull in cart.pulls],
            log,
            fork.files("feature/change"),
        )

    def begin(name):
        server = make_github(tmp_path / name)
        server.seed("acme/cart", THEIRS)
        return server

    with begin("whole") as whole:
        pull_request(whole, input)
        expected, calls = state(whole), len(whole.api_calls)
    assert calls > 12
    for number in range(1, calls + 1):
        with begin(f"{number}") as github:
            checkpoints = {}
            revive = kill_at(monkeypatch, number, before=before)
            with pytest.raises(Killed):
                pull_request(github, input, checkpoints=checkpoints)
            revive()

            ran = pull_request(github, input, checkpoints=checkpoints)

            assert state(github) == expected
            assert ran.outputs["pullRequestNumber"] == 1
            assert github.made("POST", "/repos/acme/cart/pulls") == 1


def test_a_refused_token_is_not_replaced(github):
    with pytest.raises(NotAllowedError, match="the token is not valid, or not any more"):
        pull_request(github, {"token": "gho_revoked"}, token=OWN)

    assert [request.headers["authorization"] for request in github.requests] == ["token gho_revoked"]


def test_a_lost_answer_of_the_opening_fails_and_the_next_attempt_finds_it(github):
    checkpoints = {}
    github.after = lambda request, response: (
        Response(cut=True) if (request.method, request.path[-6:]) == ("POST", "/pulls") else response
    )
    with pytest.raises(
        ServiceUnavailableError, match=r"Failed to open the pull request in acme/cart on .*: the connection failed"
    ):
        pull_request(github, checkpoints=checkpoints)
    github.after = None

    ran = pull_request(github, checkpoints=checkpoints)

    assert ran.outputs["pullRequestNumber"] == 1
    assert len(github.repositories["acme/cart"].pulls) == 1
