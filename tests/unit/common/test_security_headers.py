"""The headers that tell browsers to be careful."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from common.app_config import AppConfig, ConfigError
from common.security_headers import SecurityHeadersMiddleware, content_security_policy

DEFAULT_POLICY = (
    "default-src 'self';base-uri 'self';font-src 'self' https: data:;frame-ancestors 'self';img-src 'self' data:;"
    "object-src 'none';script-src 'self';script-src-attr 'none';style-src 'self' https: 'unsafe-inline'"
)


def policy(**backend) -> str:
    return content_security_policy(AppConfig.from_dict({"backend": backend}))


def test_every_answer_has_the_headers_of_backstage():
    with override_settings(APP_CONFIG=AppConfig.from_dict({})):
        middleware = SecurityHeadersMiddleware(lambda request: HttpResponse(headers={"X-Frame-Options": "DENY"}))
    assert dict(middleware(RequestFactory().get("/")).items()) == {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": DEFAULT_POLICY,
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=15552000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-DNS-Prefetch-Control": "off",
        "X-Download-Options": "noopen",
        "X-Frame-Options": "DENY",
        "X-Permitted-Cross-Domain-Policies": "none",
        "X-XSS-Protection": "0",
    }


def test_the_policy_upgrades_to_https_only_where_we_are_served_so():
    assert policy(baseUrl="https://callboard.example.com") == f"{DEFAULT_POLICY};upgrade-insecure-requests"
    assert policy(baseUrl="http://localhost:7007") == DEFAULT_POLICY


def test_the_configuration_replaces_and_removes_directives():
    changed = policy(csp={"connect-src": ["'self'", "https:"], "imgSrc": ["*"], "font-src": False})
    assert "connect-src 'self' https:" in changed
    assert "img-src *" in changed
    assert "font-src" not in changed


@pytest.mark.parametrize("csp", [{"img-src": ["a; script-src *"]}, {"img-src; x": ["a"]}])
def test_a_source_cannot_smuggle_in_a_directive(csp):
    with pytest.raises(ConfigError, match="expected a list of sources without spaces, commas and semicolons"):
        policy(csp=csp)
