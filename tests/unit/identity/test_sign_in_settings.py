"""``auth.providers.oidc`` and ``auth.providers.github``, and which pages may have people sign in."""

import pytest

from common.app_config import AppConfig, ConfigError
from common.errors import InputError, NotAllowedError
from identity.sign_in.origins import AllowedOrigins
from identity.sign_in.settings import SignInSettings

OIDC = {"metadataUrl": "https://login.example.com", "clientId": "callboard", "clientSecret": "hush"}
GITHUB = {"clientId": "callboard", "clientSecret": "hush"}


def read(provider="oidc", **changes) -> SignInSettings:
    section = {**(OIDC if provider == "oidc" else GITHUB), **changes}
    return SignInSettings.from_app_config(AppConfig.from_dict({"auth": {"providers": {provider: {"dev": section}}}}))


def test_each_environment_is_a_provider_of_its_own():
    config = {"oidc": {"development": OIDC, "production": OIDC}, "github": {"production": GITHUB}, "google": {}}
    settings = SignInSettings.from_app_config(AppConfig.from_dict({"auth": {"providers": config}}))
    assert {name: sorted(envs) for name, envs in settings.providers.items()} == {
        "oidc": ["development", "production"],
        "github": ["production"],
    }


def test_nothing_is_asked_for_without_configuration():
    assert SignInSettings.from_app_config(AppConfig.from_dict({})).providers == {}


@pytest.mark.parametrize("additional", ["groups, offline_access", ["groups", "offline_access"]])
def test_further_scopes_come_after_those_that_are_needed(additional):
    scopes = read(additionalScopes=additional).providers["oidc"]["dev"].scopes
    assert scopes == ("openid", "profile", "email", "groups", "offline_access")


def test_github_reads_emails_only_for_resolvers_that_want_them():
    assert read("github").providers["github"]["dev"].scopes == ("read:user",)
    resolvers = [{"resolver": "emailMatchingUserEntityProfileEmail"}]
    assert read("github", signIn={"resolvers": resolvers}).providers["github"]["dev"].scopes == (
        "read:user",
        "user:email",
    )


SECRET = "what the identity provider gave you for Callboard; is the environment variable set?"


@pytest.mark.parametrize(
    ("provider", "changes", "message"),
    [
        ("oidc", {"clientId": None}, f"clientId: got nothing, expected {SECRET}"),
        ("github", {"clientSecret": None}, f"clientSecret: got nothing, expected {SECRET}"),
        ("oidc", {"metadataUrl": None}, "metadataUrl: got nothing, expected a URL, as in 'https://login.example.com'"),
        ("oidc", {"metadataUrl": "x"}, "metadataUrl: got 'x', expected a URL, as in 'https://login.example.com'"),
        ("oidc", {"scope": "x"}, "scope: got 'x', expected nothing: name further scopes at 'additionalScopes'"),
        (
            "oidc",
            {"tokenEndpointAuthMethod": "none"},
            "tokenEndpointAuthMethod: got a value that is not shown, expected one of 'client_secret_basic', 'client_secret_post'",
        ),
        (
            "github",
            {"signIn": {"resolvers": [{"resolver": "byGuessing"}]}},
            "signIn.resolvers[0].resolver: got 'byGuessing', expected one of 'emailMatchingUserEntityProfileEmail',"
            " 'emailLocalPartMatchingUserEntityName', 'usernameMatchingUserEntityName',"
            " 'userIdMatchingUserEntityAnnotation'",
        ),
        (
            "oidc",
            {"signIn": {"resolvers": [{"resolver": "subClaimMatchingUserEntityAnnotation"}]}},
            "signIn.resolvers[0].annotation: got nothing, expected the annotation that holds the users' ids,"
            " as in 'example.com/user-id'",
        ),
    ],
)
def test_what_cannot_work_stops_the_start(provider, changes, message):
    with pytest.raises(ConfigError) as error:
        read(provider, **changes)
    assert str(error.value) == f"app-config.yaml: auth.providers.{provider}.dev.{message}"


@pytest.mark.parametrize("algorithm", ["HS256", "none", "rs256"])
def test_id_tokens_are_signed_with_keys_that_only_the_provider_has(algorithm):
    with pytest.raises(ConfigError, match="tokenSignedResponseAlg"):
        read(tokenSignedResponseAlg=algorithm)


def test_secrets_are_in_no_representation():
    assert "hush" not in repr(read()) + repr(read("github"))


ORIGINS = AllowedOrigins.from_app_config(
    AppConfig.from_dict(
        {
            "app": {"baseUrl": "https://portal.example.com/backstage"},
            "auth": {"experimentalExtraAllowedOrigins": ["https://*.preview.example.com", "http://localhost:*"]},
        }
    )
)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://portal.example.com", "https://portal.example.com"),
        ("HTTPS://Portal.Example.com:443/any/page?x=y", "https://portal.example.com"),
        ("https://pr-17.preview.example.com/", "https://pr-17.preview.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_pages_of_the_app_may_have_people_sign_in(url, origin):
    assert ORIGINS.check(url) == origin


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("https://other.example.com", NotAllowedError),
        ("http://portal.example.com", NotAllowedError),
        ("https://portal.example.com:8443", NotAllowedError),
        ("https://portal.example.com.evil.example.org", NotAllowedError),
        ("https://evil.example.org/.preview.example.com", NotAllowedError),
        ("https://alice@portal.example.com", InputError),
        ("portal.example.com", InputError),
        ("null", InputError),
        ("", InputError),
    ],
)
def test_others_may_not(url, error):
    with pytest.raises(error):
        ORIGINS.check(url)
