"""OpenSLO v1: what is honoured, and what is refused by name."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from textwrap import dedent, indent

import pytest

from codexreport.errors import ProjectError
from codexreport.series import Metric, RatioIndicator, ThresholdIndicator
from codexreport.slo.objective import Occurrences, RatioTimeslices, Timeslices
from codexreport.slo.openslo import parse_openslo
from codexreport.slo.period import CalendarPeriod, RollingPeriod

SOURCES = {"metrics": "prometheus", "orders": "buckets", "requests": "events"}
ROLLING = "- duration: 28d\n  isRolling: true"
RATIO = """\
ratioMetric:
  counter: true
  good: {metricSource: {metricSourceRef: metrics, spec: {query: good_total}}}
  total: {metricSource: {metricSourceRef: metrics, spec: {query: all_total}}}"""
THRESHOLD = """\
thresholdMetric:
  metricSource: {type: Events, spec: {column: latency_ms, where: {service: shop}}}"""


def slo(  # eighteen lines with a blank one at the end
    objectives: str = "- target: 0.999",
    *,
    sli: str = RATIO,
    window: str = ROLLING,
    method: str = "Occurrences",
    more: str = "",
) -> str:
    return "\n".join(
        [
            "apiVersion: openslo/v1",
            "kind: SLO",
            "metadata: {name: checkout, displayName: Checkout answers}",
            "spec:",
            "  service: shop",
            f"  budgetingMethod: {method}",
            "  indicator:",
            "    spec:",
            indent(sli, "      "),
            "  timeWindow:",
            indent(window, "    "),
            "  objectives:",
            indent(dedent(objectives), "    "),
            indent(dedent(more), "  "),
            "",
        ]
    )


@pytest.fixture
def parse(defaults):
    return lambda text, sources=SOURCES: parse_openslo(
        text, file="shop.yaml", sources=sources, defaults=defaults
    )


@pytest.fixture
def only(parse):
    def one(text):
        (objective,) = parse(text).objectives
        return objective

    return one


@pytest.fixture
def refusals(parse):
    def refused(text, **more):
        with pytest.raises(ProjectError) as caught:
            parse(text, **more)
        return [(problem.key, problem.message) for problem in caught.value.problems]

    return refused


def test_a_ratio_of_good_events(only):
    objective = only(slo(more="description: Customers can pay."))
    assert objective.name == "checkout"
    assert (objective.service, objective.display_name) == ("shop", "Checkout answers")
    assert objective.description == "Customers can pay."
    assert objective.target == Fraction(999, 1000)
    assert objective.method == Occurrences()
    assert objective.period == RollingPeriod(length=timedelta(days=28))
    assert objective.indicator == RatioIndicator(
        name="checkout",
        good=Metric(source="metrics", spec={"query": "good_total"}),
        total=Metric(source="metrics", spec={"query": "all_total"}),
        counter=True,
    )
    assert (objective.owner, objective.min_events, objective.file) == (
        "shop team",
        100,
        "shop.yaml",
    )


def test_a_ratio_of_bad_events_that_are_no_counters(only):
    sli = RATIO.replace("good:", "bad:").replace("counter: true", "counter: false")
    indicator = only(slo(sli=sli)).indicator
    assert indicator.good is None
    assert indicator.bad == Metric(source="metrics", spec={"query": "good_total"})
    assert indicator.counter is False


def test_a_threshold_takes_operator_and_value_from_the_objective(only):
    objective = only(slo("- {op: lte, value: 0.3, target: 0.95}", sli=THRESHOLD))
    assert objective.indicator == ThresholdIndicator(
        name="checkout",
        metric=Metric(
            source="requests", spec={"column": "latency_ms", "where": {"service": "shop"}}
        ),
        op="lte",
        value=Fraction(3, 10),
    )


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("target: 0.9995", "0.9995"),
        ("targetPercent: 99.95", "0.9995"),
        ("target: 1", "1"),
        ("targetPercent: 100.0", "1"),
    ],
)
def test_targets_are_the_decimals_that_are_written(only, written, target):
    assert only(slo(f"- {written}")).target == Fraction(target)


def test_time_slices(only):
    item = "- {target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: 10m}"
    method = only(slo(item, method="Timeslices")).method
    assert method == Timeslices(width=timedelta(minutes=10), target=Fraction(95, 100))


def test_ratio_time_slices_with_a_window_in_bare_minutes(only):
    item = "- {target: 0.99, timeSliceWindow: 5}"
    method = only(slo(item, method="RatioTimeslices")).method
    assert method == RatioTimeslices(width=timedelta(minutes=5))


@pytest.mark.parametrize(
    ("duration", "length"),
    [("90m", {"minutes": 90}), ("36h", {"hours": 36}), ("30d", {"days": 30}), ("4w", {"weeks": 4})],
)
def test_rolling_windows(only, duration, length):
    window = f"- {{duration: {duration}, isRolling: true}}"
    assert only(slo(window=window)).period == RollingPeriod(length=timedelta(**length))


@pytest.mark.parametrize(
    ("start", "wall"),
    [
        ("2026-01-05 12:30:00", datetime(2026, 1, 5, 12, 30)),  # noqa: DTZ001, the wall clock's
        ('"2026-01-05T12:30"', datetime(2026, 1, 5, 12, 30)),  # noqa: DTZ001
        ("2026-01-05", datetime(2026, 1, 5)),  # noqa: DTZ001
        ("2026-01-05T12:30:00Z", datetime(2026, 1, 5, 7, 30)),  # noqa: DTZ001, New York is at -5
    ],
)
def test_calendar_windows(only, start, wall):
    window = f"- duration: 1M\n  calendar: {{startTime: {start}, timeZone: America/New_York}}"
    assert only(slo(window=window)).period == CalendarPeriod(
        unit="month", count=1, start=wall, zone_name="America/New_York"
    )


def test_a_calendar_without_a_zone_hangs_in_the_project_s(only):
    window = "- {duration: 2Q, calendar: {startTime: 2026-01-01}}"
    period = only(slo(window=window)).period
    assert (period.unit, period.count, period.zone_name) == ("quarter", 2, "Europe/Berlin")


def test_several_objectives_have_names_of_their_own(parse):
    items = """\
    - {displayName: "Good enough!", target: 0.99}
    - {displayName: Great, target: 0.999}
    - {displayName: Great, target: 0.9999}
    - {displayName: "2", target: 0.9}
    - {target: 0.5}
    """
    objectives = parse(slo(items)).objectives
    assert [one.name for one in objectives] == [
        "checkout.good-enough",
        "checkout.2",
        "checkout.3",
        "checkout.4",
        "checkout.5",
    ]
    assert objectives[0].display_name == "Checkout answers: Good enough!"
    assert objectives[0].indicator.name == "checkout.good-enough"


def test_an_indicator_and_a_data_source_defined_beside_the_objective(parse):
    text = f"""\
apiVersion: openslo/v1
kind: DataSource
metadata: {{name: shop-metrics}}
spec: {{type: Prometheus, connectionDetails: {{token: s3cret}}}}
---
apiVersion: openslo/v1
kind: SLI
metadata: {{name: paid, labels: {{team: [shop]}}, annotations: {{a: b}}}}
spec:
{indent(RATIO.replace("metrics", "shop-metrics"), "  ")}
---
apiVersion: openslo/v1
kind: Service
metadata: {{name: shop}}
spec: {{description: Sells things.}}
---
apiVersion: openslo/v1
kind: SLO
metadata: {{name: checkout}}
spec:
  service: shop
  indicatorRef: paid
  budgetingMethod: Occurrences
  timeWindow: [{{duration: 28d, isRolling: true}}]
  objectives: [{{target: 0.99}}]
---
"""
    parsed = parse(text)
    assert parsed.objectives[0].indicator.source == "metrics"
    assert parsed.data_sources == {"shop-metrics": "Prometheus"}
    (note,) = parsed.notes
    assert note.startswith("shop.yaml:1: connectionDetails of the DataSource 'shop-metrics'")
    assert "s3cret" not in note


def test_alert_documents_are_noted_and_not_looked_into(parse):
    alert = "---\napiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: page}\nspec: {x: 1}\n"
    notes = parse(slo(more="alertPolicies: [page]") + alert).notes
    assert [note.split(" have")[0].split(" has")[0] for note in notes] == [
        "shop.yaml:20: AlertPolicy",
        "shop.yaml:18: alertPolicies of 'checkout'",
    ]


def test_a_term_of_thresholds_is_noted_where_a_ratio_has_no_use_for_it(parse):
    notes = parse(slo("- {op: gt, target: 0.99}")).notes
    assert notes == ("shop.yaml:17: op of 'checkout' has no effect on a ratioMetric.",)


ITEM = "spec.objectives[0]"
SLI_KEY = "spec.indicator.spec"


@pytest.mark.parametrize(
    ("objectives", "key", "message"),
    [
        ("- {displayName: x}", f"{ITEM}.target", "give either target or targetPercent"),
        ("- {target: 0.9, targetPercent: 90}", f"{ITEM}.target", "give either"),
        ("- {target: 0}", f"{ITEM}.target", "must lie above 0"),
        ("- {target: 99.9}", f"{ITEM}.target", "at most at 1"),
        ("- {target: true}", f"{ITEM}.target", "must be a number"),
        ("- {target: .nan}", f"{ITEM}.target", "must be a number"),
        ("- {target: '0.9'}", f"{ITEM}.target", "must be a number"),
        ("- {targetPercent: 101}", f"{ITEM}.targetPercent", "at most at 100"),
        ("- {traget: 0.9}", f"{ITEM}.traget", "is not a key here; did you mean 'target'?"),
        ("- {target: 0.9, op: eq}", f"{ITEM}.op", "must be 'lt', 'lte'"),
        ("- {target: 0.9, timeSliceWindow: 5m}", f"{ITEM}.timeSliceWindow", "has no meaning with"),
        ("- {target: 0.9, compositeWeight: 2}", f"{ITEM}.compositeWeight", "composite objectives"),
        ("- {target: 0.9, indicatorRef: x}", f"{ITEM}.indicatorRef", "composite objectives"),
        ("[]", "spec.objectives", "must not be empty"),
    ],
)
def test_objectives_that_are_refused(refusals, objectives, key, message):
    ((at, why),) = refusals(slo(objectives))
    assert at == key
    assert message in why


@pytest.mark.parametrize(
    ("item", "method", "key", "message"),
    [
        ("timeSliceWindow: 5m", "Timeslices", "timeSliceTarget", "is missing"),
        ("timeSliceTarget: 0.9", "Timeslices", "timeSliceWindow", "is missing"),
        ("timeSliceWindow: 1M", "RatioTimeslices", "timeSliceWindow", "of fixed length"),
        ("timeSliceWindow: 7m", "RatioTimeslices", "timeSliceWindow", "buckets of 5m"),
        (
            "timeSliceWindow: 5m, timeSliceTarget: 0.9",
            "RatioTimeslices",
            "timeSliceTarget",
            "has no meaning",
        ),
    ],
)
def test_time_slices_that_are_refused(refusals, item, method, key, message):
    ((at, why),) = refusals(slo(f"- {{target: 0.9, {item}}}", method=method))
    assert at == f"{ITEM}.{key}"
    assert message in why


@pytest.mark.parametrize(
    ("window", "key", "message"),
    [
        ("- {duration: 1M, isRolling: true}", "duration", "not always of one length"),
        ("- {duration: 28days, isRolling: true}", "duration", "a whole number and one of"),
        ("- {duration: 523w, isRolling: true}", "duration", "is longer than ten years"),
        ("- {duration: 11Y, calendar: {startTime: 2026-01-01}}", "duration", "ten years"),
        ("- {duration: 0d, isRolling: true}", "duration", "a whole number and one of"),
        ("- {duration: 28d}", "isRolling", "must be true where there is no calendar"),
        (
            "- {duration: 1M, isRolling: true, calendar: {startTime: 2026-01-01}}",
            "isRolling",
            "a rolling window has no calendar",
        ),
        (
            "- {duration: 1M, calendar: {startTime: 2026-01-01, timeZone: Moon/Sea}}",
            "calendar.timeZone",
            "There is no time zone 'Moon/Sea'",
        ),
        (
            "- {duration: 1M, calendar: {startTime: soon}}",
            "calendar.startTime",
            "must be a date and time",
        ),
        ("- {duration: 12h, calendar: {startTime: 2026-01-01}}", "duration", "is counted in d, w"),
    ],
)
def test_windows_that_are_refused(refusals, window, key, message):
    ((at, why),) = refusals(slo(window=window))
    assert at == f"spec.timeWindow[0].{key}"
    assert message in why


def metric(name: str, source: str) -> str:
    return f"  {name}: {{metricSource: {{{source}, spec: {{query: x}}}}}}"


GOOD = metric("good", "metricSourceRef: metrics")
TOTAL = metric("total", "metricSourceRef: metrics")


@pytest.mark.parametrize(
    ("parts", "key", "message"),
    [
        ([GOOD], "ratioMetric.total", "is missing: a ratio needs the count of all valid events"),
        ([TOTAL], "ratioMetric", "give either good or bad beside total"),
        (
            [GOOD, GOOD.replace("good", "bad"), TOTAL],
            "ratioMetric",
            "give either good or bad beside total",
        ),
        (
            [metric("raw", "metricSourceRef: metrics")],
            "ratioMetric.raw",
            "a ratio computed elsewhere has no counts to sum",
        ),
        (
            [GOOD, metric("total", "metricSourceRef: orders")],
            "ratioMetric",
            "its parts come from the sources 'metrics' and 'orders'",
        ),
        (
            [metric("good", "type: Any"), TOTAL],
            "ratioMetric.good.metricSource",
            "a source of type Any cannot be queried",
        ),
        (
            [metric("good", "metricSourceRef: metric"), TOTAL],
            "ratioMetric.good.metricSource",
            "the project has no source 'metric'; it has: metrics, orders, requests",
        ),
        (
            [metric("good", "metricSourceRef: orders, type: Prometheus"), TOTAL],
            "ratioMetric.good.metricSource",
            "the source 'orders' is of type buckets, not Prometheus",
        ),
        (
            [metric("good", "type: Datadog"), TOTAL],
            "ratioMetric.good.metricSource",
            "the project has no source of type Datadog",
        ),
        (
            ["  good: {metricSource: {spec: {}}}", TOTAL],
            "ratioMetric.good.metricSource",
            "names no",
        ),
    ],
)
def test_ratios_that_are_refused(refusals, parts, key, message):
    ((at, why),) = refusals(slo(sli="\n".join(["ratioMetric:", *parts])))
    assert at == f"{SLI_KEY}.{key}"
    assert message in why


def test_a_type_of_which_there_are_two_does_not_tell_which_is_meant(refusals):
    sources = {"eu": "events", "us": "events"}
    ((key, why),) = refusals(
        slo("- {op: lt, value: 1, target: 0.9}", sli=THRESHOLD), sources=sources
    )
    assert key == f"{SLI_KEY}.thresholdMetric.metricSource"
    assert "several sources of type Events (eu, us)" in why


def test_a_threshold_needs_operator_and_value(refusals):
    assert [key for key, _ in refusals(slo(sli=THRESHOLD))] == [f"{ITEM}.op", f"{ITEM}.value"]


def test_an_slo_needs_just_one_indicator(refusals):
    neither = (
        slo().replace("indicator:", "indicatorRef: nowhere").replace(indent(RATIO, " " * 6), "")
    )
    neither = neither.replace("    spec:\n", "")
    ((key, why),) = refusals(neither)
    assert key == "spec.indicatorRef"
    assert why == "this file defines no SLI 'nowhere'; it defines: none"
    both = slo(more="indicatorRef: other")
    assert refusals(both) == [("spec.indicator", "give either indicator or indicatorRef")]


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ("openslo/v1", "openslo/v1alpha", "apiVersion", "must be 'openslo/v1'"),
        ("kind: SLO", "kind: Objective", "kind", "must be 'SLO', 'SLI'"),
        ("name: checkout", "name: ../checkout", "metadata.name", "must be letters, digits"),
        ("  service: shop\n", "", "spec.service", "is missing"),
        ("  service: shop\n", "  service: shop\n  burn: 1\n", "spec.burn", "is not a key here"),
    ],
)
def test_documents_that_are_refused(refusals, old, new, key, message):
    ((at, why),) = refusals(slo().replace(old, new))
    assert at == key
    assert message in why


@pytest.mark.parametrize("kind", ["SLI", "DataSource"])
def test_a_definition_that_stands_twice_is_refused(refusals, kind):
    body = {"SLI": RATIO, "DataSource": "type: Prometheus"}[kind]
    document = (
        f"apiVersion: openslo/v1\nkind: {kind}\nmetadata: {{name: twin}}\n"
        f"spec:\n{indent(body, '  ')}\n"
    )
    ((key, why),) = refusals(f"{document}---\n{document}")
    assert (key, why) == ("metadata.name", f"the {kind} 'twin' is defined twice in this file")


def test_all_mistakes_are_named_at_once_with_the_line_of_their_key(parse):
    first = slo("- {target: 2}")
    second = slo("- {target: 0.9, timeSliceWindow: 5m}", window="- {duration: 1Y, isRolling: true}")
    with pytest.raises(ProjectError) as caught:
        parse(f"{first}---\n{second}")
    found = [(problem.line, problem.key) for problem in caught.value.problems]
    assert found == [
        (17, f"{ITEM}.target"),
        (33, "spec.timeWindow[0].duration"),
        (35, f"{ITEM}.timeSliceWindow"),
    ]
    assert all(problem.file == "shop.yaml" for problem in caught.value.problems)


def test_an_objective_knows_the_line_its_metric_stands_on(only):
    assert only(slo()).line == 9
