"""Folders become commits of a real git server, byte for byte, and nothing that lies in them can interfere."""

import os
import subprocess
from datetime import UTC, datetime

import pytest

from common.errors import ConflictError, InputError, NotAllowedError, NotFoundError, ServiceUnavailableError
from integrations.git.push import Author, push_folder, push_to_branch
from integrations.scm.integration import basic_authorization
from tests.fakes.git_server import GitServer, run_git
from tests.fakes.server import FakeServer, Response

pytestmark = pytest.mark.loopback
TOKEN = "t0ken-of-alice"
WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
FILES = {
    "README.md": b"# Cart\r\n",
    "src/deep/logo.png": bytes(range(256)),
    "gradlew": b"#!/bin/sh\n",
    'odd "näme"\n\\.txt': b"odd\n",
    "empty": b"",
}


@pytest.fixture
def server(tmp_path):
    with GitServer(tmp_path / "server", users={TOKEN: "alice"}) as server:
        server.repository = server.create("team/cart")
        yield server


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "work"
    write(folder, FILES)
    (folder / "gradlew").chmod(0o755)
    return folder


def write(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def push(server, folder, **changes):
    options = {
        "remote_url": f"{server.url}/team/cart.git",
        "branch": "main",
        "message": "Make the cart.",
        "author": Author("Alice Ä", "alice@example.com"),
        "authorization": basic_authorization("x-access-token", TOKEN),
        "when": WHEN,
    }
    return push_folder(folder, **{**options, **changes})


def push_on(server, folder, **changes):
    options = {
        "remote_url": f"{server.url}/team/cart.git",
        "branch": "change",
        "base": "main",
        "message": "Change the cart.",
        "author": Author("Bob", "bob@example.com"),
        "authorization": basic_authorization("x-access-token", TOKEN),
        "when": WHEN,
    }
    return push_to_branch(folder, **{**options, **changes})


def show(server, *arguments):
    return run_git("-C", str(server.repository), *arguments)


def listed(server, branch="main"):
    """Mode and content of every file of a branch."""
    found = {}
    for line in show(server, "ls-tree", "-r", "-z", branch).rstrip("\0").split("\0"):
        mode, _, rest = line.partition(" blob ")
        blob, _, path = rest.partition("\t")
        content = subprocess.run(
            ["git", "-C", str(server.repository), "cat-file", "blob", blob], capture_output=True, check=True
        ).stdout
        found[path] = (mode, content)
    return found


def test_the_folder_is_the_only_commit_of_the_branch(server, folder):
    result = push(server, folder)

    assert result.is_new
    assert show(server, "rev-parse", "main").strip() == result.commit_hash
    assert show(server, "log", "--format=%an|%ae|%at|%cn|%ce|%ct|%P|%B", "main").strip() == (
        "Alice Ä|alice@example.com|1772600767|Alice Ä|alice@example.com|1772600767||Make the cart."
    )
    expected = {path: ("100644", content) for path, content in FILES.items()}
    assert listed(server) == {**expected, "gradlew": ("100755", b"#!/bin/sh\n")}
    assert show(server, "fsck", "--strict") == ""


def test_the_same_again_is_the_same_commit_and_pushes_nothing(server, folder):
    first = push(server, folder)
    asked = len(server.requests)

    second = push(server, folder)

    assert (second.commit_hash, second.is_new) == (first.commit_hash, False)
    assert not [request for request in server.requests[asked:] if "receive-pack" in request.path + request.query]


def test_a_lost_answer_is_found_out(server, folder):
    def answer(request):
        response = GitServer.answer(server, request)
        return Response(cut=True) if request.path.endswith("/git-receive-pack") else response

    server.answer = answer

    result = push(server, folder)

    assert result.is_new
    assert show(server, "rev-parse", "main").strip() == result.commit_hash


def test_other_commits_are_not_overwritten_unless_forced(server, folder):
    first = push(server, folder)
    write(folder, {"README.md": b"other"})

    with pytest.raises(ConflictError, match="was rejected, most likely since the branch has other commits"):
        push(server, folder)
    assert show(server, "rev-parse", "main").strip() == first.commit_hash

    forced = push(server, folder, force=True)
    assert show(server, "rev-parse", "main").strip() == forced.commit_hash


def test_a_git_folder_among_the_files_does_nothing_and_stays_behind(server, folder, tmp_path):
    proof = tmp_path / "proof"
    config = (
        f'[core]\n\tfsmonitor = "touch {proof}"\n\tsshCommand = touch {proof}\n[http]\n\tproxy = http://127.0.0.1:9\n'
    )
    hook = f"#!/bin/sh\ntouch {proof}\n".encode()
    hostile = {f"{place}config": config.encode() for place in (".git/", "sub/.git/", ".GIT/")}
    write(folder, {**hostile, ".git/HEAD": b"ref: refs/heads/x\n", ".git/hooks/pre-push": hook, "sub/kept": b"kept"})
    (folder / ".git/hooks/pre-push").chmod(0o755)
    write(folder, {".gitattributes": b"* text eol=lf filter=evil ident\n", "crlf.txt": b"$Id$\r\n"})

    push(server, folder)

    assert not proof.exists()
    files = listed(server)
    assert not [path for path in files if ".git/" in path.lower()]
    assert files["sub/kept"] == ("100644", b"kept")
    assert files["crlf.txt"] == ("100644", b"$Id$\r\n")


def test_links_are_left_out_not_followed(server, folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "folder").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")

    push(server, folder)

    assert set(listed(server)) == set(FILES)


def test_ignored_files_stay_behind(server, folder):
    write(
        folder,
        {
            ".gitignore": b"*.log\nbuild/\n!keep.log\n",
            "a.log": b"x",
            "keep.log": b"x",
            "build/out": b"x",
            "src/.gitignore": b"/local\n",
            "src/local": b"x",
            "local": b"x",
        },
    )

    push(server, folder)

    assert set(listed(server)) == {*FILES, ".gitignore", "keep.log", "src/.gitignore", "local"}


def test_a_commit_can_be_signed(server, folder):
    signed = []

    def sign(payload):
        signed.append(payload)
        return "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"

    push(server, folder, sign=sign)

    commit = show(server, "cat-file", "commit", "main")
    assert "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n\nMake the cart.\n" in commit
    assert signed[0].decode() == commit.replace(commit[commit.index("gpgsig") : commit.index("\n\nMake") + 1], "")


def test_an_empty_folder_is_an_empty_commit(server, tmp_path):
    (tmp_path / "nothing").mkdir()

    result = push(server, tmp_path / "nothing")

    assert show(server, "rev-parse", "main^{tree}").strip() == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    assert result.is_new


def test_the_token_travels_in_a_header_alone(server, folder):
    push(server, folder)

    for request in server.requests:
        assert request.headers["authorization"] == basic_authorization("x-access-token", TOKEN)
        assert TOKEN not in request.path + request.query


def test_the_token_does_not_follow_a_redirect(folder):
    with FakeServer(lambda request: Response(200)) as elsewhere:
        redirect = {"Location": f"{elsewhere.url}/info/refs?service=git-upload-pack"}
        moved = FakeServer(lambda request: Response(302, headers=redirect))
        with moved as server, pytest.raises(ServiceUnavailableError, match="Pushing to branch 'main'"):
            push(server, folder)
        assert elsewhere.requests == []


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"authorization": basic_authorization("x", "wrong")}, NotAllowedError, "the token needs the right to write"),
        ({"authorization": None}, NotAllowedError, "is not allowed"),
        ({"branch": "-x"}, InputError, "'-x' is not a name that git allows for a branch"),
        ({"branch": "a..b"}, InputError, "is not a name that git allows"),
        ({"remote_url": "ssh://git@h/x.git"}, InputError, "holds a user name or password"),
        ({"remote_url": "file:///etc"}, InputError, "is not reached by https"),
        ({"remote_url": "--upload-pack=x"}, InputError, "is not the address of a git repository"),
    ],
)
def test_what_is_wrong_is_said(server, folder, changes, error, message):
    with pytest.raises(error, match=message) as raised:
        push(server, folder, **changes)

    assert TOKEN not in str(raised.value)


def test_an_unknown_repository_is_not_found(server, folder):
    with pytest.raises(NotFoundError, match="the server knows no such repository"):
        push(server, folder, remote_url=f"{server.url}/team/other.git")


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (Response(403, b"no"), NotAllowedError),
        (Response(502), ServiceUnavailableError),
        (Response(cut=True), ServiceUnavailableError),
        (Response(200, b"<html>"), ServiceUnavailableError),
    ],
)
def test_a_failing_server_is_said_to_fail(folder, response, error):
    with FakeServer(lambda request: response) as server, pytest.raises(error, match="Pushing to branch 'main'"):
        push(server, folder)


def test_files_come_on_top_of_a_branch(server, folder, tmp_path):
    base = push(server, folder)
    write(tmp_path / "more", {"logo.png": b"new", "run.sh": b"x"})
    (tmp_path / "more/run.sh").chmod(0o755)

    result = push_on(server, tmp_path / "more", target_path="src/deep", removed=("empty", "odd"))

    assert show(server, "rev-parse", "change", "change^").split() == [result.commit_hash, base.commit_hash]
    files = listed(server, "change")
    assert set(files) == {*FILES, "src/deep/run.sh"} - {"empty"}
    assert files["src/deep/logo.png"] == ("100644", b"new")
    assert files["src/deep/run.sh"] == ("100755", b"x")
    assert files["gradlew"] == ("100755", b"#!/bin/sh\n")
    assert show(server, "log", "-1", "--format=%an %s", "change").strip() == "Bob Change the cart."


def test_files_can_replace_all_others(server, folder, tmp_path):
    push(server, folder)
    write(tmp_path / "more", {"only": b"new"})

    push_on(server, tmp_path / "more", branch="main", base=None, replaces_all=True)

    assert listed(server) == {"only": ("100644", b"new")}


def test_the_same_change_again_is_found_though_its_base_moved(server, folder, tmp_path):
    push(server, folder)
    write(tmp_path / "more", {"a": b"1"})
    first = push_on(server, tmp_path / "more")
    push_on(server, tmp_path / "more", branch="main", base=None, message="Another.")

    second = push_on(server, tmp_path / "more")

    assert (second.commit_hash, second.is_new) == (first.commit_hash, False)


def test_no_change_is_no_commit(server, folder):
    push(server, folder)

    assert push_on(server, folder) is None
    assert show(server, "branch", "--format=%(refname:short)").split() == ["main"]


def test_a_branch_that_is_there_is_not_overwritten(server, folder, tmp_path):
    push(server, folder)
    write(tmp_path / "more", {"a": b"1"})
    push_on(server, tmp_path / "more")

    with pytest.raises(ConflictError):
        push_on(server, tmp_path / "more", message="Another.")


def test_a_base_that_is_not_there_is_not_found(server, folder):
    with pytest.raises(NotFoundError, match="has no branch 'main'"):
        push_on(server, folder)
