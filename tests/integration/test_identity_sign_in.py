"""Signing in with OpenID Connect and GitHub, from the button to the session and its end."""

import base64
import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from common.identity import Identity
from identity.settings import user_tokens
from tests.fakes.sign_in import FakeGithubSignIn, FakeOidc
from tests.integration.sign_in_world import ALICE, APP, BY_EMAIL, SignInWorld, message_of, write_alice

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]
OWNED = [ALICE, "group:default/team-a"]


@pytest.fixture
def oidc():
    with FakeOidc() as fake:
        yield fake


@pytest.fixture
def github():
    with FakeGithubSignIn() as fake:
        yield fake


def test_the_button_leads_to_the_provider(settings, oidc):
    response = SignInWorld(settings, oidc, prompt="consent").start(scope="groups", origin=APP)
    url = urlsplit(response["Location"])
    asked = dict(parse_qsl(url.query))
    state, challenge, nonce = asked.pop("state"), asked.pop("code_challenge"), asked.pop("nonce")
    cookie = response.cookies["oidc-nonce"]
    assert (response.status_code, f"{url.scheme}://{url.netloc}{url.path}") == (302, f"{oidc.url}/authorize")
    assert asked == {
        "client_id": "callboard",
        "response_type": "code",
        "redirect_uri": "http://localhost:7007/api/auth/oidc/handler/frame",
        "scope": "groups openid profile email",
        "code_challenge_method": "S256",
        "prompt": "consent",
    }
    assert dict(parse_qsl(bytes.fromhex(state).decode())) == {
        "nonce": cookie.value,
        "env": "development",
        "origin": APP,
        "scope": "groups openid profile email",
    }
    assert (cookie["path"], cookie["max-age"], cookie["httponly"]) == ("/api/auth/oidc/handler", 600, True)
    assert (cookie["samesite"], cookie["secure"]) == ("Lax", "")
    assert len(challenge) == len(nonce) == 43


@pytest.mark.parametrize(("prompt", "expected"), [({}, "none"), ({"prompt": "auto"}, None)])
def test_without_a_prompt_the_provider_asks_nothing_unless_it_may_decide(settings, oidc, prompt, expected):
    asked = dict(parse_qsl(urlsplit(SignInWorld(settings, oidc, **prompt).start()["Location"]).query))
    assert asked.get("prompt") == expected


def test_the_popup_tells_the_app_who_signed_in(settings, oidc):
    write_alice()
    world = SignInWorld(settings, oidc)
    page = world.sign_in(origin=APP)
    message, origin = message_of(page)
    identity = message["response"]["backstageIdentity"]
    verified = user_tokens().verify(identity.pop("token"))
    info = message["response"]["providerInfo"]
    assert (page.status_code, origin) == (200, APP)
    assert (verified.subject, list(verified.ownership_refs)) == (ALICE, OWNED)
    assert abs(identity.pop("expiresInSeconds") - 3600) <= 2
    assert info.pop("idToken").count(".") == 2
    assert info.pop("accessToken") in oidc.access_tokens
    assert message == {
        "type": "authorization_response",
        "response": {
            "profile": {
                "email": "alice@example.com",
                "picture": "https://example.com/alice.png",
                "displayName": "Alice A.",
            },
            "providerInfo": {"scope": "openid profile email", "expiresInSeconds": 3600},
            "backstageIdentity": {"identity": {"type": "user", "userEntityRef": ALICE, "ownershipEntityRefs": OWNED}},
        },
    }


def test_the_page_runs_its_own_script_and_no_other(settings, oidc):
    write_alice()
    page = SignInWorld(settings, oidc).sign_in()
    script = re.fullmatch(r"<html><body><script>(.*)</script></body></html>", page.content.decode(), re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert page["Content-Security-Policy"] == f"script-src 'sha256-{digest}'"
    assert (page["Content-Type"], page["X-Frame-Options"]) == ("text/html", "sameorigin")
    assert "'config_info'" in script
    assert "window.close" in script


def test_the_refresh_cookie_is_for_this_provider_alone_and_cannot_be_read(settings, oidc):
    write_alice()
    cookies = SignInWorld(settings, oidc, sessionDuration={"days": 2}).sign_in().cookies
    token = cookies["oidc-refresh-token"]
    assert (token["path"], token["httponly"], token["samesite"]) == ("/api/auth/oidc", True, "Lax")
    assert token["max-age"] == 2 * 24 * 3600
    assert not any(text in token.value for text in oidc.refresh_tokens)
    assert cookies["oidc-granted-scope"].value == "openid profile email"
    assert cookies["oidc-nonce"]["max-age"] == 0


@pytest.mark.parametrize(
    ("origin", "expected"),
    [("https://portal.example.com", "Lax"), ("https://other.example.com", "None")],
)
def test_over_tls_cookies_are_secure_and_cross_sites_only_where_they_must(settings, oidc, origin, expected):
    world = SignInWorld(settings, oidc, base_url="https://portal.example.com")
    cookie = world.start(origin=origin).cookies["oidc-nonce"]
    assert (cookie["secure"], cookie["samesite"]) == (True, expected)


def test_a_redirect_goes_on_to_the_page_with_the_session_in_its_cookies(settings, oidc):
    write_alice()
    world = SignInWorld(settings, oidc)
    response = world.sign_in(flow="redirect", redirectUrl=f"{APP}/catalog?kind=api")
    assert (response.status_code, response["Location"]) == (302, f"{APP}/catalog?kind=api")
    session = world.refresh().json()
    assert session["backstageIdentity"]["identity"]["userEntityRef"] == ALICE


def test_a_redirect_tells_its_failure_in_the_url(settings, oidc):
    world = SignInWorld(settings, oidc)
    response = world.sign_in(flow="redirect", redirectUrl=f"{APP}/x?a=b")
    query = dict(parse_qsl(urlsplit(response["Location"]).query))
    assert response.status_code == 302
    assert query["a"] == "b"
    assert query["error"].startswith("Failed to sign-in, unable to resolve user identity.")
    assert "oidc-refresh-token" not in response.cookies


def test_a_session_is_refreshed_with_a_new_token_each_time(settings, oidc):
    write_alice()
    world = SignInWorld(settings, oidc)
    world.sign_in()
    first = world.client.cookies["oidc-refresh-token"].value
    response = world.refresh()
    session = response.json()
    assert response.status_code == 200
    assert session["profile"]["email"] == "alice@example.com"
    assert session["providerInfo"]["scope"] == "openid profile email"
    assert user_tokens().verify(session["backstageIdentity"]["token"]).subject == ALICE
    assert world.client.cookies["oidc-refresh-token"].value != first
    assert world.refresh().status_code == 200


def test_leaving_ends_the_session_here_and_there(settings, oidc):
    write_alice()
    world = SignInWorld(settings, oidc)
    world.sign_in()
    response = world.logout()
    assert (response.status_code, response.content) == (200, b"")
    assert {cookie["max-age"] for cookie in response.cookies.values()} == {0}
    assert len(oidc.revoked) == 1
    refused = world.refresh()
    assert refused.status_code == 401
    assert refused.json()["error"] == {
        "name": "AuthenticationError",
        "message": "Refresh failed; caused by InputError: Missing session cookie",
    }


def test_a_long_refresh_token_is_cut_into_cookies(settings, oidc):
    write_alice()
    world = SignInWorld(settings, oidc)
    oidc.new_refresh_token = lambda: oidc.refresh_tokens.add("r" * 9000) or "r" * 9000
    names = {name for name in world.sign_in().cookies if "refresh" in name}
    assert names == {"oidc-refresh-token-0", "oidc-refresh-token-1", "oidc-refresh-token-2", "oidc-refresh-token-3"}
    del oidc.new_refresh_token
    response = world.refresh()
    assert response.status_code == 200
    assert {name for name, cookie in response.cookies.items() if cookie["max-age"] == 0} == names
    assert response.cookies["oidc-refresh-token"].value


@pytest.mark.parametrize(
    "resolvers",
    [
        BY_EMAIL,
        [{"resolver": "emailLocalPartMatchingUserEntityName", "allowedDomains": ["Example.com"]}],
        [{"resolver": "preferredUsernameMatchingUserEntityName"}],
        [{"resolver": "oidcSubClaimMatchingKeycloakUserId"}],
        [{"resolver": "subClaimMatchingUserEntityAnnotation", "annotation": "keycloak.org/id"}],
        [{"resolver": "oidcSubClaimMatchingPingIdentityUserId"}, *BY_EMAIL],
    ],
)
def test_each_resolver_finds_alice(settings, oidc, resolvers):
    write_alice()
    world = SignInWorld(settings, oidc, signIn={"resolvers": resolvers})
    message, _ = message_of(world.sign_in())
    assert message["response"]["backstageIdentity"]["identity"]["userEntityRef"] == ALICE


def test_a_tagged_email_is_the_mailbox_before_the_tag(settings, oidc):
    write_alice()
    oidc.user["email"] = "Alice+backstage@Example.com"
    message, _ = message_of(SignInWorld(settings, oidc).sign_in())
    assert message["response"]["backstageIdentity"]["identity"]["userEntityRef"] == ALICE


def test_strangers_come_in_only_where_they_may(settings, oidc):
    resolver = {**BY_EMAIL[0], "dangerouslyAllowSignInWithoutUserInCatalog": True}
    message, _ = message_of(SignInWorld(settings, oidc, signIn={"resolvers": [resolver]}).sign_in())
    assert message["response"]["backstageIdentity"]["identity"]["ownershipEntityRefs"] == [
        "user:default/alice@example.com"
    ]


def test_without_resolvers_the_provider_is_for_access_tokens(settings, oidc):
    message, _ = message_of(SignInWorld(settings, oidc, signIn=None).sign_in())
    assert sorted(message["response"]) == ["profile", "providerInfo"]


def test_the_provider_need_not_have_an_endpoint_for_users(settings, oidc):
    write_alice()
    oidc.metadata = {"userinfo_endpoint": None}
    message, _ = message_of(SignInWorld(settings, oidc).sign_in())
    assert message["response"]["profile"]["displayName"] == "Alice A."


def test_what_the_provider_says_of_a_refusal_is_passed_on(settings, oidc):
    world = SignInWorld(settings, oidc)
    state = world.fake.consent(world.start()["Location"])["state"]
    page = world.come_back({"error": "login_required", "error_description": "Sign in first", "state": state})
    message, origin = message_of(page)
    assert (page.status_code, origin) == (401, APP)
    assert message == {
        "type": "authorization_response",
        "error": {"name": "AuthenticationError", "message": "Authentication rejected, Sign in first"},
    }


def test_github_by_username_keeps_the_token_of_an_oauth_app(settings, github):
    write_alice()
    world = SignInWorld(settings, github, signIn={"resolvers": [{"resolver": "usernameMatchingUserEntityName"}]})
    started = world.start()
    asked = dict(parse_qsl(urlsplit(started["Location"]).query))
    assert started["Location"].startswith(f"{github.url}/login/oauth/authorize?")
    assert (asked["scope"], asked["redirect_uri"]) == (
        "read:user",
        "http://localhost:7007/api/auth/github/handler/frame",
    )
    message, _ = message_of(world.come_back(github.consent(started["Location"])))
    response = message["response"]
    assert response["profile"] == {"email": "shown@example.com", "displayName": "Alice A."}
    assert response["backstageIdentity"]["identity"]["ownershipEntityRefs"] == OWNED
    assert response["providerInfo"]["scope"] == "read:user"
    session = world.refresh().json()
    assert session["providerInfo"]["accessToken"] == response["providerInfo"]["accessToken"]
    assert session["backstageIdentity"]["identity"]["userEntityRef"] == ALICE


def test_github_asks_again_for_a_scope_that_was_not_granted(settings, github):
    write_alice()
    world = SignInWorld(settings, github, signIn={"resolvers": [{"resolver": "usernameMatchingUserEntityName"}]})
    world.sign_in()
    refused = world.refresh("env=development&scope=repo")
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        401,
        "Refresh failed; caused by AuthenticationError: Refresh failed, session has not been granted the requested scope",
    )
    world.sign_in(scope="repo")
    assert world.refresh("env=development&scope=repo").json()["providerInfo"]["scope"] == "repo read:user"


def test_github_by_its_verified_email(settings, github):
    write_alice()
    world = SignInWorld(settings, github)
    assert "user:email" in dict(parse_qsl(urlsplit(world.start()["Location"]).query))["scope"]
    message, _ = message_of(world.sign_in())
    assert message["response"]["backstageIdentity"]["identity"]["userEntityRef"] == ALICE


def test_github_by_the_id_that_never_changes(settings, github):
    write_alice()
    github.user["login"] = "renamed"
    world = SignInWorld(settings, github, signIn={"resolvers": [{"resolver": "userIdMatchingUserEntityAnnotation"}]})
    message, _ = message_of(world.sign_in())
    assert message["response"]["backstageIdentity"]["identity"]["userEntityRef"] == ALICE


def test_a_github_app_has_tokens_that_end_and_are_refreshed(settings):
    write_alice()
    with FakeGithubSignIn(expires=True) as github:
        world = SignInWorld(settings, github)
        message, _ = message_of(world.sign_in())
        session = world.refresh().json()
        assert session["providerInfo"]["expiresInSeconds"] == 28800
        assert session["providerInfo"]["accessToken"] != message["response"]["providerInfo"]["accessToken"]
        assert world.logout().status_code == 200


def test_a_github_token_that_was_withdrawn_ends_the_session(settings, github):
    write_alice()
    world = SignInWorld(settings, github)
    world.sign_in()
    github.access_tokens.clear()
    assert world.refresh().status_code == 401


def test_the_token_of_a_session_opens_the_catalog(settings, oidc):
    write_alice()
    world = SignInWorld(settings, oidc)
    token = message_of(world.sign_in())[0]["response"]["backstageIdentity"]["token"]
    answer = world.client.get(
        "/api/catalog/entities/by-name/user/default/alice", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200
    assert Identity("user", ALICE).subject == ALICE


def test_a_provider_that_is_away_is_said_so(settings):
    with FakeOidc() as away:
        world = SignInWorld(settings, away)
    response = world.start()
    assert response.status_code == 503
    assert response.json()["error"]["message"].startswith("Signing in is not possible now: The identity provider at ")
