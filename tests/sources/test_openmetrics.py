"""Text exports: the same counting as from a server, strict about the text."""

import pytest
from asking import START_S, ask, ratio, threshold
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from codexreport.errors import SourceError
from codexreport.series import EventSeries
from codexreport.sources.openmetrics import OpenMetricsSettings, OpenMetricsSource

FAILED = ratio(
    {"query": "sum(requests_total)"},
    bad={"query": 'sum(requests_total{code=~"5.."})'},
    counter=True,
)


def source():
    return OpenMetricsSource("web", OpenMetricsSettings(type="openmetrics", path="export.txt"))


def read(tmp_path, text, indicator=FAILED):
    content = text if isinstance(text, bytes) else text.encode()
    (tmp_path / "export.txt").write_bytes(content)
    return ask(source(), indicator, tmp_path)


def export(series, *, end="# EOF\n"):
    """Samples a minute from the start on, of each label set."""
    lines = ["# TYPE requests counter"]
    for labels, values in series.items():
        lines += [
            f"requests_total{{{labels}}} {value} {START_S + 60 * minute}"
            for minute, value in enumerate(values)
            if value is not None
        ]
    return "\n".join([*lines, end])


def test_resets_and_several_instances_add_up(tmp_path):
    # a: 0 to 60 in an hour, one a minute; b counts two a minute and begins anew after 30 minutes
    first = list(range(61))
    second = [2 * minute for minute in range(31)] + [2 * minute for minute in range(1, 31)]
    failed = [minute // 30 for minute in range(61)]
    series = read(
        tmp_path,
        export(
            {
                'instance="a",code="200"': first,
                'instance="b",code="200"': second,
                'instance="a",code="500"': failed,
            }
        ),
    )
    assert series.valid.sum() == 60 + 120 + 2
    assert (series.valid - series.good).sum() == 2
    assert len(series.start) == 12
    assert "began anew" in series.notes[0]


def test_a_gap_is_not_observed(tmp_path):
    values = [None if 15 <= minute < 45 else minute for minute in range(61)]
    series = read(tmp_path, export({'code="200"': values, 'code="500"': [0] * 61}))
    assert series.valid.sum() == 60


def test_samples_that_fill_no_bucket_are_said_to_be_too_few_yet(tmp_path):
    # a minute of samples behind the last edge that is asked about, as of a server that has begun
    late = [*[None] * 61, 3, 4]
    series = read(tmp_path, export({'code="200"': late, 'code="500"': late}))
    assert series.contradictions == ("No whole bucket of 5m has been observed yet.",)
    queue = f"# TYPE queue gauge\nqueue 1 {START_S + 3660}\n# EOF\n"
    series = read(tmp_path, queue, threshold({"query": "queue"}, "lt", 10))
    assert series.contradictions == ("No whole bucket of 5m has been observed yet.",)


def test_a_label_may_hold_any_character(tmp_path):
    series = read(
        tmp_path,
        export({'code="200",path="/a\\"}\\n,b=\\"c\\\\"': range(61), 'code="500"': [0] * 61}),
    )
    assert series.valid.sum() == 60


def test_a_prometheus_export_has_milliseconds_and_no_end_mark(tmp_path):
    text = export({'code="200"': range(61), 'code="500"': [0] * 61}, end="")
    text = "\n".join(
        line + "000" if line.startswith("requests") else line for line in text.splitlines()
    )
    assert read(tmp_path, text + "\n").valid.sum() == 60


def test_a_gauge_is_compared_sample_by_sample(tmp_path):
    lines = [f"queue_length {minute} {START_S + 60 * minute}" for minute in range(61)]
    text = "\n".join(["# TYPE queue_length gauge", *lines, "# EOF", ""])
    series = read(tmp_path, text, threshold({"query": "queue_length"}, "lt", 31))
    # the sample at the very start belongs to the bucket before the window
    assert (series.good.sum(), series.valid.sum()) == (30, 60)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (export({'code="200"': range(3)})[:-12], "cut off"),
        (export({'code="200"': range(3)}) + "more", "something follows"),
        ("# TYPE x counter\nrequests_total{code=} 1 1\n# EOF\n", "broken labels"),
        ("# TYPE x counter\nthis is no sample\n# EOF\n", "line 2: 'this is no sample'"),
        ("# TYPE x counter\nrequests_total 1\n# EOF\n", "line 2: the sample has no time"),
        ("# TYPE x counter\nrequests_total one 1\n# EOF\n", "line 2"),
        ("# TYPE x counter\nrequests_total 1 9\nrequests_total 2 9\n# EOF\n", "same time"),
        (export({'code="200"': range(3)}, end=""), "line 2: the time is in seconds"),
        (export({'code="200"': range(3)}) * 2, "something follows"),
        (export({'code="200"': range(3)}, end="# HELP x ends in # EOF\n"), "it is cut off"),
        ("# TYPE x counter\nother 1 9\n", "no line # EOF ends the text"),
        ("# TYPE x counter\nrequests_total 1 1e400\n# EOF\n", "no time in seconds"),
        ("# TYPE x counter\nrequests_total 1 1790553600000\n# EOF\n", "no time in seconds"),
        ("# TYPE x counter\nrequests_total 1 -5\n# EOF\n", "no time in seconds"),
        ("# TYPE x counter\nrequests_total 1 1790553600000000\n", "no time in milliseconds"),
        ("# TYPE x counter\nrequests_total 1 1-1\n# EOF\n", "line 2: '1-1' is no number"),
        ("# TYPE x counter\nrequests_total 1_0 1\n# EOF\n", "line 2: '1_0' is no number"),
        ("# TYPE x counter\nrequests_total \u0661 1\n# EOF\n", "is no number"),
        ('# TYPE x counter\nrequests_total{a="1",a="2"} 1 1\n# EOF\n', "the label a twice"),
        ("<html>502 Bad Gateway</html>", "neither OpenMetrics nor Prometheus"),
        (b'# TYPE x counter\nrequests_total{a="\xff"} 1 1\n# EOF\n', "not UTF-8"),
        ("", "is empty"),
    ],
)
def test_what_is_no_export_is_refused_by_file_and_line(tmp_path, text, words):
    with pytest.raises(SourceError, match=r"export\.txt") as refused:
        read(tmp_path, text)
    assert words in str(refused.value)


def test_a_missing_series_is_not_zero(tmp_path):
    series = read(tmp_path, export({'code="200"': range(61)}))
    assert "or vector(0)" in series.contradictions[0]


def test_only_selectors_can_be_asked():
    refused = ratio({"query": "rate(x[5m])"}, good={"query": "x"}, counter=True)
    assert "selector" in source().refusal(refused)
    assert "counter: true" in source().refusal(ratio({"query": "x"}, good={"query": "y"}))
    assert source().refusal(FAILED) == ""


@pytest.mark.parametrize("separator", ["\u2028", "\x0b", "\x85", "\r"])
def test_only_a_line_feed_ends_a_line(tmp_path, separator):
    labels = f'code="200",path="a{separator}b"'
    assert read(tmp_path, export({labels: range(61), 'code="500"': [0] * 61})).valid.sum() == 60


def test_windows_line_ends_and_a_byte_order_mark_are_no_matter(tmp_path):
    text = export({'code="200"': range(61), 'code="500"': [0] * 61}).replace("\n", "\r\n")
    assert read(tmp_path, "\ufeff" + text).valid.sum() == 60


@pytest.mark.parametrize("value", ["+Inf", "1e400", "-1", "18446744073709551615", "1e308"])
def test_a_reading_no_counter_can_have_is_a_contradiction(tmp_path, value):
    values = [*range(30), value, *range(31, 61)]
    series = read(tmp_path, export({'code="200"': values, 'code="500"': [0] * 61}))
    assert "which no counter can" in series.contradictions[0]


def read_two(tmp_path, first, second):
    (tmp_path / "one.txt").write_text(export({'code="200"': first, 'code="500"': [0] * 61}))
    (tmp_path / "two.txt").write_text(export({'code="200"': second, 'code="500"': [0] * 61}))
    two = OpenMetricsSource("web", OpenMetricsSettings(type="openmetrics", path="*.txt"))
    return ask(two, FAILED, tmp_path)


def test_a_sample_that_two_files_hold_counts_once(tmp_path):
    # NaN is no reading: the series begins at 1, while its target was seen before, so from zero
    values = ["NaN", *range(1, 61)]
    assert read_two(tmp_path, values, values).valid.sum() == 60


def test_two_files_that_disagree_on_a_sample_are_refused(tmp_path):
    with pytest.raises(SourceError, match="reads both 5 and 9 at 2026-09-28T00:05:00Z"):
        read_two(tmp_path, range(61), [*range(5), 9, *range(6, 61)])


def test_a_threshold_larger_than_any_number_is_kept_by_all_but_infinity(tmp_path):
    lines = [f"queue {value} {START_S + 60 * at}" for at, value in enumerate(("0", "1e308", "Inf"))]
    text = "\n".join(["# TYPE queue gauge", *lines, "# EOF", ""])
    series = read(tmp_path, text, threshold({"query": "queue"}, "lt", 10**400))
    assert (series.good.sum(), series.valid.sum()) == (1, 2)


@pytest.mark.parametrize("lookback", [0, -300, "500ms"])
def test_a_lookback_that_could_not_be_worked_with_is_refused(lookback):
    with pytest.raises(ValidationError):
        OpenMetricsSettings(type="openmetrics", path="export.txt", lookback=lookback)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_any_bytes_give_a_series_or_a_source_error(tmp_path, content):
    try:
        series = read(tmp_path, b"# TYPE requests counter\n" + content)
    except SourceError:
        return
    assert isinstance(series, EventSeries)
