"""Quantiles and tail probabilities of the normal, Student's and binomial laws, without scipy and its start-up time."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from statistics import NormalDist

_NORMAL = NormalDist()
_TINY = 1e-300
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)
SMALLEST_P = 1e-300
COUNTED = 500
NEARLY_NORMAL = 1e4


def normal_quantile(confidence: float) -> float:
    """The z that encloses `confidence` of the normal distribution on both sides of 0."""
    return -normal_lower((1 - confidence) / 2)


def normal_lower(probability: float) -> float:
    """The z below which a share `probability` of the normal distribution lies."""
    return _NORMAL.inv_cdf(probability)


def normal_below(z: float) -> float:
    """The share of the normal distribution below z."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


def normal_p_value(z: float) -> float:
    """Two-sided p of a standard normal deviate; never 0."""
    return max(SMALLEST_P, math.erfc(abs(z) / math.sqrt(2)))


def t_p_value(t: float, df: float) -> float:
    """Two-sided p of Student's t with `df` degrees of freedom; never 0."""
    if math.isinf(t):
        return SMALLEST_P
    square = t * t
    if df > NEARLY_NORMAL:
        return normal_p_value(_as_normal(square, df))
    return min(1.0, max(SMALLEST_P, incomplete_beta(df / 2, 0.5, df / (df + square), square / (df + square))))


def _as_normal(square: float, df: float) -> float:
    """The normal deviate with the tail of t^2 = `square` (Hill, Communications of the ACM 13, 1970, algorithm 395)."""
    y = (df - 0.5) * math.log1p(square / df)
    b = 48 * (df - 0.5) ** 2
    return ((((-0.4 * y - 3.3) * y - 24) * y - 85.5) / (0.8 * y * y + 100 + b) + y + 3) / b * math.sqrt(y) + math.sqrt(y)


@lru_cache(maxsize=4096)
def t_quantile(confidence: float, df: float) -> float:
    """The t that encloses `confidence` of Student's distribution on both sides of 0.

    Newton's steps on the tail from Hill's start (Communications of the ACM 13, 1970, algorithm 396), to 1e-13 of the value.
    """
    outside = 1 - confidence
    t = _hill(outside, df)
    for _ in range(50):
        density = math.exp(_log_t_density(t, df))
        step = (t_p_value(t, df) - outside) / (2 * density)
        t = max(t / 2, t + step)
        if abs(step) <= 1e-13 * t:
            break
    return t


def _hill(outside: float, df: float) -> float:
    """A start for Newton's steps: exact for 1 and 2 degrees of freedom, else from the normal quantile."""
    if df <= 1:
        return 1 / math.tan(outside * math.pi / 2)
    if df <= 2:
        return math.sqrt(2 / (outside * (2 - outside)) - 2)
    z = -normal_lower(outside / 2)
    return z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df * df)


def _log_t_density(t: float, df: float) -> float:
    return -0.5 * math.log(df) - _log_beta(df / 2, 0.5) - (df + 1) / 2 * math.log1p(t * t / df)


def binomial_below(k: int, n: int, share: float = 0.5) -> float:
    """The probability of at most `k` successes in `n` trials that succeed with probability `share`."""
    if k < 0:
        return 0.0
    if k >= n:
        return 1.0
    if share == 0.5 and n <= COUNTED:
        return float(Fraction(sum(math.comb(n, i) for i in range(k + 1)), 2**n))
    return incomplete_beta(n - k, k + 1, 1 - share, share)


def binomial_at(k: int, n: int, share: float = 0.5) -> float:
    """The probability of exactly `k` successes in `n` trials."""
    if k < 0 or k > n:
        return 0.0
    if share == 0.5 and n <= COUNTED:
        return float(Fraction(math.comb(n, k), 2**n))
    if k in {0, n}:
        return float((1 - share) ** n if k == 0 else share**n)
    return math.exp(_log_front(k, n - k, share, 1 - share)) * n / (k * (n - k))


def incomplete_beta(a: float, b: float, x: float, rest: float) -> float:
    """The regularised incomplete beta function I_x(a, b); `rest` is 1 - x, given apart so that it keeps its digits.

    Continued fraction of DLMF 8.17.22, evaluated by Lentz's method as modified by Thompson and Barnett (1986).
    """
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    front = math.exp(_log_front(a, b, x, rest))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, rest) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 100_000):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = _inverse(1 + part * d)
            c = 1 + part / c
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _inverse(value: float) -> float:
    return 1 / value if abs(value) > _TINY else 1 / _TINY


def _log_front(a: float, b: float, x: float, rest: float) -> float:
    """ln of x^a rest^b / B(a, b), without the cancellation that logarithms of large gammas bring (Loader 2000)."""
    if min(a, b) < 10:
        return a * _log(x, rest) + b * _log(rest, x) - _log_beta(a, b)
    total = a + b
    return (
        _near(a, total * x)
        + _near(b, total * rest)
        + 0.5 * (math.log(a) + math.log(b / total) - math.log(2 * math.pi))
        + _correction(total)
        - _correction(a)
        - _correction(b)
    )


def _log(x: float, rest: float) -> float:
    """ln x where x + rest = 1, with all digits near 1."""
    return math.log(x) if x < 0.5 else math.log1p(-rest)


def _near(count: float, expected: float) -> float:
    """count * ln(expected / count), with the part that cancels between the two sides (expected - count) kept apart."""
    apart = (expected - count) / count
    return count * (math.log1p(apart) - apart) if abs(apart) < 0.1 else count * math.log(expected / count) - (expected - count)


def _log_beta(a: float, b: float) -> float:
    """ln B(a, b); for one large argument by Stirling's series, where gammas would cancel."""
    small, large = min(a, b), max(a, b)
    if large < 10:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    total = small + large
    ratio = -small * math.log(total) - (large - 0.5) * math.log1p(small / large) + small + _correction(large)
    return math.lgamma(small) + ratio - _correction(total)


def _correction(value: float) -> float:
    """What Stirling's formula of ln gamma(value) lacks, for values of 10 and more to 1e-15."""
    return sum(part / value ** (2 * place + 1) for place, part in enumerate(_STIRLING))
