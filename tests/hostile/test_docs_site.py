"""Attacks on published documentation: other entities' files, files outside, and what authors would like to run."""

import os

import pytest

from common.identity import Identity, Restriction
from common.permissions import AllowAll, Rule, set_policy
from tests.integration.docs_world import STATIC, configure, document, fill_site, publish

pytestmark = pytest.mark.django_db

CART = f"{STATIC}/default/component/cart"
SECRET = "for nobody else"


@pytest.fixture
def root(tmp_path, settings):
    """Two published sites, and a secret beside the folder."""
    configure(settings, tmp_path / "published")
    (tmp_path / "secret").write_text(SECRET)
    for name in ("cart", "other"):
        document(name)
        publish(tmp_path / "published", fill_site(tmp_path / name, {"index.html": f"{SECRET} of {name}"}), name=name)
    return tmp_path / "published"


@pytest.mark.parametrize(
    "path",
    [
        "../other/index.html",
        "..%2fother%2findex.html",
        "%2e%2e/other/index.html",
        "%252e%252e%252fother%252findex.html",
        "..\\other\\index.html",
        "..%5cother%5cindex.html",
        "x/../../other/index.html",
        "../../../../secret",
        "/etc/passwd",
        "//etc/passwd",
        "./index.html",
        "index.html%00.css",
        ".current",
        ".versions/",
        ".lock",
        "index.html/",
        "index.html/x",
        "\udcff",
        "a" * 5000,
        "a/" * 400 + "b",
        "con\n",
    ],
)
@pytest.mark.usefixtures("root")
def test_no_address_leads_out_of_the_site(client, path):
    answer = client.get(f"{CART}/{path}" if "\udcff" not in path else f"{CART}/%ff")
    assert answer.status_code == 404
    assert SECRET.encode() not in answer.content


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    "ref", ["..%2f..%2fdefault/component/cart", "default/..%2fcomponent/cart", "default/component/%2e%2e", "%00/x/y"]
)
def test_no_entity_has_the_name_of_another_folder(client, ref):
    for route in ("static/docs", "metadata/techdocs", "metadata/entity", "sync"):
        answer = client.get(f"/api/techdocs/{route}/{ref}/index.html")
        assert answer.status_code == 404
        assert SECRET.encode() not in answer.content


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    "path", ["//evil.example/x", "\\\\evil.example", "%0d%0aSet-Cookie:x=y", "https://evil.example/"]
)
def test_redirects_stay_here(client, path):
    answer = client.get(f"{STATIC}/Default/Component/Cart/{path}")
    if answer.status_code == 301:
        assert answer["Location"].startswith(f"{CART}/")
        assert "Set-Cookie" not in answer
    else:
        assert answer.status_code == 404


def test_links_in_a_published_folder_are_not_followed(client, root, tmp_path):
    site = root / "default" / "component" / "cart"
    version = site / ".versions" / (site / ".current").read_text()
    (version / "file").symlink_to(tmp_path / "secret")
    (version / "folder").symlink_to(tmp_path)
    (version / "neighbour").symlink_to(root / "default" / "component" / "other")
    os.mkfifo(version / "pipe")
    for path in ("file", "folder/secret", "neighbour/index.html", "pipe", "folder", "folder/"):
        answer = client.get(f"{CART}/{path}")
        assert (path, answer.status_code) == (path, 404)


def test_a_link_in_the_place_of_a_site_or_its_pointer_is_not_followed(client, root):
    document("fake")
    (root / "default" / "component" / "fake").symlink_to(root / "default" / "component" / "other")
    assert client.get(f"{STATIC}/default/component/fake/index.html").status_code == 404
    document("odd")
    odd = fill_site(root / "default" / "component" / "odd", {".current": "../../other", "index.html": "own"})
    assert client.get(f"{STATIC}/default/component/odd/index.html").content == b"own"
    assert odd.is_dir()


class OnlyCart:
    """May read the entity ``cart`` and no other."""

    def decide(self, identity, permission):
        return Rule("HAS_METADATA", (("key", "name"), ("value", "cart")))


@pytest.fixture
def only_cart():
    set_policy(OnlyCart())
    yield
    set_policy(AllowAll())


@pytest.mark.usefixtures("root", "only_cart")
def test_the_documentation_of_an_entity_is_for_those_who_may_see_it(client):
    assert client.get(f"{CART}/index.html").status_code == 200
    for route, end in (
        ("static/docs", "/index.html"),
        ("metadata/entity", ""),
        ("metadata/techdocs", ""),
        ("sync", ""),
    ):
        denied = client.get(f"/api/techdocs/{route}/default/component/other{end}")
        assert (route, denied.status_code) == (route, 404)
        assert SECRET.encode() not in denied.content
        missing = client.get(f"/api/techdocs/{route}/default/component/nobody{end}")
        assert denied.json()["error"]["message"] == missing.json()["error"]["message"].replace("nobody", "other")


@pytest.mark.usefixtures("root", "only_cart")
def test_a_redirect_does_not_tell_what_there_is(client):
    for ref in ("Default/Component/Other", "Default/Component/Nobody"):
        assert client.get(f"{STATIC}/{ref}/index.html").status_code == 404
        assert client.get(f"{STATIC}/{ref.lower()}").status_code == 404


@pytest.mark.usefixtures("root")
def test_a_token_that_may_not_read_the_catalog_reads_no_documentation(rf):
    from common.errors import NotAllowedError
    from docs_site.api import read_static

    request = rf.get("/")
    request.identity = Identity("service", "ci", restrictions={"techdocs": Restriction()})
    with pytest.raises(NotAllowedError):
        read_static(request, "index.html", namespace="default", kind="component", name="cart")
