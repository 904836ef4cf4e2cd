"""
``signIn.resolvers``: by what a person is known to be a user of the catalog.

An e-mail counts only if the provider says that it has verified it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from common.app_config import AppConfig
from common.errors import NotAllowedError, NotFoundError
from identity.session import SignedInUser
from identity.sign_in.provider import Account
from identity.sign_in.users import find_user_by, find_user_by_name, user_ref_of

# Raises NotFoundError where it knows nobody; the next one is asked then.
Resolver: TypeAlias = Callable[[Account], SignedInUser]

ALLOWS_STRANGERS = "dangerouslyAllowSignInWithoutUserInCatalog"
# alice+backstage@example.com is the mailbox of alice@example.com.
TAGGED_EMAIL = re.compile(r"([^@+]+)\+[^@]+(@.*)")
NOBODY = (
    "Failed to sign-in, unable to resolve user identity. Please verify that your catalog contains the expected User"
    " entities that would match your configured sign-in resolver."
)


def read_resolvers(section: AppConfig, provider: str) -> tuple[Resolver, ...]:
    """Those of a provider's section. Raises ConfigError."""
    return tuple(_read_resolver(entry, FACTORIES[provider]) for entry in section.sections("signIn.resolvers"))


def reads_emails(section: AppConfig) -> bool:
    return any(entry.string("resolver", "").startswith("email") for entry in section.sections("signIn.resolvers"))


def resolve(account: Account, resolvers: Sequence[Resolver]) -> SignedInUser:
    """The user. Raises NotAllowedError if nobody knows him."""
    for resolver in resolvers:
        try:
            return resolver(account)
        except NotFoundError:
            continue
    raise NotAllowedError(NOBODY)


def _read_resolver(entry: AppConfig, factories: Mapping[str, Callable[[AppConfig], Resolver]]) -> Resolver:
    factory = factories.get(entry.string("resolver", ""))
    if factory is None:
        raise entry.error("resolver", "one of " + ", ".join(f"'{name}'" for name in factories))
    return factory(entry)


def _by_profile_email(entry: AppConfig) -> Resolver:
    domains, allows_strangers = _domains(entry), entry.boolean(ALLOWS_STRANGERS, False)

    def resolver(account: Account) -> SignedInUser:
        email = _verified_email(account, domains)
        plain = TAGGED_EMAIL.sub(r"\1\2", email)
        for candidate in dict.fromkeys((email, plain)):
            try:
                return find_user_by("spec.profile.email", ("spec", "profile", "email"), candidate, ignores_case=True)
            except NotFoundError:
                continue
        return _stranger(plain, allows_strangers)

    return resolver


def _by_local_part(entry: AppConfig) -> Resolver:
    domains, allows_strangers = _domains(entry), entry.boolean(ALLOWS_STRANGERS, False)

    def resolver(account: Account) -> SignedInUser:
        return _by_name(_verified_email(account, domains).partition("@")[0], allows_strangers)

    return resolver


def _by_username(entry: AppConfig) -> Resolver:
    allows_strangers = entry.boolean(ALLOWS_STRANGERS, False)

    def resolver(account: Account) -> SignedInUser:
        if not account.username:
            raise NotAllowedError("Login failed, user profile does not contain a username")
        return _by_name(account.username, allows_strangers)

    return resolver


def _by_subject(annotation: str) -> Callable[[AppConfig], Resolver]:
    """The annotation is the entry's own, or else this one."""

    def factory(entry: AppConfig) -> Resolver:
        name = entry.string("annotation", annotation)
        if not name:
            raise entry.error("annotation", "the annotation that holds the users' ids, as in 'example.com/user-id'")

        def resolver(account: Account) -> SignedInUser:
            key, path = f"metadata.annotations.{name.lower()}", ("metadata", "annotations", name)
            return find_user_by(key, path, account.subject, ignores_case=False)

        return resolver

    return factory


def _by_name(name: str, allows_strangers: bool) -> SignedInUser:
    try:
        return find_user_by_name(name)
    except NotFoundError:
        return _stranger(name, allows_strangers)


def _stranger(name: str, allows_strangers: bool) -> SignedInUser:
    """A user whom the catalog does not have, and who owns himself."""
    if not allows_strangers:
        raise NotFoundError("User not found")
    user_ref = user_ref_of(name)
    return SignedInUser(user_ref, (user_ref,))


def _verified_email(account: Account, domains: Sequence[str] | None) -> str:
    if not account.email:
        raise NotAllowedError("Login failed, user profile does not contain an email")
    if account.verified_email is None:
        raise NotAllowedError(
            f"Login failed, the identity provider does not say that it has verified the email '{account.email[:200]}'"
        )
    domain = account.verified_email.partition("@")[2].lower()
    if not domain or (domains is not None and domain not in domains):
        raise NotAllowedError("Sign-in user email is not from an allowed domain")
    return account.verified_email


def _domains(entry: AppConfig) -> list[str] | None:
    domains = entry.string_list("allowedDomains")
    return None if domains is None else [domain.lower() for domain in domains]


EMAIL_FACTORIES: dict[str, Callable[[AppConfig], Resolver]] = {
    "emailMatchingUserEntityProfileEmail": _by_profile_email,
    "emailLocalPartMatchingUserEntityName": _by_local_part,
}
FACTORIES: dict[str, dict[str, Callable[[AppConfig], Resolver]]] = {
    "oidc": {
        **EMAIL_FACTORIES,
        "preferredUsernameMatchingUserEntityName": _by_username,
        "oidcSubClaimMatchingKeycloakUserId": _by_subject("keycloak.org/id"),
        "oidcSubClaimMatchingPingIdentityUserId": _by_subject("pingidentity.org/id"),
        "subClaimMatchingUserEntityAnnotation": _by_subject(""),
    },
    "github": {
        **EMAIL_FACTORIES,
        "usernameMatchingUserEntityName": _by_username,
        "userIdMatchingUserEntityAnnotation": _by_subject("github.com/user-id"),
    },
}
