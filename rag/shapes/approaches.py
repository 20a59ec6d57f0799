"""Approaches: what regions do, section by section, and what of it works."""

from dataclasses import replace

from index.attribution import Role
from index.snapshot import Snapshot
from rag.compose import Draft
from rag.evidence import Evidence, pick
from rag.question import Understood
from rag.ranking import Ranked
from rag.shapes.elements import elements_of, state_elements
from rag.shapes.extent import ANSWER_WORDS, FACT_SHARE, extended
from rag.shapes.read_on import STORIES_TO_READ, ReadOn
from rag.themes import Themes

APPROACH_WORDS = 110
# A theme's "werkzame elementen" follow what regions do, where that leaves room.
ELEMENTS_WORDS = 130
REGION_WORDS = 80
# An approach is read on ("Alleen met …", "Een … kan daaraan bijdragen") up to so many words.
READ_ON_WORDS = 50
# An overview of approaches wants several.
APPROACH_SHARE = 0.45
# Score points; sentences within one question differ by some 6 from best to tenth.
BROAD_SCALE = 3.0
CONCRETE = 0.5
# What a kind of sentence adds where approaches are asked for.
ROLE: dict[Role, float] = {"approach": 1.0, "result": 1.6, "figure": 1.0, "advice": 0.6, "caveat": -1.0, "frame": -2.5}


class Approaches:
    """Writes what regions do from what was found in one snapshot."""

    def __init__(self, snapshot: Snapshot, themes: Themes, read_on: ReadOn) -> None:
        self._snapshot, self._themes, self._read_on = snapshot, themes, read_on

    def write(self, draft: Draft, asked: Understood, ranked: Ranked, own_region: str | None) -> None:
        """Fills `draft`; where others are asked for, what is of `own_region` comes last."""
        theme = self._themes.whole(asked)
        elements = elements_of(self._snapshot, theme) if theme else []
        room = REGION_WORDS if asked.regions else APPROACH_WORDS
        share = FACT_SHARE if asked.regions else APPROACH_SHARE
        picked = pick(_for_approaches(ranked.evidence, broad=theme is not None), words=room, most=6, share=share)
        if theme is None:
            picked = extended(picked, READ_ON_WORDS, ANSWER_WORDS)
        if sum(e.words for e in [*picked, *elements]) > ELEMENTS_WORDS:
            elements = []
        if asked.asks_effect and picked and not any(e.core.role == "figure" for e in picked):
            draft.say("approaches_without_numbers")
        elif draft.doubtful:
            draft.say("doubt")
        own = [e for e in picked if asked.asks_others and own_region and e.core.regions == (own_region,)]
        sections: dict[tuple[str, ...], list[Evidence]] = {}
        for evidence in picked:
            if evidence not in own:
                sections.setdefault(evidence.passage.section, []).append(evidence)
        for section, of_section in sections.items():
            if len(sections) > 1:
                draft.head(section[-1] if len(section) > 1 else of_section[0].passage.theme)
            # the best one leads, the others follow as the report has them
            for evidence in sorted(of_section, key=lambda e: (e is not picked[0], e.start)):
                draft.state(evidence)
        if elements:
            state_elements(draft, elements)
        if own:
            draft.head_phrase("own_region")
            for evidence in own:
                draft.state(evidence)
        self._read_on.write(draft, asked, ranked, picked, most=STORIES_TO_READ - 1 if elements else STORIES_TO_READ)


def _for_approaches(evidence: list[Evidence], broad: bool) -> list[Evidence]:
    """What regions do before what the theme is. Asked broadly, every sentence of the theme is near: then only that counts."""

    def score(one: Evidence) -> float:
        concrete = CONCRETE if one.core.stories or one.core.regions else 0.0
        # a number of no region in particular counts the report's own stories or answers
        about_report = broad and one.core.role == "figure" and not concrete
        own = concrete + ROLE["frame" if about_report else one.core.role]
        return BROAD_SCALE + own if broad else one.score + own

    kept = [e for e in evidence if not broad or "elementen" not in e.passage.section[-1]]
    return sorted((replace(e, score=score(e)) for e in kept), key=lambda e: (-e.score, e.start))
