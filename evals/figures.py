"""Figures over many cases: means with their n and a bootstrap interval, and what only shows across cases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

RESAMPLES = 2_000
SEED = 20190612
LEVEL = 0.95
Values = Mapping[str, float | None]


@dataclass(frozen=True)
class Figure:
    """A mean over `n` cases with its 95 % bootstrap interval; all None where nothing was scored."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.value is None:
            return "niet gescoord"
        if self.low is None or self.high is None:
            return f"{self.value:.3f} (n={self.n})"
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] (n={self.n})"


@dataclass(frozen=True)
class Difference:
    """The mean of what `n` paired cases gained (second minus first), with its 95 % bootstrap interval."""

    value: float
    n: int
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Does the interval leave zero out?"""
        return self.low > 0 or self.high < 0


def mean(values: Iterable[float | None]) -> Figure:
    """The mean of what was scored, with a percentile bootstrap interval (the same each time: the seed is fixed)."""
    scored = np.array([value for value in values if value is not None], dtype=np.float64)
    if not len(scored):
        return Figure(None, 0)
    low, high = _interval(scored)
    return Figure(float(scored.mean()), len(scored), low, high)


def paired(first: Sequence[float | None], second: Sequence[float | None]) -> Difference | None:
    """The mean difference over the cases scored in both; None where there is none."""
    both = np.array([b - a for a, b in zip(first, second, strict=True) if a is not None and b is not None], dtype=np.float64)
    if not len(both):
        return None
    low, high = _interval(both)
    return Difference(float(both.mean()), len(both), low, high)


def mcnemar(fixed: int, broken: int) -> float:
    """The exact two-sided McNemar test on cases that changed: how likely is so uneven a split when nothing is better? 1 without changes."""
    changed = fixed + broken
    return float(stats.binomtest(fixed, changed, 0.5).pvalue) if changed else 1.0


def precision_recall_f1(given: Sequence[bool], wanted: Sequence[bool]) -> tuple[Figure, Figure, Figure]:
    """Precision (right of given), recall (right of wanted) and their harmonic mean over cases, each with its interval."""
    one, other = np.asarray(given, dtype=np.float64), np.asarray(wanted, dtype=np.float64)
    precision = mean(w for g, w in zip(one, other, strict=True) if g)
    recall = mean(g for g, w in zip(one, other, strict=True) if w)
    if precision.value is None or recall.value is None:
        return precision, recall, Figure(None, 0)

    def f1(g: "np.ndarray[tuple[int], np.dtype[np.float64]]", w: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
        return float(2 * (g * w).sum() / max(1.0, g.sum() + w.sum()))

    value = f1(one, other)
    rng = np.random.default_rng(SEED)
    drawn = [f1(one[rows], other[rows]) for rows in rng.integers(0, len(one), (RESAMPLES, len(one)))]
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return precision, recall, Figure(value, len(one), float(low), float(high))


def risk_coverage(confidence: Sequence[float], wrong: Sequence[bool]) -> list[tuple[float, float]]:
    """(coverage, risk) when only the most confident are answered: the share answered, and the share of those that are wrong."""
    order = np.argsort(-np.asarray(confidence, dtype=np.float64), kind="stable")
    errors = np.cumsum(np.asarray(wrong, dtype=np.float64)[order])
    return [(float((at + 1) / len(order)), float(errors[at] / (at + 1))) for at in range(len(order))]


def area_under_curve(confidence: Sequence[float], answerable: Sequence[bool]) -> float | None:
    """The chance that an answerable question gets more confidence than an unanswerable one (ties half); None with one sort only."""
    good = np.array([c for c, a in zip(confidence, answerable, strict=True) if a])
    bad = np.array([c for c, a in zip(confidence, answerable, strict=True) if not a])
    if not len(good) or not len(bad):
        return None
    return float(((good[:, None] > bad).sum() + 0.5 * (good[:, None] == bad).sum()) / (len(good) * len(bad)))


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which `share` of `values` lies; None without values."""
    return float(np.quantile(np.asarray(values), share)) if values else None


def _interval(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> tuple[float, float]:
    """A percentile bootstrap interval of the mean; the mean itself twice where all values are equal, or there is one."""
    if len(values) < 2 or np.ptp(values) == 0:
        return float(values.mean()), float(values.mean())
    found = stats.bootstrap(
        (values,), np.mean, n_resamples=RESAMPLES, confidence_level=LEVEL, method="percentile", rng=np.random.default_rng(SEED)
    ).confidence_interval
    return float(found.low), float(found.high)
