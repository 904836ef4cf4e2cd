"""GitLab's API, as far as the actions use it, with real git repositories behind it."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fakes.code_host import CodeHost
from tests.fakes.git_server import user_of
from tests.fakes.server import Request, Response

Record = dict[str, Any]
WHO = {
    "GIT_AUTHOR_NAME": "GitLab",
    "GIT_AUTHOR_EMAIL": "git@example.com",
    "GIT_COMMITTER_NAME": "GitLab",
    "GIT_COMMITTER_EMAIL": "git@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


class FakeGitlab(CodeHost):
    """``alice`` is user 1, ``bob`` 2 and so on, in the order of ``users``. The group ``team`` is there."""

    prefix = "/api/v4"

    def __init__(self, root: Path, *, users: Mapping[str, str]) -> None:
        names = list(dict.fromkeys(users.values()))
        self.people = {name: number for number, name in enumerate(names, start=1)}
        self.groups: dict[int, Record] = {}
        self.projects: dict[int, Record] = {}
        self.page = 100
        super().__init__(root, users=users)
        self.add_group("team", "team", None)

    def refuse(self, status: int, message: Any) -> Response:
        return Response.of({"message": message}, status)

    def account_of(self, request: Request) -> str | None:
        token = request.headers.get("private-token")
        return self.users.get(token) if token else user_of(request.headers.get("authorization", ""), self.users)

    def add_routes(self) -> None:
        project = "/projects/:id"
        for method, path, handler in (
            ("GET", "/namespaces/:path", self.namespace),
            ("GET", "/user", self.current_user),
            ("GET", "/users", self.find_users),
            ("GET", "/users/:id", self.show_user),
            ("POST", "/groups", self.create_group),
            ("GET", "/groups/:path", self.show_group),
            ("GET", "/groups/:path/epics", self.list_epics),
            ("POST", "/groups/:path/members", self.add_group_member),
            ("PUT", "/groups/:path/members/:user", self.edit_group_member),
            ("DELETE", "/groups/:path/members/:user", self.remove_group_member),
            ("POST", "/groups/:path/share", self.share_group),
            ("DELETE", "/groups/:path/share/:group", self.unshare_group),
            ("POST", "/projects", self.create_project),
            ("GET", project, self.show_project),
            ("POST", f"{project}/members", self.add_member),
            ("PUT", f"{project}/members/:user", self.edit_member),
            ("GET", f"{project}/repository/branches/:name", self.show_branch),
            ("POST", f"{project}/repository/branches", self.create_branch),
            ("GET", f"{project}/protected_branches/:name", self.show_protected),
            ("POST", f"{project}/protected_branches", self.protect),
            ("GET", f"{project}/repository/tree", self.tree),
            ("GET", f"{project}/repository/commits", self.list_commits),
            ("POST", f"{project}/repository/commits", self.create_commit),
            ("GET", f"{project}/variables/:key", self.show_variable),
            ("GET", f"{project}/merge_requests", self.list_merge_requests),
            ("POST", f"{project}/merge_requests", self.create_merge_request),
            ("GET", f"{project}/merge_requests/:iid", self.show_merge_request),
            ("PUT", f"{project}/merge_requests/:iid", self.edit_merge_request),
            ("PUT", f"{project}/merge_requests/:iid/merge", self.merge),
            ("GET", f"{project}/merge_requests/:iid/approval_rules", self.approval_rules),
            ("PUT", f"{project}/issues/:iid", self.edit_issue),
            ("POST", f"{project}/trigger/pipeline", self.trigger_pipeline),
            ("POST", "/bulk_imports", self.create_migration),
            ("GET", "/bulk_imports", self.list_migrations),
            ("GET", "/bulk_imports/:id/entities", self.migration_entities),
        ):
            self.route(method, path, handler)
        for kind in ("variables", "issues", "access_tokens", "deploy_tokens", "triggers", "pipelines"):
            self.route("GET", f"{project}/{kind}", self.lister(kind))
            self.route("POST", f"{project}/{kind}", getattr(self, f"create_{kind}", self.refused))
            self.route("DELETE", f"{project}/{kind}/:id", self.deleter(kind))
        self.migrations: list[Record] = []

    # Groups, users and projects.

    def add_group(self, name: str, path: str, parent: int | None) -> Record:
        above = f"{self.groups[parent]['full_path']}/" if parent else ""
        group = {
            "id": self.next_id() + 100,
            "name": name,
            "path": path,
            "full_path": f"{above}{path}",
            "parent_id": parent,
            "members": {},
            "shares": {},
            "epics": [],
        }
        self.groups[group["id"]] = group
        return group

    def add_project(self, path: str, files: Mapping[str, str] | None = None, *, creator: int = 2) -> Record:
        project = {
            "id": self.next_id() + 1000,
            "name": path.rpartition("/")[2],
            "path": path.rpartition("/")[2],
            "path_with_namespace": path,
            "creator_id": creator,
            "http_url_to_repo": f"{self.url}/{path}.git",
            "web_url": f"{self.url}/{path}",
            "visibility": "private",
            "namespace": {"id": self.group_at(path.rpartition("/")[0])["id"]},
            "members": {},
            **{kind: [] for kind in ("variables", "issues", "access_tokens", "deploy_tokens", "triggers")},
            **{kind: [] for kind in ("pipelines", "merge_requests", "protected")},
        }
        self.projects[project["id"]] = project
        self.create_repository(path, files)
        return project

    def project(self, path: str) -> Record:
        return next(project for project in self.projects.values() if project["path_with_namespace"] == path)

    def group_at(self, path: str) -> Record:
        return next(group for group in self.groups.values() if path in (group["full_path"], str(group["id"])))

    def find_group(self, path: str) -> Record | None:
        return next((group for group in self.groups.values() if path in (group["full_path"], str(group["id"]))), None)

    def find_project(self, key: str) -> Record | None:
        return next((p for p in self.projects.values() if key in (p["path_with_namespace"], str(p["id"]))), None)

    def namespace(self, request: Request, account: str, path: str) -> Response:
        group = self.find_group(path)
        if group is not None:
            return Response.of({"id": group["id"], "kind": "group", "full_path": path})
        if path in self.people:
            return Response.of({"id": 500 + self.people[path], "kind": "user", "full_path": path})
        return self.refuse(404, "404 Namespace Not Found")

    def user_record(self, name: str) -> Record:
        return {
            "id": self.people[name],
            "username": name,
            "name": name.title(),
            "state": "active",
            "web_url": f"{self.url}/{name}",
        }

    def current_user(self, request: Request, account: str) -> Response:
        return Response.of(
            {
                **self.user_record(account),
                "email": f"{account}@example.com",
                "created_at": "2024-01-01T00:00:00.000Z",
                "public_email": None,
            }
        )

    def find_users(self, request: Request, account: str) -> Response:
        name = request.parameter("username")
        return Response.of([self.user_record(name)] if name in self.people else [])

    def show_user(self, request: Request, account: str, number: str) -> Response:
        name = next((name for name, found in self.people.items() if str(found) == number), None)
        return Response.of(self.user_record(name)) if name else self.refuse(404, "404 User Not Found")

    def create_group(self, request: Request, account: str) -> Response:
        given = request.json
        parent = given.get("parent_id")
        above = f"{self.groups[parent]['full_path']}/" if parent else ""
        if self.find_group(f"{above}{given['path']}"):
            return self.refuse(400, "Failed to save group {:path=>['has already been taken']}")
        group = self.add_group(given["name"], given["path"], parent)
        group["description"] = given.get("description", "")
        return Response.of(group, 201)

    def show_group(self, request: Request, account: str, path: str) -> Response:
        group = self.find_group(path)
        return Response.of(group) if group else self.refuse(404, "404 Group Not Found")

    def list_epics(self, request: Request, account: str, path: str) -> Response:
        return Response.of(self.group_at(path)["epics"])

    def add_group_member(self, request: Request, account: str, path: str) -> Response:
        return self.join(self.group_at(path)["members"], request)

    def join(self, members: dict[int, int], request: Request) -> Response:
        user = request.json["user_id"]
        if user in members:
            return self.refuse(409, "Member already exists")
        members[user] = request.json["access_level"]
        return Response.of({"id": user}, 201)

    def edit_group_member(self, request: Request, account: str, path: str, user: str) -> Response:
        self.group_at(path)["members"][int(user)] = request.json["access_level"]
        return Response.of({"id": int(user)})

    def remove_group_member(self, request: Request, account: str, path: str, user: str) -> Response:
        if self.group_at(path)["members"].pop(int(user), None) is None:
            return self.refuse(404, "404 Not found")
        return Response(204)

    def share_group(self, request: Request, account: str, path: str) -> Response:
        shares, other = self.group_at(path)["shares"], request.json["group_id"]
        if other in shares:
            return self.refuse(409, {"group_id": ["has already been taken"]})
        shares[other] = request.json["group_access"]
        return Response.of({"id": other}, 201)

    def unshare_group(self, request: Request, account: str, path: str, other: str) -> Response:
        if self.group_at(path)["shares"].pop(int(other), None) is None:
            return self.refuse(404, "404 Not found")
        return Response(204)

    def create_project(self, request: Request, account: str) -> Response:
        given = request.json
        group = next((g for g in self.groups.values() if g["id"] == given["namespace_id"]), None)
        owner = group["full_path"] if group else account
        path = f"{owner}/{given['path']}"
        if self.find_project(path):
            return self.refuse(400, {"name": ["has already been taken"], "path": ["has already been taken"]})
        if group is None:
            self.groups.setdefault(-1, {"id": given["namespace_id"], "full_path": account, "members": {}})
        project = self.add_project(path, creator=self.people[account])
        project |= {key: value for key, value in given.items() if key != "namespace_id"}
        return Response.of(self.shown(project), 201)

    def shown(self, project: Record) -> Record:
        branch = "main"
        heads = self.git(project["path_with_namespace"], "for-each-ref", "--format=%(refname:short)", "refs/heads")
        names = heads.split()
        default = branch if branch in names else (names[0] if names else None)
        return {**project, "default_branch": default}

    def show_project(self, request: Request, account: str, key: str) -> Response:
        project = self.find_project(key)
        return Response.of(self.shown(project)) if project else self.refuse(404, "404 Project Not Found")

    def add_member(self, request: Request, account: str, key: str) -> Response:
        return self.join(self.find_project(key)["members"], request)  # type: ignore[index]

    def edit_member(self, request: Request, account: str, key: str, user: str) -> Response:
        self.find_project(key)["members"][int(user)] = request.json["access_level"]  # type: ignore[index]
        return Response.of({"id": int(user)})

    # The repository.

    def show_branch(self, request: Request, account: str, key: str, name: str) -> Response:
        project = self.find_project(key)
        commit = project and self.git(
            project["path_with_namespace"], "for-each-ref", "--format=%(objectname)", f"refs/heads/{name}"
        )
        if not commit:
            return self.refuse(404, "404 Branch Not Found")
        return Response.of({"name": name, "commit": {"id": commit}, "web_url": f"{project['web_url']}/-/tree/{name}"})

    def create_branch(self, request: Request, account: str, key: str) -> Response:
        path, given = self.find_project(key)["path_with_namespace"], request.json  # type: ignore[index]
        if self.git(path, "for-each-ref", f"refs/heads/{given['branch']}"):
            return self.refuse(400, "Branch already exists")
        commit = self.git(path, "for-each-ref", "--format=%(objectname)", f"refs/heads/{given['ref']}")
        if not commit:
            return self.refuse(400, f"Invalid reference name: {given['ref']}")
        self.git(path, "update-ref", f"refs/heads/{given['branch']}", commit)
        return Response.of({"name": given["branch"], "commit": {"id": commit}}, 201)

    def show_protected(self, request: Request, account: str, key: str, name: str) -> Response:
        protected = self.find_project(key)["protected"]  # type: ignore[index]
        return Response.of({"name": name}) if name in protected else self.refuse(404, "404 Not found")

    def protect(self, request: Request, account: str, key: str) -> Response:
        protected, name = self.find_project(key)["protected"], request.json["name"]  # type: ignore[index]
        if name in protected:
            return self.refuse(409, f"Protected branch '{name}' already exists")
        protected.append(name)
        return Response.of({"name": name}, 201)

    def tree(self, request: Request, account: str, key: str) -> Response:
        path = self.find_project(key)["path_with_namespace"]  # type: ignore[index]
        folder = request.parameter("path")
        ref = request.parameter("ref") or "main"
        if not self.git(path, "for-each-ref", f"refs/heads/{ref}"):
            return self.refuse(404, "404 Tree Not Found")
        listed = self.git(path, "ls-tree", "-r", "-z", ref, *([f"{folder}/"] if folder else [])).rstrip("\0")
        if folder and not listed:
            return self.refuse(404, "404 invalid revision or path Not Found")
        entries = []
        for line in filter(None, listed.split("\0")):
            head, _, name = line.partition("\t")
            mode, kind, blob = head.split()
            entries.append({"id": blob, "name": name.rpartition("/")[2], "type": kind, "path": name, "mode": mode})
        return self.paged(request, entries)

    def paged(self, request: Request, entries: list[Record]) -> Response:
        number, size = int(request.parameter("page") or 1), min(int(request.parameter("per_page") or 20), self.page)
        rest = entries[(number - 1) * size :]
        headers = {}
        if len(rest) > size:
            query = re.sub(r"(^|&)page=\d+", "", request.query)
            # As behind a proxy that GitLab does not know: it names itself otherwise.
            headers["Link"] = f'<http://gitlab.internal{request.path}?{query}&page={number + 1}>; rel="next"'
        return Response.of(rest[:size], 200, **headers)

    def list_commits(self, request: Request, account: str, key: str) -> Response:
        path = self.find_project(key)["path_with_namespace"]  # type: ignore[index]
        listed = self.git(path, "log", "--format=%H%x1f%P%x1f%B%x1e", request.parameter("ref_name") or "main")
        fields = [line.strip().split("\x1f") for line in listed.split("\x1e") if line.strip()]
        return Response.of([{"id": i, "parent_ids": p.split(), "message": m} for i, p, m in fields])

    def create_commit(self, request: Request, account: str, key: str) -> Response:
        path, given = self.find_project(key)["path_with_namespace"], request.json  # type: ignore[index]
        if not given["actions"] and not given.get("allow_empty"):
            return self.refuse(400, "actions is missing")
        try:
            commit = write_commit(self.root / f"{path}.git", given)
        except ValueError as error:
            return self.refuse(400, str(error))
        return Response.of({"id": commit, "message": given["commit_message"]}, 201)

    # What projects have.

    def refused(self, request: Request, account: str, key: str) -> Response:
        return self.refuse(405, "405 Method Not Allowed")

    def lister(self, kind: str) -> Any:
        def handler(request: Request, account: str, key: str) -> Response:
            found = self.find_project(key)
            if found is None:
                return self.refuse(404, "404 Project Not Found")
            hidden = ("token",) if kind.endswith("tokens") else ()
            entries = [{k: v for k, v in item.items() if k not in hidden} for item in found[kind]]
            return self.paged(request, [item for item in entries if is_asked_for(item, request)])

        return handler

    def deleter(self, kind: str) -> Any:
        def handler(request: Request, account: str, key: str, number: str) -> Response:
            items = self.find_project(key)[kind]  # type: ignore[index]
            if not any(str(item["id"]) == number for item in items):
                return self.refuse(404, "404 Not found")
            items[:] = [item for item in items if str(item["id"]) != number]
            return Response(204)

        return handler

    def show_variable(self, request: Request, account: str, key: str, name: str) -> Response:
        scope = request.parameter("filter[environment_scope]")
        items = self.find_project(key)["variables"]  # type: ignore[index]
        found = next((v for v in items if v["key"] == name and v["environment_scope"] == scope), None)
        return Response.of(found) if found else self.refuse(404, "404 Variable Not Found")

    def create_variables(self, request: Request, account: str, key: str) -> Response:
        items, given = self.find_project(key)["variables"], request.json  # type: ignore[index]
        if any(v["key"] == given["key"] and v["environment_scope"] == given["environment_scope"] for v in items):
            return self.refuse(400, {"key": [f"({given['key']}) has already been taken"]})
        items.append(given)
        return Response.of(given, 201)

    def create_issues(self, request: Request, account: str, key: str) -> Response:
        project = self.find_project(key)
        if project is None:
            return self.refuse(404, "404 Project Not Found")
        iid = len(project["issues"]) + 1
        issue = {
            "id": self.next_id() + 9000,
            "iid": iid,
            "project_id": project["id"],
            "state": "opened",
            "updated_at": "2026-01-01T00:00:00.000Z",
            "web_url": f"{project['web_url']}/-/issues/{iid}",
            **request.json,
        }
        project["issues"].append(issue)
        return Response.of(issue, 201)

    def edit_issue(self, request: Request, account: str, key: str, iid: str) -> Response:
        issues = self.find_project(key)["issues"]  # type: ignore[index]
        issue = next((issue for issue in issues if str(issue["iid"]) == iid), None)
        if issue is None:
            return self.refuse(404, "404 Issue Not Found")
        issue |= request.json
        if "state_event" in request.json:
            issue["state"] = {"close": "closed", "reopen": "opened"}[request.json["state_event"]]
        return Response.of(issue)

    def create_access_tokens(self, request: Request, account: str, key: str) -> Response:
        return self.add_token("access_tokens", key, {**request.json, "revoked": False})

    def create_deploy_tokens(self, request: Request, account: str, key: str) -> Response:
        return self.add_token("deploy_tokens", key, {"username": "gitlab+deploy-token-1", **request.json})

    def create_triggers(self, request: Request, account: str, key: str) -> Response:
        return self.add_token("triggers", key, request.json)

    def add_token(self, kind: str, key: str, given: Record) -> Response:
        number = self.next_id()
        token = {"id": number, **given, "token": f"{kind}-secret-{number}"}
        self.find_project(key)[kind].append(token)  # type: ignore[index]
        return Response.of(token, 201)

    def trigger_pipeline(self, request: Request, account: str, key: str) -> Response:
        project, given = self.find_project(key), request.json
        assert project is not None
        if given["token"] not in [trigger["token"] for trigger in project["triggers"]]:
            return self.refuse(404, "404 Not Found")
        number = self.next_id()
        pipeline = {
            "id": number,
            "ref": given["ref"],
            "source": "trigger",
            "web_url": f"{project['web_url']}/-/pipelines/{number}",
            "variables": given["variables"],
        }
        project["pipelines"].insert(0, pipeline)
        return Response.of(pipeline, 201)

    # Merge requests.

    def list_merge_requests(self, request: Request, account: str, key: str) -> Response:
        items = self.find_project(key)["merge_requests"]  # type: ignore[index]
        return self.paged(request, [item for item in items if is_asked_for(item, request)])

    def create_merge_request(self, request: Request, account: str, key: str) -> Response:
        project, given = self.find_project(key), request.json
        assert project is not None
        same = [item for item in project["merge_requests"] if item["source_branch"] == given["source_branch"]]
        if same:
            return self.refuse(
                409, [f"Another open merge request already exists for this source branch: !{same[0]['iid']}"]
            )
        iid = len(project["merge_requests"]) + 1
        request_ = {
            "id": self.next_id(),
            "iid": iid,
            "state": "opened",
            "detailed_merge_status": "preparing",
            "web_url": f"{project['web_url']}/-/merge_requests/{iid}",
            **given,
        }
        project["merge_requests"].append(request_)
        return Response.of(request_, 201)

    def merge_request(self, key: str, iid: str) -> Record:
        items = self.find_project(key)["merge_requests"]  # type: ignore[index]
        found: Record = next(item for item in items if str(item["iid"]) == iid)
        return found

    def show_merge_request(self, request: Request, account: str, key: str, iid: str) -> Response:
        found = self.merge_request(key, iid)
        shown = dict(found)
        found["detailed_merge_status"] = "mergeable"
        return Response.of(shown)

    def edit_merge_request(self, request: Request, account: str, key: str, iid: str) -> Response:
        found = self.merge_request(key, iid)
        found |= request.json
        return Response.of(found)

    def merge(self, request: Request, account: str, key: str, iid: str) -> Response:
        found = self.merge_request(key, iid)
        if found.get("merge_when_pipeline_succeeds"):
            return self.refuse(405, "405 Method Not Allowed")
        found["merge_when_pipeline_succeeds"] = request.json["auto_merge"]
        return Response.of(found)

    def approval_rules(self, request: Request, account: str, key: str, iid: str) -> Response:
        return Response.of([{"id": 1, "eligible_approvers": [{"id": 7}, {"id": 8}]}, {"id": 2}])

    # Migrations.

    def create_migration(self, request: Request, account: str) -> Response:
        migration = {"id": self.next_id(), "status": "created", "entities": request.json["entities"]}
        self.migrations.append(migration)
        return Response.of(migration, 201)

    def list_migrations(self, request: Request, account: str) -> Response:
        return self.paged(request, [{"id": item["id"], "status": item["status"]} for item in self.migrations])

    def migration_entities(self, request: Request, account: str, number: str) -> Response:
        migration = next(item for item in self.migrations if str(item["id"]) == number)
        return Response.of(migration["entities"])


def is_asked_for(item: Record, request: Request) -> bool:
    """By the filters of lists that the actions use."""
    filters = {key: request.parameter(key) for key in ("source_branch", "target_branch", "ref", "source")}
    search = request.parameter("search")
    return all(value is None or item.get(key) == value for key, value in filters.items()) and (
        search is None or search.lower() in item.get("title", "").lower()
    )


def write_commit(folder: Path, given: Record) -> str:
    """As GitLab does it: a change keeps the mode of the file, and only ``create`` and ``chmod`` set it."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, **WHO, "GIT_INDEX_FILE": f"{scratch}/index", "GIT_DIR": str(folder)}

        def git(*arguments: str, data: bytes = b"") -> str:
            done = subprocess.run(["git", *arguments], env=environment, input=data, capture_output=True, check=True)
            return done.stdout.decode().strip()

        ref = f"refs/heads/{given['branch']}"
        parent = git("for-each-ref", "--format=%(objectname)", ref)
        if parent:
            git("read-tree", parent)
        for action in given["actions"]:
            apply_action(git, action)
        parents = ["-p", parent] if parent else []
        commit = git("commit-tree", git("write-tree"), *parents, "-m", given["commit_message"])
        git("update-ref", ref, commit)
        return commit


def apply_action(git: Any, action: Record) -> None:
    path = action["file_path"]
    found = git("ls-files", "--stage", "--", path).split()
    if action["action"] == "create" and found:
        raise ValueError("A file with this name already exists")
    if action["action"] != "create" and not found:
        raise ValueError("A file with this name doesn't exist")
    if action["action"] == "delete":
        git("update-index", "--index-info", data=f"0 {'0' * 40}\t{path}\n".encode())
        return
    mode = found[0] if found else "100644"
    if action["action"] in ("create", "chmod"):
        mode = "100755" if action.get("execute_filemode") else "100644"
    blob = found[1] if found else ""
    if action["action"] != "chmod":
        assert action["encoding"] == "base64"
        blob = git("hash-object", "-w", "--stdin", data=base64.b64decode(action["content"]))
    git("update-index", "--add", "--cacheinfo", f"{mode},{blob},{path}")
