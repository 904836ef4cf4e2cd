"""The search API: what is found, in which order, and how it is shown."""

import pytest

from tests.integration.queries_world import delete, make_entity, write
from tests.integration.search_world import SearchWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, client):
    return SearchWorld(settings, client)


def named(name, description="", **spec):
    return make_entity(name, metadata={"description": description}, **spec)


def test_shows_an_entity_as_the_catalogs_collator_does(world):
    entity = named("Cart", "Keeps what is bought", type="service", lifecycle="production", owner="group:default/shop")
    entity["spec"]["owner"] = "shop"
    write(entity)

    answer = world.ask()

    tags = answer["results"][0].pop("highlight")
    assert tags["fields"] == {}
    assert tags["postTag"] == tags["preTag"].replace("<", "</")
    assert answer == {
        "numberOfResults": 1,
        "results": [
            {
                "type": "software-catalog",
                "document": {
                    "title": "Cart",
                    "text": "Keeps what is bought",
                    "componentType": "service",
                    "type": "service",
                    "namespace": "default",
                    "kind": "Component",
                    "lifecycle": "production",
                    "owner": "shop",
                    "location": "/catalog/default/component/cart",
                },
                "rank": 1,
            }
        ],
    }


def test_finds_words_beginnings_and_endings(world):
    write(named("cart-web"), named("CartService"), named("ledger", "handles carts"), named("zebra"))

    assert world.find("cart") == ["cart-web", "CartService", "ledger"]
    assert world.find("carts") == ["cart-web", "CartService", "ledger"]
    assert world.find("handling") == ["ledger"]
    assert world.find("serv") == ["CartService"]
    assert world.find("z") == ["zebra"]


def test_all_words_must_be_there(world):
    write(named("cart-web"), named("cart-api"), named("order-api"))

    assert world.find("api cart") == ["cart-api"]
    assert world.find("the api of order") == ["order-api"]


def test_a_name_goes_before_a_title_a_title_before_a_text_and_a_text_before_all_else(world):
    write(
        named("alpha", "about payment"),
        named("beta", type="payment"),
        named("payment"),
        named("payment-web"),
        named("payments-core"),
    )

    assert world.find("payment") == ["payment", "payment-web", "payments-core", "alpha", "beta"]


@pytest.mark.parametrize("term", ["paymnt", "paymetn", "payyment", "bayment", "paymnt-gatway", "payment gateawy"])
def test_finds_a_misspelt_name(world, term):
    write(named("payment-gateway"), named("invoice-gateway"), named("cart"))

    assert world.find(term) == ["payment-gateway"]


def test_a_name_is_found_however_its_words_are_divided(world):
    write(named("cart-service"), named("order-service"))

    assert world.find("cartservice") == ["cart-service"]
    assert world.find("Cart_Service") == ["cart-service"]


def test_what_is_spelt_right_is_not_drowned_in_what_looks_like_it(world):
    write(named("cart"), named("card"), named("chart"))

    assert world.find("cart") == ["cart"]


def test_marks_what_was_found(world):
    write(named("cart-web", "Carts & more"))

    highlight = world.ask("cart")["results"][0]["highlight"]

    before, after = highlight["preTag"], highlight["postTag"]
    assert highlight["fields"] == {
        "title": f"{before}cart{after}-web",
        "text": f"{before}Carts{after} & more",
        "location": "/catalog/default/component/cart-web",
        "path": "",
    }


def test_marks_what_was_taken_for_a_misspelt_word(world):
    write(named("payment"))

    highlight = world.ask("paymnt")["results"][0]["highlight"]

    assert highlight["fields"]["title"] == f"{highlight['preTag']}payment{highlight['postTag']}"


def test_filters_by_fields_as_they_are_written(world):
    write(
        named("a", type="service", lifecycle="production"),
        named("b", type="website", lifecycle="experimental"),
        make_entity("c", kind="API", type="openapi", lifecycle="production"),
        make_entity("d", kind="System"),
    )

    assert world.find(**{"filters[kind]": "API"}) == ["c"]
    assert world.find(**{"filters[kind]": "api"}) == []
    assert world.find(**{"filters[lifecycle][0]": "production", "filters[lifecycle][1]": "experimental"}) == [
        "a",
        "b",
        "c",
    ]
    assert world.find(**{"filters[lifecycle]": ""}) == ["d"]
    assert world.find(**{"filters[type]": "other"}) == ["d"]
    assert world.find(**{"filters[componentType]": "service", "filters[kind]": "Component"}) == ["a"]
    assert world.find(**{"filters[kind][x]": "API"}) == []
    assert world.find(**{"filters[nothing]": "x"}) == []


def test_turns_pages(world):
    write(*(named(f"cart-{number}") for number in range(5)))

    first = world.ask("cart", pageLimit=2)
    second = world.ask("cart", pageLimit=2, pageCursor=first["nextPageCursor"])
    third = world.ask("cart", pageLimit=2, pageCursor=second["nextPageCursor"])

    pages = [[result["document"]["title"] for result in page["results"]] for page in (first, second, third)]
    assert pages == [["cart-0", "cart-1"], ["cart-2", "cart-3"], ["cart-4"]]
    assert [result["rank"] for result in second["results"]] == [3, 4]
    assert "previousPageCursor" not in first
    assert second["previousPageCursor"] == "MA=="
    assert "nextPageCursor" not in third
    assert {page["numberOfResults"] for page in (first, second, third)} == {5}


def test_no_results_are_wanted_where_only_their_number_is(world):
    write(named("a"), named("b"))

    assert world.ask(pageLimit=0) == {"numberOfResults": 2, "results": []}


def test_follows_every_write(world):
    write(named("cart", "old words"))
    assert world.find("old") == ["cart"]

    write(named("cart", "new words"), named("other"))
    assert world.find("old") == []
    assert world.find("new") == ["cart"]

    delete("component:default/cart")
    assert world.find() == ["other"]


def test_a_long_description_is_found_whole(world):
    write(named("cart", "many words " * 50 + "in the end a needle"))
    assert world.find("needle") == ["cart"]

    write(named("order", "other words " * 50 + "in the end a thimble"))
    assert world.find("thimble") == ["order"]


def test_people_are_found_by_name_and_address(world):
    write(make_entity("jd", kind="User", profile={"displayName": "Jane Doe", "email": "jane@shop.test"}))

    assert world.find("jane") == ["jd"]
    assert world.ask("shop.test")["results"][0]["document"]["text"] == "Jane Doe : jane@shop.test"


def test_the_name_is_found_where_a_title_is_shown(world):
    write(make_entity("pay-svc", metadata={"title": "Payment Service"}))

    assert world.find("svc") == ["Payment Service"]


def test_reads_the_page_and_nothing_else(world, django_assert_num_queries):
    write(*(named(f"cart-{number}") for number in range(30)))
    world.ask("cart", pageLimit=5)

    # The newest scope of documents, the newest change; the bodies of the first page are kept in memory.
    with django_assert_num_queries(3):
        world.ask("cart", pageLimit=5)
    # And the bodies of the second page.
    with django_assert_num_queries(4):
        world.ask("cart", pageLimit=5, pageCursor="MQ==")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"pageLimit": "abc"}, "request/query/pageLimit must be integer"),
        ({"pageLimit": "1.5"}, "request/query/pageLimit must be integer"),
        ({"pageLimit": ""}, "request/query/pageLimit must be integer"),
        ({"term[]": "a"}, "request/query/term must be string"),
        ({"filters": "a"}, "request/query/filters must be object"),
        ({"filters[]": "a"}, "request/query/filters must be object"),
        ({"types": ""}, "request/query/types must be array"),
        ({"pageCursor[]": "a"}, "request/query/pageCursor must be string"),
        ({"pageCursor": "abc"}, "Invalid page cursor"),
        ({"pageCursor": "LTE="}, "Invalid page cursor"),
        (
            {"pageLimit": "101"},
            'Invalid query string: [\n  {\n    "code": "custom",\n    "message": "The page limit \\"101\\" is greater than'
            ' \\"100\\"",\n    "path": [\n      "pageLimit"\n    ]\n  }\n]',
        ),
        (
            {"term": "x" * 101},
            'Invalid query string: [\n  {\n    "code": "custom",\n    "message": "The term length \\"101\\" is greater than'
            ' \\"100\\"",\n    "path": [\n      "term"\n    ]\n  }\n]',
        ),
        (
            {"types[0]": "nope"},
            'Invalid query string: [\n  {\n    "code": "custom",\n    "message": "Invalid input",\n    "path": [\n'
            '      "types",\n      0\n    ]\n  }\n]',
        ),
    ],
)
def test_says_what_is_wrong_with_a_question_in_the_words_of_the_reference(world, query, message):
    response = world.get(**query)

    assert response.status_code == 400
    assert response.json()["error"] == {"name": "InputError", "message": message}


@pytest.mark.parametrize("query", [{"types": "software-catalog"}, {"types[]": "software-catalog"}, {"foo[a]": "b"}])
def test_takes_parameters_as_the_reference_does(world, query):
    write(named("a"))

    assert world.find(**query) == ["a"]


def test_configuration_narrows_the_limits_and_the_entities(settings, client):
    collator = {"filter": {"kind": ["Component", "API"]}, "locationTemplate": "/entity/:name/:kind"}
    search = {"maxPageLimit": 1, "maxTermLength": 4, "collators": {"catalog": collator}}
    world = SearchWorld(settings, client, search=search)
    write(named("cart"), make_entity("shop", kind="System"))

    assert world.get(pageLimit=2).status_code == 400
    assert world.get(term="carts").status_code == 400
    assert [result["document"]["location"] for result in world.ask()["results"]] == ["/entity/cart/component"]


def test_serves_its_description(world):
    assert "/api/search/query" in world.client.get("/api/search/openapi.json").json()["paths"]
    assert b"filters[kind]=API" in world.client.get("/api/search/docs").content
