"""Comparing two runs: the bootstrap through order statistics, against drawing every sample again.

python tests/bench/bench_comparison.py [--most 10_000_000]
"""

import argparse
import time
from fractions import Fraction

import numpy as np

from codexreport.performance.comparison import RESAMPLES, relative_interval
from codexreport.performance.percentiles import latency

P95 = Fraction(95)
DRAWN = 100
"""Resamples that are drawn one by one; the rest is reckoned from them."""


def drawn(new, old, random):
    """Seconds that all resamples take when each number is drawn and put in order."""
    start = time.perf_counter()
    for _ in range(DRAWN):
        for samples in (new, old):
            np.quantile(random.choice(samples, len(samples)), 0.95)
    return (time.perf_counter() - start) * RESAMPLES / DRAWN


def row(n, random):
    """One line: samples a run, time to read both, time and memory to compare, time by drawing."""
    new, old = random.gamma(2, 51, n), random.gamma(2, 50, n)
    start = time.perf_counter()
    kept = [latency(samples, 1000).ordered for samples in (new, old)]
    read = time.perf_counter() - start
    start = time.perf_counter()
    low, high = relative_interval(*kept, P95)
    compared = time.perf_counter() - start
    parts = {id(part): part.nbytes for one in kept for _, part in one.parts.values()}
    plain = f"{drawn(new, old, random):10.1f} s" if n <= 100_000 else "         -"
    print(
        f"{n:>10,} {read * 1000:8.1f} ms {compared * 1000:6.1f} ms {sum(parts.values()):>9,} bytes"
        f" {plain}  {float(low):+.2%} to {float(high):+.2%}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=10_000_000)
    most = parser.parse_args().most
    random = np.random.default_rng(1)
    print("   samples       read   compare            kept    by drawing  interval")
    for power in range(3, 9):
        if 10**power <= most:
            row(10**power, random)


if __name__ == "__main__":
    main()
