"""The gate: thresholds and invariants of one file, held against a run."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from evals.metrics import METRICS
from evals.run import Run, across
from praktijkbaken.errors import CaseError

GATE = Path(__file__).resolve().parent / "gate.toml"


@dataclass(frozen=True)
class Threshold:
    """What one figure must be: at least, at most, or exactly."""

    name: str
    sort: str  # "least", "most" or "exactly"
    value: float


@dataclass(frozen=True)
class Verdict:
    """One threshold and what was seen; `seen` is None where nothing was scored, which does not pass."""

    threshold: Threshold
    seen: float | None
    n: int

    @property
    def passed(self) -> bool:
        """Does the figure keep to its threshold?"""
        if self.seen is None:
            return False
        wanted = self.threshold.value
        return {"least": self.seen >= wanted, "most": self.seen <= wanted, "exactly": self.seen == wanted}[self.threshold.sort]

    def __str__(self) -> str:
        sign = {"least": "≥", "most": "≤", "exactly": "="}[self.threshold.sort]
        seen = "niet gescoord" if self.seen is None else f"{self.seen:.3f}"
        return f"{'goed ' if self.passed else 'TE KORT'} {self.threshold.name}: {seen} (moet {sign} {self.threshold.value:g}; n={self.n})"


def read_gate(file: Path | None = None) -> tuple[Threshold, ...]:
    """The thresholds. Raises `CaseError` for an unknown figure or a value that is no number."""
    path = file or GATE
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise CaseError(f"{path} is niet te lezen ({error}).") from None
    found = []
    for sort, wanted in tables.items():
        if sort not in ("least", "most", "exactly") or not isinstance(wanted, dict):
            raise CaseError(f"{path.name}: [{sort}] bestaat niet. Gebruik [least], [most] of [exactly].")
        for name, value in wanted.items():
            if not isinstance(value, int | float):
                raise CaseError(f"{path.name}: {name} = {value!r} is geen getal.")
            found.append(Threshold(name, sort, float(value)))
    return tuple(found)


def hold(one: Run, thresholds: tuple[Threshold, ...]) -> tuple[Verdict, ...]:
    """Each threshold held against `one`. Raises `CaseError` for a figure that no run has."""
    others = across(one)
    verdicts = []
    for threshold in thresholds:
        if threshold.name in METRICS:
            figure = one.figure(threshold.name)
        elif threshold.name in others:
            figure = others[threshold.name]
        else:
            raise CaseError(f"gate.toml: er is geen cijfer {threshold.name!r}.")
        verdicts.append(Verdict(threshold, figure.value, figure.n))
    return tuple(verdicts)
