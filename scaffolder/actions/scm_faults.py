"""What a code host said no to, in words that show the way out. No token is ever in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from common.errors import CallboardError, ConflictError, InputError, NotAllowedError, ServiceUnavailableError

TAKEN = re.compile(r"already (?:been taken|exists?|in use)|same name|TF400948", re.IGNORECASE)
# What answers so is not there: a name that has moved away is free.
GONE = (301, 302, 307, 308, 404)
AGAIN = "run the task again; what is done already is recognised and not done twice"


class HostRefusedError(Exception):
    """An answer that is not one of success. ``message`` is the host's own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status
        self.message = message


class HostSilentError(Exception):
    """No answer that can be used, so that nobody knows what was done."""


@dataclass(frozen=True, slots=True)
class Account:
    """As whom an action works on ``host``. ``type`` is the integration's, as the configuration calls it."""

    host: str
    type: str
    is_from_user: bool
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def remedy(self) -> str:
        if self.is_from_user:
            return "the token of the input 'token'"
        return f"the credentials of {self.host} at 'integrations.{self.type}'"


@contextmanager
def explained(account: Account, failing: str) -> Iterator[None]:
    """
    ``failing`` begins the message, such as "Unable to create the repository team/shop".

    Raises for what the host said: InputError, NotAllowedError, ConflictError or ServiceUnavailableError.
    """
    try:
        yield
    except HostRefusedError as fault:
        raise _error_of(fault, account, failing) from None
    except HostSilentError as fault:
        text = f"{failing}: {account.host} gave no usable answer ({fault}); {AGAIN}"
        raise ServiceUnavailableError(_without_secrets(text, account)) from None


def _error_of(fault: HostRefusedError, account: Account, failing: str) -> CallboardError:
    kind, way_out = _verdict(fault, account)
    text = f"{failing}: {account.host} answered {fault.status} {fault.message}; {way_out}"
    return kind(_without_secrets(text, account))


def _verdict(fault: HostRefusedError, account: Account) -> tuple[type[CallboardError], str]:
    status = fault.status
    if status == 401 or status == 203 or 300 <= status < 400:
        return NotAllowedError, f"{account.remedy} may be wrong or expired, or the base URL of the host has changed"
    if status == 403:
        return NotAllowedError, f"{account.remedy} need the right to do this"
    if status == 409 or TAKEN.search(fault.message):
        return ConflictError, "choose another name, or remove what has it"
    if status == 404:
        return InputError, f"check the names; {account.remedy} may also lack the right to see it"
    if status == 429:
        return ServiceUnavailableError, "the host asks for a pause; run the task again later"
    if status >= 500:
        return ServiceUnavailableError, AGAIN
    return InputError, "correct the step's input"


def _without_secrets(text: str, account: Account) -> str:
    for secret in account.secrets:
        text = text.replace(secret, "***") if secret else text
    return text
