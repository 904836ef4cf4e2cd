"""Which web pages may use tools."""

import pytest

from common.app_config import AppConfig
from mcp_actions.origins import is_known

CONFIG = {
    "app": {"baseUrl": "https://portal.example.com/app"},
    "backend": {"baseUrl": "https://api.example.com:8443", "cors": {"origin": ["http://*.tools.example.com"]}},
}


@pytest.mark.parametrize(
    ("origin", "known"),
    [
        ("https://portal.example.com", True),
        ("https://api.example.com:8443", True),
        ("HTTPS://API.example.com:8443", True),
        ("http://a.tools.example.com", True),
        ("https://api.example.com", False),
        ("https://portal.example.com.evil.test", False),
        ("http://evil.test", False),
        ("http://localhost:7007", False),
        ("null", False),
        ("", False),
        ("http://" + "a" * 400 + ".tools.example.com", False),
    ],
)
def test_an_origin_is_ours_the_frontends_or_named(origin, known):
    assert is_known(origin, AppConfig.from_dict(CONFIG)) is known


def test_a_section_that_lets_everybody_read_lets_nobody_use_tools():
    assert not is_known("http://evil.test", AppConfig.from_dict({"backend": {"cors": {"credentials": True}}}))
