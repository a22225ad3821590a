"""Whether an answer is the one that was wanted: each expectation by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from codexreport.measure import State
from codexreport.smoke.check import Check, Exchange, Found, Result
from codexreport.strict import StrictError, load_json
from codexreport.text import first_line, one_line
from codexreport.wording import count, figure

_SHOWN = 80
_DAY = timedelta(days=1)


def judge(check: Check, exchange: Exchange, now: datetime) -> Result:
    """Compare what came back with what was wanted.

    Args:
        check: What was wanted.
        exchange: What came back.
        now: The moment that a certificate's days are counted from, aware.
    """
    return Result(check=check, exchange=exchange, found=tuple(_found(check, exchange, now)))


def _found(check: Check, exchange: Exchange, now: datetime) -> Iterator[Found]:
    if exchange.problem:
        state = State.FAIL if exchange.asked else State.UNKNOWN
        yield Found("answer", state, exchange.problem)
        return
    yield _status(check, exchange)
    if check.within is not None:
        yield _latency(check.within, exchange)
    for name, wanted in check.answer_headers.items():
        yield _header(name, wanted, exchange)
    for text in check.contains:
        yield _text(text, exchange)
    if check.json:
        yield from _json(check, exchange)
    if check.certificate_days:
        yield _certificate(check.certificate_days, exchange, now)


def _held(what: str, reason: str, *, holds: bool) -> Found:
    return Found(what, State.PASS if holds else State.FAIL, reason)


def _status(check: Check, exchange: Exchange) -> Found:
    wanted = " or ".join(map(str, check.status))
    holds = exchange.status in check.status
    said = first_line(exchange.body) if not holds else ""
    more = f" It says: {one_line(said, _SHOWN)}." if said else ""
    return _held("status", f"The status is {exchange.status}, wanted {wanted}.{more}", holds=holds)


def _latency(budget: timedelta, exchange: Exchange) -> Found:
    if exchange.seconds is None:
        return Found("latency", State.UNKNOWN, "How long it took was not measured.")
    took = exchange.seconds * 1000
    most = budget / timedelta(milliseconds=1)
    reason = f"It took {figure(took)} ms, at most {figure(most)} ms are allowed."
    return _held("latency", reason, holds=exchange.seconds <= budget.total_seconds())


def _header(name: str, wanted: str, exchange: Exchange) -> Found:
    value = exchange.headers.get(name)
    if value is None:
        return Found("header", State.FAIL, f"The answer has no header {name}.")
    reason = f"The header {name} is {_shown(value)}, which is to hold {_shown(wanted)}."
    return _held("header", reason, holds=wanted.casefold() in value.casefold())


def _text(text: str, exchange: Exchange) -> Found:
    holds = text.encode() in exchange.body
    reason = f"The answer {'holds' if holds else 'does not hold'} the text {_shown(text)}."
    return _held("text", reason, holds=holds)


def _json(check: Check, exchange: Exchange) -> Iterator[Found]:
    try:
        document = load_json(exchange.body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        yield Found("json", State.FAIL, "The answer is not UTF-8 text, so it is no JSON.")
        return
    except StrictError as error:
        yield Found("json", State.FAIL, f"The answer is not JSON: {one_line(str(error))}.")
        return
    for path, wanted in check.json.items():
        yield _value(path, wanted, document)


def _value(path: str, wanted: Any, document: Any) -> Found:
    """Every place that the path leads to has the value, and it leads somewhere."""
    from jsonpath import JSONPathError, findall

    try:
        values = findall(path, document)
    except (JSONPathError, RecursionError) as error:
        return Found("json", State.UNKNOWN, f"{path} cannot be looked up: {one_line(str(error))}.")
    if not values:
        return Found("json", State.FAIL, f"There is no {path} in the answer.")
    others = [value for value in values if not _same(value, wanted)]
    shown = _shown(others[0] if others else values[0])
    return _held("json", f"{path} is {shown}, wanted {_shown(wanted)}.", holds=not others)


def _same(value: Any, wanted: Any) -> bool:
    """Equal as JSON has it: true is not 1."""
    return isinstance(value, bool) is isinstance(wanted, bool) and bool(value == wanted)


def _certificate(days: int, exchange: Exchange, now: datetime) -> Found:
    if exchange.certificate_ends is None:
        reason = exchange.certificate_problem or "The certificate was not looked at."
        return Found("certificate", State.UNKNOWN, reason)
    left = exchange.certificate_ends - now
    whole = max(left // _DAY, 0)
    reason = f"The certificate is valid for {count(whole, 'days')}, wanted {days}."
    return _held("certificate", reason, holds=left >= days * _DAY)


def _shown(value: Any) -> str:
    return one_line(json.dumps(value, ensure_ascii=False), _SHOWN)
