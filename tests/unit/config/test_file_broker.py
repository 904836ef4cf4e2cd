"""The bell through files, also when whoever rings or listens is killed."""

import pytest
from kombu import Connection, Queue

from config.bell import broker_settings
from config.file_broker import MOST_MESSAGES, prepare_folder
from config.server_settings import RedisSettings

QUEUE = Queue("bells", routing_key="bells")


@pytest.fixture
def folder(tmp_path):
    prepare_folder(tmp_path / "bell")
    return tmp_path / "bell"


@pytest.fixture
def queue(tmp_path, folder):
    settings = broker_settings(RedisSettings(None, ""), data_dir=tmp_path)
    options = settings["broker_transport_options"]
    with (
        Connection(transport=settings["broker_transport"], transport_options=options) as connection,
        connection.SimpleQueue(QUEUE) as simple_queue,
    ):
        yield simple_queue


def take_all(queue):
    taken = []
    while True:
        try:
            message = queue.get_nowait()
        except queue.Empty:
            return taken
        message.ack()
        taken.append(message.payload)


def test_messages_arrive_in_order_and_once(queue, folder):
    for number in range(3):
        queue.put({"number": number})

    assert take_all(queue) == [{"number": 0}, {"number": 1}, {"number": 2}]
    assert list(folder.iterdir()) == []


def test_half_a_message_is_passed_over(queue, folder):
    (folder / "0_x.bells.msg").write_text('{"body": "ey')
    queue.put({"number": 1})

    assert take_all(queue) == [{"number": 1}]
    assert list(folder.iterdir()) == []


def test_what_killed_processes_left_is_removed_at_start(folder):
    for name in ("1_a.draft", "1_b.bells.msg", "1_c.bells.msg.77.taken"):
        (folder / name).write_text("")

    prepare_folder(folder)

    assert list(folder.iterdir()) == []


def test_bells_that_nobody_hears_do_not_fill_the_disk(queue, folder):
    for number in range(MOST_MESSAGES):
        (folder / f"{number}.bells.msg").write_text("")
    queue.put({"number": 1})

    assert len(list(folder.iterdir())) == MOST_MESSAGES


def test_a_queue_that_nobody_hears_does_not_silence_the_others(queue, folder):
    for number in range(MOST_MESSAGES):
        (folder / f"{number}.other.msg").write_text("")
    queue.put({"number": 1})

    assert take_all(queue) == [{"number": 1}]


def test_a_folder_that_was_removed_is_made_again(queue, folder):
    folder.rmdir()
    queue.put({"number": 1})

    assert take_all(queue) == [{"number": 1}]
