"""Stories, regions or themes from the catalogue, all of them and counted."""

import re

from index.dutch import fold
from index.snapshot import Snapshot
from rag.answer import Listing
from rag.compose import Draft
from rag.evidence import Evidence, pick
from rag.listing import asks_count
from rag.question import Understood
from rag.ranking import Ranked
from rag.stories import Selected, Stories
from rag.themes import Themes

LIST_OF_STORIES = 30
# Where a number, or regions or themes are asked for, so many stories stand beside it.
STORIES_BESIDE = 10
COUNTED_WORDS = 60
# How far below the best of the sentences that count something another may be.
COUNTED_SHARE = 0.45

_STORIES_COUNTED = re.compile(
    r"\b(?:\d+|tien|elf|twaalf|\w+tien|twintig|dertig|\w+en(?:twintig|dertig)) (?:praktijk)?verhalen\b", re.IGNORECASE
)


class CatalogueList:
    """Writes lists of the catalogue of one snapshot."""

    def __init__(self, snapshot: Snapshot, stories: Stories, themes: Themes) -> None:
        self._snapshot, self._stories, self._themes = snapshot, stories, themes

    def write(self, draft: Draft, asked: Understood, ranked: Ranked) -> Listing | None:
        """Fills `draft` with what is asked for; None where it is no question for a list, or nothing is left."""
        selected = self._stories.select(asked, ranked.stories)
        if asked.intent == "themes" and (selected is None or len(selected.stories) in (0, len(self._snapshot.stories))):
            return self._all_themes(draft, ranked)
        if selected is None or not selected.stories:
            return None
        stories = selected.stories
        if asked.intent == "regions":
            stories = sorted(stories, key=lambda story: story.regions)
            names = sorted({region for story in stories for region in story.regions})
            draft.say("regions_one" if len(names) == 1 else "regions_found", found=len(names), regions=", ".join(names))
            found = len(names)
        elif asked.intent == "themes":
            names = [theme for theme in self._themes.counts() if any(theme in story.themes for story in stories)]
            draft.say("themes_found", found=len(names), themes="; ".join(names))
            found = len(names)
        else:
            found = len(stories)
        most = LIST_OF_STORIES if asked.intent == "stories" and not asks_count(fold(asked.focus)) else STORIES_BESIDE
        shown = stories[:most]
        key = "stories_one" if len(stories) == 1 else "stories_found" if len(shown) == len(stories) else "stories_some"
        draft.say(key, found=len(stories), shown=len(shown))
        draft.story_list(shown)
        counted = self._counted(asked, selected, ranked)
        if counted:
            draft.head_phrase("report_says")
            for one in counted:
                draft.state(one)
        return Listing(found=found, shown=found if asked.intent != "stories" else len(shown), complete=len(shown) == len(stories))

    def _all_themes(self, draft: Draft, ranked: Ranked) -> Listing:
        """The themes of the catalogue, each with the number of its stories."""
        counts = self._themes.counts()
        named = "; ".join(f"{theme} ({number})" for theme, number in counts.items())
        draft.say("themes_found", found=len(counts), themes=named)
        for evidence in pick(ranked.evidence, words=60, most=1, share=1.0):
            draft.state(evidence)
        return Listing(found=len(counts), shown=len(counts), complete=True)

    def _counted(self, asked: Understood, selected: Selected, ranked: Ranked) -> list[Evidence]:
        """The sentences in which the report itself counts the stories asked for: that need not be what its lists hold."""
        if self._stories.is_of_all(asked):
            of_report = [one for one in ranked.evidence if one.core.role == "figure" and one.passage.theme not in self._themes.counts()]
            return pick(of_report, words=COUNTED_WORDS, most=2, share=COUNTED_SHARE)
        is_counted = asks_count(fold(asked.focus)) and not selected.by_title and not asked.regions
        return self._of_themes(selected.themes) if is_counted else []

    def _of_themes(self, themes: list[str]) -> list[Evidence]:
        for passage in self._snapshot.passages:
            if passage.theme in themes and not passage.is_mention:
                for sentence in passage.sentences:
                    if _STORIES_COUNTED.search(sentence.text):
                        return [Evidence.of(passage, sentence)]
        return []
