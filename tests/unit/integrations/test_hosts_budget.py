"""How often a code host lets us ask, and what is kept for people."""

import pytest
from prometheus_client import REGISTRY

from integrations.hosts.budget import BUDGETS, Budget
from integrations.hosts.errors import RateLimitedError

NOW = 1_800_000_000.0


class Clock:
    def __init__(self):
        self.time = NOW

    def __call__(self):
        return self.time


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def budget(clock):
    return Budget("code.example.com", now=clock)


def said(remaining, limit=5000, reset=NOW + 600, prefix="x-ratelimit-"):
    return {
        f"{prefix}{name}": str(int(n)) for name, n in (("remaining", remaining), ("limit", limit), ("reset", reset))
    }


def test_a_host_that_has_said_nothing_may_be_asked(budget):
    budget.check()

    assert budget.remaining is None


@pytest.mark.parametrize("prefix", ["x-ratelimit-", "ratelimit-"])
def test_it_learns_from_the_headers_of_each_answer(budget, prefix):
    budget.learn(said(4321, prefix=prefix))

    assert budget.remaining == 4321


def test_the_last_fifth_is_for_people(budget):
    budget.learn(said(1001))
    budget.check()
    with pytest.raises(RateLimitedError) as caught:
        budget.check()

    assert caught.value.retry_at == NOW + 600
    assert caught.value.message == (
        "code.example.com allows 1000 more calls of 5000, which are kept for people; asked again after"
        " 2027-01-15 08:10:00 UTC"
    )
    budget.check(for_people=True)


def test_people_may_use_it_to_the_last_call(budget):
    budget.learn(said(1))
    budget.check(for_people=True)

    with pytest.raises(RateLimitedError, match="allows 5000 calls, which are used up"):
        budget.check(for_people=True)


def test_calls_that_have_no_answer_yet_count(budget):
    budget.learn(said(1003))
    for _ in range(3):
        budget.check()

    with pytest.raises(RateLimitedError):
        budget.check()


def test_after_the_reset_it_may_be_asked_again(budget, clock):
    budget.learn(said(0))
    clock.time += 600
    budget.check()

    assert budget.remaining is None


def test_a_reset_may_be_told_as_seconds_from_now(budget, clock):
    budget.learn(said(0, reset=30))
    clock.time += 29
    with pytest.raises(RateLimitedError):
        budget.check()
    clock.time += 1
    budget.check()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30),
        (said(0), 600),
        (said(100), 60),
        ({}, 60),
        ({"retry-after": "Sat, 21 Nov 2026 20:00:00 GMT"}, 60),
        ({"retry-after": "99999999999"}, 86400),
        (said(0, reset=NOW * 5), 86400),
        ({"retry-after": "-5"}, 60),
        ({"retry-after": "1e9"}, 60),
    ],
)
def test_a_limit_stops_everybody_until_its_time(budget, clock, headers, seconds):
    error = budget.block(headers)

    assert error.retry_at == NOW + seconds
    clock.time += seconds - 1
    with pytest.raises(RateLimitedError, match="has asked us to pause; asked again after"):
        budget.check(for_people=True)
    clock.time += 1
    budget.check(for_people=True)


@pytest.mark.parametrize("text", ["", "x", "-1", "٣", "1.5", "9" * 40])
def test_headers_that_are_no_numbers_say_nothing(budget, text):
    budget.learn({"x-ratelimit-remaining": text, "x-ratelimit-limit": text})

    budget.check()
    assert budget.remaining is None


def test_the_gauge_shows_the_account_with_the_fewest_left(clock):
    host = "gauge.example.com"
    reset = said(0, reset=3600)["x-ratelimit-reset"]
    for account, remaining in (("a", 50), ("b", 30), ("c", 40)):
        headers = {"x-ratelimit-remaining": str(remaining), "x-ratelimit-limit": "60", "x-ratelimit-reset": reset}
        BUDGETS.of(host, account).learn(headers)

    assert REGISTRY.get_sample_value("callboard_host_budget_remaining", {"host": host}) == 30


def test_one_account_at_one_host_has_one_budget():
    assert BUDGETS.of("a.example.com", "x") is BUDGETS.of("a.example.com", "x")
    assert BUDGETS.of("a.example.com", "x") is not BUDGETS.of("a.example.com", "y")
    assert BUDGETS.of("a.example.com", "x") is not BUDGETS.of("b.example.com", "x")
