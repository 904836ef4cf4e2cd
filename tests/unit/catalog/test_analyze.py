"""What is concluded from the files of a repository, each conclusion by itself."""

import time

import pytest

from catalog.analyze.api_definitions import ApiDefinition, find_api_definitions
from catalog.analyze.language import find_language
from catalog.analyze.owner import entity_of
from catalog.analyze.proposal import to_name
from catalog.analyze.readme import Readme, parse_readme
from catalog.analyze.repository import Repository
from integrations.hosts.repository import HostRepository
from integrations.tree import TreeFile


def repository(files, folder=""):
    """``files``: path to content."""
    all_files = {
        path: TreeFile(path, lambda data=data: data if isinstance(data, bytes) else data.encode())
        for path, data in files.items()
    }
    told = HostRepository("shop/cart", "https://github.com/shop/cart", "main", "")
    below = {path: file for path, file in all_files.items() if path.startswith(folder)}
    return Repository("shop/cart", folder, "main", "https://github.com/shop/cart.git", all_files, below, told)


@pytest.mark.parametrize(
    ("text", "title", "description"),
    [
        ("# Cart\n\nSells.\n", "Cart", "Sells."),
        ("Cart\n====\nSells\nthings.\n\nMore.", "Cart", "Sells things."),
        ("====\nCart\n====\n\nSells.", "Cart", "Sells."),
        ("= Cart\nSells.", "Cart", "Sells."),
        ("# Cart #\n## Install\nmake", "Cart", "make"),
        ("<h1>Cart</h1>\n\n# [Cart](x) `two` ##\n![i](y)\n\n**Sells** <b>it</b>.", "Cart two", "Sells it."),
        ("```\n# no title\n```\nWords.\n", "", "Words."),
        ("Words only.", "", "Words only."),
        ("", "", ""),
        ("#hashtag", "", "#hashtag"),
        ("# " + "x" * 200, "x" * 99 + "…", ""),
    ],
)
def test_the_title_and_first_words_of_a_readme(text, title, description):
    assert parse_readme("README.md", text) == Readme("README.md", title, description)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "![" * 50_000, "<" * 100_000, "# " + " #" * 50_000, "\n" * 100_000, "# " + " " * 100_000]
)
def test_a_hostile_readme_takes_no_time(text):
    begin = time.perf_counter()
    parse_readme("README.md", "\n".join([text] * 5))
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("openapi.yaml", "openapi: 3.0.0\ninfo:\n  title: Cart  \n", ("openapi", "Cart")),
        ("swagger.json", '{"swagger": "2.0", "info": {"title": "Cart"}}', ("openapi", "Cart")),
        ("cart.openapi.yml", "# Ours\ninfo:\n  version: 1\nopenapi: '3.1'\n", ("openapi", "")),
        ("docs/asyncapi-v2.yaml", "asyncapi: 2.0.0\ninfo: {title: x}\n", ("asyncapi", "")),
        ("schema.graphql", "type Query { carts: [Cart] }", ("graphql", "")),
        ("types.graphql", "type Cart { id: ID }", None),
        ("cart.proto", 'syntax = "proto3";\nservice Carts {}', ("grpc", "")),
        ("types.proto", "message Cart {}", None),
        ("openapi.yaml", "kind: Config\n", None),
        ("openapi.md", "openapi: 3.0.0", None),
        ("vendor/openapi.yaml", "openapi: 3.0.0", None),
        ("tests/openapi.yaml", "openapi: 3.0.0", None),
        ("openapi.json", '{"openapi": "3.0.0", "info": [', ("openapi", "")),
    ],
)
def test_what_is_the_definition_of_an_api(path, content, expected):
    found = find_api_definitions(repository({path: content, "README.md": "openapi: 3.0.0"}))
    assert found == ([ApiDefinition(path, *expected)] if expected else [])


def test_the_first_definitions_are_those_nearest_to_the_top_and_not_too_many():
    files = {f"deep/{number:02}/openapi.yaml": "openapi: 3.0.0" for number in range(40)}
    found = find_api_definitions(repository({**files, "openapi.yaml": "openapi: 3.0.0"}))
    assert [definition.path for definition in found][:2] == ["openapi.yaml", "deep/00/openapi.yaml"]
    assert len(found) == 20


@pytest.mark.parametrize("name", ["a.graphql", "a.proto", "openapi.yaml", "openapi.json"])
@pytest.mark.parametrize("data", [b"\n" * 1_000_000, b"type " * 200_000, b" " * 1_000_000, b"info:\n" * 150_000])
def test_a_hostile_definition_takes_no_time(name, data):
    begin = time.perf_counter()
    assert find_api_definitions(repository({name: data})) == []
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        (["@shop/cart-team"], "cart-team"),
        (["@alice", "@shop/cart-team"], "cart-team"),
        (["@alice", "@bob"], "user:alice"),
        (["@lab/sub/team"], "team"),
        (["alice@example.com"], ""),
        (["@@maintainers"], ""),
        (["@shop/bad name"], ""),
        ([], ""),
    ],
)
def test_owners_as_entities(owners, expected):
    assert entity_of(owners, "gitlab") == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [("cart", "cart"), ("_Cart.", "Cart"), ("a b/ä", "a-b"), ("x" * 99, "x" * 63), ("ä", ""), ("a--b", "a--b")],
)
def test_names_that_entities_may_have(text, name):
    assert to_name(text) == name


def test_the_language_of_most_files_that_are_not_foreign():
    files = dict.fromkeys(["a.py", "b.py", "c.go", "vendor/d.go", "vendor/e.go", "README.md"], "")
    assert find_language(repository(files)) == ("python", "2 of 3 source files")
    assert find_language(repository({"README.md": ""})) is None
