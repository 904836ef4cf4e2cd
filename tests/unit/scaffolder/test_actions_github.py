"""The smaller actions for GitHub: what each sets, once, and what it says when GitHub refuses."""

import itertools
import json
from datetime import UTC, datetime

import pytest
import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from common.errors import ConflictError, InputError, NotAllowedError, NotFoundError, ServiceUnavailableError
from integrations.hosts.github_app import APP_TOKENS
from scaffolder.actions.github import ACTIONS
from tests.fakes.server import FakeServer, Response
from tests.unit.scaffolder.action_world import NoWaiting
from tests.unit.scaffolder.github_world import ALICE, OWN, Killed, kill_at, make_github, run

pytestmark = pytest.mark.loopback
BY_ID = {action.id: action for action in ACTIONS}
# Each test has an app of its own, since tokens are kept for the process.
APP_IDS = itertools.count(12)
AUTOLINK = {"keyPrefix": "T-", "urlTemplate": "https://t.example.com/<num>"}
DEPLOY_KEY = {"publicKey": "ssh-ed25519 AAAA me", "privateKey": "PRIVATE", "deployKeyName": "Deploy it"}
DISPATCH = {"workflowId": "deploy.yaml", "branchOrTagName": "main"}
HOOK = {"webhookUrl": "https://h.example.com/x"}
LABEL = {"number": 1, "labels": ["new"]}
ENVIRONMENT = {
    "name": "prod/eu",
    "deploymentBranchPolicy": {"protected_branches": False, "custom_branch_policies": True},
    "customBranchPolicyNames": ["main", "release/*"],
    "customTagPolicyNames": ["v*"],
    "environmentVariables": {"REGION": "eu"},
    "secrets": {"KEY": "s3cret"},
    "waitTimer": 5,
    "preventSelfReview": True,
}
ONCE = {
    "github:actions:dispatch": DISPATCH,
    "github:autolinks:create": AUTOLINK,
    "github:branch-protection:create": {"requiredCommitSigning": True},
    "github:deployKey:create": DEPLOY_KEY,
    "github:environment:create": ENVIRONMENT,
    "github:issues:create": {"title": "Choose", "body": "Which?"},
    "github:issues:label": LABEL,
    "github:pages:enable": {},
    "github:webhook": HOOK,
}


def begin(folder):
    server = make_github(folder)
    cart = server.seed("acme/cart", {"README.md": b"x"})
    cart.issues.append({"number": 1, "title": "Choose", "body": "Which?", "html_url": "1"})
    cart.runs.append({"id": 1, "url": "u", "html_url": "h", "path": "deploy.yaml", "head_branch": "main"})
    return server


@pytest.fixture
def github(tmp_path):
    with begin(tmp_path / "github") as server:
        yield server


@pytest.fixture
def cart(github):
    return github.repositories["acme/cart"]


def act(github, action_id, input=None, **more):
    return run(github, BY_ID[action_id], input, **more)


def test_a_workflow_is_dispatched(github, cart):
    ran = act(github, "github:actions:dispatch", {**DISPATCH, "workflowInputs": {"region": "eu"}})

    assert (cart.runs[-1]["head_branch"], cart.runs[-1]["inputs"]) == ("main", {"region": "eu"})
    assert ran.outputs == {}


def test_the_run_of_a_workflow_is_told_if_that_is_wanted(github):
    ran = act(github, "github:actions:dispatch", {**DISPATCH, "returnWorkflowRunDetails": True})

    url = f"{github.url}/acme/cart/actions/runs/2"
    assert ran.outputs == {"workflowRunId": 2, "workflowRunUrl": f"{url}/api", "workflowRunHtmlUrl": url}


def test_an_autolink_is_made(github, cart):
    act(github, "github:autolinks:create", {**AUTOLINK, "isAlphanumeric": False})

    expected = {"key_prefix": "T-", "url_template": "https://t.example.com/<num>", "is_alphanumeric": False}
    assert cart.autolinks == [{"id": 1, **expected}]
    with pytest.raises(ConflictError, match="The repository acme/cart has an autolink for 'T-' already"):
        act(github, "github:autolinks:create", AUTOLINK)


def test_a_branch_is_protected(github, cart):
    input = {"enforceAdmins": False, "requiredCommitSigning": True, "restrictions": {"users": ["alice"], "teams": []}}

    act(github, "github:branch-protection:create", input)

    assert cart.protection["main"]["enforce_admins"] is False
    assert cart.protection["main"]["restrictions"] == {"users": ["alice"], "teams": []}
    assert cart.signatures == {"main"}


def test_the_branch_to_protect_can_be_named(github, cart):
    cart.git("branch", "release/1", "main")

    act(github, "github:branch-protection:create", {"branch": "release/1", "blockCreations": True})

    assert cart.protection["release/1"]["block_creations"] is True


def test_a_deploy_key_is_added_and_its_private_half_kept_as_a_secret(github, cart):
    ran = act(github, "github:deployKey:create", DEPLOY_KEY)

    assert cart.keys == [{"id": 1, "title": "Deploy it", "key": "ssh-ed25519 AAAA me"}]
    assert cart.secrets == {"DEPLOY_IT_PRIVATE_KEY": "PRIVATE"}
    assert ran.outputs == {"privateKeySecretName": "DEPLOY_IT_PRIVATE_KEY"}
    assert "PRIVATE" not in str(ran.checkpoints)
    with pytest.raises(ConflictError, match="acme/cart has this deploy key already"):
        act(github, "github:deployKey:create", DEPLOY_KEY)


def test_an_environment_is_made_with_all_that_belongs_to_it(github, cart):
    act(github, "github:environment:create", ENVIRONMENT)

    assert cart.environments == {
        "prod/eu": {
            "settings": {
                "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
                "wait_timer": 5,
                "prevent_self_review": True,
            },
            "policies": [
                {"name": "main", "type": "branch"},
                {"name": "release/*", "type": "branch"},
                {"name": "v*", "type": "tag"},
            ],
            "variables": {"REGION": "eu"},
            "secrets": {"KEY": "s3cret"},
        }
    }


def test_an_environment_can_be_changed(github, cart):
    act(github, "github:environment:create", ENVIRONMENT)

    act(github, "github:environment:create", {**ENVIRONMENT, "environmentVariables": {"REGION": "us"}})

    assert cart.environments["prod/eu"]["variables"] == {"REGION": "us"}
    assert len(cart.environments["prod/eu"]["policies"]) == 3


def test_an_issue_is_opened_though_there_is_one_like_it(github, cart):
    more = {"assignees": ["alice"], "labels": ["decision"], "milestone": 2}

    ran = act(github, "github:issues:create", {"title": "Choose", "body": "Which?", **more})

    assert [issue["number"] for issue in cart.issues] == [1, 2]
    assert {name: cart.issues[1][name] for name in more} == more
    assert ran.outputs == {"issueUrl": f"{github.url}/acme/cart/issues/2", "issueNumber": 2}


def test_a_dry_run_of_an_issue_asks_nobody(github):
    ran = act(github, "github:issues:create", {"title": "Choose"}, is_dry_run=True)

    assert ran.outputs == {"issueUrl": f"https://{github.host}/acme/cart/issues/42", "issueNumber": 42}
    assert github.requests == []


def test_labels_are_added(github, cart):
    act(github, "github:issues:label", LABEL)

    assert cart.issues[0]["labels"] == ["new"]


def test_labels_that_cannot_be_added_are_a_warning(github):
    ran = act(github, "github:issues:label", {**LABEL, "number": 99})

    assert (
        "Failed: adding labels to issue: '99' on repo: 'cart', Failed to add labels to #99 of acme/cart" in ran.log.text
    )


def test_pages_are_enabled(github, cart):
    act(github, "github:pages:enable", {"buildType": "legacy", "sourcePath": "/docs"})

    assert cart.single["pages"] == {"build_type": "legacy", "source": {"branch": "main", "path": "/docs"}}
    with pytest.raises(ConflictError, match="acme/cart has GitHub Pages already"):
        act(github, "github:pages:enable")


def test_a_webhook_is_made(github, cart):
    act(github, "github:webhook", {**HOOK, "webhookSecret": "s", "events": ["push", "release"], "contentType": "json"})

    config = {"url": HOOK["webhookUrl"], "content_type": "json", "insecure_ssl": "0", "secret": "s"}
    assert cart.hooks == [{"id": 1, "config": config, "events": ["push", "release"], "active": True}]


def test_a_webhook_that_is_there_is_a_warning(github, cart):
    act(github, "github:webhook", HOOK)

    ran = act(github, "github:webhook", HOOK)

    assert "has a webhook for 'https://h.example.com/x' already" in ran.log.text
    assert len(cart.hooks) == 1


def test_a_dry_run_of_a_webhook_asks_nobody(github):
    act(github, "github:webhook", HOOK, is_dry_run=True)

    assert github.requests == []


@pytest.mark.parametrize("before", [True, False], ids=["unsent", "unheard"])
@pytest.mark.parametrize("action_id", ONCE)
def test_killed_at_any_call_the_next_attempt_ends_the_same(tmp_path, monkeypatch, action_id, before):
    def state(server):
        cart = server.repositories["acme/cart"]
        names = ("hooks", "keys", "autolinks", "environments", "secrets", "protection", "signatures", "single")
        kept = {name: getattr(cart, name) for name in names}
        kept["issues"] = [{**issue, "html_url": ""} for issue in cart.issues]
        kept["runs"] = [{**run, "url": "", "html_url": ""} for run in cart.runs]
        return kept

    with begin(tmp_path / "whole") as whole:
        act(whole, action_id, ONCE[action_id])
        expected, calls = state(whole), len(whole.api_calls)
    for number in range(1, calls + 1):
        with begin(tmp_path / f"{number}") as github:
            checkpoints = {}
            revive = kill_at(monkeypatch, number, before=before)
            with pytest.raises(Killed):
                act(github, action_id, ONCE[action_id], checkpoints=checkpoints)
            revive()

            act(github, action_id, ONCE[action_id], checkpoints=checkpoints)

            assert state(github) == expected


@pytest.mark.parametrize(
    ("response", "error", "message"),
    [
        (Response(401, b'{"message": "Bad credentials"}'), NotAllowedError, "Bad credentials (HTTP 401); the token is"),
        (
            Response(403, b'{"message": "Must have admin"}'),
            NotAllowedError,
            "Must have admin (HTTP 403); the token has",
        ),
        (Response(404, b'{"message": "Not Found"}'), NotFoundError, "Not Found (HTTP 404); there is no such thing"),
        (
            Response(422, b'{"message": "Validation Failed", "errors": [{"field": "x", "code": "invalid"}, "y"]}'),
            InputError,
            "Validation Failed: x invalid; y (HTTP 422)",
        ),
        (Response(502, b"<html>Bad gateway"), ServiceUnavailableError, "<html>Bad gateway (HTTP 502); try again later"),
        (Response(cut=True), ServiceUnavailableError, "the connection failed; try again later"),
        (Response(200, b"{nonsense"), ServiceUnavailableError, "its answer was not JSON"),
        (
            Response(301, b"{}", {"Location": "https://elsewhere/x"}),
            ServiceUnavailableError,
            "sent us to another address",
        ),
    ],
)
def test_what_github_says_is_told_with_what_was_tried(github, response, error, message):
    github.before = lambda request: response

    with pytest.raises(error) as raised:
        act(github, "github:autolinks:create", AUTOLINK)

    assert str(raised.value).startswith(f"Failed to list the autolinks of acme/cart on {github.host}: ")
    assert message in str(raised.value)


def test_the_token_is_never_told(github):
    github.before = lambda request: Response(422, f'{{"message": "bad {ALICE} there"}}'.encode())

    with pytest.raises(InputError) as raised:
        act(github, "github:autolinks:create", {**AUTOLINK, "token": ALICE})

    assert "bad *** there" in str(raised.value)


def test_a_bad_gateway_is_asked_again_but_never_to_make_something_twice(github, cart):
    answers = [Response(502), Response(cut=True)]
    github.before = lambda request: answers.pop() if answers else None
    stop = NoWaiting()

    act(github, "github:autolinks:create", AUTOLINK, stop=stop)
    assert stop.waited == [1.0, 2.0]

    github.before = lambda request: Response(502) if request.method == "POST" else None
    with pytest.raises(ServiceUnavailableError):
        act(github, "github:autolinks:create", {**AUTOLINK, "keyPrefix": "X-"})
    assert github.made("POST", "/repos/acme/cart/autolinks") == 2


def test_a_short_limit_is_waited_for_and_a_long_one_fails(github):
    limit = b'{"message": "You have exceeded a secondary rate limit."}'
    answers = [Response(403, limit, {"Retry-After": "7"})]
    github.before = lambda request: answers.pop() if answers and request.method == "POST" else None
    stop = NoWaiting()

    act(github, "github:autolinks:create", AUTOLINK, stop=stop)
    assert stop.waited == [7.0]

    reset = str(int(datetime.now(UTC).timestamp()) + 3000)
    used_up = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    github.before = lambda request: Response(403, b'{"message": "API rate limit exceeded"}', used_up)
    with pytest.raises(ServiceUnavailableError, match=r"has used up its requests for (3000|29\d\d) s more"):
        act(github, "github:autolinks:create", AUTOLINK)


def test_pages_of_a_list_are_all_read(github, cart):
    cart.autolinks = [{"id": n, "key_prefix": f"P{n}-", "url_template": "x"} for n in range(250)]

    with pytest.raises(ConflictError):
        act(github, "github:autolinks:create", {**AUTOLINK, "keyPrefix": "P249-"})


def test_the_users_token_goes_before_the_integrations(github):
    act(github, "github:autolinks:create", {**AUTOLINK, "token": ALICE}, token=OWN)

    assert {request.headers["authorization"] for request in github.requests} == {f"token {ALICE}"}


def test_with_required_user_credentials_the_integrations_token_stays_at_home(github):
    strict = {"scaffolder": {"requireScmUserCredentials": True}}

    with pytest.raises(InputError, match=r"No user credentials provided for host .*, but scaffolder.requireScmUser"):
        act(github, "github:autolinks:create", AUTOLINK, app_config=strict)
    assert github.requests == []

    act(github, "github:autolinks:create", {**AUTOLINK, "token": ALICE}, app_config=strict)
    assert {request.headers["authorization"] for request in github.requests} == {f"token {ALICE}"}


def test_without_any_token_it_says_where_one_goes(github):
    with pytest.raises(InputError, match=r"with owner acme, and repo cart. Give the input 'token', or set 'token' or"):
        act(github, "github:autolinks:create", AUTOLINK, token=None)


def test_the_token_goes_to_the_configured_address_alone(github):
    """The link to the next page leads elsewhere, and the input cannot name an address."""
    with FakeServer(lambda request: Response(200, b"[]")) as other:
        github.after = lambda request, response: Response(
            response.status, response.content, {"Link": f'<{other.url}/next>; rel="next"'}
        )

        act(github, "github:autolinks:create", AUTOLINK)

        assert other.requests == []
    assert not [action.id for action in ACTIONS if "apiBaseUrl" in action.input["properties"]]


def test_a_host_without_an_api_address_says_so(github):
    with pytest.raises(InputError, match="has no apiBaseUrl; set it, such as 'https://localhost:"):
        act(github, "github:autolinks:create", AUTOLINK, config={"apiBaseUrl": None})


def test_another_kind_of_host_is_refused(github):
    with pytest.raises(InputError, match=r"No GitHub integration for host gitlab.com"):
        act(github, "github:autolinks:create", {**AUTOLINK, "repoUrl": "gitlab.com?owner=acme&repo=cart"})


@pytest.fixture(scope="module")
def private_key():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


def app_of(private_key, **more):
    return {"appId": next(APP_IDS), "clientId": "Iv1.x", "clientSecret": "c", "privateKey": private_key, **more}


def test_an_app_acts_with_a_token_of_where_it_is_installed(github, cart, private_key):
    github.installations = [{"id": 3, "account": {"login": "other"}}, {"id": 4, "account": {"login": "Acme"}}]
    # As it is written in a variable of the environment.
    apps = {"apps": [app_of(private_key.replace("\n", "\\n"))]}

    act(github, "github:autolinks:create", AUTOLINK, config=apps)
    act(github, "github:issues:label", LABEL, config=apps)

    calls = [r for r in github.requests if r.path.startswith("/api/v3/repos")]
    assert {request.headers["authorization"] for request in calls} == {"token ghs_installation4"}
    assert github.made("POST", "/app/installations/4/access_tokens") == 1


def test_an_app_that_is_not_installed_there_leaves_it_to_the_token(github, private_key):
    act(github, "github:autolinks:create", AUTOLINK, config={"apps": [app_of(private_key)]})

    assert github.requests[-1].headers["authorization"] == f"token {OWN}"


def test_an_app_acts_for_allowed_owners_only(github, private_key):
    github.installations = [{"id": 4, "account": {"login": "acme"}}]
    apps = {"apps": [app_of(private_key, allowedInstallationOwners=["other"])]}

    with pytest.raises(InputError, match="No token available for host"):
        act(github, "github:autolinks:create", AUTOLINK, token=None, config=apps)
    assert github.requests == []


@pytest.mark.parametrize(
    ("key", "message"),
    [("nonsense", r"The private key of the GitHub App \d+ for .* is not a key"), (None, "is suspended for 'acme'")],
)
def test_an_app_that_cannot_act_says_why(github, private_key, key, message):
    github.installations = [{"id": 4, "account": {"login": "acme"}, "suspended_at": "2026-01-01T00:00:00Z"}]

    with pytest.raises(NotAllowedError, match=message) as raised:
        act(github, "github:autolinks:create", AUTOLINK, config={"apps": [app_of(key or private_key)]})

    assert "nonsense" not in str(raised.value)


def test_tokens_of_apps_are_asked_for_anew_before_they_expire(github, private_key):
    github.installations = [{"id": 4, "account": {"login": "acme"}}]
    apps = {"apps": [app_of(private_key)]}
    soon = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    github.after = lambda request, response: (
        Response.of({**json.loads(response.content), "expires_at": soon}, 201)
        if request.path.endswith("/access_tokens")
        else response
    )

    for _ in range(2):
        act(github, "github:issues:label", LABEL, config=apps)

    assert github.made("POST", "/app/installations/4/access_tokens") == 2
    assert "ghs_" not in repr([vars(app) for app in APP_TOKENS._apps.values()])


def test_examples_are_templates_for_their_action():
    for action in ACTIONS:
        assert action.examples
        for example in action.examples:
            (step,) = yaml.safe_load(example.example)["steps"]
            assert step["action"] == action.id
            assert set(action.input["required"]) <= set(step["input"]) <= set(action.input["properties"])
