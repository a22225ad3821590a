"""How sure a share of a number of things is: Wilson's score interval."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""The 97.5th percentile of the standard normal distribution."""


def wilson(share: float, n: float, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a share, by default the 95 % one; it holds the share.

    centre = (p + z²/2n) / (1 + z²/n), half = z / (1 + z²/n) * sqrt(p(1-p)/n + z²/4n²), where p
    is the share and n the number it is of.

    Args:
        share: 0 to 1.
        n: More than 0.
        z: How many standard deviations wide it is on either side.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference,
    Journal of the American Statistical Association 22 (1927).
    """
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))
