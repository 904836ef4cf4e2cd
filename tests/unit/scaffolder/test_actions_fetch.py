"""What the fetching actions put into the workspace, and what they say. The skeletons' results are recorded ones."""

import json
import re
from pathlib import Path

import pytest
import yaml

from common.errors import CallboardError, InputError, NotAllowedError
from scaffolder.actions.action import TemplateInfo
from scaffolder.actions.errors import StepStoppedError
from scaffolder.actions.fetch import ACTIONS
from scaffolder.actions.fetch.text_or_binary import is_binary
from tests.unit.integrations.git_world import commit, make_repository
from tests.unit.scaffolder.action_world import EventStop, run_action

CONFORMANCE = Path(__file__).parents[2] / "conformance"
CASES = {case["id"]: case for case in yaml.safe_load((CONFORMANCE / "fixtures/scaffolder/fetch.yaml").read_text())}
RECORDED = json.loads((CONFORMANCE / "golden/scaffolder.json").read_text())
FAILING = ("bad-syntax", "outside", "target-outside")
BY_ID = {action.id: action for action in ACTIONS}


@pytest.fixture
def beside(tmp_path):
    """Runs an action of a template that lies beside these files."""
    folder = tmp_path / "beside"

    def run(action_id, input, files, **options):
        for path, content in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        template = TemplateInfo("template:default/t", (folder / "template.yaml").as_uri(), {})
        return run_action(BY_ID[action_id], input, template=template, **options)

    return run


def texts(ran):
    return {path: content.decode() for path, content in ran.files.items()}


@pytest.mark.parametrize("case", [id_ for id_ in CASES if id_ not in FAILING])
def test_a_skeleton_becomes_what_the_reference_made_of_it(case, beside):
    given, recorded = CASES[case], RECORDED[f"fetch {case}"]
    url_and_values = {"url": "./skeleton", "values": given["values"], **given.get("input", {})}

    ran = beside("fetch:template", url_and_values, given["files"])

    assert texts(ran) == recorded["files"]
    said = [re.sub(r"/\S*/callboard-action-\S+", "~", message) for _, message in ran.log.lines]
    assert said == recorded["said"][1:]  # the first line is the dry run's own


@pytest.mark.parametrize("case", FAILING)
def test_a_skeleton_fails_as_it_did_in_the_reference(case, beside):
    given, recorded = CASES[case], RECORDED[f"fetch {case}"]
    url_and_values = {"url": "./skeleton", "values": given["values"], **given.get("input", {})}

    with pytest.raises(CallboardError, match="^" + re.escape(recorded["message"])) as raised:
        beside("fetch:template", url_and_values, given["files"])

    assert (raised.value.name, raised.value.status) == (recorded["error"], recorded["status"])


def test_one_file_is_copied_and_rendered_as_in_the_reference(beside):
    files = {"skeleton/a.txt": "Hi ${{ values.name }}"}

    plain = beside("fetch:plain:file", {"url": "./skeleton/a.txt", "targetPath": "plain.txt"}, files)
    given = {"url": "./skeleton/a.txt", "targetPath": "made.txt", "values": {"name": "demo"}}
    made = beside("fetch:template:file", given, files)

    assert texts(plain) | texts(made) == RECORDED["flow fetch-file"]["files"]


def test_a_file_that_is_there_is_only_rendered_anew_if_that_is_asked_for(beside):
    files = {"a.txt": "${{ values.n }}"}
    given = {"url": "a.txt", "targetPath": "x", "values": {"n": 2}}

    kept = beside("fetch:template:file", given, files)
    again = beside("fetch:template:file", given | {"values": {"n": 3}}, files, workspace=kept.workspace)
    replaced = beside(
        "fetch:template:file", given | {"values": {"n": 4}, "replace": True}, files, workspace=kept.workspace
    )

    assert ("info", "File x already exists in workspace, not replacing.") in again.log.lines
    assert texts(replaced) == {"x": "4"}


def test_plain_copies_keep_bytes_executable_bits_and_empty_folders(beside, tmp_path):
    (tmp_path / "beside/skeleton/empty").mkdir(parents=True)
    files = {"skeleton/run.sh": "${{ as it is }}", "skeleton/logo.png": b"\x89PNG\x00\xff"}
    for path, content in files.items():
        (tmp_path / "beside" / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    (tmp_path / "beside/skeleton/run.sh").chmod(0o755)

    ran = beside("fetch:plain", {"url": "./skeleton", "targetPath": "app"}, {})

    found = {entry.path: (entry.is_folder, entry.is_executable) for entry in ran.workspace.walk("app")}
    assert found == {"app/empty": (True, False), "app/logo.png": (False, False), "app/run.sh": (False, True)}
    assert ran.files["app/logo.png"] == files["skeleton/logo.png"]


def test_rendered_files_keep_executable_bits(beside, tmp_path):
    beside("fetch:plain", {"url": "."}, {"skeleton/run.sh": "echo ${{ values.name }}"})
    (tmp_path / "beside/skeleton/run.sh").chmod(0o755)

    ran = beside("fetch:template", {"url": "skeleton", "values": {"name": "cart"}}, {})

    assert ran.workspace.find("run.sh").is_executable
    assert ("info", "Writing file run.sh to template output path with mode 33261.") in ran.log.lines


def test_a_single_file_can_be_copied_under_another_name(beside):
    ran = beside("fetch:plain", {"url": "./a.txt", "targetPath": "b.txt"}, {"a.txt": "A"})

    assert texts(ran) == {"b.txt": "A"}


def test_binary_files_are_copied_and_broken_text_is_mended_as_in_the_reference(beside):
    files = {
        "skeleton/b.bin": b"\x00\x01${{ values.a }}",
        "skeleton/latin.txt": b"caf\xe9 ${{ values.a }}",
        "skeleton/marked.txt": b"\xef\xbb\xbf${{ values.a }}",
    }

    ran = beside("fetch:template", {"url": "./skeleton", "values": {"a": 1}}, files)

    assert ran.files == {
        "b.bin": b"\x00\x01${{ values.a }}",
        "latin.txt": b"caf\xef\xbf\xbd 1",
        "marked.txt": b"\xef\xbb\xbf1",
    }
    assert "Copying file binary or symbolic link at b.bin, to template output path." in ran.log.text


def test_what_is_there_stays_unless_it_is_to_be_replaced(beside):
    files = {"skeleton/a.txt": "new", "skeleton/b.txt": "new"}

    ran = beside("fetch:template", {"url": "./skeleton"}, files)
    ran.workspace.write_text("a.txt", "old")
    ran.workspace.remove("b.txt")
    kept = beside("fetch:template", {"url": "./skeleton"}, files, workspace=ran.workspace)
    assert texts(kept) == {"a.txt": "old", "b.txt": "new"}

    replaced = beside("fetch:template", {"url": "./skeleton", "replace": True}, files, workspace=ran.workspace)
    assert texts(replaced) == {"a.txt": "new", "b.txt": "new"}


def test_where_two_paths_become_one_the_first_by_level_and_name_wins(beside):
    files = {"skeleton/${{ values.n }}.txt": "rendered", "skeleton/cart.txt": "plain"}

    ran = beside("fetch:template", {"url": "./skeleton", "values": {"n": "cart"}}, files)

    assert texts(ran) == {"cart.txt": "rendered"}


def test_patterns_of_files_that_are_copied(beside):
    files = {"s/d/x.txt": "${{ 1 }}", "s/d/keep.txt": "${{ 1 }}", "s/{{n}}/y": "${{ 1 }}", "s/z.md": "${{ 1 }}"}
    given = {"url": "./s", "copyWithoutTemplating": ["d", "!d/keep.txt", "{{n}}/**"]}

    ran = beside("fetch:template", given, files)

    assert texts(ran) == {"d/x.txt": "${{ 1 }}", "d/keep.txt": "1", "{{n}}/y": "${{ 1 }}", "z.md": "1"}


def test_an_old_option_without_effect_is_told(beside):
    ran = beside("fetch:template", {"url": "./s", "copyWithoutRender": ["*"]}, {"s/a": "${{ 1 }}"})

    assert texts(ran) == {"a": "1"}
    assert ("warn", "copyWithoutRender has no effect; use copyWithoutTemplating") in ran.log.lines


@pytest.mark.parametrize("other", [{"copyWithoutTemplating": []}, {"cookiecutterCompat": True}])
def test_an_extension_excludes_other_ways_to_choose(other, beside):
    message = "Fetch action input extension incompatible with copyWithoutTemplating and cookiecutterCompat"
    with pytest.raises(InputError, match=message):
        beside("fetch:template", {"url": "./s", "templateFileExtension": "njk", **other}, {"s/a": ""})


@pytest.mark.parametrize("action_id", ["fetch:plain", "fetch:template"])
def test_a_folder_that_is_not_there(action_id, beside):
    with pytest.raises(CallboardError, match=r"There is no '\./nope' beside the template"):
        beside(action_id, {"url": "./nope"}, {"a": ""})


def test_a_folder_is_no_file(beside):
    with pytest.raises(CallboardError, match=r"'\./s' beside the template is a folder, not a file"):
        beside("fetch:plain:file", {"url": "./s", "targetPath": "x"}, {"s/a": ""})


def test_a_file_is_no_skeleton(beside):
    with pytest.raises(CallboardError, match="single file, not a folder; use fetch:template:file"):
        beside("fetch:template", {"url": "./a"}, {"a": ""})


def test_a_relative_url_needs_to_know_where_the_template_is():
    with pytest.raises(InputError, match=r"template location could not be determined .* \./skeleton"):
        run_action(BY_ID["fetch:plain"], {"url": "./skeleton"})


def test_a_relative_url_needs_an_integration_for_the_template():
    base = "http://localhost:8900/tasks/templates.yaml"
    with pytest.raises(InputError, match=f"No integration found for location {base}"):
        run_action(BY_ID["fetch:plain"], {"url": "./s"}, template=TemplateInfo("template:default/t", base, {}))


def test_hosts_that_nobody_allowed_are_not_asked():
    with pytest.raises(NotAllowedError, match=r"Reading from 'https://strange\.example\.com/s' is not allowed"):
        run_action(BY_ID["fetch:plain"], {"url": "https://strange.example.com/s"})


def test_the_users_own_token_can_be_required():
    config = {"scaffolder": {"requireScmUserCredentials": True}}
    with pytest.raises(InputError, match=r"No user credentials provided for host github\.com"):
        run_action(BY_ID["fetch:plain"], {"url": "https://github.com/team/shop/tree/main"}, config=config)


def test_a_template_in_a_git_repository_brings_its_skeleton(tmp_path):
    make_repository(tmp_path / "shop", {"t/template.yaml": "", "t/skeleton/a.txt": "Hi ${{ values.name }}"})
    base = f"git+file://{tmp_path}/shop//t/template.yaml@main"
    entity = {"metadata": {"annotations": {"backstage.io/managed-by-location": f"url:{base}"}}}
    template = TemplateInfo("template:default/t", base, entity)

    rendered = run_action(BY_ID["fetch:template"], {"url": "./skeleton", "values": {"name": "cart"}}, template=template)
    copied = run_action(BY_ID["fetch:plain:file"], {"url": "skeleton/a.txt", "targetPath": "x"}, template=template)

    assert texts(rendered) == {"a.txt": "Hi cart"}
    assert texts(copied) == {"x": "Hi ${{ values.name }}"}


def test_links_in_a_repository_are_left_out_with_a_warning(tmp_path):
    folder = tmp_path / "shop"
    make_repository(folder, {"s/a.txt": "A"})
    (folder / "s/link").symlink_to("a.txt")
    commit(folder, {})
    base = f"git+file://{folder}//template.yaml@main"
    entity = {"metadata": {"annotations": {"backstage.io/managed-by-location": f"url:{base}"}}}

    ran = run_action(BY_ID["fetch:plain"], {"url": "s"}, template=TemplateInfo("template:default/t", base, entity))

    assert texts(ran) == {"a.txt": "A"}
    assert ("warn", "Left out link of s: links and submodules are not copied") in ran.log.lines


def test_a_folder_of_the_workspace_is_rendered_into_another():
    files = {"tpl/${{ values.n }}.txt": "${{ values.n }}!", "tpl/raw.txt": "${{ values.n }}"}
    given = {
        "sourcePath": "./tpl",
        "targetPath": "out",
        "values": {"n": "cart"},
        "copyWithoutTemplating": ["raw.txt"],
    }

    ran = run_action(BY_ID["workspace:template"], given, files=files)

    made = {path: text for path, text in texts(ran).items() if path.startswith("out/")}
    assert made == {"out/cart.txt": "cart!", "out/raw.txt": "${{ values.n }}"}


@pytest.mark.parametrize("target", ["tpl", "tpl/out", "./tpl/../tpl/x"])
def test_a_template_of_the_workspace_is_not_rendered_into_itself(target):
    given = {"sourcePath": "tpl", "targetPath": target, "copyWithoutTemplating": []}
    with pytest.raises(InputError, match="targetPath must not be within template path"):
        run_action(BY_ID["workspace:template"], given, files={"tpl/a": ""})


def test_a_file_of_the_workspace_is_rendered_into_another():
    given = {"sourcePath": "a.njk", "targetPath": "b/c.txt", "values": {"n": 1}}

    ran = run_action(BY_ID["workspace:template:file"], given, files={"a.njk": "${{ values.n }}"})

    assert texts(ran)["b/c.txt"] == "1"


def test_a_step_that_has_to_end_ends(beside):
    stop = EventStop()
    stop.event.set()
    with pytest.raises(StepStoppedError):
        beside("fetch:template", {"url": "./s"}, {"s/a": ""}, stop=stop)


def test_a_skeleton_for_cookiecutter(beside):
    files = {
        "s/cookiecutter.json": json.dumps({"size": ["small", "large"], "_copy_without_render": ["raw/*"]}),
        "s/{{cookiecutter.name}}/a.txt": "{{ cookiecutter.name|upper }} {{ cookiecutter.size }}",
        "s/raw/x": "{{ nothing }}",
        "s/b.bin": b"\x00{{",
    }

    ran = beside("fetch:cookiecutter", {"url": "./s", "values": {"name": "cart"}, "targetPath": "out"}, files)

    assert ran.files == {
        "out/cart/a.txt": b"CART small",
        "out/raw/x": b"{{ nothing }}",
        "out/b.bin": b"\x00{{",
        "out/cookiecutter.json": files["s/cookiecutter.json"].encode(),
    }


def test_a_skeleton_that_cookiecutter_cannot_render(beside):
    with pytest.raises(InputError, match="cookiecutter could not render the template: UndefinedVariableInTemplate"):
        beside("fetch:cookiecutter", {"url": "./s", "values": {}}, {"s/a": "{{ cookiecutter.nope }}"})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", False),
        (b"plain\ntext\r\n", False),
        ("größe 漢字 🎉".encode(), False),
        (b"a\x00b", True),
        (b"%PDF-1.7 text", True),
        (b"\xff\xfeh\x00i\x00", False),
        (b"\xef\xbb\xbf\x00", False),
        (bytes(range(128, 192)) * 4, True),
        (b"caf\xe9 is latin, but only one byte of it", False),
        (b"a" * 600 + b"\x00", False),
        (b"\x08\x01\x10\x02", True),
    ],
)
def test_what_counts_as_binary(content, expected):
    assert is_binary(content) is expected
