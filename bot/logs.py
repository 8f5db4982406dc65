"""Logs as JSON lines with chosen keys only: what a debtor wrote, and who they are, never stands in them."""

from __future__ import annotations

import logging
import sys
import traceback
import warnings
from collections.abc import MutableMapping
from typing import Any

import structlog

_KEYS = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "message",
        "error",
        "type",
        "attempts",
        "event_id",
        "model",
        "role",
        "port",
        "worker",
        "job",
        "circuit",
        "url",
        "name",
        "count",
        "where",
    ]
)


def configure() -> None:
    """For every role: warnings and worse from libraries, ours from info on, to standard error."""
    # Libraries that we import set filters of their own; what they warn of is not for who runs Parley.
    warnings.showwarning = lambda *_args, **_more: None
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s")
    for noisy in ("rasa", "matplotlib", "apscheduler", "twilio.http_client", "httpx", "telegram"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where,
            _only_known_keys,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def _where(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception, the places and the type: its message may quote a person."""
    if event.pop("exc_info", None):
        kind, _value, trace = sys.exc_info()
        frames = traceback.extract_tb(trace)[-6:]
        event["where"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
        event.setdefault("error", kind.__name__ if kind else "")
    return event


def _only_known_keys(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key in _KEYS}
