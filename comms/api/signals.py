"""The door to signals: finds out, as all doors do, who comes in; the socket itself is held without a thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from common.database import closing_on_failure
from common.errors import NotAllowedError
from common.exception_handler import no_such_route
from common.held_response import HeldResponse
from common.identity import identity_of
from comms.callers import require_user
from comms.settings import comms_settings
from comms.signals.hub import SignalHub
from comms.signals.origin import is_trusted_origin
from comms.signals.read import find_newest, read_after
from comms.signals.socket import hold_socket

GUEST = "user:default/guest"
SOCKET_SCHEMES = ("ws", "wss")


def open_socket(request: HttpRequest) -> HttpResponse:
    """The token, a subprotocol of the handshake, has been checked: the door shows it as a bearer token."""
    if request.scheme not in SOCKET_SCHEMES:
        return no_such_route(request)
    origin, host = request.headers.get("Origin", ""), request.headers.get("Host", "")
    if not is_trusted_origin(origin, host, comms_settings()):
        raise NotAllowedError(f"Pages of {origin[:300]!r} may not connect here: name it in backend.cors.origin")
    identity = identity_of(request)
    # Where the policy is off nobody needs a token. Backstage takes whoever has none for its guest.
    user = GUEST if identity.kind == "none" else require_user(request, "signals", "read")
    subprotocol = request.headers.get("Sec-WebSocket-Protocol", "").partition(",")[0].strip() or None
    return HeldResponse(partial(hold_socket, HUB, user, identity.ownership_refs, subprotocol), headers={})


def read_health(request: HttpRequest) -> HttpResponse:
    return answer_with_etag(request, {"status": "ok"})


# Of this process. Its thread starts when it is needed.
HUB = SignalHub(
    find_newest=closing_on_failure(find_newest),
    read_after=closing_on_failure(read_after),
    executor=ThreadPoolExecutor(1, thread_name_prefix="signals"),
)
