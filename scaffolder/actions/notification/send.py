"""
``notification:send``: what somebody should be told.

Nothing delivers notifications here. What would be sent stands in the log and in the step's output, for a later step
that can deliver it.
"""

from __future__ import annotations

from typing import Any, Final

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.scm_schema import choice, flag, schema, text, texts

PAYLOAD: Final = {
    "title": "title",
    "info": "description",
    "link": "link",
    "severity": "severity",
    "topic": "topic",
    "scope": "scope",
}


def send_notification(context: ActionContext) -> None:
    """Raises InputError if entities are to be told but none are named."""
    given = context.input
    context.log.info(f"Sending notification to {given['recipients']}")
    if given["recipients"] == "entity" and given.get("entityRefs") is None:
        if given.get("optional"):
            return
        raise InputError("Entity references must be provided: name them as 'entityRefs'")
    notification = _notification(given)
    context.log.warn(
        f"No service delivers notifications; '{given['title']}' is kept in the step's output 'notifications'"
    )
    context.output("notifications", [notification])


def _notification(given: Any) -> dict[str, Any]:
    recipients: dict[str, Any] = {"type": given["recipients"]}
    if given["recipients"] == "entity":
        recipients["entityRef"] = given["entityRefs"]
    payload = {name: given[key] for key, name in PAYLOAD.items() if key in given}
    return {"recipients": recipients, "payload": payload}


ACTION: Final = Action(
    id="notification:send",
    description="Tells somebody something. No service delivers it: it is kept in the log and in the step's output.",
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
                "description": "What would have been sent: 'recipients' and 'payload'",
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
