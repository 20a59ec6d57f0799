"""When a question gets no answer, and what is said then: what was looked for, what is not there, and what comes near."""

import re

from index.dutch import fold, words
from index.regions import Regions
from rag.answer import Filter, Missing, Reason, TextPart
from rag.compose import Draft
from rag.evidence import Evidence, candidates, pick
from rag.instruction import Request
from rag.question import CATALOGUE, MAX_CHARACTERS, Understood, as_typed, is_greeting
from rag.ranking import Ranked
from rag.retrieval import Found, HybridRetriever
from rag.stories import Stories
from rag.support import Support, Verdict
from rag.themes import Themes

RELATED = 2
RELATED_SIMILARITY = 0.81
RELATED_COVERAGE = 0.3


_DEFINES = re.compile(r"^\W*(?:wat\s+(?:is|zijn|houdt)|what\s+(?:is|are)|meer\s+over|info(?:rmatie)?\s+over|iets\s+over)\b")


class Refusals:
    """Judges and words refusals for one snapshot."""

    def __init__(self, retriever: HybridRetriever, support: Support, stories: Stories, themes: Themes, regions: Regions) -> None:
        self._retriever, self._support, self._stories, self._themes, self._regions = retriever, support, stories, themes, regions

    def verdict(self, asked: Understood, found: Found, ranked: Ranked, filters: tuple[Filter, ...]) -> Verdict:
        """Is there an answer, and if not, why not and what is missing?"""
        if not found.hits and filters:
            return Verdict("not_in_sources")
        verdict = self._support.judge(asked, found, ranked.evidence)
        # a region that has a title only is not missing from the catalogue
        absent = [m for m in verdict.missing if m.what == "year" or (m.what == "region" and not self._support.knows(m.value))]
        if asked.intent in CATALOGUE and asked.years and not absent and (asked.regions or self._themes.named(asked)):
            # the sources do not say of which year a story is: all the stories would be more than was asked
            return Verdict("not_in_sources", tuple(Missing(what="year", value=year) for year in asked.years))
        if asked.intent in CATALOGUE and not absent:
            selected = self._stories.select(asked, ranked.stories)
            if selected.stories if selected else asked.intent == "themes":
                return Verdict(None)
        evidence = ranked.evidence[:1] if verdict.reason is None else []
        if (
            _DEFINES.search(fold(asked.focus))
            and not asked.asks_result
            and not absent
            and self._stories.is_in_titles_alone(asked, evidence)
        ):
            return Verdict(None, by_title=True)  # what a thing is that only titles name: their stories tell
        if verdict.reason is None or any(m.what in ("year", "amount", "date", "person") for m in verdict.missing):
            return verdict
        by_title = asked.intent in ("story", *CATALOGUE) or (asked.regions and not asked.terms)
        titles = self._stories.about(asked, ranked.stories, by_meaning=True)
        titles = titles if by_title else self._stories.of_theme_and_region(asked)
        if titles and not [m for m in verdict.missing if m.what == "year"]:
            return Verdict(None)
        return verdict

    def write(self, draft: Draft, asked: Understood, found: Found, verdict: Verdict, filters: tuple[Filter, ...]) -> list[Evidence]:
        """Says what was looked for and is not there; returns near misses, without numbers when a number was asked."""
        draft.say("off_topic" if verdict.reason == "off_topic" else "not_found" if verdict.is_certain else "not_recognised")
        of_areas = {region for area in asked.areas for region in area.regions}
        looked_for = [
            *as_typed(asked),
            *asked.years,
            *(area.name for area in asked.areas),
            *(r for r in asked.regions if r not in of_areas),
        ]
        if looked_for:
            draft.say("looked_for", subject=", ".join(looked_for))
        if filters and not found.hits:
            draft.say("missing_filter", value=", ".join(one.value for one in filters))
        unknown = self._support.unknown_places(asked)
        for one in verdict.missing:
            if one.what == "region" and one.value in unknown:
                spelt = self._regions.nearest(one.value)
                draft.say("unknown_place_near" if spelt else "unknown_place", value=one.value, **({"near": spelt} if spelt else {}))
                continue
            if one.what == "region" and one.value in of_areas:
                continue
            key = {
                "year": "missing_now" if one.value == "nu" else "undated_stories" if self._support.has_year(one.value) else "missing_year",
                "amount": "missing_duration" if asked.asks_duration else "missing_money" if asked.asks_money else "missing_amount",
                "date": "missing_date",
                "person": "missing_person",
                "region": "missing_region",
            }
            if one.what in key:
                draft.say(key[one.what], **({"value": one.value} if one.what in ("year", "region") and one.value != "nu" else {}))
        for area in asked.areas:
            if {m.value for m in verdict.missing if m.what == "region"} >= set(area.regions):
                draft.say("missing_region", value=area.name)
        absent = [m.value for m in verdict.missing if m.what == "subject" and (" " not in m.value or m.value in asked.names)]
        if absent:
            draft.say("missing_subjects" if len(absent) > 1 else "missing_subject", value=", ".join(absent))
        if verdict.reason != "not_in_sources":
            return []
        no_numbers = any(m.what in ("amount", "year", "date") for m in verdict.missing)
        near = candidates(
            self._retriever,
            found,
            [hit.passage for hit in found.hits if not hit.passage.is_mention],
            lambda _, s: not (no_numbers and any(char.isdigit() for char in s.text)),
        )
        related = [
            evidence
            for evidence in pick(near, words=70, most=RELATED, share=0.6)
            if len(evidence.quotes) == 1
            and evidence.similarity >= RELATED_SIMILARITY
            and self._support.coverage(asked, evidence.text) >= RELATED_COVERAGE
        ]
        if no_numbers:
            related = [e for e in related if not any(char.isdigit() for char in e.text)]
        if related:
            draft.head_phrase("related")
            for n, evidence in enumerate(related, start=1):
                draft.parts.append(TextPart(kind="frame", text=f"“{evidence.quote.text}” [{n}]"))
        return related


def refusal(usable: str, request: Request) -> Reason | None:
    """Why these words are not searched for at all; None where they are."""
    if len(usable) > MAX_CHARACTERS:
        return "too_long"
    if not words(usable) or is_greeting(usable):
        return "empty"
    return None if request.question else "instruction"
