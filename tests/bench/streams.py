"""
What 500 readers of one task cost: memory, how soon they hear of an event, and how many reads a second remain.

    streams.py [--streams 500] [--url http://127.0.0.1:7007 --pid 1234 --template template:default/name]

Starts a server of its own with one web process, unless ``--url`` names one that runs; ``--pid`` is its web process
then (or a file that holds its id), and ``--template`` can be started without values. Fails above 500 MB or when reads
become slower by a quarter. Needs wrk.
"""

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.integration.serving import running_server, wait_for
from tests.tiers import has_programs

MOST_MEGABYTES = 500
MOST_SLOWDOWN = 0.25
ROUNDS = 5
TEMPLATE = "template:default/wait"
# Nobody works on tasks here: the one that is read waits until it is cancelled.
CONFIG = """
backend: {{ auth: {{ dangerouslyDisableDefaultAuthPolicy: true }} }}
callboard: {{ web: {{ workers: 1 }} }}
scaffolder: {{ concurrentTasksLimit: 0 }}
catalog:
  rules: [{{ allow: [Template] }}]
  locations: [{{ type: file, target: '{target}' }}]
"""
DESCRIPTOR = """
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: { name: wait }
spec: { type: service, steps: [{ id: wait, action: 'debug:wait', input: { seconds: 60 } }] }
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--url")
    parser.add_argument("--pid")
    parser.add_argument("--template", default=TEMPLATE)
    arguments = parser.parse_args()
    if missing := has_programs("wrk"):
        print(f"did not run: {missing}")
        return 1
    if arguments.url:
        return asyncio.run(measure(arguments.url, read_pid(arguments.pid), arguments.template, arguments.streams))
    with own_server() as (url, pid):
        return asyncio.run(measure(url, pid, TEMPLATE, arguments.streams))


def read_pid(text):
    return int(text if text.isdigit() else Path(text).read_text())


@contextmanager
def own_server():
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        folder = Path(name)
        (folder / "template.yaml").write_text(DESCRIPTOR)
        with running_server(folder, CONFIG.format(target=folder / "template.yaml")) as server:
            server.wait_until_ready()
            wait_for(lambda: server.get(entity_path(TEMPLATE))[0] == 200, otherwise=server.read_log)
            yield server.url, web_process(server)


def web_process(server):
    """The one that listens."""
    listing = subprocess.run(["ss", "-tlnp", f"sport = :{server.port}"], capture_output=True, text=True, check=True)
    return int(re.search(r"pid=(\d+)", listing.stdout)[1])


def entity_path(ref):
    kind, _, rest = ref.partition(":")
    return f"/api/catalog/entities/by-name/{kind}/{rest}"


async def measure(url, pid, template, streams):
    task_id = post(f"{url}/api/scaffolder/v2/tasks", {"templateRef": template, "values": {}})["id"]
    read_url = url + entity_path(template)
    reads_per_second(read_url)
    size_before, without, during = megabytes(pid), [], []
    # In turn, so that a machine that drifts hurts both alike.
    for number in range(ROUNDS):
        without.append(reads_per_second(read_url))
        readers = [Reader(url, task_id) for _ in range(streams)]
        await asyncio.gather(*(reader.open() for reader in readers))
        during.append(await asyncio.to_thread(reads_per_second, read_url))
        if number < ROUNDS - 1:
            await asyncio.gather(*(reader.close() for reader in readers))
    size = megabytes(pid)
    begin = time.perf_counter()
    await asyncio.to_thread(post, f"{url}/api/scaffolder/v2/tasks/{task_id}/cancel", {})
    heard = [at - begin for at in await asyncio.gather(*(reader.wait_for_end() for reader in readers))]
    slowdown = 1 - statistics.median(during) / statistics.median(without)
    print(f"{streams} streams: {size:.0f} MB, {size_before:.0f} MB before")
    print(
        f"an event is heard after {statistics.median(heard) * 1000:.0f} ms, by the last one {max(heard) * 1000:.0f} ms"
    )
    print(f"reads a second without: {listed(without)}")
    print(f"reads a second with:    {listed(during)}; {slowdown:.0%} slower")
    return 0 if size < MOST_MEGABYTES and slowdown < MOST_SLOWDOWN else 1


def listed(rates):
    return ", ".join(f"{rate:.0f}" for rate in rates)


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def reads_per_second(url):
    command = ["wrk", "-t1", "-c4", "-d2s", url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])


def megabytes(pid):
    """What the process holds in memory."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


class Reader:
    """One open stream."""

    def __init__(self, url, task_id):
        self.address = urlsplit(url)
        self.path = f"/api/scaffolder/v2/tasks/{task_id}/eventstream"

    async def open(self):
        self.stream, writer = await asyncio.open_connection(self.address.hostname, self.address.port)
        writer.write(f"GET {self.path} HTTP/1.1\r\nHost: {self.address.netloc}\r\n\r\n".encode())
        status = await self.stream.readline()
        assert b" 200 " in status, status
        await self.stream.readuntil(b": heartbeat\n\n")
        self.writer = writer

    async def wait_for_end(self):
        """When the completion came."""
        async with asyncio.timeout(60):
            await self.stream.readuntil(b"event: completion\n")
        at = time.perf_counter()
        await self.close()
        return at

    async def close(self):
        self.writer.close()
        await self.writer.wait_closed()


if __name__ == "__main__":
    sys.exit(main())
