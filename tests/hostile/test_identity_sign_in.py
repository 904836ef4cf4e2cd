"""Attacks on signing in: forged answers, forged tokens, borrowed e-mails, other sites' pages and hostile providers."""

import base64
import hmac
import json
import time
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client

from common.app_config import AppConfig
from common.errors import ServiceUnavailableError
from identity.sign_in.oidc import OidcProvider, OidcSettings
from identity.sign_in.provider import FlowSecrets
from identity.sign_in.settings import SignInSettings
from identity.sign_in.state import SignInState
from tests.fakes.server import Response
from tests.fakes.sign_in import CLIENT_SECRET, FakeGithubSignIn, FakeOidc, private_key
from tests.integration.queries_world import make_entity, write
from tests.integration.sign_in_world import ALICE, APP, BY_EMAIL, XHR, SignInWorld, message_of, write_alice

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]
EVIL = "https://evil.example.org"


@pytest.fixture
def oidc():
    with FakeOidc() as fake:
        yield fake


@pytest.fixture
def github():
    with FakeGithubSignIn() as fake:
        yield fake


@pytest.fixture
def world(settings, oidc):
    write_alice()
    return SignInWorld(settings, oidc)


def refused(page, *statuses) -> str:
    """The popup's error; nobody is signed in, and no page but the app's is told anything."""
    message, origin = message_of(page)
    assert page.status_code in (statuses or (401, 403)), page.content
    assert sorted(message) == ["error", "type"]
    assert origin == APP
    assert not any(cookie.value for cookie in page.cookies.values())
    return message["error"]["message"]


def test_the_honest_sign_in_works_or_the_rest_proves_nothing(world):
    message, _ = message_of(world.sign_in())
    assert message["response"]["backstageIdentity"]["identity"]["userEntityRef"] == ALICE


# ---------------------------------------------------------------------- state and nonce


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(world):
    """The attacker signs in as himself, and has the victim's browser end it."""
    parameters = world.fake.consent(world.start()["Location"])
    world.client = Client()
    assert refused(world.come_back(parameters), 403) == "Auth response is missing cookie nonce"
    world.start()
    assert refused(world.come_back(parameters), 403) == "Invalid nonce"
    assert not any(request.path == "/token" for request in world.fake.requests)


def test_an_answer_counts_once(world):
    parameters = world.fake.consent(world.start()["Location"])
    assert world.come_back(parameters).status_code == 200
    assert refused(world.come_back(parameters), 403) == "Auth response is missing cookie nonce"


@pytest.mark.parametrize(
    "state",
    [
        "",
        "zz",
        "00ff",
        b"env=development".hex(),
        b"nonce=abc".hex(),
        b"env=&nonce=abc".hex(),
        ("a" * 40_000),
        b"nonce=\xff&env=development".hex(),
        (b"a=b&" * 1000).hex(),
    ],
)
def test_a_state_that_is_none_is_refused_in_the_shape_of_errors(world, state):
    response = world.come_back({"code": "x", "state": state})
    assert response.status_code == 403
    assert response.json()["error"]["name"] == "NotAllowedError"
    assert response.json()["response"] == {"statusCode": 403}


def test_a_state_of_another_environment_is_not_this_ones(world):
    nonce = world.start().cookies["oidc-nonce"].value
    response = world.come_back({"code": "x", "state": SignInState(nonce, "production").encode()})
    assert response.status_code == 404


def test_a_code_that_was_stolen_from_another_sign_in_is_refused(world, settings):
    """PKCE: the code belongs to the one who asked for it, whoever has it."""
    stolen = world.fake.consent(world.start()["Location"])["code"]
    own = world.fake.consent(world.start()["Location"])
    assert refused(world.come_back({**own, "code": stolen}), 401) == "The identity provider refused: That will not do"


def test_an_answer_of_another_provider_is_refused(world):
    parameters = world.fake.consent(world.start()["Location"])
    assert "another identity provider" in refused(world.come_back({**parameters, "iss": EVIL}), 401)


def test_an_answer_without_a_code_is_refused(world):
    parameters = world.fake.consent(world.start()["Location"])
    del parameters["code"]
    refused(world.come_back(parameters), 400)


# ---------------------------------------------------------------------- ID tokens


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": "somebody-else"}, id="wrong audience"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"aud": ["callboard", "somebody-else"], "azp": "somebody-else"}, id="for another party"),
        pytest.param({"iss": EVIL}, id="wrong issuer"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"exp": int(time.time()) - 60}, id="expired"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"exp": "never"}, id="an end that is no time"),
        pytest.param({"nonce": "forged"}, id="of another sign-in"),
        pytest.param({"nonce": None}, id="of no sign-in"),
        pytest.param({"sub": None}, id="of nobody"),
        pytest.param({"sub": "bob-18"}, id="of somebody else than the user info"),
        pytest.param({"at_hash": "Zm9yZ2Vk"}, id="for another access token"),
    ],
)
def test_an_id_token_with_other_claims_is_refused(world, oidc, claims):
    oidc.id_claims = claims
    assert refused(world.sign_in(), 401)


def test_an_id_token_of_an_unknown_key_is_refused(world, oidc):
    oidc.key = private_key("attacker")
    assert "no key of the identity provider has signed it" in refused(world.sign_in(), 401)
    oidc.key_id = "made-up"
    assert "no key of the identity provider has signed it" in refused(world.sign_in(), 401)


def forged(header, claims, sign) -> str:
    def segment(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    text = ".".join(segment(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{segment(sign(text.encode()))}"


@pytest.mark.parametrize("attack", ["none", "public key", "client secret", "no token", "not a token"])
def test_an_id_token_that_nobody_could_have_signed_is_refused(world, oidc, attack):
    public = private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    secret = {"public key": public, "client secret": CLIENT_SECRET.encode()}.get(attack, b"")

    def id_token(nonce):
        now = int(time.time())
        claims = {"iss": oidc.url, "aud": "callboard", "iat": now, "exp": now + 60, "nonce": nonce, "sub": "alice-17"}
        if attack == "none":
            return forged({"alg": "none", "kid": "first"}, claims, lambda text: b"")
        if attack == "no token":
            return None
        if attack == "not a token":
            return {"sub": "alice-17"}
        header = {"alg": "HS256", "kid": "first"}
        return forged(header, claims, lambda text: hmac.digest(secret, text, "sha256"))

    oidc.id_token = id_token
    assert refused(world.sign_in(), 401)


def test_a_refresh_with_a_forged_id_token_is_refused(world, oidc):
    world.sign_in()
    oidc.key = private_key("attacker")
    assert world.refresh().status_code == 401


# ---------------------------------------------------------------------- who it is


@pytest.mark.parametrize("said", [False, None, "false", "no", 0, 1, "TRUE"])
@pytest.mark.parametrize("resolver", ["emailMatchingUserEntityProfileEmail", "emailLocalPartMatchingUserEntityName"])
def test_an_email_that_is_not_verified_is_nobodys(settings, oidc, said, resolver):
    write_alice()
    oidc.user["email_verified"] = said
    world = SignInWorld(settings, oidc, signIn={"resolvers": [{"resolver": resolver}]})
    assert refused(world.sign_in(), 403) == (
        "Login failed, the identity provider does not say that it has verified the email 'alice@example.com'"
    )


@pytest.mark.parametrize(
    "user_info",
    [
        {"email_verified": False},
        {"email": "mallory@example.com", "email_verified": None},
        {"email": "mallory@example.com", "email_verified": False},
    ],
)
def test_one_word_against_an_email_is_enough(world, oidc, user_info):
    oidc.user_info = user_info
    refused(world.sign_in(), 401, 403)


def test_an_email_that_lost_its_verification_ends_the_session(world, oidc):
    world.sign_in()
    oidc.user["email_verified"] = False
    response = world.refresh()
    assert response.status_code == 401
    assert response.json()["error"]["message"].startswith("Refresh failed; caused by NotAllowedError: Login failed")


@pytest.mark.parametrize(
    "emails",
    [
        [{"email": "alice@example.com", "primary": True, "verified": False}],
        [{"email": "alice@example.com", "primary": False, "verified": True}],
        [{"email": "alice@example.com", "primary": True}],
        [],
    ],
)
def test_an_email_that_github_has_not_verified_is_nobodys(settings, github, emails):
    write_alice()
    github.user["email"] = "alice@example.com"
    github.emails = emails
    refused(SignInWorld(settings, github).sign_in(), 403)


@pytest.mark.parametrize("email", ["\u212aate@example.com", "kate@example.com\u0000", "k\u0430te@example.com"])
def test_letters_that_look_alike_are_other_letters(settings, oidc, email):
    write(make_entity("kate", kind="User", owner="", profile={"email": "kate@example.com"}))
    oidc.user["email"] = email
    for resolver in ("emailMatchingUserEntityProfileEmail", "emailLocalPartMatchingUserEntityName"):
        if email.startswith("kate") and resolver.startswith("emailLocal"):
            continue
        refused(SignInWorld(settings, oidc, signIn={"resolvers": [{"resolver": resolver}]}).sign_in(), 403)


@pytest.mark.parametrize("email", ["alice@evil.example.org", "alice@example.com@evil.example.org", "alice", "@"])
def test_an_email_of_another_domain_is_refused(settings, oidc, email):
    write_alice()
    oidc.user["email"] = email
    for resolver in ("emailMatchingUserEntityProfileEmail", "emailLocalPartMatchingUserEntityName"):
        rule = {"resolver": resolver, "allowedDomains": ["example.com"]}
        assert refused(SignInWorld(settings, oidc, signIn={"resolvers": [rule]}).sign_in(), 403) == (
            "Sign-in user email is not from an allowed domain"
        )


def test_an_email_of_two_users_is_neither_ones(world):
    write(make_entity("alice2", kind="User", owner="", profile={"email": "Alice@example.com"}))
    assert refused(world.sign_in(), 409) == "User lookup resulted in multiple matches"


@pytest.mark.parametrize(
    "username", ["default/alice", "user:default/alice", "../alice", "alice\n", "alice ", "", "a" * 300, "ALICE\u0130"]
)
def test_a_username_is_a_name_and_no_reference(settings, oidc, username):
    write_alice()
    oidc.user["preferred_username"] = username
    rule = {
        "resolver": "preferredUsernameMatchingUserEntityName",
        "dangerouslyAllowSignInWithoutUserInCatalog": True,
    }
    refused(SignInWorld(settings, oidc, signIn={"resolvers": [rule]}).sign_in(), 403)


def test_ids_are_compared_by_the_letter(settings, oidc):
    write_alice()
    oidc.user["sub"] = "ALICE-17"
    rule = {"resolver": "oidcSubClaimMatchingKeycloakUserId"}
    refused(SignInWorld(settings, oidc, signIn={"resolvers": [rule]}).sign_in(), 403)


def test_only_users_are_users(settings, oidc):
    write(make_entity("alice", kind="Component", profile={"email": "alice@example.com"}))
    refused(SignInWorld(settings, oidc).sign_in(), 403)


# ---------------------------------------------------------------------- pages of other sites

STRANGERS = [
    EVIL,
    "//evil.example.org",
    "/\\evil.example.org",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://localhost:3000.evil.example.org/",
    "http://localhost:3000@evil.example.org/",
    "http://alice:x@localhost:3000/",
    "http://localhost:30000/",
    "https://localhost:3000/",
    "http:evil.example.org",
    "http://evil.example.org\\@localhost:3000/",
    "https://evil.example.org/https://a.example.com",
    "https://example.com.evil.example.org",
    "catalog",
    "",
    APP + "/" + "a" * 3000,
]


@pytest.mark.parametrize("url", STRANGERS)
def test_the_way_back_leads_to_no_stranger(world, url):
    response = world.start(flow="redirect", redirectUrl=url)
    assert response.status_code == 403
    assert response.json()["error"]["name"] == "NotAllowedError"


@pytest.mark.parametrize("url", STRANGERS)
@pytest.mark.parametrize("ends_well", [True, False])
def test_nor_does_a_state_with_the_right_nonce(world, url, ends_well):
    started = world.start()
    parameters = world.fake.consent(started["Location"])
    nonce = started.cookies["oidc-nonce"].value
    state = SignInState(nonce, "development", redirectUrl=url, flow="redirect", scope="openid").encode()
    change = {} if ends_well else {"error": "access_denied"}
    refused(world.come_back({**parameters, **change, "state": state}), 400, 401, 403)


def test_a_state_of_nobody_redirects_nowhere(world):
    state = SignInState("forged", "development", redirectUrl=f"{APP}/x", flow="redirect").encode()
    refused(world.come_back({"code": "x", "state": state}), 403)


@pytest.mark.parametrize("origin", [EVIL, "https://example.com.evil.example.org", "null", "", "file:///etc/passwd"])
def test_a_stranger_cannot_have_himself_told(world, origin):
    response = world.start(origin=origin)
    assert response.status_code in (400, 403)
    started = world.start()
    parameters = world.fake.consent(started["Location"])
    state = SignInState(started.cookies["oidc-nonce"].value, "development", origin=origin or EVIL).encode()
    refused(world.come_back({**parameters, "state": state}), 400, 403)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_session_is_not_refreshed_for_other_sites(world, method):
    world.sign_in()
    url = "/api/auth/oidc/refresh?env=development"
    for headers in ({}, {"X-Requested-With": "fetch"}):
        response = world.client.generic(method, url, headers=headers)
        assert (response.status_code, response.json()["error"]) == (
            401,
            {"name": "AuthenticationError", "message": "Invalid X-Requested-With header"},
        )
    for origin in (EVIL, "null"):
        response = world.client.generic(method, url, headers={**XHR, "Origin": origin})
        assert (response.status_code, response.json()["error"]["message"]) == (403, f"Origin '{origin}' is not allowed")
    assert world.refresh(Origin=APP).status_code == 200


def test_nor_ended_by_them(world):
    world.sign_in()
    assert world.client.post("/api/auth/oidc/logout?env=development").status_code == 401
    assert world.logout(Origin=EVIL).status_code == 403
    assert world.client.get("/api/auth/oidc/logout?env=development", headers=XHR).status_code == 404
    assert world.fake.revoked == []
    assert world.refresh().status_code == 200


def test_words_of_the_provider_run_in_no_page(world):
    words = "');alert(1)//</script><script>alert(2)</script>'\"\u2028"
    parameters = world.fake.consent(world.start()["Location"])
    page = world.come_back({"error": "x", "error_description": words, "state": parameters["state"]})
    text = page.content.decode()
    assert "');alert" not in text
    assert text.count("<script>") == 1
    assert words in refused(page, 401)


# ---------------------------------------------------------------------- cookies


def test_a_refresh_cookie_of_another_environment_or_provider_goes_nowhere(settings, oidc, github):
    """The refresh token of one provider would be sent to the other's server."""
    write_alice()
    world = SignInWorld(settings, oidc)
    world.sign_in()
    cookie = world.client.cookies["oidc-refresh-token"].value
    data = dict(settings.APP_CONFIG.data)
    development = data["auth"]["providers"]["oidc"]["development"]
    providers = {
        "oidc": {"development": development, "production": development},
        "github": {"development": {"clientId": "a", "clientSecret": "b", "enterpriseInstanceUrl": github.url}},
    }
    settings.APP_CONFIG = AppConfig.from_dict({**data, "auth": {**data["auth"], "providers": providers}})
    asked = len(oidc.requests)
    assert world.refresh("env=production").status_code == 401
    world.client.cookies["github-refresh-token"] = cookie
    assert world.client.get("/api/auth/github/refresh?env=development", headers=XHR).status_code == 401
    assert (len(oidc.requests), github.requests) == (asked, [])
    assert world.refresh().status_code == 200


@pytest.mark.parametrize(
    "change", [lambda v: v[:-1], lambda v: "A" + v[1:], lambda v: "", lambda v: "\u00fc", lambda v: "x"]
)
def test_a_refresh_cookie_that_was_changed_is_none(world, change):
    world.sign_in()
    cookie = world.client.cookies["oidc-refresh-token"]
    world.client.cookies["oidc-refresh-token"] = change(cookie.value)
    assert world.refresh().status_code == 401


def test_a_raw_refresh_token_is_none(world):
    world.sign_in()
    world.client.cookies["oidc-refresh-token"] = next(iter(world.fake.refresh_tokens))
    assert world.refresh().status_code == 401


# ---------------------------------------------------------------------- hostile and broken providers


def test_a_provider_that_redirects_is_not_followed(world, oidc):
    started = world.start()
    oidc._token = lambda request: Response(307, headers={"Location": f"{oidc.url}/elsewhere"})
    refused(world.come_back(oidc.consent(started["Location"])), 401)
    assert not any(request.path == "/elsewhere" for request in oidc.requests)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b'"x"', b"{", b"[" * 10_000, b'{"access_token": 5}', b'{"access_token": ""}', b"x" * 600_000],
)
@pytest.mark.parametrize("status", [200, 500])
def test_odd_answers_sign_nobody_in(world, oidc, content, status):
    started = world.start()
    oidc._token = lambda request: Response(status, content, {"Content-Type": "application/json"})
    message = refused(world.come_back(oidc.consent(started["Location"])), 401)
    assert CLIENT_SECRET not in message


@pytest.mark.parametrize("said", [b"", b"[]", b"null", b'{"sub": 5}', b'{"sub": ""}', b"{}", b"x" * 600_000])
def test_odd_user_infos_sign_nobody_in(world, oidc, said):
    oidc._user_info = lambda request: Response(200, said)
    refused(world.sign_in(), 401)


def provider_with(metadata_url, answer) -> OidcProvider:
    settings = OidcSettings(
        metadata_url, "callboard", CLIENT_SECRET, "http://localhost:7007/api/auth/oidc/handler/frame"
    )
    return OidcProvider(settings, transport=httpx.MockTransport(answer))


GOOD = {
    "issuer": "https://login.example.com",
    "authorization_endpoint": "https://login.example.com/authorize",
    "token_endpoint": "https://login.example.com/token",
    "jwks_uri": "https://login.example.com/jwks",
}


@pytest.mark.parametrize(
    "change",
    [
        {"token_endpoint": "http://login.example.com/token"},
        {"jwks_uri": "http://login.example.com/jwks"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": None},
        {"token_endpoint": ["https://login.example.com/token"]},
        {"userinfo_endpoint": "file:///etc/passwd"},
        {"issuer": 5},
    ],
)
def test_metadata_that_lead_out_of_tls_are_refused(change):
    provider = provider_with(
        "https://login.example.com/.well-known/openid-configuration",
        lambda request: httpx.Response(200, json={**GOOD, **change}),
    )
    with pytest.raises(ServiceUnavailableError):
        provider.start_url(scope="openid", state="x", secrets=FlowSecrets("v" * 43, "n" * 43))


def test_the_secret_is_in_no_representation_and_goes_to_no_metadata_service(settings, caplog):
    config = {
        "oidc": {
            "development": {
                "metadataUrl": "http://169.254.169.254/latest",
                "clientId": "callboard",
                "clientSecret": CLIENT_SECRET,
            }
        }
    }
    settings.APP_CONFIG = AppConfig.from_dict({"auth": {"providers": config}})
    assert CLIENT_SECRET not in repr(SignInSettings.from_app_config(settings.APP_CONFIG))
    response = Client().get("/api/auth/oidc/start?env=development")
    assert response.status_code == 503
    assert "metadata service" in response.json()["error"]["message"]
    assert CLIENT_SECRET not in caplog.text


@pytest.mark.parametrize("path", ["start", "refresh", "logout", "handler/frame"])
@pytest.mark.parametrize("env", ["", "production", "__proto__", "development.clientId", "\x00", quote("ü")])
def test_odd_environments_are_answered_with_an_error(world, path, env):
    method = world.client.post if path == "logout" else world.client.get
    response = method(f"/api/auth/oidc/{path}?{urlencode({'env': env})}", headers=XHR)
    assert response.status_code in (400, 403, 404)
    assert set(response.json()) == {"error", "request", "response"}


def test_the_state_tells_no_secret(world, settings):
    asked = dict(parse_qsl(urlsplit(world.start()["Location"]).query))
    text = bytes.fromhex(asked["state"]).decode()
    assert asked["nonce"] not in text
    assert settings.SECRET_KEY not in text
    assert set(dict(parse_qsl(text))) == {"nonce", "env", "scope"}
    assert BY_EMAIL[0]["resolver"] not in text
