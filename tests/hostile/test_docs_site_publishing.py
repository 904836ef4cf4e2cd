"""Attacks by who writes documentation on the machine that builds it."""

import subprocess
import sys
from pathlib import Path

import pytest

from catalog.entity_ref import EntityRef
from common.errors import InputError
from docs_site.folder_store import FolderStore
from docs_site.publishing import build
from docs_site.publishing.publish import publish_site, publish_source
from docs_site.settings import DocsSettings
from tests.integration.docs_world import fill_site

SECRET = "for nobody else"
CART = EntityRef("component", "default", "cart")


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.md"
    path.write_text(SECRET)
    return path


def publish(tmp_path, files, link=None):
    """Build and publish this source. Returns all that was published, in one text."""
    source = fill_site(tmp_path / "source", files)
    if link:
        (source / link[0]).symlink_to(link[1])
    root = tmp_path / "published"
    publish_source(
        source,
        CART,
        settings=DocsSettings(folder=root),
        store=FolderStore(root),
        on_line=lambda line: None,
        on_progress=lambda done, of: None,
    )
    return "".join(path.read_text(errors="replace") for path in root.rglob("*.html"))


@pytest.mark.parametrize(
    "page",
    [
        '--8<-- "{path}"',
        '--8<-- "../secret.md"',
        '--8<-- "docs/../../secret.md"',
        '```plantuml source="{path}"\n```',
        "```plantuml\n@startuml\n!include {path}\nA -> B\n@enduml\n```",
        '```graphviz dot a.svg\ndigraph {{ a [image="{path}"] }}\n```',
        "![x]({path})",
        "---\ntemplate: {path}\n---\nx",
    ],
)
def test_a_page_shows_no_file_from_outside(tmp_path, secret, page):
    try:
        published = publish(tmp_path, {"docs/index.md": page.format(path=secret)})
    except InputError as error:
        published = str(error)
    assert SECRET not in published


@pytest.mark.parametrize("name", ["docs/a.md", "docs/folder", "link"])
def test_links_out_of_the_source_are_refused(tmp_path, secret, name):
    target = secret.parent if name == "docs/folder" else secret
    with pytest.raises(InputError, match=f"The link '{name}' leads out of the folder, please remove it"):
        publish(tmp_path, {"docs/index.md": "x"}, link=(name, target))


def test_a_link_in_a_hidden_folder_leads_nowhere(tmp_path, secret):
    (tmp_path / "source" / ".hidden").mkdir(parents=True)
    files = {"docs/index.md": '--8<-- ".hidden/link"'}
    with pytest.raises(InputError, match=r"reading is refused: .* is outside of the documentation"):
        publish(tmp_path, files, link=(".hidden/link", secret))


@pytest.mark.parametrize(
    "config",
    [
        "hooks: [evil.py]",
        "site_name: !ENV HOME",
        "site_name: !!python/object/apply:os.system ['touch evil']",
        "INHERIT: ../mkdocs.yml",
        "docs_dir: ..",
        "docs_dir: /etc",
        "theme: {name: material, custom_dir: ..}",
        "nav: [{A: '!include ../mkdocs.yml'}]",
        "plugins: [{exec: {}}]",
    ],
)
def test_a_configuration_that_runs_something_is_refused(tmp_path, config):
    with pytest.raises(InputError):
        publish(tmp_path, {"mkdocs.yml": config, "docs/index.md": "x", "evil.py": "open('evil', 'w')"})
    assert not list(tmp_path.rglob("evil"))
    assert not (tmp_path / "published").exists()


def test_redirects_write_nothing_outside_of_the_site(tmp_path):
    config = "plugins: [{redirects: {redirect_maps: {'../../../../evil.md': index.md}}}]"
    with pytest.raises(InputError):
        publish(tmp_path, {"mkdocs.yml": config, "docs/index.md": "x"})
    assert not list(tmp_path.rglob("evil*"))


def test_the_environment_of_the_server_is_not_that_of_the_build(monkeypatch):
    monkeypatch.setenv("CALLBOARD_TEST_SECRET", SECRET)
    assert SECRET not in str(build._environment(Path("/nowhere")))


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import os; os.system('true')",
        "import subprocess; subprocess.run(['sh', '-c', 'true'])",
        "import subprocess; subprocess.run(['/bin/cat', '/etc/hostname'])",
        "import os; os.fork()",
        "open('/etc/hostname')",
        "open('{work}/../outside', 'w')",
        "import os; os.mkdir('{work}/../outside')",
        "import os; os.symlink('/etc', '{work}/link'); open('{work}/link/hostname')",
    ],
)
def test_the_fence_keeps_out_what_no_documentation_needs(tmp_path, code):
    (tmp_path / "work").mkdir()
    work = tmp_path / "work"
    fenced = (
        f"import sys; sys.path.insert(0, {str(build.CHILD.parent)!r}); from pathlib import Path\n"
        f"from mkdocs_child import build_fence\nsys.addaudithook(build_fence(Path({str(work)!r}), Path({str(work)!r})))\n"
        f"{code.format(work=work)}\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", fenced], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "FenceError" in done.stderr
    assert not (tmp_path / "outside").exists()


def test_links_in_a_built_site_are_refused(tmp_path, secret):
    site = fill_site(tmp_path / "site", {"index.html": "x"})
    root = tmp_path / "published"
    for name, target in (("file.html", secret), ("folder", tmp_path)):
        (site / name).symlink_to(target)
        with pytest.raises(InputError, match=f"'{name}' is a link, please put the file itself there"):
            publish_site(
                site, CART, settings=DocsSettings(root), store=FolderStore(root), on_progress=lambda done, of: None
            )
        (site / name).unlink()


@pytest.mark.parametrize("name", ["a\\b.html", "a%2fb.html", "line\nbreak.html"])
def test_names_that_could_be_taken_for_paths_are_refused(tmp_path, name):
    site = fill_site(tmp_path / "site", {"index.html": "x", name: "y"})
    root = tmp_path / "published"
    with pytest.raises(InputError, match="is no name that can be served, please rename the file"):
        publish_site(
            site, CART, settings=DocsSettings(root), store=FolderStore(root), on_progress=lambda done, of: None
        )


def test_a_folder_without_a_page_is_no_site(tmp_path):
    with pytest.raises(InputError, match=r"There is no index\.html in"):
        publish_site(
            fill_site(tmp_path / "site", {"x.html": "x"}),
            CART,
            settings=DocsSettings(tmp_path),
            store=FolderStore(tmp_path),
            on_progress=lambda done, of: None,
        )


def test_without_mkdocs_the_error_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"install it with pip install 'callboard\[docs\]', or publish a site"):
        publish(tmp_path, {"docs/index.md": "x"})


def test_a_build_that_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "SECONDS", 0)
    with pytest.raises(InputError, match="MkDocs could not build the documentation"):
        publish(tmp_path, {"docs/index.md": "x"})
    assert not (tmp_path / "published").exists()
