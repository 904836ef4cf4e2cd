"""A built Backstage frontend at the root: ``callboard.app.staticDir``."""

import json

import pytest

from common.app_config import AppConfig
from common.app_config.error import ConfigError
from config.app_frontend import find_file, frontend_folder
from config.frontend_config import SCRIPT
from tests.integration.queries_world import make_entity, write

pytestmark = pytest.mark.django_db

PAGE = '<!doctype html><head><script type="backstage.io/config">[]</script></head><body>the app</body>'
SECRET = "for nobody else"


@pytest.fixture
def dist(tmp_path):
    dist = tmp_path / "dist"
    (dist / "static").mkdir(parents=True)
    for name, text in {
        "index.html": PAGE,
        ".config-schema.json": json.dumps(
            {"schemas": [{"value": {"properties": {"app": {"deepVisibility": "frontend"}}}}]}
        ),
        "manifest.json": "{}",
        "static/main.0123456789ab.js": "run()",
        "static/plain.js": "run()",
    }.items():
        (dist / name).write_text(text)
    (tmp_path / "secret").write_text(SECRET)
    (dist / "link.txt").symlink_to(tmp_path / "secret")
    (dist / "static" / "folder").symlink_to(tmp_path)
    return dist


@pytest.fixture
def config(dist, settings):
    """The auth policy is on."""
    settings.APP_CONFIG = AppConfig.from_dict(
        {
            "app": {"title": "Portal"},
            "backend": {"baseUrl": "http://localhost:7007/"},
            "integrations": {"github": [{"host": "github.com", "token": SECRET}]},
            "callboard": {"app": {"staticDir": "dist"}, "secretKey": SECRET},
        },
        dist.parent,
    )
    return settings.APP_CONFIG


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize("path", ["/", "/index.html", "/catalog", "/catalog/default/component/cart", "/create", "/x.y"])
def test_every_address_of_the_app_has_its_page(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "the app" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, max-age=0"
    assert answer["X-Frame-Options"] == "DENY"
    assert "script-src 'self' 'unsafe-eval';" in answer["Content-Security-Policy"]
    assert "connect-src 'self' http://localhost:7007 ws://localhost:7007" in answer["Content-Security-Policy"]


@pytest.mark.usefixtures("config")
def test_the_page_has_what_a_browser_may_see_of_the_configuration(client):
    html = client.get("/").content.decode()
    assert json.loads(SCRIPT.search(html)[1])[-1]["data"] == {
        "app": {"title": "Portal", "baseUrl": "http://localhost:7007"},
        "backend": {"baseUrl": "http://localhost:7007"},
    }
    assert SECRET not in html


@pytest.mark.usefixtures("config")
def test_assets_are_kept_for_ever_if_their_name_says_what_is_in_them(client):
    hashed, plain, manifest = map(client.get, ("/static/main.0123456789ab.js", "/static/plain.js", "/manifest.json"))
    assert (hashed.content, hashed["Content-Type"]) == (b"run()", "text/javascript; charset=utf-8")
    assert hashed["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain["Cache-Control"] == manifest["Cache-Control"] == "public, max-age=3600"
    assert client.get("/static/gone.0123456789ab.js").status_code == 404


@pytest.mark.usefixtures("config")
def test_a_new_build_is_served_at_once(client, dist):
    client.get("/")
    (dist / "index.html").write_text(PAGE.replace("the app", "the next app"))
    assert "the next app" in client.get("/").content.decode()


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    "path",
    [
        "/../secret",
        "/%2e%2e/secret",
        "/static/../../secret",
        "/static/..%2f..%2fsecret",
        "/..\\secret",
        "/link.txt",
        "/static/folder/secret",
        "/.config-schema.json",
        "/static/%00",
        "//etc/passwd",
        "/" + "a/" * 2000,
    ],
)
def test_no_address_leads_out_of_the_folder(client, path):
    answer = client.get(path)
    assert answer.status_code in (200, 404)
    assert SECRET not in answer.content.decode()
    assert "schemas" not in answer.content.decode()
    assert b"root:" not in answer.content


@pytest.mark.usefixtures("config")
def test_everything_of_ours_stays_where_it_is_behind_the_policy(client):
    for path in ("/api/catalog/entities", "/callboard/", "/callboard", "/metrics", "/api/nothing"):
        assert client.get(path).status_code == 401, path
    assert client.get("/admin/login/").status_code == 200
    style = client.get("/static/admin/css/base.css")
    assert style.status_code == 200
    style.close()
    assert client.post("/catalog").status_code == 405


@pytest.mark.usefixtures("config")
def test_our_pages_are_below_a_folder_of_their_own(client, settings):
    data = {**settings.APP_CONFIG.data, "backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}}
    settings.APP_CONFIG = AppConfig.from_dict(data, settings.APP_CONFIG.base_dir("callboard.app.staticDir"))
    write(make_entity("cart", type="service"))
    for path in ("/callboard/", "/callboard/create", "/callboard/tasks", "/callboard/entities/component/default/cart"):
        html = client.get(path, headers={"Accept": "text/html"}).content.decode()
        assert "Callboard" in html
        links = {link.split('"')[0] for link in html.split('href="')[1:]}
        ours = {link for link in links if link.startswith("/") and not link.startswith("/api/")}
        assert ours
        assert all(link.startswith("/callboard/") for link in ours), ours
    assert client.get("/callboard").headers["Location"] == "/callboard/"
    assert client.get("/callboard/entities/component/default/cart").status_code == 200


def test_without_the_setting_the_root_is_ours(client, settings):
    settings.APP_CONFIG = AppConfig.from_dict({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})
    assert b'href="/create"' in client.get("/").content


@pytest.mark.parametrize("name", ["nothing", "."])
def test_a_folder_without_a_frontend_is_an_error(tmp_path, name):
    config = AppConfig.from_dict({"callboard": {"app": {"staticDir": name}}}, tmp_path)
    with pytest.raises(
        ConfigError, match=r"callboard\.app\.staticDir: got '.*', expected the folder of a built frontend"
    ):
        frontend_folder(config)


def test_a_broken_schema_is_an_error_and_not_a_leak(dist):
    (dist / ".config-schema.json").write_text("{}")
    config = AppConfig.from_dict({"callboard": {"app": {"staticDir": "dist"}}}, dist.parent)
    with pytest.raises(ConfigError, match="has another form than Backstage's"):
        frontend_folder(config)


def test_folders_are_no_files(dist):
    assert find_file(dist, "/static") is None
    assert find_file(dist, "/manifest.json") == dist / "manifest.json"
