"""The worker's log: one JSON object a line, with the event's name and its ids; never a name, a number or a text."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

#: What every record has anyway; the rest of it was given as facts of the event.
_COMMON = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Facts, not prose."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {name: value for name, value in vars(record).items() if name not in _COMMON}
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
            **facts,
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def log_as_json() -> None:
    """Sends the log to standard error as JSON lines; arq's chatter about each cron job is left out."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.getLogger("arq").setLevel(logging.WARNING)
