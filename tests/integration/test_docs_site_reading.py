"""``/api/techdocs``: what Backstage's frontend reads."""

import os

import pytest

from common.cookie_paths import is_cookie_allowed
from docs_site.stores import docs_store
from tests.integration.docs_world import STATIC, configure, document, fill_site, publish

pytestmark = pytest.mark.django_db

PAGE = "<h1>Cart</h1>"
METADATA = '{"site_name":"Cart","site_description":"None","build_timestamp":1,"etag":"x","files":["index.html"]}'
CART = f"{STATIC}/default/component/cart"


@pytest.fixture
def root(tmp_path, settings):
    """The folder with published documentation of ``cart``."""
    configure(settings, tmp_path / "published")
    document()
    site = fill_site(
        tmp_path / "site",
        {
            "index.html": PAGE,
            "guide/index.html": "<h1>Guide</h1>",
            "assets/main.css": "a{}",
            "assets/main.js": "alert(1)",
            "picture.svg": "<svg/>",
            "manual.pdf": "%PDF",
            "techdocs_metadata.json": METADATA,
        },
    )
    publish(tmp_path / "published", site)
    return tmp_path / "published"


def read(response):
    return b"".join(response) if response.streaming else response.content


@pytest.mark.usefixtures("root")
def test_the_entity_comes_with_the_location_of_its_source(client):
    answer = client.get("/api/techdocs/metadata/entity/default/component/cart")
    assert answer.status_code == 200
    assert answer.json()["metadata"]["name"] == "cart"
    assert answer.json()["locationMetadata"] == {"type": "url", "target": "https://github.com/acme/cart/tree/main/"}


@pytest.mark.usefixtures("root")
def test_the_metadata_are_what_publishing_wrote(client):
    answer = client.get("/api/techdocs/metadata/techdocs/default/Component/Cart")
    assert (answer.status_code, answer.json()["site_name"]) == (200, "Cart")


@pytest.mark.usefixtures("root")
def test_nothing_is_built_when_a_page_asks_for_the_newest(client):
    answer = client.get("/api/techdocs/sync/default/component/cart")
    assert answer["Content-Type"] == "text/event-stream"
    assert answer.content == b'event: finish\ndata: {"updated":false}\n\n'


@pytest.mark.parametrize("route", ["metadata/entity", "metadata/techdocs", "sync", "static/docs"])
def test_an_entity_that_is_not_there_has_no_documentation(client, root, route):
    answer = client.get(f"/api/techdocs/{route}/default/component/other")
    assert (answer.status_code, answer.json()["error"]["name"]) == (404, "NotFoundError")


def test_metadata_are_missing_before_the_first_publication(client, root):
    document("other")
    assert client.get("/api/techdocs/metadata/techdocs/default/component/other").status_code == 404
    assert client.get(f"{STATIC}/default/component/other/index.html").status_code == 404


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("index.html", "text/plain; charset=utf-8"),
        ("picture.svg", "text/plain; charset=utf-8"),
        ("assets/main.js", "text/plain; charset=utf-8"),
        ("assets/main.css", "text/css; charset=utf-8"),
        ("techdocs_metadata.json", "application/json; charset=utf-8"),
        ("manual.pdf", "application/pdf"),
    ],
)
def test_files_have_types_that_no_browser_runs(client, path, content_type):
    answer = client.get(f"{CART}/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert ("sandbox" in answer["Content-Security-Policy"]) == (content_type != "application/pdf")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-cache")


@pytest.mark.usefixtures("root")
def test_folders_lead_to_their_page(client):
    assert client.get(f"{CART}/").content == PAGE.encode()
    assert client.get(f"{CART}/guide/").content == b"<h1>Guide</h1>"
    for short in (CART, f"{CART}/guide"):
        answer = client.get(short)
        assert (answer.status_code, answer["Location"]) == (301, f"{short}/")


@pytest.mark.usefixtures("root")
def test_other_spellings_lead_to_the_lower_case_one(client):
    answer = client.get(f"{STATIC}/Default/Component/CART/assets/main.css")
    assert (answer.status_code, answer["Location"]) == (301, f"{CART}/assets/main.css")


def test_case_is_kept_where_the_configuration_says_so(client, tmp_path, settings):
    configure(settings, tmp_path, techdocs={"legacyUseCaseSensitiveTripletPaths": True})
    document("Cart")
    fill_site(tmp_path / "default" / "Component" / "Cart", {"index.html": PAGE})
    assert client.get(f"{STATIC}/default/Component/Cart/index.html").content == PAGE.encode()


@pytest.mark.usefixtures("root")
def test_what_a_browser_has_already_is_not_sent_again(client):
    etag = client.get(f"{CART}/index.html")["ETag"]
    again = client.get(f"{CART}/index.html", headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert client.get(f"{CART}/index.html", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.usefixtures("root")
def test_head_has_the_headers_alone(client):
    answer = client.head(f"{CART}/index.html")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"", "text/plain; charset=utf-8")


def test_large_files_come_in_pieces(client, root, tmp_path):
    film = os.urandom(3 * 1024 * 1024)
    publish(root, fill_site(tmp_path / "large", {"film.mp4": film}))
    answer = client.get(f"{CART}/film.mp4")
    assert answer.streaming
    assert (answer["Content-Length"], answer["Content-Type"]) == (str(len(film)), "video/mp4")
    assert read(answer) == film


def test_what_backstage_has_published_is_served_as_it_lies(client, tmp_path, settings):
    configure(settings, tmp_path)
    document()
    fill_site(tmp_path / "default" / "component" / "cart", {"index.html": PAGE})
    assert client.get(f"{CART}/index.html").content == PAGE.encode()


def test_a_publication_replaces_the_site_as_a_whole(client, root, tmp_path):
    done = publish(root, fill_site(tmp_path / "next", {"index.html": "new", "more.html": "more"}))
    assert (done.files, done.removed) == (2, 6)
    assert client.get(f"{CART}/index.html").content == b"new"
    assert client.get(f"{CART}/guide/index.html").status_code == 404


def test_who_reads_while_a_publication_goes_on_reads_on(root, tmp_path):
    from docs_site.place import DocsPlace

    opened = docs_store().open(DocsPlace("default", "component", "cart"), "index.html")
    for text in ("second", "third"):
        publish(root, fill_site(tmp_path / text, {"index.html": text}))
    assert b"".join(opened.chunks()) == PAGE.encode()
    versions = root / "default" / "component" / "cart" / ".versions"
    assert len(list(versions.iterdir())) == 2


def test_a_publication_that_breaks_off_changes_nothing(client, root, tmp_path):
    site = fill_site(tmp_path / "broken", {"index.html": "new"})
    from docs_site.folder_store import FolderStore
    from docs_site.place import DocsPlace

    with pytest.raises(FileNotFoundError):
        FolderStore(root).publish(
            DocsPlace("default", "component", "cart"),
            {"index.html": site / "index.html", "gone.html": site / "gone.html"},
            lambda done, of: None,
        )
    assert client.get(f"{CART}/index.html").content == PAGE.encode()
    assert len(list((root / "default" / "component" / "cart" / ".versions").iterdir())) == 1


@pytest.mark.usefixtures("root")
def test_other_methods_and_routes_are_unknown(client):
    assert client.post(f"{CART}/index.html").status_code == 404
    assert client.get("/api/techdocs/nothing").status_code == 404


def test_the_cookie_is_good_for_files_and_nothing_else():
    assert is_cookie_allowed(f"{CART}/index.html")
    assert not is_cookie_allowed("/api/techdocs/metadata/techdocs/default/component/cart")
    assert not is_cookie_allowed("/api/techdocs/sync/default/component/cart")
