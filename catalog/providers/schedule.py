"""When a provider is asked: ``schedule`` of app-config, as Backstage's task scheduler reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from celery.schedules import ParseException, crontab

from common.app_config import AppConfig
from common.app_config.error import ConfigError

DEFAULT_FREQUENCY = timedelta(minutes=30)
DEFAULT_TIMEOUT = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Schedule:
    """``frequency`` is None where ``cron`` says when, or where nobody but a person or an event starts a run."""

    frequency: timedelta | None = DEFAULT_FREQUENCY
    timeout: timedelta = DEFAULT_TIMEOUT
    initial_delay: timedelta = timedelta()
    cron: str = ""

    @classmethod
    def from_app_config(
        cls, section: AppConfig, *, frequency: timedelta = DEFAULT_FREQUENCY, timeout: timedelta = DEFAULT_TIMEOUT
    ) -> Self:
        """
        ``schedule`` below a provider's section, with the defaults given where it says nothing.

        Raises ConfigError with key and value.
        """
        if not section.has("schedule"):
            return cls(frequency, timeout)
        schedule = section.section("schedule")
        timeout = schedule.duration("timeout", timeout)
        delay = schedule.duration("initialDelay", timedelta())
        written = schedule.get("frequency")
        if isinstance(written, dict) and "cron" in written:
            return cls(None, timeout, delay, _cron(schedule.section("frequency")))
        if isinstance(written, dict) and "trigger" in written:
            _check_trigger(schedule.section("frequency"))
            return cls(None, timeout, delay)
        found = schedule.duration("frequency", frequency)
        if found <= timedelta():
            raise schedule.error("frequency", "a duration above 0")
        return cls(found, timeout, delay)

    def first_after(self, moment: datetime) -> datetime | None:
        """When a provider that never ran is due."""
        return moment + self.initial_delay if self.frequency else self.next_after(moment)

    def next_after(self, moment: datetime) -> datetime | None:
        """When the run after that one is due; None: when somebody asks."""
        if self.frequency:
            return moment + self.frequency
        return _next_by_cron(self.cron, moment) if self.cron else None


def _cron(section: AppConfig) -> str:
    text = section.string("cron", "")
    try:
        _parse_cron(text)
    except (ValueError, ParseException):
        raise _cron_error(section) from None
    return text


def _cron_error(section: AppConfig) -> ConfigError:
    return section.error("cron", "a cron line of five fields, such as '0 */2 * * *'")


def _parse_cron(text: str, *, now: datetime | None = None) -> crontab:
    fields = text.split()
    # Six fields begin with seconds, which are finer than we look.
    if len(fields) == 6:
        fields = fields[1:]
    if len(fields) != 5:
        raise ValueError(text)
    minute, hour, day, month, weekday = fields
    return crontab(
        minute=minute, hour=hour, day_of_month=day, month_of_year=month, day_of_week=weekday, nowfun=lambda: now
    )


def _next_by_cron(text: str, moment: datetime) -> datetime:
    start = moment.astimezone(UTC)
    last, delta, _ = _parse_cron(text, now=start).remaining_delta(start)
    return last + delta  # type: ignore[no-any-return]


def _check_trigger(section: AppConfig) -> None:
    if section.get("trigger") != "manual":
        raise section.error("trigger", "'manual'")
