"""Which links a notification may carry."""

import pytest

from common.errors import InputError
from comms.notifications.link import ensure_safe_link


@pytest.mark.parametrize(
    "link",
    ["/catalog", "catalog/default/component/cart", "https://example.com/x", "HTTP://example.com", "?a=b:c", "#top", ""],
)
def test_takes_paths_and_web_addresses(link):
    ensure_safe_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " \x01javascript:alert(1)",
        "java\nscript:alert(1)",
        "/javascript:alert(1)",
        "//javascript:alert(1)",
        "\\javascript:alert(1)",
        "/ javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
    ],
)
def test_refuses_what_would_run_or_read(link):
    with pytest.raises(InputError, match="only HTTP/HTTPS links are allowed"):
        ensure_safe_link(link)


@pytest.mark.parametrize("link", ["http:", "https://", "http://[::1"])
def test_refuses_an_address_without_a_host(link):
    with pytest.raises(InputError, match="names no host"):
        ensure_safe_link(link)
