"""The tool of Backstage's auth plugin."""

from __future__ import annotations

from catalog.api import entity_reads
from catalog.entity_ref import EntityRef
from common.api.doors import plain_view
from common.errors import NotAllowedError, NotFoundError
from mcp_actions.caller import Caller
from mcp_actions.tools.tool import READS, Input, Output, Tool, takes

PLUGIN = "auth"

_entity = plain_view(get=entity_reads.read_entity)


def who_am_i(caller: Caller, _: Input) -> Output:
    if caller.identity.kind != "user":
        raise NotAllowedError("This action requires user credentials")
    user_ref = caller.identity.subject
    ref = EntityRef.parse(user_ref)
    try:
        entity = caller.get("catalog", _entity, kind=ref.kind, namespace=ref.namespace, name=ref.name)
    except NotFoundError:
        raise NotFoundError(f'User entity not found in the catalog for "{user_ref}"') from None
    claims = sorted(caller.identity.ownership_refs) or [user_ref]
    return {"entity": entity, "userInfo": {"userEntityRef": user_ref, "ownershipEntityRefs": claims}}


TOOLS = (
    Tool(
        PLUGIN,
        "who-am-i",
        "Who Am I",
        "Tells who the calling user is: his entity in the catalog, his ref, and the refs by which he owns things. Only for"
        " callers with a user's token. Needs no input.",
        takes(),
        READS,
        who_am_i,
    ),
)
