"""Documentation in an S3-compatible store, behind a client that keeps objects in memory, and behind a fake boto3."""

import io
import sys
from types import ModuleType, SimpleNamespace

import pytest

from common.app_config import AppConfig
from common.app_config.error import ConfigError
from common.errors import ServiceUnavailableError
from docs_site.boto_objects import BotoObjects, connect
from docs_site.object_store import ObjectStore
from docs_site.place import DocsPlace
from docs_site.settings import BucketSettings, DocsSettings, check_docs_settings
from docs_site.store import read_file

CART = DocsPlace("default", "component", "cart")


class FakeS3:
    """The few calls of boto3's client that we make, on a dict of keys and bytes."""

    def __init__(self, objects=None):
        self.objects = dict(objects or {})
        self.puts = []
        self.fault = None

    def _check(self, bucket):
        assert bucket == "docs"
        if self.fault:
            raise self.fault

    def get_object(self, *, Bucket, Key):
        self._check(Bucket)
        if Key not in self.objects:
            raise ClientError("NoSuchKey")
        data = self.objects[Key]
        return {"Body": io.BytesIO(data), "ContentLength": len(data), "ETag": f'"{hash(data):x}"'}

    def put_object(self, *, Bucket, Key, Body, **more):
        self._check(Bucket)
        self.objects[Key] = Body.read()
        self.puts.append((Key, more))

    def get_paginator(self, name):
        assert name == "list_objects_v2"
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, *, Bucket, Prefix):
        self._check(Bucket)
        found = [{"Key": key, "ETag": '"e"'} for key in sorted(self.objects) if key.startswith(Prefix)]
        yield {"Contents": found[:1]}
        yield {"Contents": found[1:]} if found[1:] else {}

    def delete_objects(self, *, Bucket, Delete):
        self._check(Bucket)
        for each in Delete["Objects"]:
            del self.objects[each["Key"]]


class ClientError(Exception):
    def __init__(self, code):
        super().__init__(f"secret details of {code}")
        self.response = {"Error": {"Code": code}}


def store_of(client, **settings):
    bucket = BucketSettings("docs", **settings)
    return ObjectStore(BotoObjects(client, bucket, (ClientError,)), root_path=bucket.root_path)


@pytest.fixture
def files(tmp_path):
    found = {}
    for name in ("index.html", "a.css", "techdocs_metadata.json"):
        found[name] = tmp_path / name
        found[name].write_text(f"new {name}")
    return found


def test_files_lie_under_the_keys_of_backstage(files):
    client = FakeS3({"docs/default/component/cart/old.html": b"", "docs/default/component/cart-2/index.html": b""})
    done = store_of(client, root_path="docs").publish(CART, files, lambda done, of: None)
    assert (done.files, done.removed) == (3, 1)
    prefix = "docs/default/component/cart"
    assert sorted(client.objects) == [
        "docs/default/component/cart-2/index.html",
        *(f"{prefix}/{name}" for name in ("a.css", "index.html", "techdocs_metadata.json")),
    ]


def test_pages_come_after_what_they_show_and_the_metadata_last(files):
    client = FakeS3()
    store_of(client, encryption="AES256").publish(CART, files, lambda done, of: None)
    assert [key.rpartition("/")[2] for key, _ in client.puts] == ["a.css", "index.html", "techdocs_metadata.json"]
    assert client.puts[0][1] == {"ContentType": "text/css; charset=utf-8", "ServerSideEncryption": "AES256"}


def test_a_file_is_read_in_pieces_and_closed():
    client = FakeS3({"default/component/cart/film.mp4": b"x" * 200_000})
    stored = store_of(client).open(CART, "film.mp4")
    assert stored.size == 200_000
    assert [len(chunk) for chunk in stored.chunks()] == [65536, 65536, 65536, 3392]
    assert stored._body.closed
    assert store_of(client).open(CART, "nothing") is None
    assert read_file(store_of(client), CART, "film.mp4", most=1000) is None


def test_the_sites_that_can_be_searched_are_found():
    client = FakeS3({"r/a/b/c/search/search_index.json": b"", "r/a/b/c/x.html": b"", "r/search/search_index.json": b""})
    assert list(store_of(client, root_path="r").list_searchable()) == [(DocsPlace("a", "b", "c"), "e")]


def test_a_bucket_that_cannot_be_used_is_named_without_details(files):
    client = FakeS3()
    client.fault = ClientError("AccessDenied")
    store = store_of(client)
    for work in (
        lambda: store.open(CART, "x"),
        lambda: store.publish(CART, files, print),
        lambda: list(store.list_searchable()),
        lambda: store.client.put("x", files["a.css"], "text/css"),
        lambda: store.client.delete(["x"]),
    ):
        with pytest.raises(ServiceUnavailableError) as raised:
            work()
        assert "The bucket 'docs' of techdocs.publisher.awsS3 cannot be used (AccessDenied)" in str(raised.value)
        assert "secret details" not in str(raised.value)


def test_boto_is_asked_for_what_the_configuration_says(monkeypatch):
    asked = {}
    boto3, config, exceptions = ModuleType("boto3"), ModuleType("botocore.config"), ModuleType("botocore.exceptions")
    boto3.client = lambda name, **more: asked.update(more, name=name)
    config.Config = dict
    exceptions.BotoCoreError, exceptions.ClientError = OSError, ClientError
    for module in (ModuleType("botocore"), boto3, config, exceptions):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    connect(BucketSettings("docs", region="eu-1", endpoint="http://s3", access_key_id="k", secret_access_key="s"))
    assert (asked["name"], asked["region_name"], asked["endpoint_url"]) == ("s3", "eu-1", "http://s3")
    assert (asked["aws_access_key_id"], asked["aws_secret_access_key"]) == ("k", "s")
    assert asked["config"]["s3"] == {"addressing_style": "auto"}


def test_without_boto_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(ConfigError, match=r"needs boto3: install it with pip install 'callboard\[s3\]'"):
        connect(BucketSettings("docs"))


def test_a_start_without_boto_says_so_at_once(monkeypatch):
    monkeypatch.setattr("docs_site.settings.find_spec", lambda name: None)
    bucket = {"techdocs": {"publisher": {"type": "awsS3", "awsS3": {"bucketName": "docs"}}}}
    with pytest.raises(ConfigError, match="needs boto3"):
        check_docs_settings(AppConfig.from_dict(bucket))
    check_docs_settings(AppConfig.from_dict({}))


def read(tmp_path, **publisher):
    config = AppConfig.from_dict({"techdocs": {"publisher": publisher}}, tmp_path)
    return DocsSettings.from_app_config(config, data_dir=tmp_path / "data")


def test_settings_are_those_of_backstage(tmp_path):
    credentials = {"accessKeyId": "k", "secretAccessKey": "s"}
    bucket = {"bucketName": "docs", "bucketRootPath": "/a/b/", "s3ForcePathStyle": True, "credentials": credentials}
    found = read(tmp_path, type="awsS3", awsS3=bucket).bucket
    assert (found.bucket, found.root_path, found.has_path_style) == ("docs", "a/b", True)
    assert "'s'" not in repr(found)
    assert read(tmp_path, type="local").folder == tmp_path / "data" / "techdocs"
    assert read(tmp_path, type="local", local={"publishDirectory": "x"}).folder == tmp_path / "x"


@pytest.mark.parametrize(
    ("publisher", "message"),
    [
        ({"type": "googleGcs"}, "techdocs.publisher.type: got 'googleGcs', expected 'local' or 'awsS3'"),
        ({"type": "awsS3"}, "techdocs.publisher.awsS3.bucketName: got nothing, expected the name of a bucket"),
        (
            {"type": "awsS3", "awsS3": {"bucketName": "b", "credentials": {"accessKeyId": "k"}}},
            "expected both accessKeyId and secretAccessKey, or neither",
        ),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path, publisher, message):
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, **publisher)
    assert message in str(raised.value)
