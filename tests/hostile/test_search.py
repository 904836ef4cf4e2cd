"""Questions made to hurt: each is answered or refused at once, below 500, and tells nothing that it should not."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.search_documents import replace_documents
from tests.integration.api_world import error_of
from tests.integration.queries_world import make_entity, write
from tests.integration.search_world import SearchWorld, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, client):
    world = SearchWorld(settings, client)
    write(make_entity("cart", metadata={"description": "<b>bold</b> & <script>alert(1)</script>"}))
    replace_documents("techdocs", "x", [make_page("Run", "of the cart")])
    return world


@pytest.mark.parametrize(
    "query",
    [
        "term=%00",
        "term=%ff%fe",
        "term=%",
        "term=%ed%a0%80",
        "term=" + "a+" * 50,
        "term=" + "%C4%B0" * 50,
        "term=" + "%F0%9F%98%80" * 40,
        "term=' OR 1=1 --",
        'term="a" NEAR/0 *',
        "term=(((((&|!:*<->",
        "filters[__proto__][x]=1&filters[constructor]=1",
        "filters[%0Atype]=techdocs",
        "filters[kind][$ne]=x",
        "filters[kind][0][0][0]=Component",
        "filters[" + "x" * 5000 + "]=1",
        "filters" + "[a]" * 5000 + "=1",
        "types[0][0]=techdocs",
        "types[x]=techdocs",
        "pageLimit=1e309",
        "pageLimit=NaN",
        "pageLimit=-5",
        "pageLimit=0x10",
        "pageLimit=" + "9" * 5000,
        "pageCursor=" + "A" * 5000,
        "pageCursor=MTAwMDAwMA==",
        "pageCursor=%00",
        "pageCursor=4pGg",
        "&".join(f"filters[f{number}]=1" for number in range(999)),
        "&".join(["types[]=techdocs"] * 999),
        "a" * 70_000,
        "&" * 2000,
    ],
)
def test_odd_questions_are_answered_or_refused(world, query):
    response = world.client.get("/api/search/query", QUERY_STRING=query)

    assert response.status_code in (200, 400), response.content
    if response.status_code == 400:
        assert error_of(response)[1] == "InputError"


@settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.text(max_size=60), st.sampled_from(["term", "filters", "filters[kind]", "types", "pageCursor", "pageLimit"]))
def test_any_text_anywhere_is_answered_or_refused(world, text, name):
    text = text.encode("utf-8", "ignore").decode()

    assert world.get(**{name: text}).status_code in (200, 400)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_there_is_nothing_to_write_to(world, method):
    assert getattr(world.client, method)("/api/search/query").status_code == 404


def test_marks_cannot_be_guessed_and_texts_stay_as_they_are(world):
    highlight = world.ask("alert")["results"][0]["highlight"]

    assert len(highlight["preTag"]) == len("<>") + 36
    marked = f"{highlight['preTag']}alert{highlight['postTag']}"
    assert highlight["fields"]["text"] == f"<b>bold</b> & <script>{marked}(1)</script>"


def test_internal_fields_of_documents_are_not_shown(world):
    document = world.ask("run", **{"types[0]": "techdocs"})["results"][0]["document"]

    assert set(document) == {"title", "text", "location"}


ENTRY = {"type": "static", "options": {"token": "token-of-a-script", "subject": "script"}}


@pytest.mark.parametrize(
    ("restrictions", "status"),
    [
        ([{"plugin": "catalog"}], 403),
        ([{"plugin": "search", "permissionAttribute": {"action": "create"}}], 403),
        ([{"plugin": "search", "permission": "catalog.entity.delete"}], 403),
        ([{"plugin": "search"}], 200),
        ([{"plugin": "search", "permission": "catalog.entity.read"}], 200),
        ([{"plugin": "search", "permissionAttribute": {"action": "read"}}], 200),
    ],
)
def test_a_restricted_token_searches_only_where_it_may(settings, client, restrictions, status):
    access = [{**ENTRY, "accessRestrictions": restrictions}]
    SearchWorld(settings, client, backend={"auth": {"externalAccess": access}})

    for path in ("query", "openapi.json"):
        response = client.get(f"/api/search/{path}", headers={"Authorization": "Bearer token-of-a-script"})
        assert response.status_code == status, response.content


def test_nobody_searches_without_a_token(settings, client):
    SearchWorld(settings, client, backend={"auth": {}})

    assert client.get("/api/search/query").status_code == 401
