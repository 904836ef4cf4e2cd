"""What app-config says about documentation, read once and typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Self, cast

from django.conf import settings

from common.app_config import AppConfig
from common.app_config.error import ConfigError

DEFAULT_FOLDER = "techdocs"
TYPES = ("local", "awsS3")
NEEDS_BOTO = "techdocs.publisher.type: got 'awsS3', which needs boto3: install it with pip install 'callboard[s3]'"


@dataclass(frozen=True, slots=True)
class BucketSettings:
    """``techdocs.publisher.awsS3``. Without credentials, those of the machine's environment."""

    bucket: str
    root_path: str = ""
    region: str | None = None
    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    has_path_style: bool = False
    encryption: str | None = None


@dataclass(frozen=True, slots=True)
class DocsSettings:
    """``techdocs.*`` of app-config. ``bucket`` is there if the documentation lies in one, and not in ``folder``."""

    folder: Path
    bucket: BucketSettings | None = None
    keeps_case: bool = False
    has_external_fonts: bool = True

    @classmethod
    def from_app_config(cls, config: AppConfig, *, data_dir: Path) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        kind = config.string("techdocs.publisher.type", "local")
        if kind not in TYPES:
            raise config.error("techdocs.publisher.type", "'local' or 'awsS3'")
        return cls(
            folder=_folder(config, data_dir),
            bucket=_bucket(config) if cast(Literal["local", "awsS3"], kind) == "awsS3" else None,
            keeps_case=config.boolean("techdocs.legacyUseCaseSensitiveTripletPaths", False),
            has_external_fonts=not config.boolean("techdocs.generator.mkdocs.disableExternalFonts", False),
        )


def _folder(config: AppConfig, data_dir: Path) -> Path:
    key = "techdocs.publisher.local.publishDirectory"
    named = config.string(key)
    return Path(data_dir, DEFAULT_FOLDER) if named is None else Path(config.base_dir(key), named)


def _bucket(config: AppConfig) -> BucketSettings:
    name = config.string("techdocs.publisher.awsS3.bucketName")
    if not name:
        raise config.error(
            "techdocs.publisher.awsS3.bucketName", "the name of a bucket, as techdocs.publisher.type says"
        )
    key_id = config.string("techdocs.publisher.awsS3.credentials.accessKeyId")
    secret = config.string("techdocs.publisher.awsS3.credentials.secretAccessKey")
    if (key_id is None) != (secret is None):
        raise config.error("techdocs.publisher.awsS3.credentials", "both accessKeyId and secretAccessKey, or neither")
    return BucketSettings(
        bucket=name,
        root_path=config.string("techdocs.publisher.awsS3.bucketRootPath", "").strip("/"),
        region=config.string("techdocs.publisher.awsS3.region"),
        endpoint=config.string("techdocs.publisher.awsS3.endpoint"),
        access_key_id=key_id,
        secret_access_key=secret,
        has_path_style=config.boolean("techdocs.publisher.awsS3.s3ForcePathStyle", False),
        encryption=config.string("techdocs.publisher.awsS3.sse"),
    )


def check_docs_settings(config: AppConfig) -> None:
    """Raises ConfigError with the first fault, also where the store needs what is not installed."""
    bucket = DocsSettings.from_app_config(config, data_dir=Path()).bucket
    if bucket is not None and find_spec("boto3") is None:
        raise ConfigError(NEEDS_BOTO)


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig, data_dir: Path) -> DocsSettings:
    return DocsSettings.from_app_config(config, data_dir=data_dir)


def docs_settings() -> DocsSettings:
    """The settings of this process. Cheap: read once for each configuration."""
    return _settings_of(settings.APP_CONFIG, settings.CALLBOARD_DATA_DIR)
