"""The little PromQL the kit reads itself: one selector, maybe summed, maybe `or vector(0)`.

Grammar and string escapes follow Prometheus' documentation, "Querying basics". All else is
left to a Prometheus server: `parse_selector` answers None and guesses at nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

MatchOp = Literal["=", "!=", "=~", "!~"]

_TOKEN = re.compile(
    r"""
      (?P<skip> \s+ | \#[^\n]* )
    | (?P<string> "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' | `[^`]*` )
    | (?P<name> [a-zA-Z_:][a-zA-Z0-9_:]* )
    | (?P<number> 0(?![\w.]) )
    | (?P<mark> =~ | !~ | != | [={}(),] )
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL)
_SIMPLE_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
}
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_NUMBER_NAMES = {"inf", "nan"}

# What RE2 (Prometheus) and Python read differently, or only one of them reads.
_NOT_ALIKE = re.compile(
    r"""
      \[\[ | \[\^\[ | && | -- | \|\| | ~~     # POSIX classes, and Python's reserved set operations
    | \\[pPzZQEC1-9]                          # Unicode classes, anchors, quoting, backreferences
    | \(\?(?:[=!>\#(]|<[=!]|P[=>])            # lookaround, atomic groups, conditionals
    | \(\?[a-zA-Z-]*[aLuxU][a-zA-Z-]*[:)]     # flags one of them lacks
    | [*+?}]\+                                # possessive repetition
    | \{,                                     # at most so many, where RE2 reads the characters
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """One condition on a label; a label that is absent has the empty value."""

    label: str
    op: MatchOp
    value: str
    _pattern: re.Pattern[str] | None = field(default=None, repr=False, compare=False)

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the label set satisfies it; regular expressions match the whole value."""
        actual = labels.get(self.label, "")
        if self._pattern is None:
            equal = actual == self.value
        else:
            equal = self._pattern.fullmatch(actual) is not None
        return equal if self.op in ("=", "=~") else not equal


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Which series a query means, and how they become one.

    Attributes:
        metric: The metric's name.
        matchers: Conditions on its labels, all of which must hold.
        summed: Written `sum(...)`: several series are added up.
        zero_when_absent: Written `... or vector(0)`: no series means zero events.
        text: The selector alone as its author wrote it, such as `up{job="web"}`.
    """

    metric: str
    matchers: tuple[Matcher, ...]
    summed: bool
    zero_when_absent: bool
    text: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether a series of the metric with these labels is meant (the name is not looked at)."""
        return all(matcher.matches(labels) for matcher in self.matchers)


class _OtherError(Exception):
    """The query is none that is read here."""


def parse_selector(query: str) -> Selector | None:
    """Read `metric{...}`, `sum(metric{...})` and either followed by `or vector(0)`.

    Returns:
        None where the query is anything else, and where a regular expression in it would not
        mean the same here as on a Prometheus server.
    """
    try:
        return _Parser(query).query()
    except _OtherError:
        return None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def _tokens(query: str) -> list[_Token]:
    found, at = [], 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise _OtherError
        at = match.end()
        if match.lastgroup != "skip":
            found.append(_Token(str(match.lastgroup), match[0], match.start(), at))
    found.append(_Token("end", "", at, at))
    return found


class _Parser:
    def __init__(self, query: str) -> None:
        self._query = query
        self._tokens = _tokens(query)
        self._at = 0

    def query(self) -> Selector:
        summed = self._tokens[0].text == "sum" and self._tokens[1].text == "("
        if summed:
            self._at = 2
        start = self._ahead.start
        metric, matchers = self._selector()
        end = self._tokens[self._at - 1].end
        if summed:
            self._expect(")")
        zero = self._ahead.text == "or"
        if zero:
            for text in ("or", "vector", "(", "0", ")"):
                self._expect(text)
        if self._ahead.kind != "end":
            raise _OtherError
        return Selector(
            metric=metric,
            matchers=matchers,
            summed=summed,
            zero_when_absent=zero,
            text=self._query[start:end],
        )

    @property
    def _ahead(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, kind: str) -> str:
        token = self._ahead
        if token.kind != kind:
            raise _OtherError
        self._at += 1
        return token.text

    def _expect(self, text: str) -> None:
        if self._ahead.text != text:
            raise _OtherError
        self._at += 1

    def _selector(self) -> tuple[str, tuple[Matcher, ...]]:
        metric = self._take("name")
        if metric.lower() in _NUMBER_NAMES:
            raise _OtherError
        matchers: list[Matcher] = []
        if self._ahead.text == "{":
            self._expect("{")
            while self._ahead.text != "}":
                matchers.append(self._matcher())
                if self._ahead.text != "}":
                    self._expect(",")
            self._expect("}")
        return metric, tuple(matchers)

    def _matcher(self) -> Matcher:
        label = self._take("name")
        op = self._take("mark")
        if op not in ("=", "!=", "=~", "!~") or not _LABEL.fullmatch(label) or label == "__name__":
            raise _OtherError
        value = _unquote(self._take("string"))
        pattern = _pattern(value) if op in ("=~", "!~") else None
        return Matcher(label=label, op=cast("MatchOp", op), value=value, _pattern=pattern)


def _pattern(text: str) -> re.Pattern[str]:
    if _NOT_ALIKE.search(text):
        raise _OtherError
    try:
        return re.compile(text, re.ASCII)
    except (re.error, ValueError, RecursionError, OverflowError) as error:
        raise _OtherError from error


def _unquote(literal: str) -> str:
    quote, body = literal[0], literal[1:-1]
    return body if quote == "`" else _ESCAPE.sub(_unescape, body)


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code in _SIMPLE_ESCAPES:
        return _SIMPLE_ESCAPES[code]
    try:
        if len(code) > 1:
            return chr(int(code, 8) if code[0].isdigit() else int(code[1:], 16))
    except (ValueError, OverflowError) as error:
        raise _OtherError from error
    raise _OtherError
