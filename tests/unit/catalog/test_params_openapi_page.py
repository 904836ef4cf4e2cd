"""The API's description, as a page for people."""

import json
from html.parser import HTMLParser

from catalog.api.openapi import DESCRIPTION
from common.api.openapi import ApiDescription
from common.api.openapi_page import render_page


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def test_shows_every_operation_once():
    page = render_page(DESCRIPTION, prefix="/api/catalog")

    shown = [attributes["id"] for tag, attributes in Tags(page).found if tag == "details"]
    ids = [operation["operationId"] for path in DESCRIPTION.document["paths"].values() for operation in path.values()]
    assert sorted(shown) == sorted(ids)
    assert '<span class="path">/api/catalog/entities/by-uid/{uid}</span>' in page


def test_needs_no_script_and_nothing_from_elsewhere():
    found = Tags(render_page(DESCRIPTION, prefix="")).found

    assert {tag for tag, _ in found} & {"script", "link", "img", "iframe"} == set()
    assert [attributes["href"] for tag, attributes in found if tag == "a"] == ["/openapi.json"]


def test_escapes_what_the_description_holds(tmp_path):
    document = {
        "info": {"title": "<script>", "summary": ""},
        "tags": [{"name": "A", "description": ""}],
        "paths": {
            "/x": {"get": {"operationId": "X", "tags": ["A"], "summary": "", "description": "`<b>`", "responses": {}}}
        },
    }

    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))

    page = render_page(ApiDescription(file), prefix="")

    assert "<code>&lt;b&gt;</code>" in page
    assert "<script>" not in page
