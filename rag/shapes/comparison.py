"""A comparison: regions side by side, in a table of quotes."""

from collections.abc import Iterable

from index.attribution import Role
from index.snapshot import Snapshot
from rag.answer import Missing
from rag.compose import Draft
from rag.evidence import Evidence, pick
from rag.question import Understood
from rag.ranking import Ranked
from rag.shapes.extent import FACT_SHARE
from rag.shapes.read_on import ReadOn
from rag.stories import Coverage
from rag.titles import Titles

OUTCOME_WORDS = 50
# A row that would make the table longer than this is left out; what regions do always stands there.
COMPARISON_WORDS = 160
STORIES_A_CELL = 2
# So much of a question a sentence must hold, or be so near to it, to be about more than the region.
ON_SUBJECT = 0.2
NEAR = 0.865
OUTCOME: tuple[Role, ...] = ("result", "figure")


class Comparison:
    """Compares regions in one snapshot. `coverage` is the share of a question's words that a text holds."""

    def __init__(self, snapshot: Snapshot, titles: Titles, coverage: Coverage, read_on: ReadOn) -> None:
        self._snapshot, self._titles, self._coverage, self._read_on = snapshot, titles, coverage, read_on

    def write(self, draft: Draft, asked: Understood, ranked: Ranked) -> list[Missing]:
        """Regions side by side: what they do, what came of it, and the stories; a cell stays open where sources are silent.

        Returns the regions that they are silent on.
        """
        what: list[list[Evidence]] = []
        came_of: list[list[Evidence]] = []
        columns = _columns(asked)
        for regions in columns.values():
            of_column = [e for e in ranked.evidence if regions & set(e.core.regions) and self._is_on_subject(asked, e)]
            picked = pick(of_column, words=80, most=2, share=FACT_SHARE)
            outcome = [e for e in picked[1:] if e.core.role in OUTCOME] or _outcome(of_column, picked)
            what.append([e for e in picked if e not in outcome])
            came_of.append(outcome)
        silent = [name for name, cell in zip(columns, what, strict=True) if not cell]
        told_in = [self._told_in(regions, cells) for regions, *cells in zip(columns.values(), what, came_of, strict=True)]
        rows = [(draft.phrase("what"), what)]
        room = COMPARISON_WORDS - _words_in(what)
        for key, cells in (("outcome", came_of), ("story_row", told_in)):
            room -= _words_in(cells)
            if any(cells) and room >= 0:
                rows.append((draft.phrase(key), cells))
        draft.table(columns, rows)
        if silent:
            draft.say("compare_open", regions=", ".join(silent))
        self._read_on.write(draft, asked, ranked, [e for cell in what for e in cell], most=4)
        return [Missing(what="comparison", value=region) for region in silent]

    def _told_in(self, regions: frozenset[str], cells: list[list[Evidence]]) -> list[Evidence]:
        """The lines that name these regions' stories of these quotes; none where the report ties none to them."""
        names = dict.fromkeys(story for cell in cells for e in cell for story in e.core.stories)
        stories = [self._snapshot.stories[name] for name in names]
        return [self._titles.mention(story) for story in stories if regions & set(story.regions)][:STORIES_A_CELL]

    def _is_on_subject(self, asked: Understood, evidence: Evidence) -> bool:
        """Does this hold any telling word of the question? What is only about the region fills no cell."""
        return (
            not asked.terms
            or evidence.nearest >= NEAR
            or self._coverage(asked, " ".join([evidence.text, evidence.passage.searched, *evidence.core.asked])) >= ON_SUBJECT
        )


def _outcome(of_column: list[Evidence], picked: list[Evidence]) -> list[Evidence]:
    """What came of it: the best figure or result of the same story, that says more than what is `picked`."""
    stories = {story for e in picked for story in e.core.stories}
    shown = {s.start for e in picked for q in e.quotes for s in q.sentences}
    told = [e for e in of_column if e.core.role in OUTCOME and stories & set(e.core.stories) and e.core.start not in shown]
    # what it leans on is not brought along again where it stands in the row above
    bare = [Evidence.of(e.passage, e.core, score=e.score, similarity=e.similarity) if set(e.core.leans_on) <= shown else e for e in told]
    return pick(bare, words=OUTCOME_WORDS, most=2, share=0.0)


def _columns(asked: Understood) -> dict[str, frozenset[str]]:
    """What is set side by side: the regions asked for; those of one area ("het hoge noorden") together."""
    areas = {area.name: frozenset(area.regions) for area in asked.areas}
    apart = {region: frozenset((region,)) for region in asked.regions if not any(region in regions for regions in areas.values())}
    columns = {**apart, **areas}
    # one area alone: its regions side by side
    return columns if len(columns) > 1 else {region: frozenset((region,)) for region in asked.regions}


def _words_in(cells: Iterable[list[Evidence]]) -> int:
    """How many words a row of a table holds."""
    return sum(evidence.words for cell in cells for evidence in cell)
