"""Where a repository is, in the words of templates, and nothing that could become another path of an API."""

import pytest

from common.app_config import AppConfig
from common.errors import InputError
from integrations.registry import ScmIntegrations
from scaffolder.actions.scm.repo_url import RepoUrl, parse_repo_url

INTEGRATIONS = ScmIntegrations.from_app_config(
    AppConfig.from_dict(
        {
            "integrations": {
                "github": [{"host": "ghe.example.com:8443", "apiBaseUrl": "https://ghe.example.com:8443/api/v3"}],
                "bitbucketServer": [{"host": "bb.example.com"}],
                "gitea": [{"host": "gitea.example.com"}],
                "gerrit": [{"host": "gerrit.example.com", "gitilesBaseUrl": "https://gerrit.example.com/g"}],
            }
        }
    )
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github.com?owner=acme&repo=cart", RepoUrl("github.com", owner="acme", repo="cart")),
        ("GitHub.com?repo=cart&owner=/acme/", RepoUrl("github.com", owner="acme", repo="cart")),
        ("github.com/x?owner=a&owner=b&repo=a%20b%2B", RepoUrl("github.com", owner="a", repo="a b+")),
        ("ghe.example.com:8443?owner=a&repo=b", RepoUrl("ghe.example.com:8443", owner="a", repo="b")),
        ("gitlab.com?owner=group%2Fsub&repo=cart", RepoUrl("gitlab.com", owner="group/sub", repo="cart")),
        ("gitlab.com?project=12", RepoUrl("gitlab.com", project="12")),
        (
            "bitbucket.org?workspace=w&project=P&repo=r",
            RepoUrl("bitbucket.org", repo="r", workspace="w", project="P"),
        ),
        ("bb.example.com?project=P&repo=r", RepoUrl("bb.example.com", repo="r", project="P")),
        (
            "dev.azure.com?organization=o&project=p&repo=r",
            RepoUrl("dev.azure.com", repo="r", organization="o", project="p"),
        ),
        ("gitea.example.com?repo=r&owner=o", RepoUrl("gitea.example.com", repo="r", owner="o")),
        ("gerrit.example.com?repo=a/b&owner=o", RepoUrl("gerrit.example.com", repo="a/b", owner="o")),
    ],
)
def test_reads_the_parts(text, expected):
    assert parse_repo_url(text, INTEGRATIONS) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("github.com?repo=cart", "Invalid repo URL passed to publisher: https://github.com/?repo=cart, missing owner"),
        ("github.com?owner=a&repo=", "passed to publisher: https://github.com/?owner=a&repo=, missing repo"),
        ("gitlab.com?owner=a", "missing repo"),
        ("bitbucket.org?project=p&repo=r", "missing workspace"),
        ("dev.azure.com?repo=r", "missing project"),
        (
            "elsewhere.example.com?owner=a&repo=b",
            "No matching integration configuration for host elsewhere.example.com, please check your integrations config",
        ),
        ("github.com:8080?owner=a&repo=b", "No matching integration configuration for host github.com:8080"),
        ("", "Invalid repo URL passed to publisher, got , Invalid URL 'https://'"),
        ("[?owner=a&repo=b", "Invalid repo URL passed to publisher, got [?owner=a&repo=b"),
        ("alice:secret@github.com?owner=a&repo=b", "it holds a user name or password for github.com"),
        (f"github.com?owner={'a' * 3000}&repo=b", "got one of more than 2048 characters"),
    ],
)
def test_says_what_is_wrong(text, message):
    with pytest.raises(InputError) as raised:
        parse_repo_url(text, INTEGRATIONS)

    assert message in str(raised.value)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "part",
    [
        "..",
        ".",
        "a/b",
        "a%2Fb",
        "a%252Fb",
        "..%2F..%2Fuser",
        "%2e%2e",
        "%252e%252e",
        "%25252e.",
        "a%5Cb",
        "a%255cb",
        "a%00b",
        "a%0Ab",
        "a%3Fb",
        "a%23b",
        "a%2500",
    ],
)
@pytest.mark.parametrize(
    "text", ["github.com?owner={}&repo=b", "github.com?owner=a&repo={}", "gitlab.com?project=a&repo={}"]
)
def test_no_part_can_become_another_path(text, part):
    with pytest.raises(InputError, match=r"slashes, '.' and '..' are not allowed in it, nor what decodes to them"):
        parse_repo_url(text.format(part), INTEGRATIONS)


@pytest.mark.parametrize("owner", ["group%2F..%2Fother", "group/./x", "a%2F%252e%252e%2Fb"])
def test_groups_within_groups_have_no_dot_segments(owner):
    with pytest.raises(InputError, match="is not a name"):
        parse_repo_url(f"gitlab.com?owner={owner}&repo=cart", INTEGRATIONS)
