"""What a count in a sample proves about the whole: exact binomial limits, no dependency.

Reference: Clopper and Pearson, Biometrika 26 (1934), https://doi.org/10.1093/biomet/26.4.404
"""

from __future__ import annotations

import math

ALPHA = 0.05
"""One minus the confidence of every bound: 95 %."""


def upper_bound(hits: int, rows: int, alpha: float = ALPHA, *, recall: float = 1.0) -> float:
    """The share that the truth stays below with confidence ``1 - alpha`` (one-sided).

    With 0 hits this is the rule of three: about ``3 / rows``. With no rows nothing is known: 1. Of
    what is there only the share ``recall`` is found, so the bound is that much higher.
    """
    return min(1.0, _upper_bound(hits, rows, alpha) / recall)


def _upper_bound(hits: int, rows: int, alpha: float) -> float:
    if rows <= 0 or hits >= rows:
        return 1.0
    if hits <= 0:
        return float(1.0 - alpha ** (1.0 / rows))
    low, high = hits / rows, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if 1.0 - at_least(hits + 1, rows, middle) > alpha:
            low = middle
        else:
            high = middle
    return high


def at_least(hits: int, rows: int, share: float) -> float:
    """The chance of ``hits`` or more among ``rows`` when each is a hit with chance ``share``."""
    if hits <= 0:
        return 1.0
    if hits > rows:
        return 0.0
    return _incomplete_beta(hits, rows - hits + 1, share)


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1.0 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    """Lentz's method; converges within about the square root of the larger argument."""
    tiny = 1e-300
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0), tiny)
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            d = 1.0 / _away(1.0 + term * d, tiny)
            c = _away(1.0 + term / c, tiny)
            step = c * d
            value *= step
        if abs(step - 1.0) < 1e-12:
            break
    return value


def _away(number: float, tiny: float) -> float:
    """The number, kept away from zero."""
    return number if abs(number) > tiny else tiny
