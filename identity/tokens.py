"""From a bearer token, or a cookie's, to an identity."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from common.errors import AuthenticationError
from common.identity import Identity
from identity.external_access import ExternalAccess
from identity.user_tokens import LIMITED_TYPE, MAX_LENGTH, PLUGIN_TYPE, USER_TYPE, UserTokens, VerifiedToken, token_type

# The ownership refs of a user whose token does not name them.
FindOwnership = Callable[[str], Sequence[str]]


def authenticate(
    token: str,
    *,
    external_access: Sequence[ExternalAccess],
    user_tokens: Callable[[], UserTokens],
    find_ownership: FindOwnership,
    allows_limited: bool = False,
) -> Identity:
    """
    Whose token this is. ``user_tokens`` is only called for a token that says to be a user's.

    A limited token is good where ``allows_limited``, and nowhere else.
    Raises AuthenticationError for every token that is none of ours, with Backstage's messages.
    """
    if len(token) > MAX_LENGTH or not token.isascii():
        raise AuthenticationError("Illegal token")
    kind = token_type(token)
    if kind == USER_TYPE:
        return _user(user_tokens().verify(token), find_ownership)
    if kind == LIMITED_TYPE:
        if not allows_limited:
            raise AuthenticationError("Illegal limited user token")
        return _user(user_tokens().verify_limited(token), find_ownership)
    if kind == PLUGIN_TYPE:
        # Backstage's plugins speak for users with these. Ours share a process, and issue none.
        raise AuthenticationError("Failed plugin token verification")
    # All are asked, so that the time taken does not tell which one was nearly right.
    asked = [(access.identify(token), access.restrictions) for access in external_access]
    for subject, restrictions in asked:
        if subject is not None:
            return Identity("service", subject, restrictions=restrictions)
    raise AuthenticationError("Illegal token")


def _user(token: VerifiedToken, find_ownership: FindOwnership) -> Identity:
    owned = find_ownership(token.subject) if token.ownership_refs is None else token.ownership_refs
    return Identity("user", token.subject, frozenset(owned))
