"""A bucket of an S3-compatible store, through boto3. It is an optional extra, imported when it is first needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from common.app_config.error import ConfigError
from common.errors import ServiceUnavailableError
from docs_site.settings import NEEDS_BOTO, BucketSettings
from docs_site.store import CHUNK

NOT_THERE = frozenset({"NoSuchKey", "404", "NotFound"})
MOST_DELETED = 1000
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 30, 3


class BotoObject:
    def __init__(self, answer: dict[str, Any]) -> None:
        self._body = answer["Body"]
        self.size = int(answer["ContentLength"])
        self.etag = str(answer["ETag"]).strip('"')

    def chunks(self) -> Iterator[bytes]:
        try:
            while chunk := self._body.read(CHUNK):
                yield chunk
        finally:
            self.close()

    def close(self) -> None:
        self._body.close()


class BotoObjects:
    """An ObjectClient. ``client`` is boto3's, ``faults`` the base classes of what it raises."""

    def __init__(self, client: Any, settings: BucketSettings, faults: tuple[type[Exception], ...]) -> None:
        self.client = client
        self.bucket = settings.bucket
        self.extra = {"ServerSideEncryption": settings.encryption} if settings.encryption else {}
        self.faults = faults

    def get(self, key: str) -> BotoObject | None:
        try:
            return BotoObject(self.client.get_object(Bucket=self.bucket, Key=key))
        except self.faults as error:
            if _code_of(error) in NOT_THERE:
                return None
            raise self._unavailable(error) from error

    def put(self, key: str, path: Path, content_type: str) -> None:
        try:
            with path.open("rb") as file:
                self.client.put_object(Bucket=self.bucket, Key=key, Body=file, ContentType=content_type, **self.extra)
        except self.faults as error:
            raise self._unavailable(error) from error

    def list_keys(self, prefix: str) -> Iterator[tuple[str, str]]:
        try:
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
            for page in pages:
                yield from ((found["Key"], found["ETag"].strip('"')) for found in page.get("Contents", ()))
        except self.faults as error:
            raise self._unavailable(error) from error

    def delete(self, keys: Iterable[str]) -> None:
        try:
            wanted = list(keys)
            for start in range(0, len(wanted), MOST_DELETED):
                some = wanted[start : start + MOST_DELETED]
                objects = {"Objects": [{"Key": key} for key in some], "Quiet": True}
                self.client.delete_objects(Bucket=self.bucket, Delete=objects)
        except self.faults as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> ServiceUnavailableError:
        why = _code_of(error) or type(error).__name__
        return ServiceUnavailableError(
            f"The bucket '{self.bucket}' of techdocs.publisher.awsS3 cannot be used ({why}): see its name, region, "
            "endpoint and credentials"
        )


def _code_of(error: Exception) -> str:
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def connect(settings: BucketSettings) -> BotoObjects:
    """Raises ConfigError if boto3 is not installed."""
    try:
        boto3, botocore = import_module("boto3"), import_module("botocore.config")
        exceptions = import_module("botocore.exceptions")
    except ImportError as error:
        raise ConfigError(NEEDS_BOTO) from error
    config = botocore.Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"max_attempts": ATTEMPTS, "mode": "standard"},
        s3={"addressing_style": "path" if settings.has_path_style else "auto"},
    )
    client = boto3.client(
        "s3",
        region_name=settings.region,
        endpoint_url=settings.endpoint,
        aws_access_key_id=settings.access_key_id,
        aws_secret_access_key=settings.secret_access_key,
        config=config,
    )
    return BotoObjects(client, settings, (exceptions.BotoCoreError, exceptions.ClientError))
