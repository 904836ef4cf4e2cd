"""From a bearer token to an identity."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from common.errors import AuthenticationError
from common.identity import Identity
from identity.external_access import ExternalAccess
from identity.user_tokens import LIMITED_TYPE, MAX_LENGTH, USER_TYPE, UserTokens, token_type


def authenticate(
    token: str, *, external_access: Sequence[ExternalAccess], user_tokens: Callable[[], UserTokens]
) -> Identity:
    """
    Whose token this is. ``user_tokens`` is only called for a token that says to be a user's.

    Raises AuthenticationError for every token that is none of ours, with Backstage's messages.
    """
    if len(token) > MAX_LENGTH or not token.isascii():
        raise AuthenticationError("Illegal token")
    kind = token_type(token)
    if kind == USER_TYPE:
        return user_tokens().verify(token)
    if kind == LIMITED_TYPE:
        raise AuthenticationError("Illegal limited user token")
    # All are asked, so that the time taken does not tell which one was nearly right.
    asked = [(access.identify(token), access.restrictions) for access in external_access]
    for subject, restrictions in asked:
        if subject is not None:
            return Identity("service", subject, restrictions=restrictions)
    raise AuthenticationError("Illegal token")
