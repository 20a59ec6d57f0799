"""Two runs side by side: paired differences with intervals, McNemar on what passes, and the cases that changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from evals.figures import Difference, mcnemar, paired
from evals.metrics import LESS_IS_BETTER, METRICS
from evals.run import read_scores
from praktijkbaken.errors import CaseError

# What decides whether a run is worse: the rest explains.
DECIDING = ("pass", "gold in first 1", "gold in first 5", "nDCG@10", "vital nuggets", "citation F1", "first quote right")
SURE = 0.05


@dataclass(frozen=True)
class Change:
    """A case that passes in one run and not in the other; `why` is what failed it."""

    id: str
    question: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """The second run against the first, over the cases they share."""

    n: int
    differences: dict[str, Difference]
    fixed: tuple[Change, ...]
    broken: tuple[Change, ...]
    p: float

    @property
    def worse(self) -> tuple[str, ...]:
        """Deciding metrics on which the second run is clearly worse."""
        clear = [name for name in DECIDING if name in self.differences and self.differences[name].is_clear]
        return tuple(name for name in clear if (self.differences[name].value < 0) != (name in LESS_IS_BETTER))

    @property
    def better(self) -> tuple[str, ...]:
        """Deciding metrics on which the second run is clearly better."""
        clear = [name for name in DECIDING if name in self.differences and self.differences[name].is_clear]
        return tuple(name for name in clear if (self.differences[name].value > 0) != (name in LESS_IS_BETTER))

    def lines(self) -> Iterable[str]:
        """The comparison for a person."""
        for name, one in self.differences.items():
            clear = "" if not one.is_clear else "  duidelijk"
            yield f"{name:<24}{one.value:+.3f} [{one.low:+.3f}, {one.high:+.3f}] (n={one.n}){clear}"
        yield f"geslaagd erbij {len(self.fixed)}, eraf {len(self.broken)}; McNemar p={self.p:.3f}"
        for label, changes in (("erbij", self.fixed), ("eraf", self.broken)):
            for change in changes:
                yield f"  {label:<6}{change.id}: {change.question[:90]}" + (f" ({', '.join(change.why)})" if change.why else "")
        yield self.verdict

    @property
    def verdict(self) -> str:
        """The second run in one line."""
        if self.worse:
            return f"De tweede run is slechter: {', '.join(self.worse)}."
        if self.better:
            return f"De tweede run is beter: {', '.join(self.better)}."
        return "Geen duidelijk verschil."


def compare(first: Path, second: Path) -> Comparison:
    """The run in `second` against that in `first`. Raises `CaseError` when they share no case."""
    before, after = read_scores(first), read_scores(second)
    shared = [name for name in before if name in after]
    if not shared:
        raise CaseError(f"{first.name} en {second.name} hebben geen vragen gemeen.")
    differences = {}
    for metric in METRICS:
        one = paired([before[name]["values"].get(metric) for name in shared], [after[name]["values"].get(metric) for name in shared])
        if one is not None:
            differences[metric] = one
    fixed = [after[name] for name in shared if before[name]["why"] and not after[name]["why"]]
    broken = [after[name] for name in shared if not before[name]["why"] and after[name]["why"]]
    return Comparison(
        len(shared),
        differences,
        tuple(Change(row["id"], row["question"], tuple(before[row["id"]]["why"])) for row in fixed),
        tuple(Change(row["id"], row["question"], tuple(row["why"])) for row in broken),
        mcnemar(len(fixed), len(broken)),
    )
