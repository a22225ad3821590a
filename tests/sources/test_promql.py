"""The little PromQL that is read without a server."""

from __future__ import annotations

import pytest

from codexreport.sources.promql import parse_selector


def test_a_metric_alone() -> None:
    selector = parse_selector("up")
    assert selector is not None
    assert (selector.metric, selector.matchers, selector.text) == ("up", (), "up")
    assert not selector.summed
    assert not selector.zero_when_absent


def test_sum_and_or_vector_0_say_what_becomes_of_several_and_of_none() -> None:
    selector = parse_selector(' sum( x_total{a="b", } )\n or vector(0) # none is zero')
    assert selector is not None
    assert selector.summed
    assert selector.zero_when_absent
    assert selector.text == 'x_total{a="b", }'


@pytest.mark.parametrize(
    ("matcher", "labels", "expected"),
    [
        ('a="b"', {"a": "b"}, True),
        ('a="b"', {}, False),
        ('a=""', {}, True),
        ('a!="b"', {}, True),
        ('a!="b"', {"a": "b"}, False),
        ('a=~"5.."', {"a": "503"}, True),
        ('a=~"5.."', {"a": "5033"}, False),
        ('a=~"5|50"', {"a": "50"}, True),
        ('a=~"2..|"', {}, True),
        ('a!~"5.."', {"a": "200"}, True),
        (r'a=~"\\d+"', {"a": "١"}, False),
        ("a=~`\\d+`", {"a": "42"}, True),
        (r'a="\"\x41\u00e4\101\n"', {"a": '"AäA\n'}, True),
        ("a='it\\'s'", {"a": "it's"}, True),
        ('a="b",c!="d"', {"a": "b", "c": "d"}, False),
    ],
)
def test_matchers_match_as_prometheus_documents(
    matcher: str, labels: dict[str, str], expected: bool
) -> None:
    selector = parse_selector(f"x{{{matcher}}}")
    assert selector is not None
    assert selector.matches(labels) is expected


@pytest.mark.parametrize(
    "query",
    [
        "",
        "0",
        "inf",
        "vector(0)",
        "a b",
        "a + b",
        "a[5m]",
        "a offset 5m",
        "rate(a[5m])",
        "sum by (x) (a)",
        "sum(a) by (x)",
        "sum(a",
        "a)",
        "a{",
        'a{b="c"',
        "a{b=c}",
        'a{b:c="d"}',
        'a{"quoted"="d"}',
        '{__name__="a"}',
        'a{__name__="a"}',
        "a or vector(1)",
        "a or b",
        'a{b="\\q"}',
        'a{b="\\Uffffffff"}',
        'a{b="c}',
    ],
)
def test_everything_else_is_left_to_the_server(query: str) -> None:
    assert parse_selector(query) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "(?=a)",
        "(?<!a)b",
        "[[:alpha:]]",
        r"\\pL",
        r"(a)\\1",
        "a++",
        "(?u)a",
        "(?>a)",
        "[a--b]",
        "a{,3}",
    ],
)
def test_a_pattern_that_means_something_else_here_is_left_to_the_server(pattern: str) -> None:
    assert parse_selector(f'a{{b=~"{pattern}"}}') is None
