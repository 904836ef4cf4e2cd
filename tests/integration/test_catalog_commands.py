"""``callboard catalog ingest|query|validate``."""

import argparse
import json

import pytest

from catalog.commands import add_catalog_commands
from tests.integration.api_world import ApiWorld, component, group

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(settings, client, capsys):
    """Runs a command on a catalog; gives its exit status, its output and what it says beside that."""
    ApiWorld(settings, client)
    parser = argparse.ArgumentParser()
    add_catalog_commands(parser.add_subparsers())

    def run_command(*words):
        arguments = parser.parse_args(["catalog", *map(str, words)])
        status = arguments.run(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run_command


def write(folder, *documents):
    path = folder / "catalog-info.yaml"
    path.write_text("\n---\n".join(d if isinstance(d, str) else json.dumps(d) for d in documents))
    return path


def test_ingests_a_file_and_sums_up(run, tmp_path):
    path = write(tmp_path, component("cart"), group("team-a"))

    status, output, aside = run("ingest", path)

    assert (status, output) == (0, "")
    assert aside.splitlines()[-1].endswith("entities from 1 locations")
    assert json.loads(run("query", "kind=component", "--json")[1])[0]["metadata"]["name"] == "cart"


def test_ingesting_names_what_does_not_appear(run, tmp_path):
    path = write(tmp_path, component("cart", lifecycle=None))

    status, _, aside = run("ingest", path)

    assert status == 1
    assert "component:default/cart" in aside
    assert "lifecycle" in aside


def test_ingests_for_scripts(run, tmp_path):
    status, output, _ = run("ingest", write(tmp_path, component("cart")), "--json")

    report = json.loads(output)
    assert (status, report["errors"], report["location"]) == (0, [], f"file:{tmp_path}/catalog-info.yaml")


def test_queries_as_a_table(run, tmp_path):
    run("ingest", write(tmp_path, component("cart"), component("search", type="library")))

    _, output, _ = run("query", "kind=component,spec.type=service")

    assert [line.split() for line in output.splitlines()] == [
        ["kind", "namespace", "name", "type", "owner"],
        ["Component", "default", "cart", "service", "team-a"],
        ["1", "entity"],
    ]


def test_queries_the_named_fields(run, tmp_path):
    run("ingest", write(tmp_path, component("cart", tags=["java", "checkout"])))

    assert run("query", "kind=component", "--fields", "metadata.name,metadata.tags")[1].splitlines()[1].split() == [
        "cart",
        "java,",
        "checkout",
    ]
    assert json.loads(run("query", "kind=component", "--fields", "metadata.name", "--json")[1]) == [
        {"metadata": {"name": "cart"}}
    ]


def test_queries_a_few(run, tmp_path):
    run("ingest", write(tmp_path, *(component(f"c{number}") for number in range(5))))

    assert len(json.loads(run("query", "kind=component", "--limit", "2", "--json")[1])) == 2


def test_validates_a_good_file(run, tmp_path):
    path = write(tmp_path, component("cart"), component("search"))

    assert run("validate", path) == (0, f"{path}: 2 documents, no faults\n", "")


def test_validating_names_both_faults_and_the_way_out(run, tmp_path):
    bad = {
        "kind": "API",
        "metadata": {"name": "shop-api"},
        "spec": {"type": "openapi", "lifecycle": "production", "owner": "team-a", "definition": {"openapi": "3.1.0"}},
    }

    status, output, _ = run("validate", write(tmp_path, component("cart"), bad))

    assert status == 1
    assert "API:shop-api" in output
    assert "apiVersion" in output
    assert "definition" in output


def test_validates_for_scripts(run, tmp_path):
    path = write(tmp_path, component("not fine"), component("cart"))

    status, output, _ = run("validate", path, "--json")

    report = json.loads(output)
    assert (status, report["documents"]) == (1, 2)
    [fault] = report["faults"]
    assert (fault["file"], fault["entity"]) == (str(path), "Component:not fine")


def test_validating_a_broken_file_says_where(run, tmp_path):
    status, output, _ = run("validate", write(tmp_path, component("cart"), "kind: {"))

    assert status == 1
    assert "line" in output


def test_validating_a_missing_file_says_so(run, tmp_path):
    status, output, _ = run("validate", tmp_path / "nope.yaml")

    assert (status, "cannot be read: No such file or directory" in output) == (1, True)


def test_a_descriptor_cannot_rewrite_the_terminal(run, tmp_path):
    _, output, _ = run("validate", write(tmp_path, component("cart\x1b[2J")))

    assert "\x1b[2J" not in output
