"""Documentation in a bucket, through boto3, from a store on this machine."""

import pytest

from docs_site.stores import docs_store
from tests.fakes.s3 import BUCKET, KEY_ID, FakeS3
from tests.fakes.server import FakeServer
from tests.integration.docs_world import STATIC, configure, document, fill_site

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.loopback,
    pytest.mark.filterwarnings("ignore::DeprecationWarning:botocore"),
]

CART = f"{STATIC}/default/component/cart"


@pytest.fixture
def fake(settings):
    fake = FakeS3()
    with FakeServer(fake.answer) as server:
        configure_bucket(settings, server.url)
        document()
        yield fake


def configure_bucket(settings, url, key_id=KEY_ID):
    credentials = {"accessKeyId": key_id, "secretAccessKey": "secret"}
    bucket = {
        "bucketName": BUCKET,
        "region": "eu-1",
        "endpoint": url,
        "s3ForcePathStyle": True,
        "bucketRootPath": "site",
    }
    techdocs = {"publisher": {"type": "awsS3", "awsS3": {**bucket, "credentials": credentials}}}
    configure(settings, "unused", techdocs=techdocs)


def publish(site, *names):
    from docs_site.place import DocsPlace

    files = {name: site / name for name in names}
    return docs_store().publish(DocsPlace("default", "component", "cart"), files, lambda done, of: None)


def test_what_is_published_into_a_bucket_is_served_from_it(client, fake, tmp_path):
    film = b"x" * 3_000_000
    site = fill_site(tmp_path / "site", {"index.html": "one", "a b/ü.css": "a{}", "film.mp4": film, "old.html": "old"})
    assert publish(site, "index.html", "a b/ü.css", "film.mp4", "old.html").files == 4
    assert fake.objects["site/default/component/cart/a b/ü.css"] == (b"a{}", "text/css; charset=utf-8")
    assert client.get(f"{CART}/index.html").content == b"one"
    assert client.get(f"{CART}/a b/ü.css")["Content-Type"] == "text/css; charset=utf-8"
    assert b"".join(client.get(f"{CART}/film.mp4")) == film
    etag = client.get(f"{CART}/index.html")["ETag"]
    assert client.get(f"{CART}/index.html", headers={"If-None-Match": etag}).status_code == 304
    assert client.get(f"{CART}/nothing").status_code == 404
    assert publish(site, "index.html").removed == 3
    assert list(fake.objects) == ["site/default/component/cart/index.html"]


def test_sites_to_search_are_found_over_several_pages(fake, tmp_path):
    site = fill_site(tmp_path / "site", {name: name for name in ("a", "b", "c", "search/search_index.json", "z")})
    publish(site, "a", "b", "c", "search/search_index.json", "z")
    ((place, etag),) = docs_store().list_searchable()
    assert str(place) == "default/component/cart"
    assert len(etag) == 32


def test_a_bucket_that_refuses_us_is_named_without_its_secret(client, fake, settings):
    endpoint = settings.APP_CONFIG.string("techdocs.publisher.awsS3.endpoint")
    configure_bucket(settings, endpoint, key_id="stranger")
    answer = client.get(f"{CART}/index.html")
    assert (answer.status_code, answer.json()["error"]["name"]) == (503, "ServiceUnavailableError")
    assert (
        "The bucket 'docs' of techdocs.publisher.awsS3 cannot be used (AccessDenied)"
        in answer.json()["error"]["message"]
    )
