"""What ``new URL(text, base).href`` of Node.js 20 gives; None where it throws."""

import pytest

from integrations.whatwg import InvalidUrlError, is_url, parse_url, set_query_parameter
from integrations.whatwg.path import hides_dot_segments

ABSOLUTE = [
    ("http://example.com", "http://example.com/"),
    ("HTTP://EXAMPLE.com:80/a/../b/./c", "http://example.com/b/c"),
    ("https://example.com:443", "https://example.com/"),
    ("https://example.com:8443/x y?q=a b#f g", "https://example.com:8443/x%20y?q=a%20b#f%20g"),
    ("http://a/b/%2e%2E/c", "http://a/c"),
    ("http://user:pa ss@h/p", "http://user:pa%20ss@h/p"),
    ("http://user@h", "http://user@h/"),
    ("http://h@", None),
    ("http://0x7f.1/", "http://127.0.0.1/"),
    ("http://127.1", "http://127.0.0.1/"),
    ("http://2130706433/", "http://127.0.0.1/"),
    ("http://0177.0.0.1", "http://127.0.0.1/"),
    ("http://256.1.1.1", None),
    ("http://1.2.3.4.5", None),
    ("http://%31%32%37.1/", "http://127.0.0.1/"),
    ("http://①②⑦.0.0.1/", "http://127.0.0.1/"),
    ("http://[::1]:80/", "http://[::1]/"),
    ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
    ("http://[1:0:0:2:0:0:0:3]", "http://[1:0:0:2::3]/"),
    ("http://[fe80::1%25eth0]/", None),
    ("http://[::1", None),
    ("http://ex%41mple.com", "http://example.com/"),
    ("http://münchen.de/ä?ö#ü", "http://xn--mnchen-3ya.de/%C3%A4?%C3%B6#%C3%BC"),
    ("http://ex ample.com", None),
    ("http://a:b", None),
    ("http://a:99999", None),
    ("http://a:", "http://a/"),
    ("http:////a//b", "http://a//b"),
    ("http:\\\\a\\b", "http://a/b"),
    ("http:a/b", "http://a/b"),
    ("http://", None),
    ("https://?x", None),
    ("file:///a/b/../c", "file:///a/c"),
    ("file://localhost/a", "file:///a"),
    ("git+file:///abs/repo.git//p@r", "git+file:///abs/repo.git//p@r"),
    ("git+https://Host:443/x//y@z", "git+https://Host:443/x//y@z"),
    ("mailto:a b?c d#e f", "mailto:a b?c%20d#e%20f"),
    ("not a url", None),
    ("", None),
    ("/a", None),
    ("  http://a/b \n", "http://a/b"),
    ("http://a/b\tc", "http://a/bc"),
    ("http://a/a|b^c`d{e}f\"g<h>i'j", "http://a/a|b^c%60d%7Be%7Df%22g%3Ch%3Ei'j"),
    ("http://a/?a|b^c`d{e}f\"g<h>i'j", "http://a/?a|b^c`d{e}f%22g%3Ch%3Ei%27j"),
    ("http://a/#a|b^c`d{e}f\"g<h>i'j", "http://a/#a|b^c%60d{e}f%22g%3Ch%3Ei'j"),
    ("http://a/é%zz%41", "http://a/%C3%A9%zz%41"),
    ("http://1.2.3.4./", "http://1.2.3.4/"),
    ("http://foo.0x/", None),
    ("http://a_b.c/", "http://a_b.c/"),
    ("http://a/b?#", "http://a/b?#"),
    ("http://a//b/..//c", "http://a///c"),
    ("http://a/../..", "http://a/"),
    ("http://a/b/..", "http://a/"),
    ("http://a/b/.", "http://a/b/"),
    ("http://a/...", "http://a/..."),
    ("http://a\\@b/", "http://a/@b/"),
    ("http://a:00080/", "http://a/"),
]

RELATIVE = [
    ("./x y.yaml", "http://localhost:8900/base/all.yaml", "http://localhost:8900/base/x%20y.yaml"),
    ("../x", "http://localhost:8900/base/all.yaml", "http://localhost:8900/x"),
    ("//other/x", "http://localhost:8900/base/all.yaml", "http://other/x"),
    ("", "http://h/a?b#c", "http://h/a?b"),
    ("?q", "http://h/a?b#c", "http://h/a?q"),
    ("#f", "http://h/a?b#c", "http://h/a?b#f"),
    ("../../../../x", "http://h/a/b", "http://h/x"),
    ("\\x\\y", "http://h/a/b", "http://h/x/y"),
    ("http:x", "http://h/a/b", "http://h/a/x"),
    ("https:x", "http://h/a/b", "https://x/"),
    ("./%2e%2e/y", "http://h/a/b/c", "http://h/a/y"),
    ("./a@b", "http://h/a/b", "http://h/a/a@b"),
    ("*/**/{a,b}?.yaml", "http://h/a/b", "http://h/a/*/**/%7Ba,b%7D?.yaml"),
    ("x", "mailto:a", None),
    ("x", "git+file:///abs/repo.git//p/q@r", "git+file:///abs/repo.git//p/x"),
]


@pytest.mark.parametrize(("text", "href"), ABSOLUTE)
def test_reads_absolute_urls_as_javascript_does(text, href):
    assert (str(parse_url(text)) if is_url(text) else None) == href


@pytest.mark.parametrize(("text", "base", "href"), RELATIVE)
def test_joins_urls_as_javascript_does(text, base, href):
    try:
        joined = str(parse_url(text, base))
    except InvalidUrlError:
        joined = None
    assert joined == href


def test_gives_the_parts_by_their_javascript_names():
    url = parse_url("https://alice:pw@Example.com:8443/a/b?c=d#e")

    assert (url.scheme, url.username, url.password, url.hostname, url.port) == (
        "https",
        "alice",
        "pw",
        "example.com",
        8443,
    )
    assert (url.host, url.path, url.search, url.fragment) == ("example.com:8443", "/a/b", "?c=d", "e")
    assert url.origin == ("https", "example.com", 8443)


def test_an_origin_names_the_port_even_if_the_url_does_not():
    assert parse_url("http://example.com/").origin == parse_url("http://EXAMPLE.com:80/x").origin


def test_the_error_quotes_the_text():
    with pytest.raises(InvalidUrlError) as caught:
        parse_url("catalog-info.yaml")

    assert str(caught.value) == (
        "Invalid URL 'catalog-info.yaml'; expected one such as 'https://example.com/catalog-info.yaml'"
    )


def test_setting_a_query_parameter_encodes_the_query_anew_as_javascript_does():
    url = parse_url("https://h/?path=%2Fa&x=1 2&path=old&y")

    assert str(set_query_parameter(url, "path", "/b c~*.yaml")) == "https://h/?path=%2Fb+c%7E*.yaml&x=1+2&y="
    assert str(set_query_parameter(url, "new", "ä")) == "https://h/?path=%2Fa&x=1+2&path=old&y=&new=%C3%A4"


@pytest.mark.parametrize(
    "path", ["/a/..%2fb", "/a/%252e%252e/b", "/a/%5c..%5cb", "/%25252525252525252e/x", "/a/.%2e/b"]
)
def test_sees_dot_segments_that_only_decoding_brings_out(path):
    assert hides_dot_segments(path)


@pytest.mark.parametrize("path", ["/a/b", "/a..b/.c", "/a%20b/%C3%A4", "/...", "/%zz/100%", "/a/.well-known/x"])
def test_plain_paths_hide_nothing(path):
    assert not hides_dot_segments(path)
