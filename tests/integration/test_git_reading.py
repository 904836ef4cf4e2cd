"""Git targets, read from real repositories: local ones, and ones behind git's own HTTP server."""

import threading
import time

import pytest

from common.app_config import AppConfig
from common.errors import CallboardError, InputError, NotAllowedError, NotFoundError, NotModifiedError
from integrations.git import repository
from integrations.reading import ReadFile, UrlReader
from tests.unit.integrations.git_world import commit, git, make_repository
from tests.unit.integrations.loopback import git_backend, http_server, port_of

FILES = {
    "catalog-info.yaml": "kind: System",
    "services/cart/catalog-info.yaml": "kind: Component",
    "services/shop/catalog-info.yaml": "kind: API",
    "services/shop/README.md": "# Shop",
    "packages/@scope/a b.yaml": "kind: Group",
    ".github/catalog-info.yaml": "kind: Hidden",
}


@pytest.fixture
def source(tmp_path):
    """A repository with its first commit's id."""
    folder = tmp_path / "repositories" / "shop.git"
    return folder, make_repository(folder, FILES)


@pytest.fixture
def server(source):
    with http_server(git_backend(source[0].parent)) as running:
        yield running


@pytest.fixture
def new_reader(tmp_path):
    """Makes readers that share one cache folder, and closes them."""
    readers = []

    def make(*rules, **config):
        data = {"backend": {"reading": {"allow": [{"host": rule} for rule in rules]}}, **config}
        reader = UrlReader(AppConfig.from_dict(data), cache_dir=tmp_path / "cache")
        readers.append(reader)
        return reader

    yield make
    for reader in readers:
        reader.close()


@pytest.fixture
def local(source, new_reader):
    """Reads paths of the local repository."""
    reader = new_reader()

    def search(path, **options):
        return reader.search(f"git+file://{source[0]}//{path}", allow_local=True, **options)

    return search


@pytest.fixture
def remote(server, new_reader):
    """Reads paths of the served repository by one reader."""
    reader = new_reader(f"127.0.0.1:{port_of(server)}")

    def search(path, **options):
        return reader.search(f"http://127.0.0.1:{port_of(server)}/shop.git//{path}", **options)

    return search


def test_reads_a_file_of_a_local_repository(source, local):
    folder, commit_id = source

    found = local("services/cart/catalog-info.yaml@main")

    url = f"git+file://{folder}//services/cart/catalog-info.yaml@main"
    assert (found.files, found.etag) == ([ReadFile(url, b"kind: Component")], commit_id)


def test_a_bare_repository_reads_the_same(source, tmp_path, new_reader):
    bare = tmp_path / "bare.git"
    git(tmp_path, "clone", "-q", "--bare", str(source[0]), str(bare))

    found = new_reader().search(f"git+file://{bare}//catalog-info.yaml", allow_local=True)

    assert [file.data for file in found.files] == [b"kind: System"]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("services/*/catalog-info.yaml", ["services/cart/catalog-info.yaml", "services/shop/catalog-info.yaml"]),
        (
            "**/catalog-info.yaml",
            ["catalog-info.yaml", "services/cart/catalog-info.yaml", "services/shop/catalog-info.yaml"],
        ),
        ("services/{cart,nope}/*.yaml", ["services/cart/catalog-info.yaml"]),
        ("services/s??p/[a-c]*.yaml", ["services/shop/catalog-info.yaml"]),
        (".github/*.yaml", [".github/catalog-info.yaml"]),
        ("packages/%40scope/*.yaml", ["packages/%40scope/a%20b.yaml"]),
        ("nowhere/*.yaml", []),
        ("nowhere.yaml", []),
        ("catalog-info.yaml/x", []),
    ],
)
def test_finds_files_by_path_and_by_pattern(source, local, pattern, paths):
    found = local(f"{pattern}@main")

    assert [file.url for file in found.files] == [f"git+file://{source[0]}//{path}@main" for path in paths]


def test_a_file_whose_name_is_a_pattern_is_read_by_its_name(source, local):
    commit(source[0], {"a[1].yaml": "kind: A", "a1.yaml": "kind: B"})

    assert [file.data for file in local("a[1].yaml@main").files] == [b"kind: A"]


def test_branches_tags_and_commits_are_refs(source, local):
    folder, first = source
    git(folder, "tag", "-a", "v1.0", "-m", "First.")
    git(folder, "checkout", "-q", "-b", "feature/x")
    second = commit(folder, {"catalog-info.yaml": "kind: Domain"})

    assert local("catalog-info.yaml@main").etag == first
    assert local("catalog-info.yaml@v1.0").etag == first
    assert local("catalog-info.yaml@feature/x").etag == second
    assert local(f"catalog-info.yaml@{first}").files[0].data == b"kind: System"
    assert local("catalog-info.yaml").etag == second


def test_an_unchanged_commit_is_not_read_again(source, local):
    with pytest.raises(NotModifiedError) as caught:
        local("catalog-info.yaml@main", etag=source[1])

    assert str(caught.value).endswith(f"//catalog-info.yaml@main has not changed since commit {source[1][:12]}")


def test_a_missing_file_of_a_repository_is_an_error_to_read(source, new_reader):
    folder, commit_id = source
    url = f"git+file://{folder}//nope.yaml@main"

    with pytest.raises(NotFoundError) as caught:
        new_reader().read_url(url, allow_local=True)

    assert str(caught.value) == f"could not read {url}, there is no such file at commit {commit_id[:12]}"


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("catalog-info.yaml@nope", "the repository has no ref 'nope'"),
        ("services@main", "it is a folder; name a file, or a pattern such as '**/catalog-info.yaml'"),
        ("@main", "it is a folder; name a file, or a pattern such as '**/catalog-info.yaml'"),
        ("[z-a].yaml@main", "The pattern '[z-a].yaml' is not one"),
    ],
)
def test_says_what_is_wrong_with_a_target(local, path, fault):
    with pytest.raises(CallboardError) as caught:
        local(path)

    assert fault in str(caught.value)


def test_several_files_are_too_many_where_one_is_wanted(source, new_reader):
    with pytest.raises(InputError) as caught:
        new_reader().read_url(f"git+file://{source[0]}//services/*/catalog-info.yaml", allow_local=True)

    assert "it matches 2 files and only one can be used here" in str(caught.value)


def test_a_folder_without_repository_says_so(tmp_path, new_reader):
    (tmp_path / "plain").mkdir()

    for path in ("plain", "missing"):
        with pytest.raises(NotFoundError) as caught:
            new_reader().search(f"git+file://{tmp_path}/{path}//x.yaml", allow_local=True)
        assert str(tmp_path / path) in str(caught.value)


def test_a_folder_inside_a_repository_is_not_that_repository(source, new_reader):
    with pytest.raises(NotFoundError) as caught:
        new_reader().search(f"git+file://{source[0]}/services//cart/catalog-info.yaml", allow_local=True)

    assert "is no git repository" in str(caught.value)


def test_local_repositories_are_for_the_operator_only(source, new_reader):
    url = f"git+file://{source[0]}//catalog-info.yaml"

    for attempt in (new_reader().search, new_reader().allows):
        with pytest.raises(NotAllowedError) as caught:
            attempt(url)
        assert str(caught.value) == (
            f"Reading from '{url}' is not allowed: repositories on this machine may be named by the configuration"
            " only, at 'catalog.locations'"
        )


@pytest.mark.loopback
def test_reads_over_http_at_the_newest_commit(source, remote, monkeypatch):
    monkeypatch.setattr(repository.RemoteRepository, "window", 0.0)
    first = remote("services/*/catalog-info.yaml@main")

    second_id = commit(source[0], {"services/pay/catalog-info.yaml": "kind: Component"})
    second = remote("services/*/catalog-info.yaml@main", etag=first.etag)

    assert first.etag == source[1]
    assert second.etag == second_id
    assert [file.url.partition("//services/")[2] for file in second.files] == [
        "cart/catalog-info.yaml@main",
        "pay/catalog-info.yaml@main",
        "shop/catalog-info.yaml@main",
    ]


@pytest.mark.loopback
def test_an_unchanged_repository_costs_one_look_and_no_fetch(source, server, remote, monkeypatch):
    monkeypatch.setattr(repository.RemoteRepository, "window", 0.0)
    remote("catalog-info.yaml@main")
    asked = len(server.seen)

    with pytest.raises(NotModifiedError):
        remote("catalog-info.yaml@main", etag=source[1])

    # git asks for the server's abilities, then for the refs.
    assert [path for _, path, _ in server.seen[asked:]] == [
        "/shop.git/info/refs?service=git-upload-pack",
        "/shop.git/git-upload-pack",
    ]


@pytest.mark.loopback
def test_a_thousand_files_of_one_repository_cost_one_fetch(source, server, remote):
    commit(source[0], {f"many/{number}.yaml": f"name: n{number}" for number in range(1000)})
    remote("many/0.yaml@main")
    asked = len(server.seen)

    found = [remote(f"many/{number}.yaml@main").files[0].data for number in range(1000)]

    assert found == [f"name: n{number}".encode() for number in range(1000)]
    assert len(server.seen) == asked


@pytest.mark.loopback
def test_threads_share_one_fetch(server, remote):
    found = []

    def read():
        found.append(remote("catalog-info.yaml@main").files[0].data)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [b"kind: System"] * 8
    assert sum(method == "POST" for method, _, _ in server.seen) == 3  # the refs, the refs again, the objects


@pytest.mark.loopback
def test_another_process_finds_what_was_fetched(server, new_reader):
    url = f"http://127.0.0.1:{port_of(server)}/shop.git//catalog-info.yaml@main"
    new_reader(f"127.0.0.1:{port_of(server)}").search(url)
    asked = len(server.seen)

    found = new_reader(f"127.0.0.1:{port_of(server)}").search(url)

    assert found.files[0].data == b"kind: System"
    assert len(server.seen) == asked + 2  # one look, no objects


@pytest.mark.loopback
def test_tags_and_commits_are_fetched_too(source, remote):
    folder, first = source
    git(folder, "tag", "-a", "v1.0", "-m", "First.")
    commit(folder, {"catalog-info.yaml": "kind: Domain"})

    assert remote("catalog-info.yaml@v1.0").etag == first
    assert remote(f"catalog-info.yaml@{first}").files[0].data == b"kind: System"
    assert remote("catalog-info.yaml").files[0].data == b"kind: Domain"


@pytest.mark.loopback
def test_large_files_beside_the_descriptors_are_not_fetched(source, server, new_reader, tmp_path):
    commit(source[0], {"video.bin": bytes(range(256)) * 8000})
    reader = new_reader(f"127.0.0.1:{port_of(server)}", callboard={"catalog": {"limits": {"maxBytes": 1000}}})
    base = f"http://127.0.0.1:{port_of(server)}/shop.git//"

    assert reader.search(f"{base}catalog-info.yaml").files[0].data == b"kind: System"
    with pytest.raises(CallboardError) as caught:
        reader.search(f"{base}video.bin")

    assert str(caught.value) == (
        f"Unable to read {base}video.bin, it has more than 1000 bytes, which is the limit;"
        " split it, or raise callboard.catalog.limits.maxBytes"
    )
    assert sum(path.stat().st_size for path in (tmp_path / "cache").rglob("*.pack")) < 10_000


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("target", "error", "message"),
    [
        (
            "shop.git//catalog-info.yaml@nope",
            NotFoundError,
            "could not read {url}, the repository has no branch or tag 'nope'; commits need their full id",
        ),
        ("none.git//catalog-info.yaml", NotFoundError, "could not read {url}, the server knows no such repository"),
    ],
)
def test_a_missing_repository_or_ref_is_not_found(server, new_reader, target, error, message):
    url = f"http://127.0.0.1:{port_of(server)}/{target}"

    with pytest.raises(error) as caught:
        new_reader(f"127.0.0.1:{port_of(server)}").search(url)

    assert str(caught.value).startswith(message.format(url=url))


@pytest.mark.loopback
def test_a_token_goes_to_its_host_in_a_header(source, new_reader):
    with http_server(git_backend(source[0].parent)) as server:
        host = f"127.0.0.1:{port_of(server)}"
        gitea = {"host": host, "baseUrl": f"http://{host}", "username": "alice", "password": "s3cret"}

        found = new_reader(integrations={"gitea": [gitea]}).search(f"http://{host}/shop.git//catalog-info.yaml")

    assert found.files[0].data == b"kind: System"
    assert {headers["Authorization"] for _, _, headers in server.seen} == {"Basic YWxpY2U6czNjcmV0"}


@pytest.mark.loopback
def test_a_repository_that_wants_a_token_says_so(new_reader):
    with http_server(lambda request: (401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")) as server:
        url = f"http://127.0.0.1:{port_of(server)}/shop.git//x.yaml"

        with pytest.raises(CallboardError) as caught:
            new_reader(f"127.0.0.1:{port_of(server)}").search(url)

    assert str(caught.value) == (
        f"Unable to read {url}, the repository does not exist or needs credentials; these are set at 'integrations'"
    )


@pytest.mark.loopback
def test_whoever_knows_that_a_branch_has_moved_is_not_told_what_was_known_before(source, remote):
    remote("catalog-info.yaml@main")
    second_id = commit(source[0], {"catalog-info.yaml": "kind: Domain"})

    remembered = remote("catalog-info.yaml@main", not_before=time.time() - 60)
    found = remote("catalog-info.yaml@main", not_before=time.time())

    assert (remembered.etag, found.etag) == (source[1], second_id)
    assert remote("catalog-info.yaml@main").etag == second_id


@pytest.mark.loopback
def test_whoever_knows_that_there_is_a_branch_now_is_not_told_that_there_was_none(source, remote):
    with pytest.raises(NotFoundError):
        remote("catalog-info.yaml@next")
    git(source[0], "branch", "next")

    with pytest.raises(NotFoundError):
        remote("catalog-info.yaml@next")
    assert remote("catalog-info.yaml@next", not_before=time.time()).etag == source[1]
