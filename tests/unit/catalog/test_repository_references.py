"""Which files of a repository its descriptors refer to."""

import pytest

from catalog.ingestion.sources import Sources
from catalog.providers.repositories.references import MAX_REFERENCES, find_references
from common.app_config import AppConfig

URL = "https://github.com/acme/mono/blob/main/svc/catalog-info.yaml"
HEAD = "apiVersion: backstage.io/v1alpha1\nmetadata: {name: x}\n"


@pytest.fixture(scope="module")
def sources():
    return Sources.from_app_config(AppConfig.from_dict({}))


def paths(text, sources):
    return sorted(reference.path for reference in find_references(text.encode(), "svc/catalog-info.yaml", URL, sources))


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("./api.yaml", "svc/api.yaml"),
        ("api.yaml", "svc/api.yaml"),
        ("../api.yaml", "api.yaml"),
        ("/docs/api.yaml", "docs/api.yaml"),
        ("./a/../b.yaml", "svc/b.yaml"),
    ],
)
def test_a_path_begins_at_its_descriptor_or_at_the_top(sources, target, path):
    assert paths(f"{HEAD}kind: API\nspec: {{definition: {{$text: {target}}}}}\n", sources) == [path]
    assert paths(f"{HEAD}kind: Location\nspec: {{target: {target}}}\n", sources) == [path]
    assert paths(f"{HEAD}kind: Location\nspec: {{targets: [{target}]}}\n", sources) == [path]


@pytest.mark.parametrize(
    "target",
    [
        "https://github.com/acme/other/blob/main/x.yaml",
        "../../x.yaml",
        "../../../etc/passwd",
        "./**/x.yaml",
        "./x.yaml?ref=other",
        "'..\\\\..\\\\x.yaml'",
        "./catalog-info.yaml",
        "''",
        "[1]",
        "{a: b}",
    ],
)
def test_nothing_else_is_read_along(sources, target):
    assert paths(f"{HEAD}kind: Location\nspec: {{target: {target}}}\n", sources) == []


def test_the_address_is_the_one_that_ingestion_asks_for(sources):
    (reference,) = find_references(
        f"{HEAD}kind: API\nspec: {{definition: {{$yaml: ./api.yaml}}}}\n".encode(),
        "svc/catalog-info.yaml",
        URL,
        sources,
    )
    assert reference.url == sources.integrations.resolve_url(url="./api.yaml", base=URL)
    assert not reference.is_descriptor


@pytest.mark.parametrize("text", ["$text: [", "\0$text", "a: &a [*a, $text]", "- - - $text", "Location"])
def test_what_is_no_descriptor_refers_to_nothing(sources, text):
    assert paths(text, sources) == []


def test_references_are_bounded(sources):
    targets = ", ".join(f"./{number}.yaml" for number in range(MAX_REFERENCES + 50))
    assert len(paths(f"{HEAD}kind: Location\nspec: {{targets: [{targets}]}}\n", sources)) == MAX_REFERENCES
