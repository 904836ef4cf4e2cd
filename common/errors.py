"""
The errors of the domain, in Backstage's words.

    CallboardError
    ├── InputError            400  what was sent is wrong; the message quotes it and shows the way out
    ├── AuthenticationError   401  nobody is signed in, or the token is not ours
    ├── NotAllowedError       403  signed in, but not allowed
    ├── NotFoundError         404
    ├── ConflictError         409  right in itself, but not beside what is there already
    ├── NotModifiedError      304  a conditional read found nothing new
    └── ServiceUnavailableError 503  a server that we need does not answer

Operations raise them, the door turns them into answers (``common/exception_handler.py``).
"""

from __future__ import annotations

from typing import Any, ClassVar


class CallboardError(Exception):
    """An error whose message a user may read. ``name`` is what Backstage's clients switch on."""

    name: ClassVar[str] = "Error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, cause: BaseException | None = None) -> None:
        super().__init__(message)
        self.message = message
        if cause is not None:
            self.__cause__ = cause

    def __str__(self) -> str:
        return self.message


class InputError(CallboardError):
    name = "InputError"
    status = 400


class AuthenticationError(CallboardError):
    name = "AuthenticationError"
    status = 401


class NotAllowedError(CallboardError):
    name = "NotAllowedError"
    status = 403


class NotFoundError(CallboardError):
    name = "NotFoundError"
    status = 404


class ConflictError(CallboardError):
    name = "ConflictError"
    status = 409


class NotModifiedError(CallboardError):
    name = "NotModifiedError"
    status = 304


class ServiceUnavailableError(CallboardError):
    name = "ServiceUnavailableError"
    status = 503


def serialize_error(error: BaseException) -> dict[str, Any]:
    """``{"name", "message"}`` as Backstage's clients read it. Never a stack: those stay in the log."""
    if isinstance(error, CallboardError):
        return {"name": error.name, "message": error.message}
    return {"name": "Error", "message": str(error)}
