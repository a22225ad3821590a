"""Wilson's interval of a share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codexreport.shares import wilson


def test_the_interval_of_a_textbook_case():
    """p = 0.9, n = 100, z = 1.96: scale 1.038416, centre (0.9 + 0.019208) / 1.038416 = 0.885202.

    Half: 1.96 / 1.038416 x sqrt(0.09 / 100 + 3.8416 / 40000) = 1.887490 x 0.0315603 = 0.0595698.
    """
    low, high = wilson(0.9, 100, 1.96)
    assert low == pytest.approx(0.825632, abs=1e-5)
    assert high == pytest.approx(0.944772, abs=1e-5)


@given(st.integers(1, 10**9), st.floats(0, 1))
def test_it_holds_the_share_and_stays_within_0_and_1(n, share):
    low, high = wilson(share, n)
    assert 0 <= low <= share <= high <= 1
