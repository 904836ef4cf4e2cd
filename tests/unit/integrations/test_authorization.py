"""Tokens of the configuration, as git sends them: to the host they are for, and to no other."""

import base64

import pytest

from common.app_config import AppConfig
from integrations.registry import ScmIntegrations
from integrations.whatwg import parse_url

INTEGRATIONS = ScmIntegrations.from_app_config(
    AppConfig.from_dict(
        {
            "integrations": {
                "github": [{"token": " gh "}, {"host": "ghe.example.com", "apiBaseUrl": "http://ghe.example.com/api"}],
                "gitlab": [{"host": "gitlab.com", "token": "gl"}],
                "bitbucketCloud": [{"username": "bob", "appPassword": "app"}],
                "bitbucketServer": [{"host": "bb.example.com", "token": "bbs"}],
                "gitea": [
                    {"host": "gitea.example.com", "username": "alice", "password": "pw"},
                    {"host": "localhost:3000", "baseUrl": "http://localhost:3000", "password": "tok"},
                ],
                "gerrit": [
                    {
                        "host": "gerrit.example.com",
                        "gitilesBaseUrl": "https://gerrit.example.com/g",
                        "username": "a",
                        "password": "b",
                    }
                ],
                "azure": [
                    {
                        "credentials": [
                            {"personalAccessToken": "general"},
                            {"personalAccessToken": "named", "organizations": ["Org"]},
                            {"clientId": "c", "clientSecret": "s", "tenantId": "t", "organizations": ["x"]},
                        ]
                    }
                ],
            }
        }
    )
)


def basic(text):
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def authorization(text):
    url = parse_url(text)
    integration = INTEGRATIONS.by_host(url.host)
    return integration.authorization(url) if integration else None


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("https://github.com/o/r.git", basic("x-access-token:gh")),
        ("https://gitlab.com/o/r.git", basic("oauth2:gl")),
        ("https://bitbucket.org/o/r.git", basic("bob:app")),
        ("https://bb.example.com/scm/p/r.git", "Bearer bbs"),
        ("https://gitea.example.com/o/r.git", basic("alice:pw")),
        ("http://localhost:3000/o/r.git", "token tok"),
        ("https://gerrit.example.com/a/p", basic("a:b")),
        ("https://dev.azure.com/org/p/_git/r", basic(":named")),
        ("https://dev.azure.com/other/p/_git/r", basic(":general")),
    ],
)
def test_each_host_gets_the_form_it_reads(url, header):
    assert authorization(url) == header


@pytest.mark.parametrize(
    "url",
    [
        "http://github.com/o/r.git",
        "http://gitea.example.com/o/r.git",
        "https://github.com:8443/o/r.git",
        "https://github.com.evil.com/o/r.git",
        "https://ghe.example.com/o/r.git",
        "https://example.com/o/r.git",
    ],
)
def test_nobody_else_gets_anything(url):
    assert authorization(url) is None


def test_an_integration_asked_for_another_host_gives_nothing():
    github = INTEGRATIONS.by_host("github.com")

    assert github.authorization(parse_url("https://evil.com/o/r.git")) is None


def test_secrets_do_not_show_in_representations():
    assert "'gh'" not in repr(INTEGRATIONS.by_host("github.com"))
    assert "named" not in repr(INTEGRATIONS.by_host("dev.azure.com"))
