"""Whose token an action uses, and where it may take it."""

import pytest

from common.app_config import AppConfig
from common.errors import ConflictError, InputError, NotAllowedError
from integrations.registry import ScmIntegrations
from scaffolder.actions.action import Action
from scaffolder.actions.scm.credentials import scm_token
from scaffolder.actions.scm.once import make_once, step_time
from scaffolder.actions.scm.remote import check_remote
from tests.unit.scaffolder.action_world import run_action

CONFIG = {
    "integrations": {
        "github": [{"host": "github.com", "token": "own-github"}],
        "gitlab": [{"host": "gitlab.com", "token": "own-gitlab"}],
        "gitea": [{"host": "gitea.example.com", "username": "robot", "password": "own-gitea"}],
        "bitbucketServer": [{"host": "bb.example.com", "token": "own-server"}],
        "bitbucketCloud": [{"username": "robot", "appPassword": "own-cloud"}],
        "azure": [
            {
                "credentials": [
                    {"organizations": ["acme"], "personalAccessToken": "acmes"},
                    {"personalAccessToken": "own-azure"},
                ]
            }
        ],
        "gerrit": [{"host": "gerrit.example.com", "gitilesBaseUrl": "https://gerrit.example.com/g"}],
    }
}


def ask(host, input=None, config=CONFIG):
    found = []
    run_action(
        Action("test", "", lambda context: found.append(scm_token(context, host, needs="a token"))),
        input or {},
        config=config,
    )
    return found[0].token, found[0].is_from_user


@pytest.mark.parametrize(
    ("host", "token"),
    [
        ("github.com", "own-github"),
        ("gitlab.com", "own-gitlab"),
        ("gitea.example.com", "own-gitea"),
        ("bb.example.com", "own-server"),
        ("bitbucket.org", "own-cloud"),
        ("dev.azure.com", "own-azure"),
    ],
)
def test_without_a_users_token_it_is_the_integrations(host, token):
    assert ask(host) == (token, False)
    assert ask(host, {"token": ""}) == (token, False)


def test_a_users_token_goes_first():
    assert ask("gitlab.com", {"token": " glpat-alice\n"}) == ("glpat-alice", True)


def test_where_users_tokens_are_required_no_other_is_used():
    strict = {**CONFIG, "scaffolder": {"requireScmUserCredentials": True}}

    assert ask("gitlab.com", {"token": "glpat-alice"}, strict) == ("glpat-alice", True)
    message = "No user credentials provided for host gitlab.com, but scaffolder.requireScmUserCredentials is enabled"
    with pytest.raises(InputError, match=message):
        ask("gitlab.com", {}, strict)


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("elsewhere.example.com", "No integration for host elsewhere.example.com"),
        (
            "gerrit.example.com",
            "No token available for host gerrit.example.com: it needs a token. Give the input 'token'",
        ),
    ],
)
def test_without_any_token_it_says_where_one_goes(host, message):
    with pytest.raises(InputError, match=message):
        ask(host)


def integration_of(**more):
    config = {"integrations": {"github": [{"host": "ghe.example.com", **more}]}}
    found = ScmIntegrations.from_app_config(AppConfig.from_dict(config)).by_host("ghe.example.com")
    assert found is not None
    return found


def test_git_goes_to_the_integrations_host_over_https():
    check_remote("https://ghe.example.com/acme/cart.git", integration_of())


def test_plain_http_is_allowed_where_the_configuration_is_plain():
    plain = integration_of(apiBaseUrl="http://ghe.example.com/api/v3")

    check_remote("http://ghe.example.com/acme/cart.git", plain)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://evil.example.com/acme/cart.git", "so the token for that host is not sent there"),
        ("https://ghe.example.com:444/acme/cart.git", "so the token for that host is not sent there"),
        ("https://ghe.example.com.evil.com/x.git", "so the token for that host is not sent there"),
        ("https://x@ghe.example.com/acme/cart.git", "so the token for that host is not sent there"),
        ("http://ghe.example.com/acme/cart.git", "is not https, so no token is sent there"),
        ("git://ghe.example.com/acme/cart.git", "is not https, so no token is sent there"),
    ],
)
def test_git_goes_nowhere_else(url, message):
    with pytest.raises(NotAllowedError, match=message):
        check_remote(url, integration_of())


def attempt(work, checkpoints):
    found = []
    run_action(Action("test", "", lambda context: found.append(work(context))), {}, checkpoints=checkpoints)
    return found[0]


def test_what_was_made_is_not_made_again_nor_looked_for():
    checkpoints, asked = {}, []

    def work(context):
        return make_once(
            context, "x", find=lambda: asked.append("find"), make=lambda: asked.append("make") or "made", taken="taken"
        )

    assert [attempt(work, checkpoints), attempt(work, checkpoints)] == ["made", "made"]
    assert asked == ["find", "make"]


def test_what_was_there_before_is_a_conflict_each_time():
    checkpoints = {}

    def work(context):
        return make_once(context, "x", find=lambda: "theirs", make=lambda: "made", taken="it is taken")

    for _ in range(2):
        with pytest.raises(ConflictError, match="it is taken"):
            attempt(work, checkpoints)


def test_what_appeared_since_the_first_attempt_is_ours():
    checkpoints, there = {}, []

    def make_and_die():
        there.append("ours")
        raise RuntimeError("died")

    def work(make):
        return lambda context: make_once(
            context, "x", find=lambda: there[0] if there else None, make=make, taken="it is taken"
        )

    with pytest.raises(RuntimeError):
        attempt(work(make_and_die), checkpoints)

    assert attempt(work(lambda: "another"), checkpoints) == "ours"


def test_a_step_begins_once():
    checkpoints = {}

    first = attempt(step_time, checkpoints)

    assert first.microsecond == 0
    assert attempt(step_time, checkpoints) == first
