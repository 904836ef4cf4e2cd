"""
A small GitHub Enterprise on 127.0.0.1: its REST API for what our actions ask of it, and git behind the same address.

It keeps what it is told, refuses what GitHub refuses in GitHub's words, and counts what was asked.
"""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from nacl.public import PrivateKey, SealedBox

from tests.fakes.git_server import CHALLENGE, answer_git, run_git, user_of
from tests.fakes.server import FakeServer, Request, Response

API = "/api/v3"
DOCS = "https://docs.github.com/rest"
NAMES = {"name": "octo", "email": "octo@users.noreply.example.com", "date": "2026-01-01T00:00:00Z"}


@dataclass
class FakeRepository:
    """Everything that was set, by GitHub's words."""

    id: int
    owner: str
    name: str
    folder: Path
    settings: dict[str, Any]
    fork_of: str | None = None
    topics: list[str] = field(default_factory=list)
    collaborators: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    protection: dict[str, Any] = field(default_factory=dict)
    signatures: set[str] = field(default_factory=set)
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    hooks: list[dict[str, Any]] = field(default_factory=list)
    keys: list[dict[str, Any]] = field(default_factory=list)
    autolinks: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    single: dict[str, Any] = field(default_factory=dict)

    def git(self, *arguments: str, content: bytes | None = None, index: Path | None = None) -> str:
        environment = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "PATH": "/usr/bin:/bin"}
        if index is not None:
            environment["GIT_INDEX_FILE"] = str(index)
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, input=content, env=environment, capture_output=True, check=True).stdout.decode()

    def rev(self, name: str) -> str | None:
        try:
            return self.git("rev-parse", "--verify", "--quiet", name).strip()
        except subprocess.CalledProcessError:
            return None

    def commits(self, branch: str) -> int:
        return int(self.git("rev-list", "--count", branch))

    def files(self, branch: str) -> dict[str, tuple[str, bytes]]:
        """Mode and content of every file."""
        found = {}
        for line in self.git("ls-tree", "-r", "-z", branch).rstrip("\0").split("\0"):
            mode, _, rest = line.partition(" blob ")
            blob, _, path = rest.partition("\t")
            command = ["git", "-C", str(self.folder), "cat-file", "blob", blob]
            found[path] = (mode, subprocess.run(command, capture_output=True, check=True).stdout)
        return found


class FakeGithub(FakeServer):
    """
    ``users``: token to login. ``organizations``: name to the slugs of its teams.

    ``before`` is asked first at each request, and answers instead if it returns something.
    """

    def __init__(self, root: Path, *, users: dict[str, str], organizations: dict[str, list[str]] | None = None) -> None:
        super().__init__()
        self.root = root
        self.users = users
        self.organizations = organizations or {}
        self.repositories: dict[str, FakeRepository] = {}
        self.box = PrivateKey.generate()
        self.before: Callable[[Request], Response | None] | None = None
        self.after: Callable[[Request, Response], Response] | None = None
        self.readers: set[str] = set()  # logins that may only read
        self.installations: list[dict[str, Any]] = []

    @property
    def config(self) -> dict[str, Any]:
        """An integration for this server, without a token."""
        return {"host": self.host, "apiBaseUrl": f"{self.url}{API}"}

    @property
    def api_calls(self) -> list[tuple[str, str]]:
        """Method and path below the API's address, in order."""
        return [(r.method, r.path.removeprefix(API)) for r in self.requests if r.path.startswith(API)]

    def made(self, method: str, path: str) -> int:
        return self.api_calls.count((method, path))

    def create(self, full_name: str, *, settings: dict[str, Any] | None = None, **more: Any) -> FakeRepository:
        owner, name = full_name.split("/")
        folder = self.root / owner / f"{name}.git"
        folder.parent.mkdir(parents=True, exist_ok=True)
        run_git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(folder))
        run_git("-C", str(folder), "config", "http.receivepack", "true")
        made = FakeRepository(1000 + len(self.repositories), owner, name, folder, settings or {}, **more)
        self.repositories[full_name.lower()] = made
        return made

    def seed(self, full_name: str, files: dict[str, bytes]) -> FakeRepository:
        """A repository with one commit on main."""
        made = self.create(full_name)
        entries = [
            {"path": path, "mode": "100644", "sha": _blob(made, content)} for path, content in sorted(files.items())
        ]
        tree = _tree(made, None, entries)
        made.git("update-ref", "refs/heads/main", _commit(made, tree, [], "Begin.", NAMES, NAMES))
        return made

    def opened(self, sealed: str) -> str:
        """What a sealed secret holds."""
        return SealedBox(self.box).decrypt(base64.b64decode(sealed)).decode()

    def answer(self, request: Request) -> Response:
        instead = self.before(request) if self.before else None
        response = instead or self._serve(request)
        return self.after(request, response) if self.after else response

    def _serve(self, request: Request) -> Response:
        authorization = request.headers.get("authorization", "")
        user = user_of(authorization, self.users)
        if not request.path.startswith(API):
            return answer_git(self.root, request, user) if user else Response(401, b"", CHALLENGE)
        if request.path.startswith(f"{API}/app/"):
            return self._app(request)
        if user is None:
            return _fault(401, "Bad credentials")
        path = request.path.removeprefix(API)
        for method, pattern, handler in ROUTES:
            match = re.fullmatch(pattern, path)
            if match and method == request.method:
                return self._route(request, user, handler, [unquote(part) for part in match.groups()])
        return _fault(404, "Not Found")

    def _route(self, request: Request, user: str, handler: Any, parts: list[str]) -> Response:
        call = Call(self, request, user)
        if not handler.__name__.startswith("in_"):
            return handler(call, *parts)
        repository = self.repositories.get(f"{parts[0]}/{parts[1]}".lower())
        if repository is None:
            return _fault(404, "Not Found")
        return handler(call, repository, *parts[2:])

    def _app(self, request: Request) -> Response:
        if not request.headers["authorization"].startswith("Bearer ey"):
            return _fault(401, "A JSON web token could not be decoded")
        if request.path == f"{API}/app/installations":
            return Response.of(self.installations)
        number = int(request.path.split("/")[-2])
        token = f"ghs_installation{number}"
        self.users[token] = "app[bot]"
        return Response.of({"token": token, "expires_at": "2099-01-01T00:00:00Z"}, 201)


@dataclass
class Call:
    server: FakeGithub
    request: Request
    user: str

    @property
    def body(self) -> Any:
        return self.request.json


def _fault(status: int, message: str, *errors: dict[str, str]) -> Response:
    more = {"errors": list(errors)} if errors else {}
    return Response.of({"message": message, **more, "documentation_url": DOCS, "status": str(status)}, status)


def _paged(call: Call, items: list[Any], within: str | None = None) -> Response:
    size = int(call.request.parameter("per_page") or 30)
    page = int(call.request.parameter("page") or 1)
    found = items[(page - 1) * size : page * size]
    return Response.of(found if within is None else {"total_count": len(items), within: found})


def _described(call: Call, repository: FakeRepository) -> dict[str, Any]:
    server = call.server
    full_name = f"{repository.owner}/{repository.name}"
    is_organization = repository.owner in server.organizations
    return {
        "id": repository.id,
        "node_id": f"R_{repository.id}",
        "name": repository.name,
        "full_name": full_name,
        "private": repository.settings.get("private", False),
        "owner": {"login": repository.owner, "type": "Organization" if is_organization else "User"},
        "html_url": f"{server.url}/{full_name}",
        "url": f"{server.url}{API}/repos/{full_name}",
        "clone_url": f"{server.url}/{full_name}.git",
        "default_branch": "main",
        "fork": repository.fork_of is not None,
        "permissions": {"admin": True, "push": call.user not in server.readers, "pull": True},
    }


def user(call: Call) -> Response:
    if call.user == "app[bot]":
        return _fault(403, "Resource not accessible by integration")
    return Response.of({"login": call.user, "id": 1, "type": "User"})


def find_user(call: Call, login: str) -> Response:
    if login in call.server.organizations:
        return Response.of({"login": login, "id": 2, "type": "Organization"})
    if login in call.server.users.values():
        return Response.of({"login": login, "id": 1, "type": "User"})
    return _fault(404, "Not Found")


def find_team(call: Call, organization: str, team: str) -> Response:
    if team not in call.server.organizations.get(organization, []):
        return _fault(404, "Not Found")
    return Response.of({"slug": team, "id": 7})


def create_for_user(call: Call) -> Response:
    return _create(call, call.user)


def create_in_organization(call: Call, organization: str) -> Response:
    return _create(call, organization)


def _create(call: Call, owner: str) -> Response:
    full_name = f"{owner}/{call.body['name']}"
    if full_name.lower() in call.server.repositories:
        error = {"resource": "Repository", "code": "custom", "field": "name"}
        error["message"] = "name already exists on this account"
        return _fault(422, "Repository creation failed.", error)
    return Response.of(_described(call, call.server.create(full_name, settings=call.body)), 201)


def add_team(call: Call, organization: str, team: str, owner: str, name: str) -> Response:
    if team not in call.server.organizations.get(organization, []):
        return _fault(404, "Not Found")
    call.server.repositories[f"{owner}/{name}".lower()].teams[team] = call.body["permission"]
    return Response(204)


def in_read(call: Call, repository: FakeRepository) -> Response:
    scopes = {} if call.user == "app[bot]" else {"X-OAuth-Scopes": "repo"}
    return Response.of(_described(call, repository), **scopes)


def in_add_collaborator(call: Call, repository: FakeRepository, login: str) -> Response:
    if login not in call.server.users.values():
        return _fault(404, "Not Found")
    repository.collaborators[login] = call.body["permission"]
    return Response.of({"id": 1, "permissions": "write"}, 201)


def in_set_topics(call: Call, repository: FakeRepository) -> Response:
    repository.topics = call.body["names"]
    return Response.of(call.body)


def in_public_key(call: Call, repository: FakeRepository, *environment: str) -> Response:
    return Response.of({"key_id": "568", "key": base64.b64encode(bytes(call.server.box.public_key)).decode()})


def in_set_secret(call: Call, repository: FakeRepository, name: str) -> Response:
    is_new = name not in repository.secrets
    repository.secrets[name] = call.server.opened(call.body["encrypted_value"])
    return Response(201 if is_new else 204)


def in_add_variable(call: Call, repository: FakeRepository) -> Response:
    return _add_variable(call, repository.variables)


def _add_variable(call: Call, variables: dict[str, str]) -> Response:
    if call.body["name"] in variables:
        return _fault(409, "Already exists - Variable already exists")
    variables[call.body["name"]] = call.body["value"]
    return Response.of({}, 201)


def in_change_variable(call: Call, repository: FakeRepository, name: str) -> Response:
    repository.variables[name] = call.body["value"]
    return Response(204)


def in_set(call: Call, repository: FakeRepository, what: str) -> Response:
    repository.single[what] = call.body
    return Response.of({})


def in_protect(call: Call, repository: FakeRepository, branch: str) -> Response:
    if repository.rev(f"refs/heads/{branch}") is None:
        return _fault(404, "Branch not found")
    repository.protection[branch] = call.body
    return Response.of({"url": "protected"})


def in_require_signatures(call: Call, repository: FakeRepository, branch: str) -> Response:
    repository.signatures.add(branch)
    return Response.of({"enabled": True})


def in_put_environment(call: Call, repository: FakeRepository, name: str) -> Response:
    kept = repository.environments.setdefault(name, {"policies": [], "variables": {}, "secrets": {}})
    kept["settings"] = call.body
    return Response.of({"id": 5, "name": name})


def in_list_policies(call: Call, repository: FakeRepository, name: str) -> Response:
    return _paged(call, repository.environments[name]["policies"], "branch_policies")


def in_add_policy(call: Call, repository: FakeRepository, name: str) -> Response:
    policies = repository.environments[name]["policies"]
    if call.body in policies:
        return _fault(422, "Validation Failed", {"code": "already_exists", "resource": "Policy", "field": "name"})
    policies.append(call.body)
    return Response.of({"id": len(policies), **call.body})


def in_add_environment_variable(call: Call, repository: FakeRepository, name: str) -> Response:
    return _add_variable(call, repository.environments[name]["variables"])


def in_change_environment_variable(call: Call, repository: FakeRepository, name: str, variable: str) -> Response:
    repository.environments[name]["variables"][variable] = call.body["value"]
    return Response(204)


def in_set_environment_secret(call: Call, repository: FakeRepository, name: str, secret: str) -> Response:
    repository.environments[name]["secrets"][secret] = call.server.opened(call.body["encrypted_value"])
    return Response(201)


def in_list(call: Call, repository: FakeRepository, what: str) -> Response:
    return _paged(call, getattr(repository, what))


def in_add_hook(call: Call, repository: FakeRepository) -> Response:
    if any(hook["config"]["url"] == call.body["config"]["url"] for hook in repository.hooks):
        return _fault(422, "Validation Failed", {"message": "Hook already exists on this repository"})
    repository.hooks.append({"id": len(repository.hooks) + 1, **call.body})
    return Response.of(repository.hooks[-1], 201)


def in_add_key(call: Call, repository: FakeRepository) -> Response:
    if any(key["key"] == call.body["key"] for key in repository.keys):
        return _fault(422, "Validation Failed", {"resource": "PublicKey", "message": "key is already in use"})
    repository.keys.append({"id": len(repository.keys) + 1, **call.body})
    return Response.of(repository.keys[-1], 201)


def in_add_autolink(call: Call, repository: FakeRepository) -> Response:
    if any(link["key_prefix"] == call.body["key_prefix"] for link in repository.autolinks):
        error = {"resource": "KeyLink", "code": "already_exists", "field": "key_prefix"}
        return _fault(422, "Validation Failed", error)
    repository.autolinks.append({"id": len(repository.autolinks) + 1, **call.body})
    return Response.of(repository.autolinks[-1], 201)


def in_read_pages(call: Call, repository: FakeRepository) -> Response:
    pages = repository.single.get("pages")
    return Response.of({"url": "pages", **pages}) if pages else _fault(404, "Not Found")


def in_enable_pages(call: Call, repository: FakeRepository) -> Response:
    if "pages" in repository.single:
        return _fault(409, "GitHub Pages is already enabled.")
    repository.single["pages"] = call.body
    return Response.of({"url": "pages"}, 201)


def _number(repository: FakeRepository) -> int:
    return len(repository.issues) + len(repository.pulls) + 1


def in_list_issues(call: Call, repository: FakeRepository) -> Response:
    pulls = [{**pull, "pull_request": {}} for pull in repository.pulls]
    return _paged(call, sorted([*repository.issues, *pulls], key=lambda issue: -issue["number"]))


def in_add_issue(call: Call, repository: FakeRepository) -> Response:
    number = _number(repository)
    url = f"{call.server.url}/{repository.owner}/{repository.name}/issues/{number}"
    repository.issues.append({"body": None, **call.body, "number": number, "html_url": url})
    return Response.of(repository.issues[-1], 201)


def _issue(repository: FakeRepository, number: str) -> dict[str, Any] | None:
    return next((one for one in [*repository.issues, *repository.pulls] if one["number"] == int(number)), None)


def in_add_labels(call: Call, repository: FakeRepository, number: str) -> Response:
    issue = _issue(repository, number)
    if issue is None:
        return _fault(404, "Not Found")
    issue["labels"] = sorted({*issue.get("labels", []), *call.body["labels"]})
    return Response.of([{"name": label} for label in issue["labels"]])


def in_assign(call: Call, repository: FakeRepository, number: str) -> Response:
    issue = _issue(repository, number)
    assert issue is not None
    issue["assignees"] = call.body["assignees"]
    return Response.of(issue, 201)


def in_list_runs(call: Call, repository: FakeRepository, workflow: str) -> Response:
    runs = [run for run in repository.runs if run["path"] == workflow]
    return _paged(call, sorted(runs, key=lambda run: -run["id"]), "workflow_runs")


def in_dispatch(call: Call, repository: FakeRepository, workflow: str) -> Response:
    number = len(repository.runs) + 1
    url = f"{call.server.url}/{repository.owner}/{repository.name}/actions/runs/{number}"
    run = {"id": number, "url": f"{url}/api", "html_url": url, "path": workflow, "head_branch": call.body["ref"]}
    repository.runs.append({**run, "inputs": call.body.get("inputs")})
    if call.body.get("return_run_details"):
        return Response.of({"workflow_run_id": number, "run_url": run["url"], "html_url": url})
    return Response(204)


def in_list_commits(call: Call, repository: FakeRepository) -> Response:
    commit = repository.rev(f"refs/heads/{call.request.parameter('sha')}")
    if commit is None:
        return _fault(404, "Not Found")
    return Response.of([{"sha": commit, "commit": {"tree": {"sha": repository.rev(f"{commit}^{{tree}}")}}}])


def in_read_contents(call: Call, repository: FakeRepository, path: str) -> Response:
    found = repository.rev(f"{call.request.parameter('ref')}:{path}")
    return Response.of({"path": path, "sha": found}) if found else _fault(404, "Not Found")


def in_add_blob(call: Call, repository: FakeRepository) -> Response:
    return Response.of({"sha": _blob(repository, base64.b64decode(call.body["content"]))}, 201)


def in_add_tree(call: Call, repository: FakeRepository) -> Response:
    entries = [
        entry if "content" not in entry else {**entry, "sha": _blob(repository, entry["content"].encode())}
        for entry in call.body["tree"]
    ]
    return Response.of({"sha": _tree(repository, call.body["base_tree"], entries)}, 201)


def in_add_commit(call: Call, repository: FakeRepository) -> Response:
    names = {**NAMES, "name": call.user}
    author = call.body.get("author", names)
    committer = call.body.get("committer", author)
    body = call.body
    return Response.of({"sha": _commit(repository, body["tree"], body["parents"], body["message"], author, committer)})


def in_read_ref(call: Call, repository: FakeRepository, ref: str) -> Response:
    commit = repository.rev(f"refs/{ref}")
    return Response.of({"object": {"sha": commit}}) if commit else _fault(404, "Not Found")


def in_add_ref(call: Call, repository: FakeRepository) -> Response:
    if repository.rev(call.body["ref"]):
        return _fault(422, "Reference already exists")
    repository.git("update-ref", call.body["ref"], call.body["sha"])
    return Response.of({}, 201)


def in_change_ref(call: Call, repository: FakeRepository, ref: str) -> Response:
    repository.git("update-ref", f"refs/{ref}", call.body["sha"])
    return Response.of({})


def in_list_pulls(call: Call, repository: FakeRepository) -> Response:
    head = call.request.parameter("head")
    return _paged(call, [pull for pull in repository.pulls if pull["label"] == head and pull["state"] == "open"])


def in_add_pull(call: Call, repository: FakeRepository) -> Response:
    body = call.body
    if any(pull["label"] == body["head"] and pull["state"] == "open" for pull in repository.pulls):
        message = f"A pull request already exists for {body['head']}."
        return _fault(422, "Validation Failed", {"resource": "PullRequest", "code": "custom", "message": message})
    number = _number(repository)
    url = f"{call.server.url}/{repository.owner}/{repository.name}/pull/{number}"
    made = {**body, "number": number, "html_url": url, "state": "open", "label": body["head"]}
    repository.pulls.append({**made, "base": {"ref": body["base"]}})
    return Response.of(repository.pulls[-1], 201)


def in_change_pull(call: Call, repository: FakeRepository, number: str) -> Response:
    pull = _issue(repository, number)
    assert pull is not None
    pull.update({**call.body, "base": {"ref": call.body["base"]}})
    return Response.of(pull)


def in_ask_reviewers(call: Call, repository: FakeRepository, number: str) -> Response:
    pull = _issue(repository, number)
    assert pull is not None
    if not set(call.body["reviewers"]) <= set(call.server.users.values()):
        return _fault(422, "Reviews may only be requested from collaborators.")
    pull["asked"] = call.body
    return Response.of(pull, 201)


def in_fork(call: Call, repository: FakeRepository) -> Response:
    full_name = f"{call.user}/{repository.name}"
    made = call.server.create(full_name, fork_of=f"{repository.owner}/{repository.name}")
    made.git("fetch", "--quiet", str(repository.folder), "refs/heads/*:refs/heads/*")
    return Response.of(_described(call, made), 202)


def _blob(repository: FakeRepository, content: bytes) -> str:
    return repository.git("hash-object", "-w", "--stdin", content=content).strip()


def _tree(repository: FakeRepository, base: str | None, entries: list[dict[str, Any]]) -> str:
    index = repository.folder / "fake-index"
    index.unlink(missing_ok=True)
    if base:
        repository.git("read-tree", base, index=index)
    lines = [
        f"{entry['mode'] if entry['sha'] else '0'} {entry['sha'] or '0' * 40}\t{entry['path']}\0" for entry in entries
    ]
    repository.git("update-index", "-z", "--index-info", content="".join(lines).encode(), index=index)
    return repository.git("write-tree", index=index).strip()


def _commit(
    repository: FakeRepository,
    tree: str,
    parents: list[str],
    message: str,
    author: dict[str, str],
    committer: dict[str, str],
) -> str:
    head = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    for role, who in (("author", author), ("committer", committer)):
        stamp = {"2026-01-01T00:00:00Z": 1767225600}.get(who.get("date", NAMES["date"]), 1767225601)
        head.append(f"{role} {who['name']} <{who['email']}> {stamp} +0000")
    content = "\n".join([*head, "", message]).encode()
    return repository.git("hash-object", "-t", "commit", "-w", "--stdin", content=content).strip()


ONE = r"([^/]+)"
IN = rf"/repos/{ONE}/{ONE}"
ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/user", user),
    ("POST", "/user/repos", create_for_user),
    ("GET", f"/users/{ONE}", find_user),
    ("POST", f"/orgs/{ONE}/repos", create_in_organization),
    ("GET", f"/orgs/{ONE}/teams/{ONE}", find_team),
    ("PUT", f"/orgs/{ONE}/teams/{ONE}/repos/{ONE}/{ONE}", add_team),
    ("GET", IN, in_read),
    ("PUT", f"{IN}/collaborators/{ONE}", in_add_collaborator),
    ("PUT", f"{IN}/topics", in_set_topics),
    ("GET", f"{IN}/actions/secrets/public-key", in_public_key),
    ("PUT", f"{IN}/actions/secrets/{ONE}", in_set_secret),
    ("POST", f"{IN}/actions/variables", in_add_variable),
    ("PATCH", f"{IN}/actions/variables/{ONE}", in_change_variable),
    ("PUT", f"{IN}/(actions/oidc/customization/sub|subscription|actions/permissions/access)", in_set),
    ("PUT", f"{IN}/branches/{ONE}/protection", in_protect),
    ("POST", f"{IN}/branches/{ONE}/protection/required_signatures", in_require_signatures),
    ("PUT", f"{IN}/environments/{ONE}", in_put_environment),
    ("GET", f"{IN}/environments/{ONE}/deployment-branch-policies", in_list_policies),
    ("POST", f"{IN}/environments/{ONE}/deployment-branch-policies", in_add_policy),
    ("POST", f"{IN}/environments/{ONE}/variables", in_add_environment_variable),
    ("PATCH", f"{IN}/environments/{ONE}/variables/{ONE}", in_change_environment_variable),
    ("GET", f"{IN}/environments/{ONE}/secrets/public-key", in_public_key),
    ("PUT", f"{IN}/environments/{ONE}/secrets/{ONE}", in_set_environment_secret),
    ("GET", f"{IN}/(hooks|keys|autolinks)", in_list),
    ("POST", f"{IN}/hooks", in_add_hook),
    ("POST", f"{IN}/keys", in_add_key),
    ("POST", f"{IN}/autolinks", in_add_autolink),
    ("GET", f"{IN}/pages", in_read_pages),
    ("POST", f"{IN}/pages", in_enable_pages),
    ("GET", f"{IN}/issues", in_list_issues),
    ("POST", f"{IN}/issues", in_add_issue),
    ("POST", f"{IN}/issues/{ONE}/labels", in_add_labels),
    ("POST", f"{IN}/issues/{ONE}/assignees", in_assign),
    ("GET", f"{IN}/actions/workflows/{ONE}/runs", in_list_runs),
    ("POST", f"{IN}/actions/workflows/{ONE}/dispatches", in_dispatch),
    ("GET", f"{IN}/commits", in_list_commits),
    ("GET", f"{IN}/contents/(.+)", in_read_contents),
    ("POST", f"{IN}/git/blobs", in_add_blob),
    ("POST", f"{IN}/git/trees", in_add_tree),
    ("POST", f"{IN}/git/commits", in_add_commit),
    ("GET", f"{IN}/git/ref/(.+)", in_read_ref),
    ("POST", f"{IN}/git/refs", in_add_ref),
    ("PATCH", f"{IN}/git/refs/(.+)", in_change_ref),
    ("GET", f"{IN}/pulls", in_list_pulls),
    ("POST", f"{IN}/pulls", in_add_pull),
    ("PATCH", f"{IN}/pulls/{ONE}", in_change_pull),
    ("POST", f"{IN}/pulls/{ONE}/requested_reviewers", in_ask_reviewers),
    ("POST", f"{IN}/forks", in_fork),
]
