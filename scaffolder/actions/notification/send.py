"""``notification:send``: tells somebody something, by whoever delivers notifications here."""

from __future__ import annotations

from typing import Any, Final

from common.errors import CallboardError, InputError
from common.identity import ensure_allowed
from common.notifications import NewNotification
from common.notifications import send_notification as deliver
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm_schema import choice, flag, schema, text, texts

ORIGIN: Final = "plugin:scaffolder"
MOST_SHOWN: Final = 1_000


def send_notification(context: ActionContext) -> None:
    """
    Sent once, however often the step is tried. With ``optional`` a failure is logged and no more.

    Raises InputError if entities are to be told but none are named, or if it cannot be sent as it is.
    """
    given = context.input
    ensure_allowed(context.identity, "notifications", "create")
    context.log.info(f"Sending notification to {given['recipients']}")
    try:
        notification = _notification(given)
        sent = context.checkpoint("sent", lambda: deliver(notification)[:MOST_SHOWN])
    except CallboardError as error:
        if not given.get("optional"):
            raise
        context.log.error(f"Failed to send notification: {error}")
        return
    context.output("notifications", sent)


def _notification(given: Any) -> NewNotification:
    is_for_entities = given["recipients"] == "entity"
    if is_for_entities and given.get("entityRefs") is None:
        raise InputError("Entity references must be provided: name them as 'entityRefs'")
    return NewNotification(
        title=given["title"],
        origin=ORIGIN,
        recipients=tuple(given["entityRefs"]) if is_for_entities else None,
        description=given.get("info"),
        link=given.get("link"),
        severity=given.get("severity", "normal"),
        topic=given.get("topic"),
        scope=given.get("scope"),
    )


ACTION: Final = Action(
    id="notification:send",
    description="Tells somebody something: it appears among his notifications.",
    run=send_notification,
    input=schema(
        {
            "recipients": choice("Everybody, or the owners of the entities in 'entityRefs'", "broadcast", "entity"),
            "entityRefs": texts("The entities to tell; needed for the recipients 'entity'"),
            "title": text("The title"),
            "info": text("What there is to say"),
            "link": text("Where to read more"),
            "severity": choice("How urgent it is", "low", "normal", "high", "critical"),
            "scope": text("Notifications of one scope replace one another"),
            "topic": text("What it is about"),
            "optional": flag("Go on if it cannot be sent"),
        },
        ["recipients", "title"],
    ),
    output=schema(
        {
            "notifications": {
                "type": "array",
                "items": {"type": "object"},
                "description": "What was sent, one for each person, as Backstage's API shows it",
            }
        }
    ),
    examples=(
        Example(
            "Tell a team of its new service",
            "steps:\n"
            "  - id: tell\n"
            "    name: Tell the team\n"
            "    action: notification:send\n"
            "    input:\n"
            "      recipients: entity\n"
            "      entityRefs: [group:default/team-a]\n"
            "      title: A new service is yours\n"
            "      link: https://backstage.example.com/catalog/default/component/cart\n"
            "      severity: normal\n",
        ),
    ),
)
