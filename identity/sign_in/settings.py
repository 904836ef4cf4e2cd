"""``auth.providers.oidc`` and ``auth.providers.github``: each has a section for each environment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from common.app_config import AppConfig
from identity.sign_in.cookies import CALLBACK, SignInCookies
from identity.sign_in.github import GithubProvider, GithubSettings
from identity.sign_in.id_token import ALGORITHMS
from identity.sign_in.oidc import OidcProvider, OidcSettings
from identity.sign_in.origins import AllowedOrigins
from identity.sign_in.provider import Provider
from identity.sign_in.resolvers import Resolver, read_resolvers, reads_emails
from identity.sign_in.scopes import split_scope
from integrations.whatwg import is_url, parse_url

PROVIDERS = ("oidc", "github")
AUTH_METHODS = ("client_secret_basic", "client_secret_post")
DEFAULT_SESSION = timedelta(days=1000)


@dataclass(frozen=True, slots=True)
class ConfiguredProvider:
    """``scopes`` are asked for whatever the app wants."""

    provider: Provider
    cookies: SignInCookies
    scopes: tuple[str, ...]
    resolvers: tuple[Resolver, ...]


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """``providers`` by id and environment."""

    origins: AllowedOrigins
    providers: Mapping[str, Mapping[str, ConfiguredProvider]]

    @classmethod
    def from_app_config(cls, config: AppConfig) -> Self:
        """Raises ConfigError. Nobody is asked yet."""
        origins = AllowedOrigins.from_app_config(config)
        base_url = config.string("backend.baseUrl", "http://localhost:7007").rstrip("/") + "/api/auth"
        providers: dict[str, dict[str, ConfiguredProvider]] = {}
        for name in PROVIDERS:
            section = config.section(f"auth.providers.{name}")
            for env in section.keys():  # noqa: SIM118  a section is no dict
                configured = _read_provider(section.section(env), name, env, f"{base_url}/{name}{CALLBACK}", origins)
                providers.setdefault(name, {})[env] = configured
        return cls(origins, providers)


def _read_provider(
    section: AppConfig, name: str, env: str, callback_url: str, origins: AllowedOrigins
) -> ConfiguredProvider:
    callback_url = read_url(section, "callbackUrl", callback_url)
    provider = BUILDERS[name](section, callback_url)
    duration = section.duration("sessionDuration", DEFAULT_SESSION)
    return ConfiguredProvider(
        provider=provider,
        cookies=SignInCookies(name, env, callback_url, origins.app, duration),
        scopes=(*provider.required_scopes, *_read_scopes(section)),
        resolvers=read_resolvers(section, name),
    )


def _build_oidc(section: AppConfig, callback_url: str) -> Provider:
    algorithm = section.string("tokenSignedResponseAlg", "RS256")
    if algorithm not in ALGORITHMS:
        raise section.error("tokenSignedResponseAlg", "one of " + ", ".join(f"'{name}'" for name in ALGORITHMS))
    method = section.string("tokenEndpointAuthMethod", AUTH_METHODS[0])
    if method not in AUTH_METHODS:
        raise section.error("tokenEndpointAuthMethod", "one of " + ", ".join(f"'{name}'" for name in AUTH_METHODS))
    if section.has("scope"):
        raise section.error("scope", "nothing: name further scopes at 'additionalScopes'")
    return OidcProvider(
        OidcSettings(
            metadata_url=read_url(section, "metadataUrl"),
            client_id=_required(section, "clientId"),
            client_secret=_required(section, "clientSecret"),
            callback_url=callback_url,
            prompt=section.string("prompt", "none"),
            auth_method=method,
            algorithm=algorithm,
        )
    )


def _build_github(section: AppConfig, callback_url: str) -> Provider:
    return GithubProvider(
        GithubSettings(
            client_id=_required(section, "clientId"),
            client_secret=_required(section, "clientSecret"),
            callback_url=callback_url,
            instance_url=read_url(section, "enterpriseInstanceUrl", "https://github.com").rstrip("/"),
            reads_emails=reads_emails(section),
        )
    )


BUILDERS: dict[str, Callable[[AppConfig, str], Provider]] = {"oidc": _build_oidc, "github": _build_github}


def read_url(section: AppConfig, key: str, default: str = "") -> str:
    url = section.string(key, default)
    if not is_url(url) or parse_url(url).scheme not in ("http", "https"):
        raise section.error(key, "a URL, as in 'https://login.example.com'")
    return url


def _required(section: AppConfig, key: str) -> str:
    value = section.string(key)
    if not value:
        raise section.error(key, "what the identity provider gave you for Callboard; is the environment variable set?")
    return value


def _read_scopes(section: AppConfig) -> tuple[str, ...]:
    """A text of words, or a list."""
    value = section.get("additionalScopes")
    words = split_scope(value) if isinstance(value, str) else section.string_list("additionalScopes", [])
    return tuple(words)
