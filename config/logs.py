"""Structured logs: JSON lines for machines, colours on a terminal. Everything goes to standard error."""

from __future__ import annotations

import logging
import logging.config
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.types import Processor

from common.app_config import AppConfig
from config.access_log import TRACE_ID

LEVELS = ("debug", "info", "warn", "warning", "error")
QUIET = ("httpx", "httpcore", "kombu", "amqp", "celery", "urllib3", "_granian")


def _add_trace_id(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if trace_id := TRACE_ID.get():
        event.setdefault("trace_id", trace_id)
    return event


_shared: list[Processor] = [
    _add_trace_id,
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(config: AppConfig) -> dict[str, Any]:
    """In the form of ``logging.config``. The level is ``callboard.logging.level``, ``info`` unless named."""
    level = config.string("callboard.logging.level", "info")
    if level not in LEVELS:
        raise config.error("callboard.logging.level", f"one of {', '.join(LEVELS)}")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": {"()": build_formatter}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "structured"}
        },
        "root": {"handlers": ["stderr"], "level": {"warn": "WARNING"}.get(level, level.upper())},
        # One line for each request and job is ours to write; theirs would come on top.
        "loggers": {name: {"level": "WARNING"} for name in QUIET} | {"django.request": {"level": "ERROR"}},
    }


def configure_logging(settings: dict[str, Any]) -> None:
    """Both kinds of loggers, structlog's and the standard library's, come out the same way."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def build_formatter() -> ProcessorFormatter:
    renderer = _terminal_renderer() if sys.stderr.isatty() else _json_renderer()
    return ProcessorFormatter(
        foreign_pre_chain=[*_shared, ExtraAdder()],
        processors=[ProcessorFormatter.remove_processors_meta, *renderer],
    )


def _terminal_renderer() -> list[Processor]:
    return [structlog.dev.ConsoleRenderer(colors=True)]


def _json_renderer() -> list[Processor]:
    return [structlog.processors.format_exc_info, _name_as_backstage, _to_json]


def _name_as_backstage(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """``message`` is where Backstage's log lines and those who read them keep the text."""
    return {"level": event.pop("level", "info"), "message": event.pop("event", ""), **event}


def _to_json(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode()
