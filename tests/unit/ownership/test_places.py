"""From URLs to repositories and folders."""

from __future__ import annotations

import re

import pytest

from ownership import places
from ownership.places import Place, locate, place_of_url

URLS = {
    "https://github.com/Acme/Shop": Place("github.com/acme/shop", ""),
    "https://github.com/acme/shop.git": Place("github.com/acme/shop", ""),
    "https://github.com/acme/shop/tree/main/": Place("github.com/acme/shop", ""),
    "https://github.com/acme/shop/tree/main/services/Cart": Place("github.com/acme/shop", "services/Cart/"),
    "https://github.com/acme/shop/tree/main/services/cart/": Place("github.com/acme/shop", "services/cart/"),
    "https://github.com/acme/shop/blob/main/a/catalog-info.yaml": Place("github.com/acme/shop", "a/"),
    "https://github.com/acme/shop/blob/main/.github/x.yaml": Place("github.com/acme/shop", ".github/"),
    "https://github.com/acme/shop/blob/main/a%20b/x.yaml": Place("github.com/acme/shop", "a b/"),
    "https://gitlab.com/root/sub/shop/-/blob/main/a/b.yaml": Place("gitlab.com/root/sub/shop", "a/"),
    "https://bitbucket.org/acme/shop/src/main/a/b.yaml": Place("bitbucket.org/acme/shop", "a/"),
    "https://gitea.example.com/acme/shop/src/branch/main/a/b.yaml": Place("gitea.example.com/acme/shop", "a/"),
    "https://bb.example.com/projects/A/repos/shop/browse/a/b.yaml": Place("bb.example.com/a/shop", "a/"),
    "https://dev.azure.com/acme/p/_git/shop?path=%2Fa%2Fb.yaml": Place("dev.azure.com/acme/p/shop", "a/"),
    "https://example.com:8443/acme/shop/tree/main/a/": Place("example.com:8443/acme/shop", "a/"),
    "https://example.com/team/shop.git//a/b.yaml@main": Place("example.com/team/shop", "a/"),
    "https://example.com/team/shop.git//a/@main": Place("example.com/team/shop", "a/"),
    "https://example.com/catalog-info.yaml": None,
    "https://github.com/acme/shop/blob/main/..%2f..%2fx": None,
    "git+file:///srv/shop//a.yaml": None,
    "not a url": None,
    "": None,
}


@pytest.mark.parametrize(("url", "place"), URLS.items())
def test_knows_the_repository_and_the_folder(url, place):
    assert place_of_url(url) == place


@pytest.mark.parametrize("url", [url for url in URLS if places._PLAIN.fullmatch(url)])
def test_the_short_way_comes_to_the_same(url, monkeypatch):
    locate.cache_clear()
    quick = place_of_url(url)
    monkeypatch.setattr(places, "_PLAIN", re.compile("(?!)"))

    locate.cache_clear()

    assert quick == place_of_url(url)
