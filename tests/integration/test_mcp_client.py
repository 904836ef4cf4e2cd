"""The official client against a real server, over the network."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from tests.integration.serving import running_server, wait_for

pytestmark = pytest.mark.loopback

AGENT, READER = "agent-token", "reader-token"
CONFIG = json.dumps(
    {
        "backend": {
            "auth": {
                "externalAccess": [
                    {"type": "static", "options": {"token": AGENT, "subject": "agent"}},
                    {
                        "type": "static",
                        "options": {"token": READER, "subject": "reader"},
                        "accessRestrictions": [
                            {"plugin": "mcp-actions"},
                            {"plugin": "catalog", "permissionAttribute": {"action": "read"}},
                        ],
                    },
                ]
            }
        },
        "catalog": {
            "rules": [{"allow": ["Component", "Template", "Location"]}],
            "locations": [{"type": "file", "target": "./catalog-info.yaml"}],
        },
        "mcpActions": {"name": "Ours"},
    }
)
DESCRIPTORS = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: lights }
spec: { type: service, lifecycle: production, owner: team-a }
---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: hello }
spec: { type: service, steps: [{ id: say, action: "debug:log", input: { message: "hello there" } }] }
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mcp")
    (folder / "catalog-info.yaml").write_text(DESCRIPTORS)
    with running_server(folder, CONFIG) as server:
        server.wait_until_ready()
        yield server


@asynccontextmanager
async def connected(server, *, mode="auto", token=AGENT):
    http_client = httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=60)
    transport = streamable_http_client(f"{server.url}/api/mcp-actions/v1", http_client=http_client)
    async with http_client, Client(transport, mode=mode) as client:
        yield client


async def call_until(client, tool, arguments, is_good):
    """The output of a tool once it is what was waited for."""
    async with asyncio.timeout(60):
        while True:
            result = await client.call_tool(tool, arguments)
            if not result.is_error and is_good(result.structured_content):
                return result.structured_content
            await asyncio.sleep(0.05)


async def run_a_template(server, mode):
    async with connected(server, mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert len(tools) == 13
        assert tools["scaffolder.execute-template"].annotations.destructive_hint is True
        await call_until(client, "catalog.get-catalog-entity", {"name": "hello"}, lambda entity: entity["kind"])
        started = await client.call_tool("scaffolder.execute-template", {"templateRef": "hello", "values": {}})
        asked = {"taskId": started.structured_content["taskId"]}
        logs = await call_until(client, "scaffolder.get-scaffolder-task-logs", asked, has_ended)
        assert any("hello there" in event["body"]["message"] for event in logs["events"])
        missing = await client.call_tool("catalog.get-catalog-entity", {"name": "nope"})
        assert (missing.is_error, missing.content[0].text) == (True, 'InputError: No entity found with name "nope"')
        return client.protocol_version


def has_ended(logs):
    return any(event["type"] == "completion" for event in logs["events"])


@pytest.mark.parametrize(("mode", "version"), [("legacy", "2025-11-25"), ("auto", "2026-07-28")])
def test_an_agent_runs_a_template_and_reads_what_it_did(server, mode, version):
    assert asyncio.run(run_a_template(server, mode)) == version


async def try_to_register(server):
    async with connected(server, token=READER) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        refused = await client.call_tool("catalog.register-entity", {"locationUrl": "https://example.com/x.yaml"})
        return names, refused.content[0].text


def test_a_token_that_may_only_read_the_catalog_does_nothing_else(server):
    names, refused = asyncio.run(try_to_register(server))

    assert {name.partition(".")[0] for name in names} == {"catalog"}
    assert refused == "NotAllowedError: This token's access to 'catalog' is restricted to action(s) 'read'"


def test_without_a_token_no_client_comes_in(server):
    answer = httpx2.post(f"{server.url}/api/mcp-actions/v1", json={"jsonrpc": "2.0", "id": 1, "method": "ping"})

    assert answer.status_code == 401


def test_a_page_of_another_origin_uses_no_tools(server):
    headers = {"Authorization": f"Bearer {AGENT}", "Origin": "http://rebound.test", "Host": "rebound.test"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    assert httpx2.post(f"{server.url}/api/mcp-actions/v1", json=body, headers=headers).status_code == 403


def test_many_agents_ask_at_once(server):
    async def ask():
        async with connected(server) as client:
            found = await client.call_tool("catalog.query-catalog-entities", {"query": {"kind": "component"}})
            return found.is_error

    async def ask_all():
        return await asyncio.gather(*(ask() for _ in range(5)))

    wait_for(lambda: asyncio.run(ask_all()) == [False] * 5)
