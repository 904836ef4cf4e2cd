import pytest

from common.app_config import AppConfig, ConfigError
from integrations.allow_list import AllowList
from integrations.whatwg import parse_url


def allow_list(*rules):
    return AllowList.from_app_config(AppConfig.from_dict({"backend": {"reading": {"allow": list(rules)}}}))


@pytest.mark.parametrize(
    ("rule", "url", "is_allowed"),
    [
        ({"host": "example.com"}, "https://example.com/x", True),
        ({"host": "example.com"}, "http://EXAMPLE.com:80/x", True),
        ({"host": "example.com"}, "https://example.com:8443/x", False),
        ({"host": "example.com"}, "https://sub.example.com/x", False),
        ({"host": "example.com:443"}, "https://example.com/x", True),
        ({"host": "example.com:443"}, "http://example.com/x", False),
        ({"host": "example.com:8000-8100"}, "http://example.com:8050/x", True),
        ({"host": "example.com:8000-8100"}, "http://example.com:8101/x", False),
        ({"host": "*.example.com"}, "https://a.b.example.com/x", True),
        ({"host": "*.example.com"}, "https://example.com/x", False),
        ({"host": "*.example.com"}, "https://evilexample.com/x", False),
        ({"host": "[::1]:8900"}, "http://[0:0::1]:8900/x", True),
        ({"host": "127.0.0.1"}, "http://2130706433/x", True),
        ({"host": "example.com", "paths": ["/public"]}, "https://example.com/public", True),
        ({"host": "example.com", "paths": ["/public"]}, "https://example.com/public/x", True),
        ({"host": "example.com", "paths": ["/public/"]}, "https://example.com/public", False),
        ({"host": "example.com", "paths": ["/public"]}, "https://example.com/publicity", False),
        ({"host": "example.com", "paths": ["/public"]}, "https://example.com/public/../secret", False),
        ({"host": "example.com", "paths": ["/public"]}, "https://example.com/public/%2e%2e/secret", False),
        ({"host": "example.com", "paths": ["/public"]}, "https://example.com//public//x", True),
        ({"host": "example.com", "paths": []}, "https://example.com/x", False),
    ],
)
def test_allows_what_the_reference_allows(rule, url, is_allowed):
    assert allow_list(rule).allows(parse_url(url)) is is_allowed


def test_nothing_is_allowed_without_rules():
    assert not allow_list().allows(parse_url("https://example.com/"))


def test_one_rule_that_matches_is_enough():
    assert allow_list({"host": "a"}, {"host": "b"}).allows(parse_url("https://b/"))


@pytest.mark.parametrize(
    "host", ["example.com:", "example.com:x", "example.com:90-80", "prod.*.example.com", "a/b", "*"]
)
def test_a_wrong_host_stops_the_start(host):
    with pytest.raises(ConfigError) as caught:
        allow_list({"host": host})

    assert str(caught.value) == (
        f"app-config.yaml: backend.reading.allow[0].host: got '{host}', expected a host such as 'example.com',"
        " '*.example.com', 'example.com:8443' or 'example.com:8000-8100'"
    )
