"""``/entities/<kind>/<namespace>/<name>``: everything that is known of one entity."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.api.access import visible_entities
from catalog.entity_ref import EntityRef
from catalog.ingestion.unprocessed import find_errors
from catalog.queries.history import list_changes, list_claims
from catalog.queries.refs import get_by_ref, is_storable
from common.errors import NotFoundError
from portal.entity_text import as_yaml
from portal.failures import read_errors
from portal.graph import draw_graph
from portal.origin import Link, list_actions, list_links, list_places
from portal.page import entity_api_url, entity_url, form_url, render_page
from portal.relations import group_relations, relation_pairs
from portal.row import describe_row
from portal.words import short_name, short_ref, text_of

MAX_CHANGES = 10
MAX_FACTS = 5
MAX_DEFINITION = 200_000
FACTS = (("Owner", "ownedBy"), ("Part of", "partOf"), ("Member of", "memberOf"), ("Within", "childOf"))


@require_safe
def show_entity(request: HttpRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """Three queries. A 404 page if it does not appear, which shows the errors that keep it out."""
    ref = EntityRef(kind, namespace, name)
    try:
        body = get_by_ref(ref, visible=visible_entities(request))
    except NotFoundError:
        return _show_absent(request, str(ref))
    entity = orjson.loads(body)
    metadata, relations = entity["metadata"], relation_pairs(entity)
    annotations = metadata.get("annotations") or {}
    definition = text_of((entity.get("spec") or {}).get("definition"))
    context = {
        "row": describe_row(entity),
        "form_url": form_url(str(ref)),
        "facts": list_facts(entity, relations),
        "links": list_links(metadata),
        "groups": group_relations(relations),
        "graph": draw_graph(str(ref), relations),
        "errors": read_errors((entity.get("status") or {}).get("items") or ()),
        "places": list_places(annotations),
        "actions": list_actions(annotations),
        "changes": list_changes(str(ref), limit=MAX_CHANGES),
        "claims": list_claims(str(ref)),
        "raw": as_yaml(body),
        "api_url": entity_api_url(ref),
        "definition": definition[:MAX_DEFINITION],
        "definition_is_cut": len(definition) > MAX_DEFINITION,
    }
    return render_page(request, "entity.html", context)


def _show_absent(request: HttpRequest, ref: str) -> HttpResponse:
    errors = read_errors(find_errors(ref)) if is_storable(ref) else []
    return render_page(request, "missing.html", {"ref": short_ref(ref), "errors": errors}, status=404)


def list_facts(entity: dict[str, Any], relations: list[tuple[str, str]]) -> list[Link]:
    """What the kind says, in plain words."""
    spec = entity.get("spec") or {}
    facts = [Link(label, text_of(spec.get(key)), "") for label, key in (("Type", "type"), ("Lifecycle", "lifecycle"))]
    for label, type_ in FACTS:
        targets = [target for found, target in relations if found == type_][:MAX_FACTS]
        facts += [Link(label, short_name(target), entity_url(target)) for target in targets]
    return [fact for fact in facts if fact.text]
