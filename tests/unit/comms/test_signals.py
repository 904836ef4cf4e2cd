"""Sockets and the hub, with the database and Granian played by doubles."""

import asyncio
import itertools

import orjson
import pytest

from common.app_config import AppConfig
from comms.settings import CommsSettings
from comms.signals import hub as hub_module
from comms.signals import socket as socket_module
from comms.signals.hub import Listener, SignalHub
from comms.signals.origin import is_trusted_origin
from comms.signals.read import ReadSignal
from comms.signals.socket import hold_socket, take_message

ALICE, BOB = "user:default/alice", "user:default/bob"


class Table:
    """Signals as they are committed, in any order of their ids."""

    def __init__(self):
        self.signals = []
        self.reads = 0

    def add(self, id_, recipients=None, channel="notifications"):
        refs = None if recipients is None else frozenset(recipients)
        self.signals.append(ReadSignal(id_, refs, channel, f'{{"n":{id_}}}'))

    def hub(self):
        return SignalHub(find_newest=self.newest, read_after=self.read_after, ask_seconds=0.001, retry_seconds=0.001)

    def newest(self):
        return max([signal.id for signal in self.signals], default=0)

    def read_after(self, id_):
        self.reads += 1
        return sorted((signal for signal in self.signals if signal.id > id_), key=lambda signal: signal.id)


class Socket:
    """``says`` is what the browser sends; then it is silent until ``leave``."""

    def __init__(self, *says):
        self.says = [*says]
        self.sent = asyncio.Queue()
        self.accepted = []
        self.closed = None
        self.answer = None
        self.gone = asyncio.Event()

    async def accept(self, subprotocol):
        self.accepted.append(subprotocol)

    async def receive(self):
        if self.says:
            return self.says.pop(0)
        await self.gone.wait()
        return None

    async def send_text(self, text):
        await self.sent.put(text)

    async def close(self, code, reason):
        self.closed = code

    def response_bytes(self, status, headers, body):
        self.answer = (status, orjson.loads(body)["error"]["name"])

    async def next(self):
        while True:
            text = await asyncio.wait_for(self.sent.get(), 30)
            if text != "{}":
                return orjson.loads(text)


def wish(action, channel="notifications"):
    return orjson.dumps({"action": action, "channel": channel}).decode()


def hold(hub, socket, user=ALICE, **limits):
    return asyncio.ensure_future(hold_socket(hub, user, frozenset(), "token", socket, headers=[], **limits))


async def until(is_so):
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0)


def run(work):
    return asyncio.run(work())


def test_tells_a_listener_what_is_for_him_on_his_channels():
    async def work():
        table, socket = Table(), Socket(wish("subscribe"))
        table.add(1)  # before he came
        holding = hold(table.hub(), socket)
        await until(lambda: not socket.says)
        table.add(2, [BOB])
        table.add(3, [ALICE], "other")
        table.add(4, [ALICE, BOB])
        table.add(5)
        assert [await socket.next(), await socket.next()] == [{"n": 4}, {"n": 5}]
        socket.gone.set()
        await holding
        assert (socket.accepted, socket.closed) == (["token"], 1000)

    run(work)


def test_tells_of_a_signal_whose_id_is_lower_but_came_later_and_of_each_once():
    async def work():
        table, socket = Table(), Socket(wish("subscribe"))
        hold(table.hub(), socket)
        await until(lambda: not socket.says)
        table.add(3)
        assert await socket.next() == {"n": 3}
        table.add(2)
        assert await socket.next() == {"n": 2}
        reads = table.reads
        await until(lambda: table.reads > reads + 3)
        assert [text for text in list(socket.sent._queue) if text != "{}"] == []

    run(work)


def test_hears_no_more_after_it_unsubscribes():
    async def work():
        table, socket = Table(), Socket(wish("subscribe"), wish("subscribe", "a"), wish("unsubscribe"))
        hold(table.hub(), socket)
        await until(lambda: not socket.says)
        table.add(1)
        table.add(2, channel="a")
        assert await socket.next() == {"n": 2}

    run(work)


def test_asks_the_database_once_for_all_and_not_at_all_when_nobody_listens():
    async def work():
        table = Table()
        hub = table.hub()
        sockets = [Socket(wish("subscribe")) for _ in range(50)]
        holding = [hold(hub, socket, f"user:default/u{number}") for number, socket in enumerate(sockets)]
        await until(lambda: not any(socket.says for socket in sockets))
        reads = table.reads
        table.add(1)
        for socket in sockets:
            assert await socket.next() == {"n": 1}
        assert table.reads - reads < 50
        for socket in sockets:
            socket.gone.set()
        await asyncio.gather(*holding)
        await until(lambda: hub._asking.done())

    run(work)


def test_goes_on_after_the_database_failed():
    async def work():
        table, socket = Table(), Socket(wish("subscribe"))
        failures = itertools.count()

        def read(id_):
            if next(failures) == 1:
                raise RuntimeError("the database is away")
            return table.read_after(id_)

        hold(SignalHub(find_newest=table.newest, read_after=read, ask_seconds=0.001, retry_seconds=0.001), socket)
        await until(lambda: not socket.says)
        table.add(1)
        assert await socket.next() == {"n": 1}

    run(work)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        pytest.param("x" * 5000, 1009, id="too long"),
        pytest.param(b"x" * 5000, 1009, id="too long in bytes"),
        pytest.param(b"{}", 1003, id="bytes"),
    ],
)
def test_hangs_up_on_what_it_does_not_take(message, code):
    async def work():
        socket = Socket(message)
        await hold(Table().hub(), socket)
        assert socket.closed == code

    run(work)


@pytest.mark.parametrize(
    "message",
    ["", "nonsense", "[]", "1", '{"action":"subscribe"}', '{"action":"subscribe","channel":["a"]}', wish("sing")],
)
def test_ignores_what_it_does_not_know(message):
    listener = Listener(ALICE, frozenset())
    assert take_message(listener, message) is None
    assert listener.channels == set()


def test_hangs_up_on_who_listens_to_too_much():
    listener = Listener(ALICE, frozenset())
    for number in range(50):
        assert take_message(listener, wish("subscribe", str(number))) is None
    assert take_message(listener, wish("subscribe", "0")) is None
    assert take_message(listener, wish("subscribe", "50")).code == 1008


def test_hangs_up_on_who_talks_too_much():
    async def work():
        socket = Socket(*["{}"] * 1001)
        await hold(Table().hub(), socket)
        assert socket.closed == 1008

    run(work)


def test_hangs_up_on_a_page_that_takes_nothing(monkeypatch):
    async def work():
        monkeypatch.setattr(socket_module, "SEND_SECONDS", 0.001)
        table, socket = Table(), Socket(wish("subscribe"))

        async def never(text):
            await asyncio.Event().wait()

        socket.send_text = never
        holding = hold(table.hub(), socket)
        await until(lambda: not socket.says)
        table.add(1)
        await holding
        assert socket.closed == 1013

    run(work)


def test_keeps_only_so_much_for_a_page_that_is_slow():
    async def work():
        listener = Listener(ALICE, frozenset())
        for _ in range(hub_module.MOST_UNSENT):
            listener.tell("x")
        assert not listener.is_too_slow
        listener.tell("x")
        assert listener.is_too_slow

    run(work)


def test_refuses_one_socket_too_many_of_a_user(monkeypatch):
    async def work():
        monkeypatch.setattr(hub_module, "MOST_SOCKETS_OF_A_USER", 1)
        hub, first, second, other = Table().hub(), Socket(), Socket(), Socket()
        holding = hold(hub, first)
        await until(lambda: first.accepted)
        await hold(hub, second)
        hold(hub, other, BOB)
        await until(lambda: other.accepted)
        assert (second.accepted, second.answer) == ([], (403, "NotAllowedError"))
        first.gone.set()
        await holding
        third = Socket()
        hold(hub, third)
        await until(lambda: third.accepted)

    run(work)


def test_a_socket_is_told_to_come_back_when_its_time_is_over_or_the_server_stops():
    async def work():
        socket, other = Socket(), Socket()
        hub = Table().hub()
        await hold(hub, socket, longest_seconds=0.001)
        holding = hold(hub, other)
        await until(lambda: other.accepted)
        holding.cancel()
        await asyncio.wait([holding])
        # Backstage's client does not connect again after 1000 and 1001.
        assert (socket.closed, other.closed) == (1012, 1012)

    run(work)


def test_is_kept_alive():
    async def work():
        socket = Socket()
        hold(Table().hub(), socket, heartbeat_seconds=0.001)
        assert await asyncio.wait_for(socket.sent.get(), 30) == "{}"

    run(work)


@pytest.mark.parametrize(
    ("origin", "is_trusted"),
    [
        ("", True),
        ("http://localhost:7007", True),
        ("http://portal.example", True),
        ("https://app.example", True),
        ("https://sub.cors.example", True),
        ("https://evil.example", False),
        ("https://cors.example.evil.example", False),
        ("null", False),
        ("https://portal.example@evil.example", False),
        ("https://" + "a" * 400, False),
    ],
)
def test_knows_whose_pages_may_connect(origin, is_trusted):
    config = {
        "app": {"baseUrl": "https://app.example/portal"},
        "backend": {"baseUrl": "http://localhost:7007", "cors": {"origin": "https://*.cors.example"}},
    }
    settings = CommsSettings.from_app_config(AppConfig.from_dict(config))
    assert is_trusted_origin(origin, "portal.example", settings) is is_trusted
