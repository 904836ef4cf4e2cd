"""GitHub Apps that read: for each owner with the token of where the app is installed."""

import itertools

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from common.app_config import AppConfig
from common.errors import CallboardError, NotAllowedError, NotFoundError
from integrations.hosts.errors import HostRefusedError
from integrations.hosts.github_app import APP_TOKENS, git_authorization, installations
from integrations.hosts.open import open_host
from integrations.reading import UrlReader
from integrations.scm.integration import basic_authorization
from integrations.whatwg import parse_url
from tests.fakes.server import Response
from tests.fakes.wire.github import WireGithub, WireInstallation

pytestmark = pytest.mark.loopback

APP_IDS = itertools.count(1)


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def app(key):
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return {"appId": next(APP_IDS), "clientId": "Iv1.x", "clientSecret": "c", "privateKey": pem.decode()}


@pytest.fixture
def github(app):
    with WireGithub(tokens=()) as server:
        server.repositories.add("acme", "shop")
        server.installations = [WireInstallation(3, app["appId"], "other"), WireInstallation(4, app["appId"], "Acme")]
        yield server


def test_an_app_reads_with_the_token_of_where_it_is_installed(github, app, key):
    host = open_host(github.integration(token=None, apps=[app]), "acme")

    listing = host.list_repositories("acme")
    content = host.read_content(listing.repositories[0], lambda path: True)

    assert [found.full_name for found in listing.repositories] == ["acme/shop"]
    assert set(content.files) == {"catalog-info.yaml", "README.md"}
    assert github.tokens == {"ghs_4_1"}
    asked = [request for request in github.requests if request.path == "/api/v3/app/installations"]
    claims = jwt.decode(asked[0].headers["authorization"].removeprefix("Bearer "), key.public_key(), ["RS256"])
    assert claims["iss"] == str(app["appId"])
    assert claims["exp"] - claims["iat"] < 600


def test_a_token_that_lasts_is_used_again_and_one_that_does_not_is_asked_for_anew(github, app):
    host = open_host(github.integration(token=None, apps=[app]), "acme")
    for _ in range(3):
        host.list_repositories("acme")
    assert github.tokens_given == 1

    github.token_minutes = 5
    APP_TOKENS.forget()
    for _ in range(3):
        host.find_repository("acme/shop")
    assert github.tokens_given == 4


def test_it_is_not_asked_for_each_stranger_where_the_app_is_installed(github, app):
    github.tokens.add("token")
    integration = github.integration(apps=[app])

    for number in range(20):
        git_authorization(integration, parse_url(f"{github.url}/stranger-{number}/x.git"))

    assert github.calls == 1


def test_where_an_app_was_just_installed_is_noticed_soon(github, app, monkeypatch):
    integration = github.integration(token=None, apps=[app])
    url = parse_url(f"{github.url}/new/x.git")
    assert git_authorization(integration, url) is None
    github.installations.append(WireInstallation(9, app["appId"], "new"))

    assert git_authorization(integration, url) is None
    monkeypatch.setattr("integrations.hosts.github_app.ABSENT_SECONDS", 0)
    assert git_authorization(integration, url) == basic_authorization("x-access-token", "ghs_9_1")


def test_an_app_that_was_installed_anew_has_another_number(github, app):
    github.installations.append(WireInstallation(9, app["appId"], "second"))
    integration = github.integration(token=None, apps=[app])
    git_authorization(integration, parse_url(f"{github.url}/acme/x.git"))
    github.installations[-1].id = 10

    found = git_authorization(integration, parse_url(f"{github.url}/second/x.git"))

    assert found == basic_authorization("x-access-token", "ghs_10_2")


def test_an_app_that_is_suspended_no_more_is_noticed_at_once(github, app):
    github.installations[1].suspended = True
    integration = github.integration(token=None, apps=[app])
    url = parse_url(f"{github.url}/acme/x.git")
    with pytest.raises(NotAllowedError):
        git_authorization(integration, url)
    github.installations[1].suspended = False

    assert git_authorization(integration, url) == basic_authorization("x-access-token", "ghs_4_1")


def test_a_token_that_was_taken_back_is_asked_for_anew(github, app):
    host = open_host(github.integration(token=None, apps=[app]), "acme", pause=lambda seconds: None)
    host.list_repositories("acme")
    github.tokens.clear()

    assert len(host.list_repositories("acme").repositories) == 1
    assert github.tokens_given == 2


def test_tokens_that_are_never_taken_are_not_asked_for_without_end(github, app):
    known = github.is_known
    github.is_known = lambda request: "/orgs/" not in request.path and known(request)
    host = open_host(github.integration(token=None, apps=[app]), "acme", pause=lambda seconds: None)

    with pytest.raises(HostRefusedError, match="answered 401"):
        host.list_repositories("acme")

    assert github.tokens_given == 2


def test_an_app_that_is_not_installed_at_the_owner_leaves_it_to_the_token(github, app):
    github.tokens.add("token")
    github.users.add("elsewhere")
    host = open_host(github.integration(apps=[app]), "elsewhere")

    host.list_repositories("elsewhere")

    assert github.requests[-1].headers["authorization"] == "Bearer token"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"privateKey": "nonsense"}, r"The private key of the GitHub App \d+ for .* is not a key"),
        ({}, r"The GitHub App \d+ is suspended for 'Acme' on localhost"),
    ],
)
def test_an_app_that_cannot_act_says_why(github, app, change, message):
    github.installations[1].suspended = True
    host = open_host(github.integration(token=None, apps=[{**app, **change}]), "acme")

    with pytest.raises(NotAllowedError, match=message) as caught:
        host.list_repositories("acme")

    assert "nonsense" not in str(caught.value)


def test_an_app_says_where_it_is_installed(github, app):
    integration = github.integration(token=None, apps=[{**app, "allowedInstallationOwners": ["ACME"]}])

    (found,) = installations(integration, integration.apps[0])

    assert (found.owner, found.id, found.is_suspended) == ("Acme", 4, False)


def test_git_reads_with_the_token_of_the_app(github, app):
    integration = github.integration(token=None, apps=[app])

    assert git_authorization(integration, parse_url(f"{github.url}/acme/shop.git")) == basic_authorization(
        "x-access-token", "ghs_4_1"
    )
    assert git_authorization(integration, parse_url(f"{github.url}/nobody/shop.git")) is None


def test_the_token_of_an_app_goes_to_its_own_host_only(github, app):
    integration = github.integration(token=None, apps=[app])

    for url in ("https://evil.example/acme/shop.git", f"https://x.{github.host}/acme/shop.git"):
        assert git_authorization(integration, parse_url(url)) is None
    assert github.requests == []


def test_a_file_is_read_by_git_as_the_app(github, app, tmp_path):
    section = {"host": github.host, "apiBaseUrl": f"{github.url}/api/v3", "apps": [app]}
    reader = UrlReader(AppConfig.from_dict({"integrations": {"github": [section]}}), cache_dir=tmp_path)
    seen = []
    github.answer_other = lambda request: seen.append(request.headers.get("authorization")) or Response(404)

    with pytest.raises(CallboardError):
        reader.read_url(f"{github.url}/acme/shop.git//catalog-info.yaml@main")
    reader.close()

    assert seen[0] == basic_authorization("x-access-token", "ghs_4_1")


def test_a_host_that_does_not_know_the_app_is_quoted(github, app):
    github.is_known = lambda request: False
    host = open_host(github.integration(token=None, apps=[app]), "acme")

    with pytest.raises(HostRefusedError, match=r"GET /app/installations: .* answered 401 Bad credentials; the cred"):
        host.list_repositories("acme")


def test_what_the_app_may_not_see_is_not_there(github, app):
    host = open_host(github.integration(token=None, apps=[app]), "acme")

    assert host.find_repository("acme/nothing") is None
    with pytest.raises(NotFoundError):
        host.list_repositories("nobody")
