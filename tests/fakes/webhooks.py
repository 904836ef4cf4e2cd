"""Webhooks in the shape of each host's documentation, signed as each of them signs."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

SECRET = "it's a secret"


def body_of(payload: Any) -> bytes:
    return json.dumps(payload).encode()


def signature(body: bytes, secret: str = SECRET, algorithm: str = "sha256") -> str:
    return hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()


def github_headers(name: str, body: bytes, *, secret: str = SECRET, delivery: str = "d-1") -> dict[str, str]:
    return {
        "X-GitHub-Event": name,
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={signature(body, secret)}",
    }


def headers_of(topic: str, name: str, body: bytes, *, secret: str = SECRET, delivery: str = "d-1") -> dict[str, str]:
    if topic == "github":
        return github_headers(name, body, secret=secret, delivery=delivery)
    if topic == "gitlab":
        return {"X-Gitlab-Token": secret, "X-Gitlab-Event": name, "Idempotency-Key": delivery}
    if topic == "gitea":
        return {"X-Gitea-Event": name, "X-Gitea-Signature": signature(body, secret), "X-Gitea-Delivery": delivery}
    if topic == "azureDevOps":
        return {"X-Ado-Webhook-Secret": secret}
    return {
        "X-Event-Key": name,
        "X-Hub-Signature": f"sha256={signature(body, secret)}",
        "X-Request-UUID": delivery,
    }


def github_repository(full_name: str, *, base: str = "https://github.com", **changes: Any) -> dict[str, Any]:
    return {
        "id": 7,
        "name": full_name.partition("/")[2],
        "full_name": full_name,
        "html_url": f"{base}/{full_name}",
        "url": f"{base}/{full_name}",
        "default_branch": "main",
        "pushed_at": 1_700_000_000,
        **changes,
    }


def github_push(
    full_name: str, *paths: str, branch: str = "main", base: str = "https://github.com", **changes: Any
) -> dict[str, Any]:
    commits = [{"id": "c" * 40, "added": [], "modified": list(paths), "removed": []}]
    return {
        "ref": f"refs/heads/{branch}",
        "before": "a" * 40,
        "after": "c" * 40,
        "created": False,
        "deleted": False,
        "forced": False,
        "commits": commits,
        "repository": github_repository(full_name, base=base),
        "sender": {"login": "alice", "html_url": f"{base}/alice"},
        **changes,
    }


def gitlab_push(path: str, *paths: str, base: str = "https://gitlab.com", **changes: Any) -> dict[str, Any]:
    return {
        "object_kind": "push",
        "event_name": "push",
        "ref": "refs/heads/main",
        "project": {"path_with_namespace": path, "web_url": f"{base}/{path}", "default_branch": "main"},
        "commits": [{"id": "c" * 40, "added": list(paths), "modified": [], "removed": []}],
        "total_commits_count": 1,
        **changes,
    }


def gitea_push(full_name: str, *paths: str, base: str = "https://gitea.com") -> dict[str, Any]:
    return {
        "ref": "refs/heads/main",
        "commits": [{"id": "c" * 40, "added": [], "modified": [], "removed": list(paths)}],
        "total_commits": 1,
        "repository": {"full_name": full_name, "html_url": f"{base}/{full_name}", "default_branch": "main"},
    }


def bitbucket_push(full_name: str, *branches: str) -> dict[str, Any]:
    changes = [{"new": {"type": "branch", "name": name}, "old": None, "forced": False} for name in branches]
    return {"push": {"changes": changes}, "repository": bitbucket_repository(full_name)}


def bitbucket_repository(full_name: str) -> dict[str, Any]:
    return {"full_name": full_name, "links": {"html": {"href": f"https://bitbucket.org/{full_name}"}}}


def azure_push(organization: str, project: str, name: str) -> dict[str, Any]:
    return {
        "eventType": "git.push",
        "resource": {
            "refUpdates": [{"name": "refs/heads/main", "newObjectId": "c" * 40}],
            "repository": {
                "name": name,
                "project": {"name": project},
                "defaultBranch": "refs/heads/main",
                "remoteUrl": f"https://{organization}@dev.azure.com/{organization}/{project}/_git/{name}",
            },
        },
    }
