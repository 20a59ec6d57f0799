"""A story: the one that is named or those that are likely meant, each with the first that is told of it."""

from index.catalogue import Story
from rag.compose import Draft
from rag.question import Understood
from rag.ranking import Ranked
from rag.stories import Stories
from rag.titles import Titles

MOST_STORIES = 3
# A story is as likely meant as the best one while its score is no further below.
AS_LIKELY = 1.0


class MeantStories:
    """Writes of the stories that a question means."""

    def __init__(self, titles: Titles, stories: Stories) -> None:
        self._titles, self._stories = titles, stories

    def write(self, draft: Draft, asked: Understood, ranked: Ranked, named: Story | None) -> None:
        """Fills `draft`; `named` is the story that the question names."""
        # a title may share a word that says nothing ("zoek"): what is about the question comes first
        about = {story.id for story in self._stories.about(asked, ranked.stories, by_meaning=True)}
        titled = {story.id for story in self._titles.titled(asked)}
        likely = [one for one in ranked.stories if one.story.id in about | titled] or ranked.stories
        chosen = [named] if named else [one.story for one in likely[:MOST_STORIES] if one.score >= likely[0].score - AS_LIKELY]
        draft.say("story_found")
        for story in chosen[:1] if asked.wants_link else chosen:
            draft.story(story)
            tied = next((e for e in ranked.evidence if story.id in e.core.stories), None) or self._titles.told(story)
            if tied:
                draft.state(tied)
            else:
                draft.state(self._titles.mention(story), labelled=False)
                draft.say("story_title_only")
