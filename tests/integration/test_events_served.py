"""
Webhooks of a running server: what they tell is in the catalog at once, and not at the next run of the provider.

``make bench`` runs this too, and sets CALLBOARD_TEST_SECONDS to how long it may take there.
"""

import json
import os
import time
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.fakes.webhooks import SECRET, body_of, github_headers, github_push, github_repository
from tests.fakes.wire.github import WireGithub
from tests.integration.serving import running_server, wait_for

pytestmark = pytest.mark.loopback
SECONDS = float(os.environ.get("CALLBOARD_TEST_SECONDS", "15"))


def config_for(github):
    integration = {"host": github.host, "apiBaseUrl": f"{github.url}{github.prefix}", "token": "token"}
    provider = {"organization": "shop", "host": github.host, "schedule": {"frequency": "PT1H", "timeout": "PT3M"}}
    return json.dumps(
        {
            "backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}},
            "integrations": {"github": [integration]},
            "catalog": {"rules": [{"allow": ["Component", "Location"]}], "providers": {"github": {"shop": provider}}},
            "events": {"modules": {"github": {"webhookSecret": SECRET}}},
        }
    )


def component(name, title="A title"):
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}, title: '{title}'}}\n"
        "spec: {type: service, lifecycle: production, owner: team-a}\n"
    )


def send(server, name, payload, *, secret=SECRET):
    body = body_of(payload)
    headers = {"Content-Type": "application/json", **github_headers(name, body, secret=secret)}
    request = urllib.request.Request(f"{server.url}/api/events/http/github", body, headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def title_of(server, name):
    """None if there is no such component."""
    status, body = server.get(f"/api/catalog/entities/by-name/component/default/{name}")
    return body["metadata"].get("title", "") if status == 200 else None


def seconds_until(condition):
    begin = time.perf_counter()
    wait_for(condition)
    return time.perf_counter() - begin


def test_what_happens_is_seen_at_once(tmp_path):
    with WireGithub() as github:
        github.repositories.add("shop", "cart", {"catalog-info.yaml": component("cart")})
        with running_server(tmp_path, config_for(github)) as server:
            server.wait_until_ready()
            wait_for(lambda: title_of(server, "cart") is not None, seconds=30, otherwise=server.read_log)

            took = []
            for number in range(5):
                title = f"Cart {number}"
                github.repositories["shop/cart"].push({"catalog-info.yaml": component("cart", title)})
                push = github_push("shop/cart", "catalog-info.yaml", base=github.url, after=title)
                assert send(server, "push", push) == 202
                took.append(seconds_until(lambda title=title: title_of(server, "cart") == title))

            github.repositories.add("shop", "pay", {"catalog-info.yaml": component("pay")})
            created = {"action": "created", "repository": github_repository("shop/pay", base=github.url)}
            assert send(server, "repository", created) == 202
            took.append(seconds_until(lambda: title_of(server, "pay") is not None))

            github.repositories.remove("shop/cart")
            deleted = {"action": "deleted", "repository": github_repository("shop/cart", base=github.url)}
            assert send(server, "repository", deleted) == 202
            took.append(seconds_until(lambda: title_of(server, "cart") is None))

            assert max(took) < SECONDS, took
            print("seconds until it was seen:", [round(seconds, 2) for seconds in took])  # noqa: T201
            assert send(server, "push", push, secret="wrong") == 403
            assert worked(server) == 7


def worked(server):
    _, text = server.get("/metrics")
    families = text_string_to_metric_families(text)
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "callboard_events_worked_total" and sample.labels == {"outcome": "done"}
    )


class SlowGithub(WireGithub):
    """Takes a second for each archive of a repository whose name says so."""

    def answer(self, request):
        if "/slow-" in request.path and "/tarball/" in request.path:
            time.sleep(1)
        return super().answer(request)


def test_a_push_is_seen_while_a_provider_reads_for_a_long_time(tmp_path):
    with SlowGithub() as github:
        github.repositories.add("shop", "cart", {"catalog-info.yaml": component("cart")})
        github.repositories.generate("shop", 80, "slow-")
        with running_server(tmp_path, config_for(github)) as server:
            server.wait_until_ready()
            wait_for(lambda: any("/tarball/" in asked for asked in list(github.asked)))

            assert send(server, "push", github_push("shop/cart", base=github.url)) == 202
            took = seconds_until(lambda: title_of(server, "cart") is not None)

            assert github.downloads < 80, "the provider has ended already"
            assert took < SECONDS
