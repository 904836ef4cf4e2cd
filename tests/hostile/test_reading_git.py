"""Attacks on the reading of git repositories, one each."""

import os
import subprocess
import time

import pytest

from common.app_config import AppConfig
from common.errors import CallboardError, InputError, NotAllowedError, ServiceUnavailableError
from integrations.git.cache import CacheFolder
from integrations.git.command import GitOptions, start_git, stop_git
from integrations.reading import UrlReader
from tests.unit.integrations.git_world import git, make_repository
from tests.unit.integrations.loopback import git_backend, http_server, port_of, raw_server


@pytest.fixture
def new_reader(tmp_path):
    """Makes readers and closes them."""
    readers = []

    def make(*rules, resolve=None, **reading):
        data = {
            "backend": {"reading": {"allow": [{"host": rule} for rule in rules]}},
            "callboard": {"reading": reading},
        }
        options = {"resolve": resolve} if resolve else {}
        reader = UrlReader(AppConfig.from_dict(data), cache_dir=tmp_path / "cache", **options)
        readers.append(reader)
        return reader

    yield make
    for reader in readers:
        reader.close()


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repositories" / "shop.git"
    make_repository(folder, {"catalog-info.yaml": "kind: System"})
    return folder


@pytest.fixture
def search_tree(new_reader, repository):
    """Reads paths of a commit whose top folder holds these raw entries."""

    def search(path, entries):
        raw = b"".join(
            f"{mode} {name}".encode() + b"\0" + bytes.fromhex(object_id) for mode, name, object_id in entries
        )
        tree = git(repository, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", content=raw)
        commit = git(repository, "commit-tree", tree, "-m", "Crafted.")
        return new_reader().search(f"git+file://{repository}//{path}@{commit}", allow_local=True)

    return search


def blob(repository, content):
    return git(repository, "hash-object", "-w", "--stdin", content=content)


@pytest.mark.parametrize(
    "target",
    [
        "https://example.com/r.git//x@--upload-pack=touch${IFS}/tmp/owned",
        "https://example.com/r.git//x@-u",
        "https://example.com/r.git//x@main:secret",
        "https://example.com/r.git//x@main^{tree}",
        "https://example.com/r.git//x@a b",
        "https://example.com/r.git//x@..",
        "https://example.com/r.git//x@*",
        "https://example.com/r.git//x@main\n-u",
        "git+ext://sh -c touch /tmp/owned//x",
        "git+ssh://example.com/r.git//x",
        "git+git://example.com/r//x",
        "ssh://-oProxyCommand=x/r.git//x",
        "git+file://evil.com/share//x",
        "https://example.com/r.git//../../etc/passwd",
        "https://example.com/r.git//%2e%2e/x",
        "https://example.com/..%2f..%2fother/r.git//x",
        "https://alice:s3cret@example.com/r.git//x",
    ],
)
def test_targets_that_could_mean_more_than_a_file_are_refused(new_reader, target):
    with pytest.raises((InputError, NotAllowedError)) as caught:
        new_reader("example.com").search(target, allow_local=True)

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("target", ["ext::sh -c 'touch /tmp/owned' x.git//y", "-u//x.git//y", "--upload-pack=x.git//y"])
def test_what_git_would_take_for_a_helper_or_option_is_no_url(new_reader, target):
    with pytest.raises((InputError, NotAllowedError)):
        new_reader("example.com").search(target, allow_local=True)


def test_a_repository_of_this_machine_cannot_be_named_by_strangers(new_reader, repository):
    for target in (f"git+file://{repository}//catalog-info.yaml", f"file://{repository}//catalog-info.yaml"):
        with pytest.raises((NotAllowedError, InputError)):
            new_reader("localhost").search(target)


def test_symbolic_links_are_not_followed(search_tree, repository):
    folder = git(repository, "rev-parse", "HEAD^{tree}")
    entries = [
        ("120000", "absolute.yaml", blob(repository, b"/etc/passwd")),
        ("40000", "folder", folder),
        ("120000", "link", blob(repository, b"folder")),
        ("120000", "relative.yaml", blob(repository, b"folder/catalog-info.yaml")),
    ]

    for path in ("absolute.yaml", "relative.yaml", "link/catalog-info.yaml"):
        with pytest.raises(CallboardError) as caught:
            search_tree(path, entries)
        assert "is a symbolic link, which is not followed" in str(caught.value)
    found = search_tree("**/*.yaml", entries)
    assert [file.url.partition("//folder/")[2].partition("@")[0] for file in found.files] == ["catalog-info.yaml"]


@pytest.mark.loopback
def test_submodules_are_not_fetched(new_reader, repository):
    with http_server(lambda request: (200, {}, b"")) as other:
        (repository / ".gitmodules").write_text(
            f'[submodule "evil"]\n\tpath = evil\n\turl = http://127.0.0.1:{port_of(other)}/evil.git\n'
        )
        git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},evil")
        git(repository, "add", ".gitmodules")
        git(repository, "commit", "-q", "-m", "Add a submodule.")
        with http_server(git_backend(repository.parent)) as server:
            host = f"127.0.0.1:{port_of(server)}"
            reader = new_reader(host)
            base = f"http://{host}/shop.git//"

            found = reader.search(f"{base}**/*.yaml")
            with pytest.raises(CallboardError) as caught:
                reader.search(f"{base}evil/x.yaml")

    assert [file.data for file in found.files] == [b"kind: System"]
    assert "'evil' in 'evil/x.yaml' is a submodule, which is not followed" in str(caught.value)
    assert other.seen == []


def test_names_that_no_checkout_would_accept_do_not_exist(search_tree, repository):
    secret = blob(repository, b"secret")
    entries = [("100644", name, secret) for name in ("..", ".", "a/b.yaml", "")]

    assert search_tree("**/*", entries).files == []
    assert search_tree("a/b.yaml", entries).files == []


def test_a_tree_that_unfolds_without_end_is_given_up(search_tree, repository):
    tree = git(repository, "rev-parse", "HEAD^{tree}")
    for _ in range(12):
        raw = b"".join(f"40000 d{number}".encode() + b"\0" + bytes.fromhex(tree) for number in range(10))
        tree = git(repository, "hash-object", "-t", "tree", "-w", "--stdin", content=raw)
    started = time.monotonic()

    with pytest.raises(InputError) as caught:
        search_tree("**/nope.yaml", [("40000", "bomb", tree)])

    assert str(caught.value) == "More than 200000 files lie below ''; make the pattern narrower"
    assert time.monotonic() - started < 10


def test_a_damaged_tree_is_an_error(repository, new_reader):
    tree = git(repository, "hash-object", "-t", "tree", "-w", "--literally", "--stdin", content=b"100644 a\0short")
    commit = git(repository, "commit-tree", tree, "-m", "Crafted.")

    with pytest.raises(CallboardError) as caught:
        new_reader().search(f"git+file://{repository}//a@{commit}", allow_local=True)

    assert "a folder of the repository is damaged" in str(caught.value)


def test_a_pattern_cannot_take_exponential_time(search_tree, repository):
    started = time.monotonic()

    found = search_tree("*a" * 40 + "b.yaml", [("100644", "a" * 250, blob(repository, b""))])

    assert found.files == []
    assert time.monotonic() - started < 10


def test_the_configuration_of_a_repository_runs_nothing(tmp_path, repository, new_reader):
    mark = tmp_path / "owned"
    hooks = repository / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (hooks / hook).write_text(f"#!/bin/sh\ntouch {mark}\n")
        (hooks / hook).chmod(0o755)
    big = blob(repository, b"x" * 100)
    for key, value in (
        ("core.fsmonitor", f"touch {mark}"),
        ("core.sshCommand", f"touch {mark}"),
        ("core.pager", f"touch {mark}"),
        ("credential.helper", f"!touch {mark}"),
        ("uploadpack.packObjectsHook", f"touch {mark}"),
        ("alias.cat-file", f"!touch {mark}"),
        ("extensions.partialClone", "evil"),
        ("remote.evil.promisor", "true"),
        ("remote.evil.url", f"ext::sh -c 'touch {mark}'"),
        ("core.repositoryFormatVersion", "1"),
    ):
        git(repository, "config", key, value)
    (repository / ".git" / "objects" / big[:2] / big[2:]).unlink()
    git(repository, "update-index", "--add", "--cacheinfo", f"100644,{big},missing.yaml")
    tree = git(repository, "write-tree", "--missing-ok")
    commit = git(repository, "commit-tree", tree, "-m", "Crafted.")
    mark.unlink(missing_ok=True)
    reader = new_reader()

    found = reader.search(f"git+file://{repository}//catalog-info.yaml@{commit}", allow_local=True)
    with pytest.raises(CallboardError):
        reader.search(f"git+file://{repository}//missing.yaml@{commit}", allow_local=True)

    assert found.files[0].data == b"kind: System"
    assert not mark.exists()


@pytest.mark.loopback
def test_the_configuration_of_the_machine_is_not_read(tmp_path, repository, new_reader, monkeypatch):
    with (
        http_server(lambda request: (500, {}, b"")) as elsewhere,
        http_server(git_backend(repository.parent)) as server,
    ):
        host = f"127.0.0.1:{port_of(server)}"
        (tmp_path / ".gitconfig").write_text(
            f'[url "http://127.0.0.1:{port_of(elsewhere)}/"]\n\tinsteadOf = http://{host}/\n'
        )
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / ".gitconfig"))
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port_of(elsewhere)}")
        monkeypatch.setenv("GIT_DIR", "/nonexistent")

        found = new_reader(host).search(f"http://{host}/shop.git//catalog-info.yaml")

    assert found.files[0].data == b"kind: System"
    assert elsewhere.seen == []


@pytest.mark.loopback
def test_redirects_of_a_repository_are_not_followed(new_reader):
    with http_server(lambda request: (200, {}, b"")) as internal:
        target = f"http://127.0.0.1:{port_of(internal)}/r.git/info/refs?service=git-upload-pack"
        with http_server(lambda request: (302, {"Location": target}, b"")) as server:
            url = f"http://127.0.0.1:{port_of(server)}/r.git//x.yaml"

            with pytest.raises(CallboardError) as caught:
                new_reader(f"127.0.0.1:{port_of(server)}").search(url)

    assert "it has moved; redirects of repositories are not followed" in str(caught.value)
    assert internal.seen == []


@pytest.mark.loopback
def test_a_server_of_plain_files_cannot_send_git_elsewhere(new_reader):
    """The old, "dumb" protocol lets a server name others that hold its objects."""
    with http_server(lambda request: (404, {}, b"")) as internal:

        def answer(request):
            files = {
                "/r.git/info/refs": f"{'a' * 40}\trefs/heads/main\n".encode(),
                "/r.git/HEAD": b"ref: refs/heads/main\n",
                "/r.git/objects/info/http-alternates": f"http://127.0.0.1:{port_of(internal)}/x/objects\n".encode(),
                "/r.git/objects/info/alternates": f"http://127.0.0.1:{port_of(internal)}/x/objects\n".encode(),
            }
            path = request.path.partition("?")[0]
            return (200, {"Content-Type": "text/plain"}, files[path]) if path in files else (404, {}, b"")

        with http_server(answer) as server, pytest.raises(CallboardError):
            new_reader(f"127.0.0.1:{port_of(server)}").search(f"http://127.0.0.1:{port_of(server)}/r.git//x@main")

    assert internal.seen == []


@pytest.mark.loopback
def test_git_connects_to_the_address_that_was_checked(new_reader, repository):
    """The name exists nowhere but in our resolver, so git has the address from us."""
    with http_server(git_backend(repository.parent)) as server:
        host = f"rebind.example.com:{port_of(server)}"
        reader = new_reader(host, resolve=lambda hostname: ["127.0.0.1"])

        found = reader.search(f"http://{host}/shop.git//catalog-info.yaml")

    assert found.files[0].data == b"kind: System"
    assert {headers["Host"] for _, _, headers in server.seen} == {host}


@pytest.mark.loopback
@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "fd00:ec2::254"])
def test_git_never_meets_a_metadata_service(new_reader, address):
    reader = new_reader("example.com", resolve=lambda hostname: [address])

    with pytest.raises(NotAllowedError) as caught:
        reader.search("http://example.com/r.git//x.yaml")

    assert f"the host 'example.com' has the address {address}, which is link-local" in str(caught.value)


def test_hosts_known_without_configuration_cannot_lie_inside(new_reader):
    reader = new_reader(resolve=lambda hostname: ["10.0.0.1"])

    with pytest.raises(NotAllowedError) as caught:
        reader.search("https://github.com/o/r.git//x.yaml")

    assert "the host 'github.com' has the private address 10.0.0.1; to allow that, name it" in str(caught.value)


@pytest.mark.loopback
def test_a_repository_that_is_too_large_is_given_up(new_reader, tmp_path):
    folder = tmp_path / "repositories" / "large.git"
    make_repository(folder, {"large.yaml": os.urandom(3_000_000)})
    with http_server(git_backend(folder.parent)) as server:
        host = f"127.0.0.1:{port_of(server)}"
        with pytest.raises(CallboardError) as caught:
            new_reader(host, git={"maxBytes": 1_000_000}).search(f"http://{host}/large.git//large.yaml")

    assert "the repository is damaged or larger than callboard.reading.git.maxBytes allows" in str(caught.value)
    assert sum(path.stat().st_size for path in (tmp_path / "cache").rglob("*") if path.is_file()) < 100_000


@pytest.mark.loopback
def test_a_git_server_that_never_answers_is_left_when_the_time_is_over(new_reader):
    with raw_server(lambda connection, done: done.wait(10)) as port:
        url = f"http://127.0.0.1:{port}/r.git//x.yaml"
        reader = new_reader(f"127.0.0.1:{port}", git={"timeout": "400ms"})
        started = time.monotonic()

        for _ in range(5):  # asked once; the others are told what came of it
            with pytest.raises(CallboardError) as caught:
                reader.search(url)

    assert str(caught.value) == f"Unable to read {url}, it took longer than 0.4 s"
    assert time.monotonic() - started < 10


def test_a_token_is_not_in_the_arguments_that_all_users_see():
    secret = ("http.https://example.com/r.git.extraHeader", "Authorization: Basic s3cret")
    options = GitOptions(configuration=[secret])
    process = start_git(
        ["hash-object", "--stdin"], options, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            arguments = file.read()
    finally:
        stop_git(process)
        process.stdin.close()

    assert b"s3cret" not in arguments
    assert "s3cret" not in repr(options)


def test_a_cache_folder_that_somebody_else_prepared_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "cache").symlink_to(tmp_path / "theirs")

    with pytest.raises(ServiceUnavailableError) as caught, CacheFolder(tmp_path / "cache").locked("https://h/r.git"):
        pass

    assert "belongs to somebody else; set callboard.reading.cacheDir" in str(caught.value)


@pytest.mark.loopback
def test_what_a_server_says_reaches_nobody_unshortened(new_reader):
    with http_server(
        lambda request: (500, {"Content-Type": "text/plain"}, b"\x1b[31mremote: " + b"x" * 100_000)
    ) as server:
        url = f"http://127.0.0.1:{port_of(server)}/r.git//x.yaml"
        with pytest.raises(CallboardError) as caught:
            new_reader(f"127.0.0.1:{port_of(server)}").search(url)

    assert len(str(caught.value)) < 1000
    assert "\x1b" not in str(caught.value)
