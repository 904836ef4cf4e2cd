"""``callboard docs publish``: real builds with MkDocs, and sites that are built already."""

import json

import pytest

from config.cli import build_parser
from docs_site.commands.publish import run
from tests.integration.docs_world import STATIC, configure, document, fill_site

pytestmark = pytest.mark.django_db

CART = f"{STATIC}/default/component/cart"


@pytest.fixture
def root(tmp_path, settings):
    configure(settings, tmp_path / "published", techdocs={"generator": {"mkdocs": {"disableExternalFonts": True}}})
    document()
    return tmp_path / "published"


def command(*words):
    return run(build_parser()[0].parse_args(["docs", "publish", *map(str, words)]))


def test_a_folder_of_markdown_becomes_documentation(root, tmp_path, client, capsys):
    source = fill_site(
        tmp_path / "source",
        {
            "mkdocs.yml": "site_name: The cart\nsite_description: About it\nnav: [{Home: index.md}, {Guide: guide.md}]\n",
            "docs/index.md": '# Hello\n\n!!! note\n    Mind the gap\n\n--8<-- "src/main.py"\n',
            "docs/guide.md": "# Guide",
            "docs/picture.png": b"png",
            "src/main.py": "print('snippet')",
        },
    )
    assert command(source, "--entity", "Component:default/Cart", "--json") == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["entityRef"], printed["siteName"], printed["removed"]) == ("component:default/cart", "The cart", 0)
    page = client.get(f"{CART}/index.html").content.decode()
    assert "Mind the gap" in page
    assert "snippet" in page
    assert "fonts.googleapis.com" not in page
    assert client.get(f"{CART}/guide/").status_code == 200
    assert client.get(f"{CART}/picture.png").content == b"png"
    metadata = client.get("/api/techdocs/metadata/techdocs/default/component/cart").json()
    assert (metadata["site_name"], metadata["site_description"]) == ("The cart", "About it")
    assert {"index.html", "guide/index.html", "search/search_index.json", "techdocs_metadata.json"} <= {
        *metadata["files"]
    }
    assert (metadata["etag"], len(metadata["files"])) == (printed["etag"], printed["files"])
    assert metadata["build_timestamp"] > 1_700_000_000_000


def test_without_a_configuration_the_name_is_that_of_the_entity(root, tmp_path, client, capsys):
    command(fill_site(tmp_path / "source", {"docs/index.md": "# Hello"}), "--entity", "cart")
    assert "component:default/cart: " in capsys.readouterr().err
    assert client.get("/api/techdocs/metadata/techdocs/default/component/cart").json()["site_name"] == "cart"


def test_a_site_that_is_built_already_is_published_as_it_is(root, tmp_path, client):
    site = fill_site(tmp_path / "site", {"index.html": "one", "old.html": "old", ".git/config": "hidden"})
    command("--site", site, "--entity", "cart")
    assert client.get(f"{CART}/old.html").content == b"old"
    (site / "old.html").unlink()
    command("--site", site, "--entity", "cart")
    assert client.get(f"{CART}/old.html").status_code == 404
    assert client.get("/api/techdocs/metadata/techdocs/default/component/cart").json()["files"] == [
        "index.html",
        "techdocs_metadata.json",
    ]
    assert {path.name for path in site.iterdir()} == {"index.html", ".git"}
