"""The door to events: webhooks of code hosts, and what services publish."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_with_etag
from common.api.json_body import media_type_of, parse_json
from common.errors import CallboardError, NotAllowedError
from common.exception_handler import no_such_route
from common.identity import Identity, ensure_allowed, identity_of
from comms.events import metrics
from comms.events.bell import ring_for_events
from comms.events.receive import Delivery, receive
from comms.events.settings import TOPIC, EventSettings, event_settings
from comms.events.signatures import is_genuine

PLUGIN = "events"


class PayloadTooLargeError(CallboardError):
    name = "PayloadTooLargeError"
    status = 413


class UnsupportedMediaTypeError(CallboardError):
    name = "UnsupportedMediaTypeError"
    status = 415


def publish(request: HttpRequest, topic: str) -> HttpResponse:
    settings, identity = event_settings(), identity_of(request)
    if not TOPIC.fullmatch(topic) or (topic not in settings.topics and identity.kind != "service"):
        return no_such_route(request)
    try:
        _require_proof(request, topic, identity, settings)
        body = _read(request, settings)
        _require_signature(request, topic, body, identity, settings)
        payload = _parse(request, body)
    except CallboardError:
        metrics.count_received(topic, "refused")
        raise
    if receive(Delivery(topic, request.headers, body, payload)) == "accepted":
        ring_for_events()
    return answer_with_etag(request, {"status": "accepted"}, status=202)


def _require_proof(request: HttpRequest, topic: str, identity: Identity, settings: EventSettings) -> None:
    """What is known before the body is read. Raises NotAllowedError."""
    if identity.kind == "service":
        ensure_allowed(identity, PLUGIN, "create")
    elif not settings.secrets.get(topic) and topic not in settings.unsigned:
        raise NotAllowedError(
            f"Events of the topic '{topic}' cannot be checked: set events.modules.{topic}.webhookSecret, publish them"
            " with the token of a service, or list the topic in callboard.events.allowUnsigned"
        )


def _require_signature(
    request: HttpRequest, topic: str, body: bytes, identity: Identity, settings: EventSettings
) -> None:
    secrets = settings.secrets.get(topic)
    if identity.kind == "service" or not secrets:
        return
    if not is_genuine(topic, request.headers, body, secrets):
        raise NotAllowedError("invalid signature")


def _read(request: HttpRequest, settings: EventSettings) -> bytes:
    body = request.read(settings.max_bytes + 1)
    if len(body) > settings.max_bytes:
        raise PayloadTooLargeError(
            f"request entity too large: events of up to {settings.max_bytes} bytes are taken, see callboard.events.maxBytes"
        )
    return body


def _parse(request: HttpRequest, body: bytes) -> object:
    media_type = media_type_of(request)
    if media_type != "application/json":
        raise UnsupportedMediaTypeError(
            f"Unsupported media type: {media_type[:100] or 'unknown'}; webhooks must be sent as application/json"
        )
    return parse_json(body, containers_only=True)
