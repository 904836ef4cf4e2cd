"""Reading folders: where URLs of code hosts lead, out of real repositories, and from archives on plain servers."""

import base64
import io
import zipfile

import httpx
import pytest

from common.app_config import AppConfig
from common.errors import CallboardError, InputError, NotAllowedError, NotFoundError
from integrations.reading import TreeLimits, UrlReader
from integrations.registry import ScmIntegrations
from integrations.trees.host_urls import places_of
from integrations.trees.user_token import authorization_by_token
from integrations.whatwg import parse_url
from tests.unit.integrations.git_world import commit, git, make_repository
from tests.unit.integrations.loopback import git_backend, http_server, port_of

CONFIG = {
    "integrations": {
        "gitea": [{"host": "gitea.example.com"}],
        "gitlab": [{"host": "gitlab.example.com", "apiBaseUrl": "https://gitlab.example.com/api/v4"}],
        "bitbucketServer": [{"host": "bitbucket.example.com"}],
        "gerrit": [{"host": "gerrit.example.com", "gitilesBaseUrl": "https://gerrit.example.com/g"}],
    }
}
INTEGRATIONS = ScmIntegrations.from_app_config(AppConfig.from_dict(CONFIG))
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def places(url):
    return [str(place).removeprefix("git+https://") for place in places_of(url, INTEGRATIONS.by_url(url))]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/team/shop", ["github.com/team/shop.git//"]),
        ("https://github.com/team/shop.git", ["github.com/team/shop.git//"]),
        ("https://github.com/team/shop/tree/main/a%20b", ["github.com/team/shop.git//a%20b@main"]),
        (
            "https://github.com/team/shop/blob/feature/x/dir",
            [
                "github.com/team/shop.git//x/dir@feature",
                "github.com/team/shop.git//dir@feature/x",
                "github.com/team/shop.git//@feature/x/dir",
            ],
        ),
        (f"https://github.com/team/shop/tree/{COMMIT}/a", [f"github.com/team/shop.git//a@{COMMIT}"]),
        ("https://gitlab.example.com/g/sub/shop/-/tree/main", ["gitlab.example.com/g/sub/shop.git//@main"]),
        ("https://bitbucket.org/team/shop/src/main/", ["bitbucket.org/team/shop.git//@main"]),
        (
            "https://gitea.example.com/team/shop/src/branch/main",
            ["gitea.example.com/team/shop.git//@refs/heads/main"],
        ),
        ("https://gitea.example.com/team/shop/src/tag/v1", ["gitea.example.com/team/shop.git//@refs/tags/v1"]),
        (
            "https://bitbucket.example.com/projects/T/repos/shop/browse/a/b?at=feature%2Fx",
            ["bitbucket.example.com/scm/T/shop.git//a/b@feature/x"],
        ),
        ("https://bitbucket.example.com/users/al/repos/shop", ["bitbucket.example.com/scm/~al/shop.git//"]),
        (
            "https://dev.azure.com/org/proj/_git/shop?path=/a/b&version=GBfeature/x",
            ["dev.azure.com/org/proj/_git/shop//a/b@refs/heads/feature/x"],
        ),
        ("https://dev.azure.com/org/proj/_git/shop", ["dev.azure.com/org/proj/_git/shop//"]),
    ],
)
def test_urls_of_code_hosts_name_places_in_repositories(url, expected):
    assert places(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/team",
        "https://github.com/team/shop/issues/1",
        "https://gitea.example.com/team/shop/src/other/main",
        "https://gerrit.example.com/g/shop/+/refs/heads/main",
        "https://dev.azure.com/org/proj/_git/shop?version=XXmain",
        "https://bitbucket.example.com/other",
    ],
)
def test_urls_that_name_no_place_are_refused_with_the_way_out(url):
    with pytest.raises(InputError, match="write it as a git target: 'https://"):
        places(url)


def test_a_ref_that_git_does_not_allow_is_told():
    with pytest.raises(InputError, match="names the ref 'a b', which git does not allow"):
        places("https://github.com/team/shop/tree/a%20b")


@pytest.mark.parametrize("path", ["tree/main/a%2f..%2f..", "tree/main/..%5cx"])
def test_urls_that_climb_are_refused(path):
    with pytest.raises((InputError, NotAllowedError)):
        places(f"https://github.com/team/shop/{path}")


def basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://github.com/team/shop.git", basic("x-access-token:t0ken")),
        ("https://gitlab.com/team/shop.git", basic("oauth2:t0ken")),
        ("https://bitbucket.org/team/shop.git", basic("x-token-auth:t0ken")),
        ("https://dev.azure.com/o/p/_git/r", basic(":t0ken")),
        ("https://gitea.example.com/team/shop.git", "token t0ken"),
        ("https://bitbucket.example.com/scm/t/shop.git", "Bearer t0ken"),
        ("https://other.example.com/shop.git", "Bearer t0ken"),
    ],
)
def test_a_users_token_is_shown_as_each_host_wants_it(url, expected):
    assert authorization_by_token("t0ken", parse_url(url), INTEGRATIONS.by_url(url)) == expected


@pytest.mark.parametrize("token", ["a\nb", "größe", "a\x00"])
def test_a_token_is_one_line_of_plain_characters(token):
    with pytest.raises(InputError, match="holds characters that no token has"):
        authorization_by_token(token, parse_url("https://github.com/a/b"), None)


def test_a_token_is_not_sent_in_the_clear():
    with pytest.raises(InputError, match="is not https, so the token is not sent there"):
        authorization_by_token("t0ken", parse_url("http://github.com/a/b"), INTEGRATIONS.by_host("github.com"))


@pytest.fixture
def new_reader(tmp_path):
    """Makes readers that share one cache folder, and closes them."""
    readers = []

    def make(*rules, transport=None, **config):
        data = {"backend": {"reading": {"allow": [{"host": rule} for rule in rules]}}, **config}
        reader = UrlReader(AppConfig.from_dict(data), cache_dir=tmp_path / "cache", transport=transport)
        readers.append(reader)
        return reader

    yield make
    for reader in readers:
        reader.close()


FILES = {"skeleton/a.txt": "A", "skeleton/bin/run.sh": "echo", "skeleton/.hidden": "h", "README.md": "# Shop"}


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repositories/team/shop.git"
    make_repository(folder, FILES)
    (folder / "skeleton/bin/run.sh").chmod(0o755)
    (folder / "skeleton/link").symlink_to("a.txt")
    commit(folder, {})
    return folder


def contents(tree):
    return {file.path: file.read() for file in tree.files}


def test_a_folder_of_a_repository(repository, new_reader):
    tree = new_reader().read_tree(f"git+file://{repository}//skeleton@main", allow_local=True)

    assert contents(tree) == {".hidden": b"h", "a.txt": b"A", "bin/run.sh": b"echo"}
    assert [file.path for file in tree.files if file.is_executable] == ["bin/run.sh"]
    assert tree.left_out == ("link",)
    assert tree.etag == git(repository, "rev-parse", "HEAD")


def test_one_file_of_a_repository(repository, new_reader):
    reader = new_reader()

    tree = reader.read_tree(f"git+file://{repository}//README.md", allow_local=True)

    assert tree.sole_file is not None
    assert tree.sole_file.read() == b"# Shop"
    found = reader.read_file(f"git+file://{repository}//skeleton/bin/run.sh", allow_local=True)
    assert found == (b"echo", True)


def test_what_a_repository_does_not_have(repository, new_reader):
    reader = new_reader()
    with pytest.raises(NotFoundError, match="there is no 'nope' in it"):
        reader.read_tree(f"git+file://{repository}//nope", allow_local=True)
    with pytest.raises(NotFoundError, match="has no branch or tag 'nope'"):
        reader.read_tree(f"git+file://{repository}//skeleton@nope", allow_local=True)
    with pytest.raises(InputError, match="is a folder, not a file"):
        reader.read_file(f"git+file://{repository}//skeleton", allow_local=True)
    with pytest.raises(CallboardError, match="'link' in 'skeleton/link' is a symbolic link"):
        reader.read_tree(f"git+file://{repository}//skeleton/link", allow_local=True)


@pytest.mark.parametrize("limits", [TreeLimits(files=3), TreeLimits(total_bytes=5), TreeLimits(depth=1)])
def test_folders_beyond_the_limits(limits, repository, new_reader):
    with pytest.raises(InputError, match=r"limit|too deep"):
        contents(new_reader().read_tree(f"git+file://{repository}//skeleton", limits=limits, allow_local=True))


def test_a_file_beyond_the_limit_is_only_refused_when_it_is_read(repository, new_reader):
    reader = new_reader(callboard={"catalog": {"limits": {"maxBytes": 2}}})
    tree = reader.read_tree(f"git+file://{repository}//skeleton", allow_local=True)

    with pytest.raises(InputError, match=r"'bin/run\.sh' of .* has more than 2 bytes"):
        contents(tree)


@pytest.mark.loopback
def test_a_branch_with_slashes_is_found_by_what_the_host_has(repository, new_reader):
    git(repository, "branch", "feature/x")
    with http_server(git_backend(repository.parents[1])) as server:
        host = f"127.0.0.1:{port_of(server)}"
        reader = new_reader(integrations={"gitea": [{"host": host, "baseUrl": f"http://{host}"}]})

        tree = reader.read_tree(f"http://{host}/team/shop/src/branch/feature/x/skeleton/bin")

    assert contents(tree) == {"run.sh": b"echo"}


def guarded(folder, token):
    """A git server that wants this token."""
    answer = git_backend(folder)

    def check(request):
        if request.headers.get("authorization") != f"token {token}":
            return 401, {"WWW-Authenticate": "Basic"}, b""
        return answer(request)

    return check


@pytest.mark.loopback
def test_a_users_token_takes_the_place_of_the_configured_one(repository, new_reader):
    with http_server(guarded(repository.parents[1], "of-alice")) as server:
        host = f"127.0.0.1:{port_of(server)}"
        gitea = {"host": host, "baseUrl": f"http://{host}", "password": "of-the-platform"}
        reader = new_reader(integrations={"gitea": [gitea]})
        url = f"http://{host}/team/shop/src/branch/main/skeleton/bin"

        assert contents(reader.read_tree(url, token="of-alice")) == {"run.sh": b"echo"}
        assert reader.read_file(f"{url}/run.sh", token="of-alice") == (b"echo", True)
        with pytest.raises(CallboardError, match="needs credentials"):
            reader.read_tree(url)


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return packed.getvalue()


def plain_server(answers, seen=None):
    def answer(request):
        if seen is not None:
            seen.append(request.headers.get("authorization"))
        found = answers.get(str(request.url))
        return httpx.Response(404) if found is None else httpx.Response(200, content=found)

    return httpx.MockTransport(answer)


def test_an_archive_on_a_plain_server(new_reader):
    seen = []
    url = "https://files.example.com/skeleton.zip"
    reader = new_reader("files.example.com", transport=plain_server({url: zipped({"d/a.txt": "A"})}, seen))

    assert contents(reader.read_tree(url)) == {"d/a.txt": b"A"}
    assert contents(reader.read_tree(url, token="t0ken")) == {"d/a.txt": b"A"}
    assert seen == [None, "Bearer t0ken"]


def test_a_file_on_a_plain_server(new_reader):
    url = "https://files.example.com/a.txt"
    reader = new_reader("files.example.com", transport=plain_server({url: b"A"}))

    assert reader.read_file(url) == (b"A", False)
    with pytest.raises(InputError, match=r"archives whose names end in \.zip, \.tar, \.tar\.gz or \.tgz"):
        reader.read_tree(url)


@pytest.mark.parametrize(
    "url", ["https://files.example.com/a.zip", "file:///etc/a.zip", "ftp://files.example.com/a.zip"]
)
def test_what_nobody_allowed_is_not_read(url, new_reader):
    with pytest.raises(NotAllowedError, match="is not allowed"):
        new_reader().read_tree(url)


def test_a_host_may_serve_archives_beside_its_repositories(new_reader):
    url = "https://github.com/team/shop/releases/download/v1/skeleton.zip"
    reader = new_reader("github.com", transport=plain_server({url: zipped({"a": "A"})}))

    assert contents(reader.read_tree(url)) == {"a": b"A"}
