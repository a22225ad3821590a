"""What counters counted, worked out by hand. Buckets are 100 s, the lookback is 60 s."""

from __future__ import annotations

import numpy as np
import pytest

from codexreport.sources.increase import CounterSamples, Gap, Grid, Increase, increase

GRID = Grid(start=1_000, width=100, count=3)  # (1000, 1100] (1100, 1200] (1200, 1300]
NAN = float("nan")


def counter(*samples: tuple[float, float], **labels: str) -> CounterSamples:
    times, values = zip(*samples, strict=True) if samples else ((), ())
    return CounterSamples(
        labels=labels, times=np.array(times, dtype=float), values=np.array(values, dtype=float)
    )


def steady(
    value: float = 0, *, start: int = 950, end: int = 1_300, **labels: str
) -> CounterSamples:
    """Scraped every 50 s, growing by 1 each time."""
    return counter(
        *((time, value + n) for n, time in enumerate(range(start, end + 1, 50))), **labels
    )


def counted(*series: CounterSamples, companions: tuple[CounterSamples, ...] = ()) -> Increase:
    return increase(series, GRID, lookback=60, companions=companions)


def test_growth_belongs_to_the_bucket_of_the_later_sample() -> None:
    """950:0 1000:1 | 1050:2 1100:3 | 1150:4 1200:5 | 1250:6 1300:7. An edge ends its bucket."""
    result = counted(steady())
    assert result.counts.tolist() == [2, 2, 2]
    assert result.observed.all()


def test_growth_across_the_start_of_the_grid_is_counted_and_what_was_before_is_not() -> None:
    result = counted(counter((940, 100), (990, 110), (1_040, 113)))
    assert result.counts.tolist() == [3, 0, 0]


def test_several_counters_are_added_up() -> None:
    assert counted(steady(instance="a"), steady(7, instance="b")).counts.tolist() == [4, 4, 4]


def test_a_drop_is_a_reset_and_what_was_counted_since_is_added() -> None:
    """+5 at 1050, then the counter begins anew and reads 2 at 1100."""
    result = counted(counter((1_000, 10), (1_050, 15), (1_100, 2)))
    assert result.counts.tolist() == [7, 0, 0]
    assert result.resets == {1_100}


def test_a_gap_is_not_observed_and_its_events_are_counted_at_its_end() -> None:
    """Nothing between 1100 and 1210: the bucket (1100, 1200] is absent."""
    result = counted(counter((1_050, 0), (1_100, 1), (1_210, 21), (1_260, 22)))
    assert result.counts.tolist() == [1, 0, 21]
    assert result.observed.tolist() == [True, False, True]
    assert result.gaps == {Gap(1_100, 1_210, reset=False, target=("", ""))}


def test_a_reset_within_a_gap_is_told_because_events_may_be_lost() -> None:
    result = counted(counter((1_050, 30), (1_100, 31), (1_210, 4), (1_260, 5)))
    assert result.counts.tolist() == [1, 0, 5]
    assert result.gaps == {Gap(1_100, 1_210, reset=True, target=("", ""))}


def test_samples_as_far_apart_as_the_lookback_leave_no_gap() -> None:
    result = counted(counter(*((time, time) for time in range(1_000, 1_301, 60))))
    assert result.observed.all()
    assert not result.gaps


def test_a_bucket_without_a_sample_is_observed_where_samples_close_enough_span_it() -> None:
    narrow = Grid(start=1_000, width=20, count=5)
    result = increase([counter((1_000, 0), (1_050, 3), (1_100, 5))], narrow, lookback=60)
    assert result.counts.tolist() == [0, 0, 3, 0, 2]
    assert result.observed.all()


def test_a_series_born_while_its_target_is_scraped_counts_from_zero() -> None:
    """The first error appears at 1150, as 3, in the same scrape as the successes."""
    born = counter((1_150, 3), (1_200, 4), code="500")
    assert counted(born, companions=(steady(code="200"),)).counts.tolist() == [0, 4, 0]


def test_a_series_that_comes_with_its_target_counts_from_its_first_sample() -> None:
    late = counter((1_150, 3_000), (1_200, 3_001), instance="new")
    assert counted(late, companions=(steady(instance="old"),)).counts.tolist() == [0, 1, 0]


def test_scrapes_at_other_moments_do_not_make_an_old_series_look_new() -> None:
    """Two series first seen 7 s apart, when collection began: neither counts its history."""
    early = counter((1_100, 500), (1_150, 501))
    late = counter((1_107, 900), (1_157, 902))
    assert counted(early, late).counts.tolist() == [0, 3, 0]


def test_a_series_that_was_away_while_its_instance_was_scraped_began_anew() -> None:
    """A restart forgets label sets: 10 errors before, none for a while, then 12 new ones."""
    back = counter((1_000, 9), (1_050, 10), (1_250, 12), code="500", job="web", instance="a")
    seen = steady(code="200", job="web", instance="a")
    result = counted(back, companions=(seen,))
    assert result.counts.tolist() == [1, 0, 12]
    assert result.resets == {1_250}
    assert not result.gaps


def test_a_series_that_was_away_with_its_instance_goes_on() -> None:
    back = counter((1_000, 9), (1_050, 10), (1_250, 12), job="web", instance="a")
    other = steady(job="web", instance="b")
    assert counted(back, other).counts.tolist() == [3, 2, 4]


def test_a_staleness_marker_ends_what_is_observed() -> None:
    marked = counter((1_000, 0), (1_050, 1), (1_060, NAN), (1_100, 2), (1_110, NAN), (1_160, 3))
    narrow = Grid(start=1_000, width=10, count=16)
    result = increase([marked], narrow, lookback=60)
    assert result.counts.sum() == 3
    assert result.observed.tolist() == [True] * 5 + [False] * 4 + [True] + [False] * 5 + [True]


@pytest.mark.parametrize("value", [-1.0, float("inf"), float("-inf")])
def test_a_reading_no_counter_can_have_is_a_contradiction(value: float) -> None:
    result = counted(counter((1_000, 0), (1_050, value), (1_100, 2)))
    assert "at 1970-01-01T00:17:30Z, which no counter can" in result.contradictions[0]


def test_no_series_and_empty_series_observe_nothing() -> None:
    for series in ((), (counter(),), (counter((1_050, 5)),)):
        result = counted(*series)
        assert not result.observed.any()
        assert not result.counts.any()


def test_the_grid_holds_whole_buckets_inside_the_span() -> None:
    grid = Grid.inside(1_010, 1_390.5, 100)
    assert (grid.start, grid.count, grid.end) == (1_100, 2, 1_300)
    assert Grid.inside(1_010, 1_020, 100).count == 0
