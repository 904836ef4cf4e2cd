"""Where sites and their files lie."""

import pytest

from catalog.entity_ref import EntityRef
from common.errors import InputError, NotFoundError
from docs_site.content_types import content_type_of
from docs_site.place import DocsPlace, parse_file_path, place_of


def test_a_place_is_the_lower_case_ref():
    assert place_of(EntityRef("Component", "Default", "Cart"), keeps_case=False).parts == (
        "default",
        "component",
        "cart",
    )
    assert str(place_of(EntityRef("Component", "default", "Cart"), keeps_case=True)) == "default/Component/Cart"


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "a\\b", ".hidden", "a%2fb", "a\0", "x" * 254, "a\n"])
def test_a_ref_that_is_no_folder_has_no_place(name):
    with pytest.raises(InputError, match="which no entity can have"):
        place_of(EntityRef("component", "default", name), keeps_case=False)


def test_a_folder_means_its_page():
    assert parse_file_path("") == "index.html"
    assert parse_file_path("guide/") == "guide/index.html"
    assert parse_file_path("übung/a b.html") == "übung/a b.html"


@pytest.mark.parametrize(
    "path",
    ["..", "../x", "a/../b", "./a", "a//b", "/a", ".git/config", "a/.x", "a\\b", "a%2Fb", "%2e%2e", "a\x00", "a\r\n"],
)
def test_what_leads_elsewhere_is_no_path(path):
    with pytest.raises(NotFoundError, match="There is no file"):
        parse_file_path(path)


def test_what_is_not_known_is_plain_text():
    for path in ("a.html", "a.xhtml", "a.js", "a.svg", "a.xml", "a.unknown", "a", "js", "folder.png/a", "a.HTML"):
        assert content_type_of(path) == "text/plain; charset=utf-8"
    assert content_type_of("a/b.PNG") == "image/png"
    assert place_of(EntityRef("a", "b", "c"), keeps_case=False) == DocsPlace("b", "a", "c")
