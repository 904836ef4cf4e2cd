"""Random policies: over HTTP, lists, counts, facets, names, refs, the search, the tools of agents and ownership agree."""

from collections import Counter
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.access import READ_ENTITIES
from catalog.entity_ref import EntityRef, entity_ref_of
from common.permissions import policy
from search.index.entities import forget_entity_documents
from tests.integration.mcp_world import McpWorld
from tests.integration.policy_random import make_catalog, may_see, policies
from tests.integration.policy_world import ALICE, BOB, bearer, ruled_by
from tests.integration.queries_world import write

pytestmark = pytest.mark.django_db

CATALOG = make_catalog(5, size=15)
REFS = [entity_ref_of(entity) for entity in CATALOG]
EVERYTHING = "/api/catalog/entities/by-query?limit=500"


@pytest.fixture
def world(settings, client):
    world = McpWorld(settings, client)
    forget_entity_documents()
    write(*CATALOG)
    return world


class Doors:
    """The same catalog through each door, as one caller sees it: sorted refs, or None where the door is shut."""

    def __init__(self, world, identity):
        self.world = world
        self.headers = bearer(identity)

    def seen(self):
        return {
            "list": self.refs("/api/catalog/entities"),
            "pages": self.refs(EVERYTHING, "items"),
            "by-refs": self.by_refs(),
            "by-name": sorted(ref for ref in REFS if self.is_there(ref)),
            "search": self.found(),
            "tools": self.by_tools(),
            "owners": sorted(ref for ref in REFS if self.has_owners(ref)),
            "resolved": self.resolved(),
        }

    def counts(self):
        return {"pages": self.total(EVERYTHING), "facets": sum(self.facets().values())}

    def get(self, url):
        answer = self.world.client.get(url, headers=self.headers)
        assert answer.status_code in (200, 404), answer.content
        return answer

    def refs(self, url, key=None):
        body = self.get(url).json()
        return sorted(map(entity_ref_of, body[key] if key else body))

    def total(self, url):
        return self.get(url).json()["totalItems"]

    def facets(self):
        counted = self.get("/api/catalog/entity-facets?facet=kind").json()["facets"]["kind"]
        return {item["value"]: item["count"] for item in counted}

    def by_refs(self):
        body, url = {"entityRefs": REFS}, "/api/catalog/entities/by-refs"
        items = self.world.client.post(url, body, "application/json", headers=self.headers).json()["items"]
        return sorted(ref for ref, item in zip(REFS, items, strict=True) if item is not None)

    def is_there(self, ref):
        found = EntityRef.parse(ref)
        url = f"/api/catalog/entities/by-name/{found.kind}/{found.namespace}/{found.name}"
        return self.get(url).status_code == 200

    def has_owners(self, ref):
        found = EntityRef.parse(ref)
        return self.get(f"/api/ownership/of/{found.kind}/{found.namespace}/{found.name}").status_code == 200

    def resolved(self):
        answer = self.world.client.post(
            "/api/ownership/resolve", {"refs": REFS}, "application/json", headers=self.headers
        )
        return sorted(row["entityRef"] for row in answer.json()["items"] if row["exists"])

    def found(self):
        refs, cursor = [], ""
        while cursor is not None:
            page = self.get(f"/api/search/query?term=&types[0]=software-catalog&pageLimit=5&pageCursor={quote(cursor)}")
            body = page.json()
            documents = [result["document"] for result in body["results"]]
            refs += [f"{found['kind']}:{found['namespace']}/{found['title']}".lower() for found in documents]
            cursor = body.get("nextPageCursor")
        assert body["numberOfResults"] == len(refs)
        return sorted(refs)

    def by_tools(self):
        page = self.world.call("catalog.query-catalog-entities", {"query": {}, "limit": 500}, **self.headers)
        return sorted(map(entity_ref_of, page["items"]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=policies, caller=st.sampled_from([ALICE, BOB]))
def test_all_doors_show_a_user_the_same_entities(world, written, caller):
    rules, default = written
    with ruled_by(*rules, default=default):
        decision = policy().decide(caller, READ_ENTITIES)
        doors = Doors(world, caller)
        seen, counts, facets = doors.seen(), doors.counts(), doors.facets()

    entities = [entity for entity in CATALOG if may_see(decision, entity)]
    expected = sorted(map(entity_ref_of, entities))
    assert seen == dict.fromkeys(seen, expected)
    assert counts == dict.fromkeys(counts, len(expected))
    assert facets == Counter(entity["kind"] for entity in entities)
