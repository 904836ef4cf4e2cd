"""What app-config says about who may do what, read once and typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Self

from django.conf import settings

from catalog.entity_ref import EntityRef
from common.app_config import AppConfig
from common.errors import InputError
from identity.external_access import ExternalAccess, read_external_access
from identity.signing_keys import ALGORITHMS, SigningKeys
from identity.user_tokens import UserTokens

GUEST = "auth.providers.guest"
DEFAULT_GUEST_REF = "user:development/guest"
MIN_LIFETIME, MAX_LIFETIME = timedelta(minutes=10), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GuestSettings:
    """``auth.providers.guest``: who a guest is, and whether anybody may be one."""

    user_ref: str
    ownership_refs: tuple[str, ...]
    is_allowed: bool


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    is_open: bool  # everybody may do everything
    external_access: tuple[ExternalAccess, ...]
    guest: GuestSettings | None
    issuer: str
    token_lifetime: timedelta
    token_algorithm: str
    has_ownership_claim: bool
    is_secure: bool  # browsers reach us by HTTPS

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError with the file, key, value and what was expected."""
        base_url = config.string("backend.baseUrl", "http://localhost:7007").rstrip("/")
        lifetime = config.duration("auth.backstageTokenExpiration", timedelta(hours=1))
        return cls(
            is_open=config.boolean("backend.auth.dangerouslyDisableDefaultAuthPolicy", False),
            external_access=read_external_access(config),
            guest=_read_guest(config),
            issuer=f"{base_url}/api/auth",
            token_lifetime=min(max(lifetime, MIN_LIFETIME), MAX_LIFETIME),
            token_algorithm=_read_algorithm(config),
            has_ownership_claim=not config.boolean("auth.omitIdentityTokenOwnershipClaim", False),
            is_secure=base_url.lower().startswith("https:"),
        )


def _read_algorithm(config: AppConfig) -> str:
    algorithm = config.string("auth.identityTokenAlgorithm", "ES256")
    if algorithm not in ALGORITHMS:
        raise config.error("auth.identityTokenAlgorithm", "one of " + ", ".join(f"'{name}'" for name in ALGORITHMS))
    return algorithm


def _read_guest(config: AppConfig) -> GuestSettings | None:
    if not config.has(GUEST):
        return None
    section = config.section(GUEST)
    user_ref = section.string("userEntityRef", DEFAULT_GUEST_REF)
    try:
        user_ref = str(EntityRef.parse(user_ref, default_kind="user"))
    except InputError:
        raise section.error("userEntityRef", "an entity ref, such as 'user:default/guest'") from None
    return GuestSettings(
        user_ref=user_ref,
        ownership_refs=tuple(section.string_list("ownershipEntityRefs", [user_ref])),
        is_allowed=section.boolean("dangerouslyAllowOutsideDevelopment", False)
        or config.string("auth.environment") == "development"
        or settings.CALLBOARD_IS_DEVELOPMENT,
    )


@lru_cache(maxsize=4)
def _settings_of(config: AppConfig) -> IdentitySettings:
    return IdentitySettings.from_app_config(config)


@lru_cache(maxsize=4)
def _user_tokens_of(config: AppConfig, secret: str) -> UserTokens:
    known = _settings_of(config)
    return UserTokens(
        SigningKeys(secret.encode(), known.token_algorithm),
        issuer=known.issuer,
        lifetime=known.token_lifetime,
        has_ownership_claim=known.has_ownership_claim,
    )


def identity_settings() -> IdentitySettings:
    """The settings of this process. Cheap: read once for each configuration."""
    return _settings_of(settings.APP_CONFIG)


def user_tokens() -> UserTokens:
    """The tokens of this process; those of the others, as long as they have the same secret key."""
    return _user_tokens_of(settings.APP_CONFIG, settings.SECRET_KEY)
