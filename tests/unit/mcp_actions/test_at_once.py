"""Coroutines without an event loop."""

import asyncio

import pytest

from mcp_actions.at_once import finish_at_once


async def three():
    return 3


async def six():
    return await three() + await three()


async def fails():
    raise ZeroDivisionError


async def waits(closed):
    try:
        await asyncio.sleep(0)
    finally:
        closed.append(True)


def test_gives_what_comes_out():
    assert finish_at_once(six()) == 6


def test_an_error_comes_out_too():
    with pytest.raises(ZeroDivisionError):
        finish_at_once(fails())


def test_one_that_waits_is_closed_and_refused():
    closed = []

    with pytest.raises(RuntimeError, match="waits for something"):
        finish_at_once(waits(closed))
    assert closed == [True]
