"""The stories to read on: those of the quotes, and those whose title is about the question."""

from index.snapshot import Snapshot
from rag.compose import Draft
from rag.evidence import Evidence
from rag.question import Understood
from rag.ranking import Ranked
from rag.stories import Stories

STORIES_TO_READ = 5


class ReadOn:
    """Offers the stories of one snapshot below an answer."""

    def __init__(self, snapshot: Snapshot, stories: Stories) -> None:
        self._snapshot, self._stories = snapshot, stories

    def write(self, draft: Draft, asked: Understood, ranked: Ranked, picked: list[Evidence], most: int) -> None:
        """The stories of the quotes first; for a broad question also those whose title is about it."""
        tied = [self._snapshot.stories[story] for evidence in picked for story in evidence.stories]
        about = self._stories.about(asked, ranked.stories) if asked.intent in ("howto", "list", "elements") else []
        if asked.regions:
            tied = [s for s in tied if set(s.regions) & set(asked.regions)] or tied
            about = [s for s in about if set(s.regions) & set(asked.regions)]
        whole = self._stories.of_theme_and_region(asked)
        if whole and not picked:
            draft.say("story_title_only")
        chosen = whole or list({story.id: story for story in [*tied, *about]}.values())[:most]
        if chosen:
            draft.head_phrase("read_on")
            for story in chosen:
                draft.story(story)
