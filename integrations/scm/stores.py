"""Stores of files that count as integrations in the reference: their URLs resolve the common way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Self

from common.app_config import AppConfig
from integrations.scm.integration import ScmIntegration, present, read_url
from integrations.whatwg import parse_url

CODE_COMMIT_FILE = re.compile(r"(/codesuite/codecommit/repositories/[^/]+/)(?:browse|files/edit)/")


@dataclass(frozen=True, slots=True)
class AwsS3Integration(ScmIntegration):
    type: ClassVar[str] = "awsS3"
    default_host: ClassVar[str] = "amazonaws.com"

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        found = [cls._read(section) for section in config.sections(f"integrations.{cls.type}")]
        if not any(integration.host == cls.default_host for integration in found):
            found.append(cls(cls.default_host, is_default=True))
        return found

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        endpoint = read_url(section, "endpoint")
        if endpoint is None:
            return cls(cls.default_host)
        if parse_url(endpoint).path != "/":
            raise section.error("endpoint", "a URL without a path")
        return cls(parse_url(endpoint).host, base_urls=present(endpoint))


@dataclass(frozen=True, slots=True)
class AzureBlobStorageIntegration(AwsS3Integration):
    type: ClassVar[str] = "azureBlobStorage"
    default_host: ClassVar[str] = "blob.core.windows.net"


@dataclass(frozen=True, slots=True)
class AwsCodeCommitIntegration(ScmIntegration):
    type: ClassVar[str] = "awsCodeCommit"

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        return [cls._read(section) for section in config.sections("integrations.awsCodeCommit")]

    @classmethod
    def _read(cls, section: AppConfig) -> Self:
        region = section.string("region")
        if region is None:
            raise section.error("region", "a region such as 'eu-west-1'")
        return cls(section.string("host", f"{region}.console.aws.amazon.com"))

    def _edit_url(self, url: str) -> str:
        return CODE_COMMIT_FILE.sub(r"\1files/edit/", url, count=1)


@dataclass(frozen=True, slots=True)
class GoogleGcsIntegration(ScmIntegration):
    type: ClassVar[str] = "googleGcs"

    @classmethod
    def read_all(cls, config: AppConfig) -> list[Self]:
        return [cls("storage.cloud.google.com", is_default=not config.has("integrations.googleGcs"))]
