"""The log says which event failed and which row it was about."""

import json
import logging
import sys

from workers.logs import JsonLines


def test_a_line_is_json_with_its_facts_and_trace() -> None:
    try:
        raise KeyError("unit.unheard_of")
    except KeyError:
        trouble = sys.exc_info()
    record = logging.LogRecord("workers.relay", logging.ERROR, "", 0, "relay.event_failed", (), trouble)
    record.event_seq = 7
    line = json.loads(JsonLines().format(record))
    assert (line["event"], line["level"], line["event_seq"]) == ("relay.event_failed", "ERROR", 7)
    assert line["trace"].endswith("KeyError: 'unit.unheard_of'")
    assert set(line) == {"at", "level", "logger", "event", "event_seq", "trace"}
