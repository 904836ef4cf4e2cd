"""CVE-2023-25571: links of an entity that would run a script in the reader's browser."""

import pytest

from catalog.kinds.links import clean_links
from catalog.kinds.validate import validate_policies


def cleaned(url):
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "cart", "links": [{"url": url, "title": "Click me"}]},
    }
    entity = validate_policies(entity)
    clean_links(entity)
    return entity["metadata"]["links"]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "\x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "j\ta\rv\nascript:alert(1)",
        "javascript:" + "x" * 100_000,
        "vbscript:msgbox(1)",
        "data:text/html,<script>alert(1)</script>",
        "da\nta:text/html;base64,PHNjcmlwdD4=",
    ],
)
def test_a_link_to_a_script_loses_its_url_and_the_entity_stays(url):
    assert cleaned(url) == [{"title": "Click me"}]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/javascript:alert(1)",
        "mailto:a@example.com",
        "slack://open",
        "http://data:80/",
        "javascripts:x",
    ],
)
def test_other_links_stay(url):
    assert cleaned(url) == [{"url": url, "title": "Click me"}]
