"""What is said beside an answer: what it rests on, how old that is, who wrote it, what was left out or changed, what to ask next."""

from index.embedding import NO_MODEL
from index.links import Links
from index.snapshot import Snapshot
from praktijkbaken.dates import day
from rag.answer import Listing, Reason
from rag.compose import Draft
from rag.phrases import Phrases
from rag.retrieval import HybridRetriever
from rag.support import Support
from rag.work import Work

# So many added sources in which nothing was found are named; more are counted.
MOST_TITLES = 3


class Notices:
    """Words notices and suggestions for the answers of one snapshot."""

    def __init__(self, snapshot: Snapshot, phrases: Phrases, links: Links, support: Support, retriever: HybridRetriever) -> None:
        self._snapshot, self._phrases, self._links, self._support, self._retriever = snapshot, phrases, links, support, retriever

    def of(self, draft: Draft, work: Work, reason: Reason | None, near: bool = False) -> list[str]:
        """All notices of an answer, in the order in which they are shown. `near`: does it quote what comes near?"""
        say = self._phrases.say
        notices = self._of_sources(draft, near)
        notices += [say(draft.language, "notice_ambiguous", name=name, region=region) for name, region in work.ambiguous]
        notices += [say(draft.language, "notice_misspelt", name=name, region=region) for name, region in work.misspelt]
        if work.filters:
            notices.insert(0, say(draft.language, "notice_limits", values=", ".join(one.value for one in work.filters)))
        if work.record is not None:
            notices[:] = self._of_model(draft, work, notices)
        if work.removed:
            notices.append(say(draft.language, "notice_removed", kinds=", ".join(work.removed)))
        if work.instructed and reason is None:
            notices.append(say(draft.language, "notice_instruction"))
        if not self._retriever.is_dense and self._snapshot.model != NO_MODEL:
            notices.append(say(draft.language, "notice_words_only"))
        return notices

    def suggestions(self, draft: Draft, reason: Reason | None, listing: Listing | None, regions: tuple[str, ...]) -> list[str]:
        """What may be asked next, three at most. `regions` are those of the question."""
        say = self._phrases.say
        of_answer = tuple(dict.fromkeys(region for cited in draft.citations for region in cited.regions))[:2]
        suggested = regions if reason is not None else () if listing else of_answer
        suggestions = [say(draft.language, "suggest_region", region=region) for region in suggested if self._support.knows(region)]
        if reason is not None:
            suggestions += [say(draft.language, f"suggest_{n}") for n in (1, 2, 3)]
        return suggestions[:3]

    def say_conflicts(self, draft: Draft) -> None:
        """Where the report contradicts itself about the region of a story in this answer, both sides."""
        named = [*(story.id for story in draft.stories), *(name for c in draft.citations for name in c.story_ids)]
        for story in (self._snapshot.stories[name] for name in dict.fromkeys(named)):
            if story.told:
                draft.say("conflict", title=story.title, listed=", ".join(story.listed), told=", ".join(story.told))
            elif len(story.listed) > 1:
                draft.say("conflict_lists", title=story.title, one=story.listed[0], other=", ".join(story.listed[1:]))

    def _of_model(self, draft: Draft, work: Work, notices: list[str]) -> list[str]:
        """The notices with what is to be said of the model that wrote this, or did not."""
        say, record = self._phrases.say, work.record
        assert record is not None
        if work.model is None:
            return [say(draft.language, f"notice_model_{record.fault or 'nothing'}"), *notices]
        quotes = say(draft.language, "notice_quotes")
        told = [say(draft.language, "notice_generated", model=work.model)]
        if record.dropped:
            told.append(say(draft.language, "notice_dropped", dropped=record.dropped, drafted=record.drafted))
        return [line for one in notices for line in (told if one == quotes else [one])]

    def _of_sources(self, draft: Draft, near: bool) -> list[str]:
        """What an answer rests on: which sources, how old, and how far their links were checked."""
        say = self._phrases.say
        report = next(iter(self._snapshot.documents))
        undated = say(draft.language, "undated")
        dates = {c.document_id: day(c.source_date, draft.language) if c.source_date else undated for c in draft.citations}
        cited = {c.document_id: f"{c.document_title} ({dates[c.document_id]})" for c in draft.citations}
        own = [title for name, title in cited.items() if name != report]
        notices = [say(draft.language, "notice_source")] if report in cited or not own else []
        added = [document.title for name, document in self._snapshot.documents.items() if name != report]
        if own:
            notices.append(say(draft.language, "notice_own_sources" if report in cited else "notice_own_alone", titles="; ".join(own)))
        elif not cited and added:
            few = len(added) <= MOST_TITLES
            notices.append(
                say(draft.language, "notice_searched", titles="; ".join(added))
                if few
                else say(draft.language, "notice_searched_many", count=len(added))
            )
        if draft.citations or near:
            notices.append(say(draft.language, "notice_quotes"))
        unchecked = [self._snapshot.stories[story.id] for story in draft.stories if story.link == "unchecked"]
        unchecked += [
            s for c in draft.citations if c.url for name in c.story_ids if (s := self._snapshot.stories[name]).url not in self._links
        ]
        if any(story.printed_regions for story in unchecked):
            notices.append(say(draft.language, "notice_links_printed"))
        elif unchecked:
            notices.append(say(draft.language, "notice_links_unchecked"))
        return notices
