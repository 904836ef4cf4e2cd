"""Which paths take the cookie of a page."""

import pytest

from common import cookie_paths
from common.cookie_paths import allow_cookie, is_cookie_allowed


@pytest.fixture(autouse=True)
def _no_paths(monkeypatch):
    monkeypatch.setattr(cookie_paths, "_prefixes", ())


def test_none_does_unless_a_plugin_says_so():
    assert not is_cookie_allowed("/api/techdocs/static/index.html")
    allow_cookie("/api/techdocs/static/")
    allow_cookie("/api/techdocs/static/")
    assert is_cookie_allowed("/api/techdocs/static/index.html")
    assert not is_cookie_allowed("/api/techdocs/statics/index.html")
    assert not is_cookie_allowed("/api/techdocs/metadata")


@pytest.mark.parametrize("prefix", ["", "/", "api/techdocs/static/", "/api/techdocs/static"])
def test_what_is_no_folder_is_refused(prefix):
    with pytest.raises(ValueError, match="is no folder below the root"):
        allow_cookie(prefix)
