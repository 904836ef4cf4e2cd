"""What holds for all code hosts, whatever their APIs are like."""

import json
from dataclasses import replace

import pytest

from common.errors import InputError, NotFoundError
from integrations.hosts.errors import HostRefusedError, HostSilentError
from integrations.hosts.open import open_host
from integrations.hosts.settings import HostSettings
from integrations.scm.gerrit import GerritIntegration
from tests.fakes.wire.azure import WireAzure
from tests.fakes.wire.bitbucket import WireBitbucketCloud, WireBitbucketServer
from tests.fakes.wire.gitea import WireGitea
from tests.fakes.wire.github import WireGithub
from tests.fakes.wire.gitlab import WireGitlab

pytestmark = pytest.mark.loopback

HOSTS = {
    "github": WireGithub,
    "gitlab": WireGitlab,
    "gitea": WireGitea,
    "bitbucketCloud": WireBitbucketCloud,
    "bitbucketServer": WireBitbucketServer,
    "azure": WireAzure,
}
# They are asked for the newest commit of each repository, since the listing does not say what has changed.
ASK_EACH = ("bitbucketServer", "azure")
FILES = {"catalog-info.yaml": "kind: API", "docs/a b#c.yaml": "kind: API", "README.md": "# Shop"}
LINKS = {"link.yaml": "/etc/passwd"}


@pytest.fixture(params=HOSTS)
def server(request):
    with HOSTS[request.param]() as server:
        server.type = request.param
        if hasattr(server, "group"):
            server.group("acme")
        server.repositories.add("acme", "shop", FILES, links=LINKS, description="Sells.")
        yield server


@pytest.fixture
def host(server):
    return open_host(server.integration(), "acme", pause=lambda seconds: None)


def no_archives(server):
    settings = HostSettings(max_archive_bytes=0)
    return open_host(server.integration(), "acme", pause=lambda seconds: None, settings=settings)


def is_yaml(path):
    return path.endswith(".yaml")


def test_it_says_what_it_is(server, host):
    assert (host.type, host.host) == (server.type, server.host)


def test_it_lists_repositories(server, host):
    (shop,) = host.list_repositories("acme").repositories

    assert (shop.full_name, shop.name, shop.is_fork, shop.is_archived) == ("acme/shop", "shop", False, False)
    assert shop.url.startswith(f"{server.url}/")
    assert shop.default_branch == ("HEAD" if server.type == "bitbucketServer" else "main")
    assert shop.visibility == "private"


def test_what_it_lists_can_be_kept_as_json(server, host):
    listing = host.list_repositories("acme")

    again = host.list_repositories("acme", state=json.loads(json.dumps(listing.state)))

    assert again.repositories == listing.repositories


@pytest.mark.parametrize(
    "state", [{}, {"scope": "acme"}, {"scope": "acme", "pages": [1]}, {"scope": "acme", "pages": 1}]
)
def test_a_state_that_is_not_understood_is_none(server, host, state):
    assert len(host.list_repositories("acme", state=state).repositories) == 1


def test_more_than_one_page(server, host):
    server.repositories.generate("acme", 230)
    server.reset_counts()

    found = host.list_repositories("acme").repositories

    assert len({repository.full_name for repository in found}) == 231
    assert server.type in ASK_EACH or server.calls <= 5


def test_a_server_that_gives_fewer_rows_than_it_was_asked_for():
    with WireGitea() as server:
        server.largest_page = 10
        server.repositories.generate("acme", 25)

        assert len(open_host(server.integration()).list_repositories("acme").repositories) == 25


def test_a_push_changes_the_mark_and_nothing_else_does(server, host):
    server.repositories.add("acme", "tools")
    before = {found.full_name: found.change_mark for found in host.list_repositories("acme").repositories}

    server.repositories["acme/shop"].push({"catalog-info.yaml": "kind: System"})
    after = {found.full_name: found.change_mark for found in host.list_repositories("acme").repositories}

    assert after["acme/tools"] == before["acme/tools"]
    assert after["acme/shop"] != before["acme/shop"]


def test_another_default_branch_changes_the_mark(server, host):
    before = host.find_repository("acme/shop")
    server.repositories["acme/shop"].branch = "trunk"
    if server.type in ASK_EACH:
        # Their mark is the commit.
        server.repositories["acme/shop"].push({"new": "x"})

    assert host.find_repository("acme/shop").change_mark != before.change_mark


def test_it_finds_one_as_it_lists_it(server, host):
    (listed,) = host.list_repositories("acme").repositories

    assert host.find_repository("acme/shop") == listed


def test_what_is_gone_or_has_another_name_is_not_found(server, host):
    server.repositories.rename("acme/shop", "store")

    assert host.find_repository("acme/shop") is None
    assert host.find_repository("acme/store").full_name == "acme/store"
    server.repositories.remove("acme/store")
    assert host.find_repository("acme/store") is None


def test_it_reads_all_of_it_by_one_call(server, host):
    (shop,) = host.list_repositories("acme").repositories
    server.reset_counts()

    content = host.read_content(shop, is_yaml)

    assert content.paths == tuple(FILES)
    assert content.files == {"catalog-info.yaml": b"kind: API", "docs/a b#c.yaml": b"kind: API"}
    assert server.repositories["acme/shop"].commit.startswith(content.commit)
    assert len(content.commit) >= 12
    assert (server.calls + server.downloads <= 2, server.downloads) == (True, 1)


def test_connections_are_kept(server, host):
    (shop,) = host.list_repositories("acme").repositories
    connections = []
    accept = server._server.get_request
    server._server.get_request = lambda: connections.append(1) or accept()

    for _ in range(5):
        host.read_content(shop, is_yaml)

    assert not connections


def test_a_large_one_is_read_file_by_file(server):
    host = no_archives(server)
    (shop,) = host.list_repositories("acme").repositories
    server.reset_counts()

    content = host.read_content(replace(shop, size_kib=1), lambda path: path == "catalog-info.yaml")

    assert set(content.paths) == set(FILES)
    assert content.files == {"catalog-info.yaml": b"kind: API"}
    assert content.commit == server.repositories["acme/shop"].commit
    assert server.downloads == 0


@pytest.mark.parametrize("attributes", ["*.sh text eol=lf", "/.github export-ignore", "VERSION export-subst"])
def test_one_whose_archives_lack_files_is_read_file_by_file(server, host, attributes):
    server.repositories["acme/shop"].push({"docs/.gitattributes": attributes})
    (shop,) = host.list_repositories("acme").repositories
    server.reset_counts()

    content = host.read_content(shop, lambda path: path == "catalog-info.yaml")

    assert content.files == {"catalog-info.yaml": b"kind: API"}
    assert server.downloads == 1
    # Azure does not make its archives with git: they have every file as it is.
    is_without_files = "export" in attributes and server.type != "azure"
    assert (server.calls + server.downloads > 2) == is_without_files


def test_an_empty_one_has_nothing_in_it(server, host):
    server.repositories.add("acme", "empty", {}, size=0)
    empty = host.find_repository("acme/empty")

    content = host.read_content(empty, is_yaml)

    assert (content.commit, content.paths, content.files) == ("", (), {})
    if empty.default_branch is not None:
        assert host.read_content(empty, is_yaml, ref=empty.default_branch).paths == ()


def test_a_branch_that_is_not_there(server, host):
    (shop,) = host.list_repositories("acme").repositories

    with pytest.raises(NotFoundError):
        host.read_content(shop, is_yaml, ref="nothing")


@pytest.mark.parametrize("ref", ["\ud800", "x" * 10_000])
def test_a_branch_that_no_address_can_hold(server, host, ref):
    (shop,) = host.list_repositories("acme").repositories
    server.reset_counts()

    with pytest.raises(InputError):
        host.read_content(shop, is_yaml, ref=ref)
    assert server.calls == 0


def test_another_branch_is_read(server, host):
    (shop,) = host.list_repositories("acme").repositories
    server.repositories["acme/shop"].branch = "release"

    assert set(host.read_content(shop, is_yaml, ref="release").files) == {"catalog-info.yaml", "docs/a b#c.yaml"}


@pytest.mark.parametrize("fault", ["502", "cut", "truncated", "garbage"])
def test_a_listing_that_fails_is_an_error(server, host, fault):
    server.fail(fault, "repos|projects", times=99)

    with pytest.raises((HostSilentError, HostRefusedError)):
        host.list_repositories("acme")


@pytest.mark.parametrize("fault", ["truncated", "garbage", "cut", "502"])
def test_an_archive_that_is_not_whole_is_an_error(server, host, fault):
    (shop,) = host.list_repositories("acme").repositories
    server.fail(fault, "archive|tarball|_codeload|/get/|/items", times=99)

    with pytest.raises(HostSilentError):
        host.read_content(shop, is_yaml)


def test_one_failure_is_no_failure(server, host):
    server.fail("502", times=1)
    (shop,) = host.list_repositories("acme").repositories
    server.fail("cut", times=2)

    assert len(host.read_content(shop, is_yaml).files) == 2


def test_a_wrong_token_is_refused_and_does_not_make_anything_go_away(server, host):
    server.tokens = {"another"}

    with pytest.raises(HostRefusedError, match="answered 401"):
        host.list_repositories("acme")
    with pytest.raises(HostRefusedError, match="answered 401"):
        host.find_repository("acme/shop")


def test_its_addresses_of_files(server, host):
    (shop,) = host.list_repositories("acme").repositories
    path, url = "docs/a b#c.yaml", server.url
    written = "docs/a%20b%23c.yaml"

    assert (host.file_url(shop, path), host.file_url(shop, path, "release/1")) == {
        "github": (f"{url}/acme/shop/blob/main/{written}", f"{url}/acme/shop/blob/release/1/{written}"),
        "gitlab": (f"{url}/acme/shop/-/blob/main/{written}", f"{url}/acme/shop/-/blob/release/1/{written}"),
        "gitea": (f"{url}/acme/shop/src/branch/main/{written}", f"{url}/acme/shop/src/branch/release/1/{written}"),
        "bitbucketCloud": (f"{url}/acme/shop/src/main/{written}", f"{url}/acme/shop/src/release/1/{written}"),
        "bitbucketServer": (
            f"{url}/projects/acme/repos/shop/browse/{written}",
            f"{url}/projects/acme/repos/shop/browse/{written}?at=refs%2Fheads%2Frelease%2F1",
        ),
        "azure": (
            f"{url}/acme/acme/_git/shop?path=/{written}",
            f"{url}/acme/acme/_git/shop?path=%2Fdocs%2Fa+b%23c.yaml&version=GBrelease%2F1",
        ),
    }[server.type]


def test_a_host_without_such_an_api_says_so():
    with pytest.raises(InputError, match=r"Repositories on gerrit\.example\.com cannot be listed"):
        open_host(GerritIntegration("gerrit.example.com"))


def test_azure_needs_an_organization():
    with WireAzure() as server, pytest.raises(InputError, match="are listed by organization; name one"):
        open_host(server.integration())
