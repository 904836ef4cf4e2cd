"""Who owns an entity, and how do we know?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from catalog.entity_ref import ANNOTATION_LOCATION, EntityRef
from catalog.queries.predicate import Predicate
from catalog.queries.refs import get_by_ref
from ownership.files.book import KnownFile, book
from ownership.owner_refs import OwnerRefs
from ownership.places import Place, place_of_entity
from ownership.questions.stewards import refs_of, stewards_at
from ownership.scope import Scope, open_scope


def find_owners_of(ref: EntityRef, visible: Predicate | None) -> dict[str, Any]:
    """
    The owner that it states; else those of the system or domain that it is part of; else those whom CODEOWNERS names.

    All three are told, each with its evidence. Raises NotFoundError. Three statements at most.
    """
    entity = orjson.loads(get_by_ref(ref, visible=visible))
    place = place_of_entity(entity)
    file = book().find(place.repository) if place else None
    with open_scope(visible) as scope:
        direct = _direct(entity, scope)
        number = scope.find(str(ref))
        inherited = [] if number is None else scope.inherited_by(number)
        stewards = stewards_at(place, file, OwnerRefs(scope)) if place else []
        ways = {
            "spec.owner": [owner["ownerRef"] for owner in direct],
            "inherited": list(dict.fromkeys(owner.owner for owner in inherited)),
            "codeowners": refs_of(stewards),
        }
        shown = [
            {
                "ownerRef": owner.owner,
                "exists": scope.exists(owner.owner),
                "evidence": {"from": owner.through[-1], "through": list(owner.through)},
            }
            for owner in inherited
        ]
    via = next((way for way, owners in ways.items() if owners), None)
    return {
        "entityRef": str(ref),
        "owners": ways[via] if via else [],
        "via": via,
        "direct": direct,
        "inherited": shown,
        "stewards": [steward.show(steward.file.inner(place.folder)) for steward in stewards] if place else [],
        "codeowners": _describe(place, file),
    }


def _direct(entity: Mapping[str, Any], scope: Scope) -> list[dict[str, Any]]:
    owners = [relation["targetRef"] for relation in entity.get("relations", ()) if relation["type"] == "ownedBy"]
    spec, annotations = entity.get("spec") or {}, entity["metadata"].get("annotations") or {}
    evidence = {
        "field": "spec.owner",
        "value": spec.get("owner") if isinstance(spec, dict) else None,
        "location": annotations.get(ANNOTATION_LOCATION),
    }
    return [{"ownerRef": owner, "exists": scope.exists(owner), "evidence": evidence} for owner in owners]


def _describe(place: Place | None, file: KnownFile | None) -> dict[str, Any]:
    """What is known of the CODEOWNERS of its repository."""
    if place is None:
        return {"repository": None, "file": None, "message": "It is described in no repository that we know of"}
    if file is None or not file.is_read:
        message = (file.message if file else "") or "It was not read yet"
    else:
        message = file.message or ("" if file.answers else "The repository has none")
    return {"repository": place.repository, "file": file.url or None if file else None, "message": message or None}
