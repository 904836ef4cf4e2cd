"""Attacks by templates, skeletons, archives and inputs on the files of the machine, one each."""

import io
import time
import zipfile

import httpx
import pytest

from common.app_config import AppConfig
from common.errors import CallboardError, InputError, NotAllowedError
from integrations.reading import UrlReader
from integrations.registry import ScmIntegrations
from scaffolder.actions.action import TemplateInfo
from scaffolder.actions.fetch import ACTIONS, cookiecutter_program
from scaffolder.actions.fs.path_patterns import PathPatterns
from scaffolder.actions.registry import find_action
from scaffolder.actions.tools import Tools
from scaffolder.workspace.workspace import Workspace
from tests.unit.integrations.git_world import make_repository
from tests.unit.integrations.loopback import git_backend, http_server, port_of
from tests.unit.scaffolder.action_world import run_action

BY_ID = {action.id: action for action in ACTIONS}
SECRET = "this is nobody's business"


@pytest.fixture
def beside(tmp_path):
    """A folder with a template, and a secret file next to that folder."""
    folder = tmp_path / "templates"
    (folder / "skeleton").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text(SECRET)
    return folder


@pytest.fixture
def run(beside, tmp_path):
    """Runs an action in a workspace that lies next to the secret, too."""

    def run(action_id, input, **options):
        (tmp_path / "workspace").mkdir(exist_ok=True)
        template = TemplateInfo("template:default/t", (beside / "template.yaml").as_uri(), {})
        workspace = Workspace(tmp_path / "workspace")
        return run_action(find_action(action_id), input, template=template, workspace=workspace, **options)

    return run


@pytest.mark.parametrize("url", ["../secret.txt", "./skeleton/../../secret.txt", "/etc/passwd", "..", "skeleton/../.."])
@pytest.mark.parametrize("action_id", ["fetch:plain", "fetch:plain:file", "fetch:template"])
def test_a_relative_url_does_not_climb_out_of_the_templates_folder(action_id, url, run):
    given = {"url": url} | ({"targetPath": "x"} if action_id.endswith("file") else {})
    with pytest.raises(NotAllowedError, match="outside its parent"):
        run(action_id, given)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "FILE:///etc", "git+file:///srv/secret//x@main"])
def test_an_absolute_url_of_this_machine_is_refused(url, run):
    with pytest.raises(NotAllowedError, match="is not allowed"):
        run("fetch:plain", {"url": url})


def test_links_in_a_skeleton_are_not_followed(run, beside, tmp_path):
    (beside / "skeleton/file").symlink_to(tmp_path / "secret.txt")
    (beside / "skeleton/folder").symlink_to(tmp_path)
    (beside / "skeleton/a.txt").write_text("A")

    assert run("fetch:plain", {"url": "./skeleton"}).files == {"a.txt": b"A"}
    assert run("fetch:template", {"url": "./skeleton", "targetPath": "t"}).files["t/a.txt"] == b"A"
    for url in ("./skeleton/file", "./skeleton/folder/secret.txt"):
        with pytest.raises(NotAllowedError, match="link"):
            run("fetch:plain:file", {"url": url, "targetPath": "x"})


@pytest.mark.parametrize("name", ["../../evil", "../workspace2/evil", "a/../../../evil"])
def test_a_rendered_path_does_not_climb_out_of_the_target(name, run, beside, tmp_path):
    (beside / "skeleton/${{ values.name }}").write_text("evil")

    with pytest.raises(NotAllowedError, match="outside its parent"):
        run("fetch:template", {"url": "./skeleton", "values": {"name": name}, "targetPath": "t"})

    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.txt", "templates", "workspace"]


@pytest.mark.parametrize("name", ["a\0b", "x" * 300, "/".join("x" * 3000)])
def test_a_rendered_path_that_is_none(name, run, beside):
    (beside / "skeleton/${{ values.name }}").write_text("evil")
    with pytest.raises(InputError):
        run("fetch:template", {"url": "./skeleton", "values": {"name": name}})


@pytest.mark.parametrize(
    ("action_id", "more"),
    [
        ("fetch:plain", {"url": "./skeleton", "targetPath": "link"}),
        ("fetch:template", {"url": "./skeleton", "targetPath": "link"}),
        ("fetch:plain:file", {"url": "./skeleton/secret.txt", "targetPath": "link/secret.txt"}),
        ("fetch:template:file", {"url": "./skeleton/secret.txt", "targetPath": "link/secret.txt", "replace": True}),
        ("catalog:write", {"filePath": "link/secret.txt", "entity": {"kind": "X"}}),
        ("fs:rename", {"files": [{"from": "a.txt", "to": "link/secret.txt", "overwrite": True}]}),
        ("fs:readdir", {"paths": ["link"]}),
    ],
)
def test_nothing_goes_through_a_link_in_the_workspace(action_id, more, run, beside, tmp_path):
    (beside / "skeleton/secret.txt").write_text("overwritten")
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace/a.txt").write_text("overwritten")
    (tmp_path / "workspace/link").symlink_to(tmp_path)

    with pytest.raises(NotAllowedError, match="link"):
        run(action_id, more)

    assert (tmp_path / "secret.txt").read_text() == SECRET


def test_deleting_and_listing_do_not_go_through_a_link(run, tmp_path):
    (tmp_path / "workspace").mkdir()
    (tmp_path / "workspace/link").symlink_to(tmp_path)
    (tmp_path / "workspace/file").symlink_to(tmp_path / "secret.txt")

    run("fs:delete", {"files": ["**", "link/*", "file"]})
    listed = run("fs:readdir", {"paths": ["."], "recursive": True})
    said = run("debug:log", {"listWorkspace": "with-contents"})

    assert (tmp_path / "secret.txt").read_text() == SECRET
    assert listed.outputs == {"files": [], "folders": []}
    assert SECRET not in said.log.text


def test_an_author_cannot_name_a_repository_of_this_machine_as_his_source(tmp_path):
    make_repository(tmp_path / "private", {"skeleton/secret.txt": SECRET})
    base = f"git+file://{tmp_path}/private//template.yaml@main"
    annotations = {
        "backstage.io/source-location": f"url:{base}",
        "backstage.io/managed-by-location": "url:https://github.com/team/shop/blob/main/template.yaml",
    }
    template = TemplateInfo("template:default/t", base, {"metadata": {"annotations": annotations}})

    for url in ("./skeleton", f"git+file://{tmp_path}/private//skeleton"):
        with pytest.raises(
            NotAllowedError, match="repositories on this machine may be named by the configuration only"
        ):
            run_action(BY_ID["fetch:plain"], {"url": url}, template=template)


def test_a_template_of_a_local_repository_does_not_reach_the_next_one(tmp_path):
    make_repository(tmp_path / "own", {"template.yaml": ""})
    make_repository(tmp_path / "private", {"secret.txt": SECRET})
    base = f"git+file://{tmp_path}/own//template.yaml@main"
    annotations = {"backstage.io/managed-by-location": f"url:{base}"}
    template = TemplateInfo("template:default/t", base, {"metadata": {"annotations": annotations}})

    with pytest.raises(NotAllowedError, match="named by the configuration only"):
        run_action(BY_ID["fetch:plain"], {"url": f"git+file://{tmp_path}/private//@main"}, template=template)


def guarded(folder):
    """A git server that knows alice and the platform, and nobody else."""
    answer = git_backend(folder)

    def check(request):
        if request.headers.get("authorization") not in ("token of-alice", "token of-the-platform"):
            return 401, {"WWW-Authenticate": "Basic"}, b""
        return answer(request)

    return check


@pytest.mark.loopback
def test_a_users_token_that_fails_gets_nothing_of_what_others_have_fetched(tmp_path):
    commit = make_repository(tmp_path / "repositories/team/shop.git", {"secret.txt": SECRET})
    with http_server(guarded(tmp_path / "repositories")) as server:
        host = f"127.0.0.1:{port_of(server)}"
        gitea = {"host": host, "baseUrl": f"http://{host}", "password": "of-the-platform"}
        reader = UrlReader(AppConfig.from_dict({"integrations": {"gitea": [gitea]}}), cache_dir=tmp_path / "cache")
        urls = [f"http://{host}/team/shop/src/{ref}" for ref in ("branch/main", f"commit/{commit}")]
        for url in urls:
            assert reader.read_tree(url).files[0].read() == SECRET.encode()

        for url in urls:
            with pytest.raises(CallboardError, match="asked with the given token and no other"):
                reader.read_tree(url, token="of-mallory")
            assert reader.read_tree(url, token="of-alice").files[0].read() == SECRET.encode()
        reader.close()

    assert "token of-mallory" in {headers.get("Authorization") for _, _, headers in server.seen}


def tools_with(transport, *hosts):
    config = AppConfig.from_dict({"backend": {"reading": {"allow": [{"host": host} for host in hosts]}}})
    reader = UrlReader(config, transport=transport)
    return Tools(config, reader, ScmIntegrations.from_app_config(config))


def test_a_users_token_does_not_follow_a_redirect_to_another_host():
    seen = []

    def answer(request):
        seen.append((request.url.host, request.headers.get("authorization")))
        if request.url.host == "files.example.com":
            return httpx.Response(302, headers={"Location": "https://evil.example.com/a.txt"})
        return httpx.Response(200, content=b"A")

    tools = tools_with(httpx.MockTransport(answer), "files.example.com", "evil.example.com")
    given = {"url": "https://files.example.com/a.txt", "targetPath": "x", "token": "t0ken"}
    run_action(BY_ID["fetch:plain:file"], given, tools=tools)

    assert seen == [("files.example.com", "Bearer t0ken"), ("evil.example.com", None)]


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/../../evil", "..\\evil"])
def test_an_archive_writes_nothing_outside_and_nothing_at_all(name, tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("good.txt", "good")
        archive.writestr(name, "evil")
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=packed.getvalue()))
    workspace = Workspace(tmp_path)

    with pytest.raises(InputError, match="no path within it"):
        run_action(
            BY_ID["fetch:plain"],
            {"url": "https://files.example.com/a.zip"},
            tools=tools_with(transport, "files.example.com"),
            workspace=workspace,
        )

    assert list(workspace.walk()) == []


def test_a_skeleton_does_not_fill_the_disk(run, beside):
    for number in range(20):
        (beside / f"skeleton/{number}").write_text("{% for i in range(10000) %}0123456789{% endfor %}")

    config = {"callboard": {"scaffolder": {"maxWorkspaceBytes": 1_000_000}}}
    with pytest.raises(InputError, match="writes more than 1000000 bytes"):
        run("fetch:template", {"url": "./skeleton"}, config=config)


@pytest.mark.parametrize(
    "pattern",
    ["*a" * 500 + "b", "{a,b}" * 200, "**/" * 300 + "b", "+(*(a)*(a))" * 90, "{" * 1000, "[" * 1000, "*" * 5000],
)
def test_patterns_take_no_time(pattern):
    path = "/".join(["a" * 200] * 15)
    started = time.thread_time()
    try:
        matches = PathPatterns([pattern]).matches(path)
    except InputError:
        matches = False
    assert not matches
    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "SecurityError"),
        ("{{ cookiecutter.__init__.__globals__ }}", "SecurityError"),
        ("{{ self._TemplateReference__context }}", "SecurityError"),
        ("{% include '/etc/passwd' %}", "TemplateNotFound"),
        ("{% include '../../../../../../etc/passwd' %}", "TemplateNotFound"),
        ("{{ 'x' * 10 ** 10 }}", "MemoryError"),
        ("{{ range(10 ** 9)|list }}", "OverflowError"),
        ("{{ 'x' * 10 ** 8 }}", "File too large|MemoryError"),
    ],
)
def test_a_skeleton_for_cookiecutter_does_not_break_out(template, said, run, beside):
    (beside / "skeleton/a.txt").write_text(template)
    with pytest.raises(InputError, match=f"cookiecutter could not render the template: .*({said})"):
        run("fetch:cookiecutter", {"url": "./skeleton", "values": {}})


@pytest.mark.parametrize("parts", ["'', 'tmp', 'callboard-evil'", "'..', '..', '..', 'callboard-evil'"])
def test_cookiecutter_writes_nothing_outside(parts, run, beside):
    (beside / f"skeleton/{{{{ [{parts}]|join('%c'|format(47)) }}}}").write_text("evil")
    with pytest.raises(InputError, match="is outside of the template and its output"):
        run("fetch:cookiecutter", {"url": "./skeleton", "values": {}})


@pytest.mark.parametrize("given", [{"extensions": ["os"]}, {"values": {"_extensions": ["os"]}}])
def test_no_input_makes_cookiecutter_import_anything(given, run, beside):
    (beside / "skeleton/a.txt").write_text("a")
    with pytest.raises(InputError, match="The extension 'os' is not allowed"):
        run("fetch:cookiecutter", {"url": "./skeleton", "values": {}, **given})


def test_hooks_run_where_the_configuration_allows_them(run, beside, tmp_path):
    (beside / "skeleton/hooks").mkdir()
    hook = "import pathlib\npathlib.Path('made-by-hook.txt').write_text('{{ cookiecutter.name }}')\nprint('hook ran')"
    (beside / "skeleton/hooks/post_gen_project.py").write_text(hook)
    (beside / "skeleton/a.txt").write_text("a")
    config = {"callboard": {"scaffolder": {"cookiecutterHooks": True}}}
    ran = run("fetch:cookiecutter", {"url": "./skeleton", "values": {"name": "cart"}}, config=config)
    assert ran.files == {"a.txt": b"a", "made-by-hook.txt": b"cart"}
    assert "hook ran" in str(ran.log.lines)

    (beside / "skeleton/hooks/post_gen_project.py").write_text("raise SystemExit(3)")
    with pytest.raises(InputError, match=r"Hook script failed \(exit status: 3\)"):
        run("fetch:cookiecutter", {"url": "./skeleton", "values": {"name": "cart"}}, config=config)


def test_no_skeleton_makes_cookiecutter_import_anything_or_run_hooks(run, beside, tmp_path):
    (beside / "skeleton/hooks").mkdir()
    (beside / "skeleton/hooks/pre_gen_project.py").write_text(f"open({str(tmp_path / 'evil')!r}, 'w')")
    run("fetch:cookiecutter", {"url": "./skeleton", "values": {}})
    assert not (tmp_path / "evil").exists()

    (beside / "skeleton/cookiecutter.json").write_text('{"_extensions": ["hooks.pre_gen_project.X"]}')
    with pytest.raises(InputError, match=r"The extension 'hooks\.pre_gen_project\.X' is not allowed"):
        run("fetch:cookiecutter", {"url": "./skeleton", "values": {}})
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("open", ("/etc/passwd", "r", 0)),
        ("open", ("/proc/self/environ", None, 0)),
        ("open", (b"/tmp/x", "w", 0)),
        ("open", ("template/../../x", "r", 0)),
        ("open", ("template/a", "w", 0)),
        ("open", ("template/a", None, 0x41)),
        ("os.rename", ("output/a", "/tmp/x", -1, -1)),
        ("os.mkdir", ("/tmp/x", 0o777, -1)),
        ("os.remove", ("template/a", -1)),
        ("os.symlink", ("a", "output/b", -1)),
        ("os.listdir", ("/etc",)),
        ("os.chdir", ("/",)),
        ("subprocess.Popen", ("sh", ["sh"], None, None)),
        ("os.system", (b"sh",)),
        ("os.exec", ("sh", ["sh"], None)),
        ("socket.__new__", (None, 2, 1, 0)),
        ("socket.getaddrinfo", ("example.com", 80, 0, 0, 0)),
        ("ctypes.dlopen", ("libc.so.6",)),
    ],
)
def test_code_that_broke_out_of_cookiecutters_sandbox_would_reach_nothing(event, arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    guard = cookiecutter_program.Guard("template", "output")

    guard("open", ("template/a", "r", 0))
    guard("open", ("output/a", "w", 0))
    with pytest.raises(PermissionError):
        guard(event, arguments)
