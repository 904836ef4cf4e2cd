"""Files by the URLs that code hosts show, out of a real repository."""

from __future__ import annotations

import pytest

from common.app_config import AppConfig
from common.errors import InputError, NotFoundError, NotModifiedError
from integrations.reading import UrlReader
from tests.fakes.git_server import GitServer, run_git

pytestmark = pytest.mark.loopback


@pytest.fixture
def world(tmp_path):
    with GitServer(tmp_path / "srv", users={"s3cret": "alice"}) as server:
        folder = server.create("team/shop")
        work = tmp_path / "work"
        run_git("clone", "--quiet", str(folder), str(work))
        for path in ("catalog-info.yaml", "a b/catalog-info.yaml", "c/catalog-info.yaml"):
            file = work / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(path)
        run_git("-C", str(work), "add", ".")
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.com")
        run_git("-C", str(work), *identity, "commit", "--quiet", "-m", "first")
        run_git("-C", str(work), "push", "--quiet", "origin", "HEAD:main", "HEAD:feature/x")
        host = server.url.removeprefix("http://")
        config = {"integrations": {"github": [{"host": host, "apiBaseUrl": f"{server.url}/api", "token": "s3cret"}]}}
        reader = UrlReader(AppConfig.from_dict(config), cache_dir=tmp_path / "cache")
        yield server, reader
        reader.close()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("blob/main/catalog-info.yaml", b"catalog-info.yaml"),
        ("tree/main/c/catalog-info.yaml", b"c/catalog-info.yaml"),
        ("blob/main/a%20b/catalog-info.yaml", b"a b/catalog-info.yaml"),
        ("blob/feature/x/c/catalog-info.yaml", b"c/catalog-info.yaml"),
    ],
)
def test_a_file_is_read_by_its_page(world, path, content):
    server, reader = world
    url = f"{server.url}/team/shop/{path}"
    read = reader.read_url(url)
    assert (read.data, read.url) == (content, url)
    with pytest.raises(NotModifiedError):
        reader.read_url(url, etag=read.etag)
    assert [file.url for file in reader.search(url).files] == [url]


def test_a_pattern_gives_the_pages_of_what_it_matches(world):
    server, reader = world
    found = reader.search(f"{server.url}/team/shop/blob/main/*/catalog-info.yaml")
    assert [file.url for file in found.files] == [
        f"{server.url}/team/shop/blob/main/a%20b/catalog-info.yaml",
        f"{server.url}/team/shop/blob/main/c/catalog-info.yaml",
    ]


def test_what_is_not_there_is_told_by_its_page(world):
    server, reader = world
    url = f"{server.url}/team/shop/blob/main/nope.yaml"
    with pytest.raises(NotFoundError, match="could not read " + url):
        reader.read_url(url)
    assert reader.search(url).files == []
    with pytest.raises(InputError, match="names no file"):
        reader.allows(f"{server.url}/team/shop")
    reader.allows(url)
