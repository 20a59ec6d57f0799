"""The overview of a region: what the sources tell of it by theme, and its stories."""

import re

from index.dutch import words
from index.snapshot import Snapshot
from rag.answer import Listing
from rag.compose import Draft
from rag.evidence import Evidence
from rag.question import Understood
from rag.ranking import Ranked

OVERVIEW_WORDS = 150
MOST_STORIES = 15


class Overview:
    """Writes overviews of the regions of one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def write(self, draft: Draft, asked: Understood, ranked: Ranked) -> Listing:
        """Fills `draft`. A company or town has its region's overview."""
        region = asked.regions[0]
        stories = [s for s in self._snapshot.stories.values() if region in s.regions]
        # what names the company or town comes first
        own = set(asked.region_words) - set(words(region))

        def names_it(evidence: Evidence) -> bool:
            return bool(own) and own <= set(words(evidence.core.text))

        evidence = sorted((e for e in ranked.evidence if region in e.core.regions), key=lambda e: (not names_it(e), e.start, e.words))
        picked: list[Evidence] = []
        for one in evidence:
            same = any(one.start < p.end and p.start < one.end for p in picked)
            if not same and sum(p.words for p in picked) + one.words <= OVERVIEW_WORDS:
                picked.append(one)
        if own:
            draft.say("place_in_region", place=_typed(asked, own), region=region)
        number = {0: "region_overview_none", 1: "region_overview_one"}.get(len(stories), "region_overview")
        key = number if picked else "region_only_stories"
        draft.say(key, region=region, found=len(stories))
        shown_sentences = sum(any(p.start <= e.core.start < p.end for p in picked) for e in evidence)
        if shown_sentences < len(evidence):
            draft.say("overview_some", shown=shown_sentences, found=len(evidence))
        of_place = [one for one in picked if names_it(one)]
        if of_place:
            draft.head_phrase("of_place", place=_typed(asked, own))
            for one in of_place:
                draft.state(one, labelled=False)
        heading = ""
        for one in (e for e in picked if e not in of_place):
            if one.passage.theme != heading:
                heading = one.passage.theme
                draft.head(heading)
            draft.state(one, labelled=False)
        if stories:
            draft.head_phrase("read_on")
        shown = sorted(stories, key=lambda s: s.url is None)[:MOST_STORIES]
        for story in shown:
            draft.story(story)
        return Listing(found=len(stories), shown=len(shown), complete=len(shown) == len(stories))


def _typed(asked: Understood, folded: set[str]) -> str:
    """The name of a place as it was typed, with capitals."""
    typed = " ".join(word for word in re.findall(r"[\w'’-]+", asked.focus) if set(words(word)) & folded)
    return typed.title() if typed.islower() else typed
