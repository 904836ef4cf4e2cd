"""The scaffolder's own filters; the expected values are Backstage's."""

import pytest

from scaffolder.templating.backstage_filters import default_filters
from scaffolder.templating.errors import TemplateRenderError
from scaffolder.templating.render import RenderOptions, render, render_value
from scaffolder.templating.values import UNDEFINED

HOSTS = {
    "github.com": "github",
    "ghe.example.com:8443": "github",
    "gitlab.com": "gitlab",
    "bitbucket.org": "bitbucketCloud",
    "dev.azure.com": "azure",
    "gitea.example.com": "gitea",
}
OPTIONS = RenderOptions(filters=default_filters(HOSTS.get))
VALUES = {
    "record": {"a": {"b": [{"c": 5}]}, "x.y": 7, "length": 1},
    "list": ["p", "q"],
    "ref": {"kind": "Component", "name": "cart"},
}


def evaluated(expression):
    return render_value(f"${{{{ {expression} }}}}", VALUES, options=OPTIONS)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("github.com?owner=acme&repo=shop", {"host": "github.com", "owner": "acme", "repo": "shop"}),
        ("GitHub.com?owner=%2Facme%2F&repo=a+b", {"host": "github.com", "owner": "acme", "repo": "a b"}),
        ("user@github.com:443/x?repo=r&owner=o&repo=second#f", {"host": "github.com", "owner": "o", "repo": "r"}),
        ("ghe.example.com:8443?owner=o&repo=r", {"host": "ghe.example.com:8443", "owner": "o", "repo": "r"}),
        ("gitlab.com?project=7", {"host": "gitlab.com", "project": "7"}),
        (
            "dev.azure.com?organization=org&project=p&repo=r",
            {"host": "dev.azure.com", "repo": "r", "organization": "org", "project": "p"},
        ),
        (
            "bitbucket.org?workspace=w&project=P&repo=r",
            {"host": "bitbucket.org", "repo": "r", "workspace": "w", "project": "P"},
        ),
        ("gitea.example.com?repo=r", {"host": "gitea.example.com", "repo": "r"}),
    ],
)
def test_parses_repository_urls(url, expected):
    value = evaluated(f"'{url}' | parseRepoUrl")

    assert value == expected
    assert list(value) == list(expected)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "'nowhere.example.com?repo=r' | parseRepoUrl",
            'Template filter "parseRepoUrl" failed: No matching integration configuration for host nowhere.example.com,'
            " please check your integrations config",
        ),
        (
            "'github.com?repo=r' | projectSlug",
            'Template filter "projectSlug" failed: Invalid repo URL passed to publisher: https://github.com/?repo=r,'
            " missing owner",
        ),
        (
            "'not a url' | parseRepoUrl",
            'Template filter "parseRepoUrl" failed: Invalid repo URL passed to publisher, got not a url, TypeError:'
            " Invalid URL",
        ),
        (
            "5 | parseRepoUrl",
            'Template filter "parseRepoUrl" failed: Invalid repo URL passed to publisher, got 5, which is no text',
        ),
        (
            "'shop' | parseEntityRef",
            'Template filter "parseEntityRef" failed: Entity reference "shop" had missing or empty kind (e.g. did not'
            ' start with "component:" or similar)',
        ),
        (
            "'a:b/' | parseEntityRef",
            'Template filter "parseEntityRef" failed: Entity reference "a:b/" was not on the form'
            " [<kind>:][<namespace>/]<name>",
        ),
        ("'' | parseEntityRef", 'Template filter "parseEntityRef" failed: Entity reference must not be empty'),
    ],
)
def test_refuses_with_a_reason(expression, message):
    with pytest.raises(TemplateRenderError) as raised:
        render(f"${{{{ {expression} }}}}", VALUES, options=OPTIONS)

    assert raised.value.message.partition(": ")[2] == message


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'github.com?owner=acme&repo=shop' | projectSlug", "acme/shop"),
        ("'gitea.example.com?repo=shop' | projectSlug", "undefined/shop"),
        ("'github.com?owner=acme&repo=shop' | parseRepoUrl | pick('repo')", "shop"),
        ("'group:default/team-a' | parseEntityRef", {"kind": "group", "namespace": "default", "name": "team-a"}),
        ("'team' | parseEntityRef({ defaultKind: 'group' }) | pick('namespace')", "default"),
        (
            "'x/team' | parseEntityRef({ defaultKind: 'group', defaultNamespace: 'ns' })",
            {"kind": "group", "namespace": "x", "name": "team"},
        ),
        ("ref | parseEntityRef", {"kind": "Component", "namespace": "default", "name": "cart"}),
        ("record | pick('a.b[0].c')", 5),
        ("record | pick(['a', 'b', 0, 'c'])", 5),
        ("record | pick('x.y')", 7),
        ("record | pick('a[\"b\"].length')", 1),
        ("record | pick('nope.c', 'fallback')", "fallback"),
        ("list | pick('length')", 2),
        ("list | pick(1)", "q"),
        ("missing | pick('a')", UNDEFINED),
        ("record | pick([])", UNDEFINED),
    ],
)
def test_picks_and_parses(expression, expected):
    assert evaluated(expression) == expected
