"""Questions and CODEOWNERS made to hurt: all are answered or refused at once, below 500, and none harms its reader."""

from __future__ import annotations

import csv
import io
import json
import time
from urllib.parse import quote

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import RefreshState
from common.api.openapi import METHODS
from ownership.api.request_check import DESCRIPTION
from ownership.files.repositories import note_repositories
from ownership.models import CodeOwnersFile
from tests.integration.ownership_world import REPOSITORY, OwnershipWorld, group, thing
from tests.integration.queries_world import write

pytestmark = pytest.mark.django_db

TREE = f"{REPOSITORY}/tree/main/"
CART = f"{TREE}cart/"
EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(A1)"]
ODD = [
    "", "\x00", "a\x00b", "\ud800", "%", "%00", "..", "../../etc/passwd", "/", "//", ":", "::", "group:", "a:b/c/d", "é", "😀",
    "x" * 5_000, "İ" * 300, "*", "**/" * 500, "[", "github.com/../x", "https://", "https://[", "http://169.254.169.254/a/b",
    "file:///etc/passwd", "git+file:///etc//passwd", "https://github.com/acme/shop/blob/main/..%2f..%2fx", "acme/shop", "cart/x.py",
    "eyJhZnRlciI6MX0=", "eyJhZnRlciI6bnVsbH0=", "bnVsbA==", "W10=", "A" * 9_999, "-1", "1e999", "true", "csv", "component:default/cart",
]  # fmt: skip
texts = st.sampled_from(ODD) | st.text(max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["refs", "paths", "repo", "path", "__proto__"]), inner, max_size=4)
    ),
    max_leaves=20,
)
OPERATIONS = [
    (method, path)
    for path, operations in DESCRIPTION.document["paths"].items()
    for method in operations
    if method in METHODS
]
PARAMETERS = ["repo", "path", "limit", "cursor", "format", "kind", "transitive", "inherited", "x", "kind[]", "limit[a]"]
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def world(settings, client):
    world = OwnershipWorld(settings, client)
    write(group("team"), thing("cart", "team", source=CART))
    return world


def escaped(text):
    return quote(text, safe="", errors="surrogatepass")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@few
@given(
    parts=st.lists(texts, min_size=3, max_size=3),
    query=st.lists(st.tuples(st.sampled_from(PARAMETERS), texts), max_size=4),
    body=values,
)
def test_odd_questions_are_answered_or_refused(world, method, path, parts, query, body):
    for name, part in zip(("{kind}", "{namespace}", "{name}"), parts, strict=True):
        path = path.replace(name, escaped(part))
    path = path.replace("{ref}", escaped(parts[0]))
    pairs = "&".join(f"{quote(key, safe='[]')}={escaped(text)}" for key, text in query)

    answer = world.client.generic(
        method.upper(), f"/api/ownership{path}?{pairs}", json.dumps(body).encode(), "application/json"
    )

    assert answer.status_code < 500, answer.content


def test_nothing_that_a_spreadsheet_would_run_is_in_csv(world):
    write(
        group("other"),
        *(thing(f"evil{number}", "team", source=f"{TREE}{folder}/") for number, folder in enumerate(EVIL)),
    )
    world.capture("".join(f"{folder}/ @acme/other\n" for folder in EVIL))

    rows = list(csv.reader(io.StringIO(world.get("conflicts?format=csv").content.decode())))

    assert [row[-1] for row in rows[1:]] == [f"'{folder}/" for folder in EVIL]


def test_a_hostile_codeowners_does_not_hold_a_question_up(world):
    lines = [f"{'*a?' * 30}{number}/** @acme/other" for number in range(2_000)]
    world.capture("* @acme/team\n" + "\n".join(lines))

    started = time.perf_counter()
    answer = world.ask(f"paths?repo=acme/shop&path={'a' * 4_000}")

    assert answer["owners"] == ["group:default/team"]
    assert time.perf_counter() - started < 10


def test_where_descriptors_come_from_leads_to_no_other_place(world):
    for number, location in enumerate(
        [
            "url:http://169.254.169.254/acme/shop/blob/main/x.yaml",
            "url:https://evil.test/github.com/acme/shop/blob/main/x.yaml",
            "url:https://github.com@evil.test/acme/shop/blob/main/x.yaml",
            "url:git+file:///etc//passwd",
            "url:https://github.com/acme/shop/blob/main/..%2f..%2fx.yaml",
            "url:" + "https://github.com/acme/" + "x" * 3_000 + "/blob/main/x.yaml",
            "url:not a url",
        ]
    ):
        RefreshState.objects.create(
            entity_ref=f"component:default/c{number}",
            uid=str(number),
            unprocessed_entity="{}",
            unprocessed_hash="",
            location_key=location,
            last_discovery_at=timezone.now(),
        )

    note_repositories()

    assert not CodeOwnersFile.objects.exists()
