"""Descriptors that want to hurt: each is refused with a message, within bounds, and its neighbours appear all the same."""

import json
import os
import resource
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.entity_ref import LocationRef
from catalog.ingestion.location_entity import deferred_location
from catalog.ingestion.mutation import apply_full_mutation
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources, read_file
from catalog.ingestion.unprocessed import list_failed
from catalog.models import FinalEntity, RefreshState
from common.app_config import AppConfig
from common.errors import InputError, NotAllowedError

pytestmark = pytest.mark.django_db
ALL_KINDS = ["Component", "API", "Group", "User", "Location"]


def component(name, **spec):
    base = {"type": "service", "lifecycle": "production", "owner": "team-a"}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": name},
        "spec": {**base, **spec},
    }


def location(name, *targets, **spec):
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"name": name},
        "spec": {"targets": list(targets), **spec},
    }


@pytest.fixture
def ingest(tmp_path):
    """Ingest a hostile file beside a good one; returns the messages of what does not appear."""

    def run(data, **limits):
        (tmp_path / "good.yaml").write_text(json.dumps(component("good")))
        (tmp_path / "bad.yaml").write_bytes(data if isinstance(data, bytes) else data.encode())
        roots = [location("good", "./good.yaml"), location("bad", "./bad.yaml")]
        (tmp_path / "all.yaml").write_text("\n---\n".join(map(json.dumps, roots)))
        config = {"catalog": {"rules": [{"allow": ALL_KINDS}]}, "callboard": {"catalog": {"limits": limits}}}
        sources = Sources.from_app_config(AppConfig.from_dict(config))
        root = deferred_location(LocationRef("file", str(tmp_path / "all.yaml")))
        apply_full_mutation("test", [root], settings=sources.catalog)
        begin, memory = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        process_due(sources=sources)
        assert time.perf_counter() - begin < 20
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 400_000  # KiB
        assert FinalEntity.objects.filter(entity_ref="component:default/good").exists()
        return [error["message"] for item in list_failed() for error in item.errors]

    return run


def alias_bomb():
    levels = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" if i else "a0: &a0 [x, x, x]" for i in range(12)]
    return "apiVersion: v1\nkind: Component\nmetadata: {name: bomb}\nspec:\n  " + "\n  ".join(levels)


@pytest.mark.parametrize(
    ("data", "limits", "words"),
    [
        pytest.param(alias_bomb(), {}, "100000 values", id="alias bomb"),
        pytest.param(
            "\n---\n".join([json.dumps(component("x"))] * 21), {"maxDocuments": 20}, "20", id="too many documents"
        ),
        pytest.param("a: " + "[" * 1000 + "]" * 1000, {}, "deep", id="nested in brackets"),
        pytest.param("".join(f"{' ' * i}a:\n" for i in range(1000)), {}, "deep", id="nested by indent"),
        pytest.param(b"kind: \xff\xfe\xfd\n", {}, "UTF-8", id="invalid UTF-8"),
        pytest.param(b"kind: Comp\x00onent\n", {}, "NUL", id="NUL byte"),
        pytest.param(
            '{"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "nul", "description": "\\u0000"}, "spec": {}}',
            {},
            "NUL",
            id="escaped NUL",
        ),
        pytest.param("x" * 5000, {"maxBytes": 4000}, "4000", id="too many bytes"),
    ],
)
def test_a_hostile_file_is_refused_with_the_limit_it_broke(ingest, data, limits, words):
    messages = ingest(data, **limits)
    assert any(words in message for message in messages), messages


def test_a_file_of_a_hundred_megabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    sources = Sources.from_app_config(AppConfig.from_dict({}))
    begin = time.process_time()
    with pytest.raises(InputError) as error:
        read_file(str(path), LocationRef("file", str(path)), sources.limits)
    assert time.process_time() - begin < 0.1
    assert "104857600 bytes, which is more than the limit of 10485760" in str(error.value)


def test_a_location_that_names_itself_ends(ingest):
    ingest(json.dumps(location("loop", "./bad.yaml")))
    assert RefreshState.objects.filter(entity_ref="location:default/loop").count() == 1


def test_a_chain_of_a_thousand_locations_is_cut_at_the_limit(ingest, tmp_path):
    for number in range(1000):
        (tmp_path / f"chain-{number}.yaml").write_text(
            json.dumps(location(f"chain-{number}", f"./chain-{number + 1}.yaml"))
        )
    messages = ingest(json.dumps(location("start", "./chain-0.yaml")))
    assert RefreshState.objects.filter(entity_ref__startswith="location:default/chain-").count() < 25
    assert any("chain of 20 Locations" in message for message in messages)


def test_a_location_with_too_many_children_keeps_those_below_the_limit(ingest):
    messages = ingest("\n---\n".join(json.dumps(component(f"c{i}")) for i in range(60)), maxChildren=50)
    assert any("more than 50 entities" in message for message in messages)


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../../etc/passwd", "./link.yaml", "./folder-link/passwd"])
def test_a_file_location_leads_to_nothing_outside_of_its_folder(ingest, tmp_path, target):
    (tmp_path / "link.yaml").symlink_to("/etc/passwd")
    (tmp_path / "folder-link").symlink_to("/etc")
    messages = ingest(json.dumps(location("leak", target)))
    assert any("lies outside of" in message for message in messages)


def test_a_device_or_pipe_is_not_read(ingest, tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    messages = ingest(json.dumps(location("pipe", "./pipe.yaml")))
    assert any("not a regular file" in message for message in messages)


def test_a_location_read_from_a_url_cannot_name_files(tmp_path):
    path = tmp_path / "secret.yaml"
    path.write_text("x")
    sources = Sources.from_app_config(AppConfig.from_dict({}))
    with pytest.raises(NotAllowedError) as error:
        read_file(str(path), LocationRef("url", "https://evil.example/all.yaml"), sources.limits)
    assert "'file' locations come from the configuration only" in str(error.value)


def test_placeholders_cannot_leave_the_folder(ingest):
    api = component("api") | {"kind": "API", "metadata": {"name": "thief"}}
    api["spec"] = {"type": "openapi", "lifecycle": "x", "owner": "y", "definition": {"$text": "/etc/passwd"}}
    messages = ingest(json.dumps(api))
    assert any("Placeholder $text could not read location /etc/passwd" in message for message in messages)


def test_an_entity_cannot_hold_placeholders_without_end(ingest):
    many = component("many", extra=[{"$text": "./good.yaml"}] * 101)
    assert any("more than 100" in message for message in ingest(json.dumps(many)))


def test_a_reference_of_any_length_is_an_error_of_its_entity_alone(ingest):
    messages = ingest(json.dumps(component("long", owner="x" * 10_000)))
    assert any("has 10014 characters, the limit is 500" in message for message in messages)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
ENVELOPES = st.fixed_dictionaries(
    {
        "apiVersion": st.sampled_from(["backstage.io/v1alpha1", "v1"]) | JSON,
        "kind": st.sampled_from([*ALL_KINDS, "System", "Template"]) | JSON,
        "metadata": st.fixed_dictionaries(
            {"name": st.text(max_size=70)},
            optional={"namespace": JSON, "annotations": JSON, "links": JSON, "tags": JSON},
        )
        | JSON,
    },
    optional={
        "spec": st.dictionaries(
            st.sampled_from(["owner", "type", "target", "targets", "dependsOn", "definition"]), JSON
        )
        | JSON
    },
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents=st.lists(ENVELOPES | JSON, min_size=1, max_size=4))
def test_whatever_a_file_holds_the_rest_is_ingested(ingest, documents):
    ingest("\n---\n".join(json.dumps(document) for document in documents))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_bytes_a_file_holds_the_rest_is_ingested(ingest, data):
    ingest(data)
