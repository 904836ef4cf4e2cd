"""The pages lead where they say, and the index knows them all."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def links_of(page):
    return re.findall(r"\]\(([^)\s]+)\)", page.read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    targets = [link.partition("#")[0] for link in links_of(page) if not re.match(r"[a-z]+:|#", link)]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_index_names_every_page():
    index = ROOT / "docs" / "README.md"
    named = {(index.parent / link.partition("#")[0]).resolve() for link in links_of(index) if "://" not in link}
    pages = {page for page in (ROOT / "docs").rglob("*.md") if page != index}
    assert pages - named == set()


def test_the_picture_of_the_readme_is_small():
    assert (ROOT / "docs" / "images" / "catalog.png").stat().st_size < 300_000
