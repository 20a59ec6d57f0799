"""Holds the automatic rules of attribution against the reviewed file: what added documents may expect of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.attribution import Attribution, Attributor, read_attributions
from index.build import read_sources
from index.dutch import Analyser
from index.regions import read_regions


@dataclass(frozen=True)
class RuleScore:
    """How one kind of attribution compares with the reviewed file: over all sentences, what the rules gave and should give."""

    what: str
    right: int
    given: int
    wanted: int

    @property
    def precision(self) -> float | None:
        """The share of what the rules gave that is right; None (not scored) where they gave nothing."""
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        """The share of what the file has that the rules gave; None (not scored) where it has nothing."""
        return self.right / self.wanted if self.wanted else None


_PARTS: dict[str, Callable[[Attribution], tuple[object, ...]]] = {
    "regio's": lambda one: one.regions,
    "verhalen": lambda one: one.stories,
    "leunt op": lambda one: one.leans_on,
    "voorbehoud": lambda one: one.caveats,
    "soort": lambda one: (one.role,),
}


def score_rules(data: Path) -> list[RuleScore]:
    """The scores of the rules on the report's sentences and bullets (its lists of stories apart), then by kind of sentence."""
    regions = read_regions(data / "regions")
    sources = read_sources(data)
    report, catalogue = sources.report, sources.catalogue
    reviewed = read_attributions(report, data / "catalogue", catalogue, regions)
    ruled = Attributor(catalogue.stories, regions, Analyser()).attribute(report)
    pairs = [(ruled[at], reviewed[at]) for at, unit in enumerate(report.units) if unit.kind != "mention"]
    scores = []
    for what, part in _PARTS.items():
        scores.append(
            RuleScore(
                what,
                sum(len(set(part(given)) & set(part(wanted))) for given, wanted in pairs),
                sum(len(set(part(given))) for given, _ in pairs),
                sum(len(set(part(wanted))) for _, wanted in pairs),
            )
        )
    for role in sorted({wanted.role for _, wanted in pairs}):
        given_role = [given.role == role for given, _ in pairs]
        wanted_role = [wanted.role == role for _, wanted in pairs]
        both = sum(g and w for g, w in zip(given_role, wanted_role, strict=True))
        scores.append(RuleScore(f"soort {role}", both, sum(given_role), sum(wanted_role)))
    return scores
