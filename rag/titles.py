"""The lines that name stories, held against questions: how near each story comes, and which one a question names."""

import re
from collections.abc import Callable
from typing import NamedTuple

from rapidfuzz import fuzz

from index.catalogue import Story
from index.dutch import words
from index.passages import Passage
from rag.evidence import Evidence
from rag.question import Understood
from rag.retrieval import Found, HybridRetriever
from rag.terms import Term

# A story's own sentences count for half beside its title: they are often about several stories.
TIED_WEIGHT = 0.5
NAME_WORDS = 2
# A title of so many words is recognised in other spelling.
LONG_TITLE = 4
LIKE_TITLE = 90


class RankedStory(NamedTuple):
    """A story with its score, and the cosine of the question with its title or the nearest of the other words for it."""

    story: Story
    score: float
    nearest: float


class Titles:
    """The stories of one snapshot, by the lines that name them and the sentences that are tied to them."""

    def __init__(self, retriever: HybridRetriever) -> None:
        self._reader = retriever.reader
        self._all = tuple(retriever.snapshot.stories.values())
        self._of_themes = {word for story in self._all for theme in story.themes for word in words(theme)}
        self._position = {passage.id: at for at, passage in enumerate(retriever.snapshot.passages)}
        self._mentions: dict[str, list[Passage]] = {}
        self._sentences_of: dict[str, list[int]] = {}
        self._tied: dict[str, list[tuple[int, Evidence]]] = {}
        for at, (passage, sentence) in enumerate(retriever.sentences):
            self._sentences_of.setdefault(passage.id, []).append(at)
            for story_id in sentence.stories:
                if sentence.kind == "mention":
                    self._mentions.setdefault(story_id, []).append(passage)
                else:
                    self._tied.setdefault(story_id, []).append((at, Evidence.of(passage, sentence)))

    def rank(self, asked: Understood, found: Found, allowed: Callable[[Passage], bool]) -> list[RankedStory]:
        """The stories of the regions asked for, best first, with their scores; `allowed` limits the passages."""
        scored = []
        for story in self._all:
            mentions = [p for p in self._passages(story) if allowed(p)]
            if mentions and (not asked.regions or set(asked.regions) & set(story.regions)):
                title = max(float(found.passage_scores[self._position[p.id]]) for p in mentions)
                tied = max((float(found.sentence_scores[at]) for at, _ in self._tied.get(story.id, ())), default=0.0)
                places = [at for p in mentions for at in self._sentences_of[p.id]] if len(found.asked_similarities) else []
                nearest = max((float(found.asked_similarities[at]) for at in places), default=0.0)
                scored.append(RankedStory(story, title + TIED_WEIGHT * max(0.0, tied), nearest))
        return sorted(scored, key=lambda item: -item.score)

    def named(self, asked: Understood, by_a_word: bool = False) -> Story | None:
        """The story whose title stands in the question, or its name: the title up to the first comma, colon or dash.

        `by_a_word`: also a name of one word that is no common one ("Shine+").
        """
        plain = f" {' '.join(words(asked.text))} "
        for story in self._all:
            for title in (story.title, *story.aliases):
                name = words(re.split(r"[,:?!]| - ", title.strip("‘’"))[0])
                telling = len(name) >= NAME_WORDS or (by_a_word and self._is_its_own(name, story))
                if telling and not set(name) <= self._of_themes and f" {' '.join(name)} " in plain:
                    return story
                whole = " ".join(words(title))
                # the title in the question, not the question in the title
                fits = len(whole.split()) >= LONG_TITLE and len(whole) <= len(plain)
                if fits and fuzz.partial_ratio(whole, plain, score_cutoff=LIKE_TITLE):
                    return story
        return None

    def titled(self, asked: Understood) -> list[Story]:
        """The stories, of the regions asked for, whose lines hold all the telling words of a question; none where it has no such word."""
        subject, regions = subject_of(asked), set(asked.regions)
        return [s for s in self._all if subject and (not regions or regions & set(s.regions)) and self.says(s, subject)]

    def says(self, story: Story, subject: tuple[Term, ...]) -> bool:
        """Do the lines that name this story hold all the words of a subject, or words that mean the same?"""
        return self.holds(self.text(story, with_asked=False), subject)

    def holds(self, text: str, subject: tuple[Term, ...]) -> bool:
        """Does this text hold all the words of a subject, or words that mean the same?"""
        stems = set(self._reader.analyser.analyse(text).stems)
        return all(any(stems.issuperset(meaning) for meaning in (term.stems, *term.variants)) for term in subject)

    def text(self, story: Story, with_asked: bool) -> str:
        """What names a story: its title, themes and lines; `with_asked`: also the other words that people have for it."""
        lines = (f"{p.theme} {p.text} {p.also}" for p in self._mentions.get(story.id, ()))
        return " ".join([story.title, *story.themes, *lines, *(self._asked(story) if with_asked else ())])

    def told(self, story: Story) -> Evidence | None:
        """The first sentence tied to this story; None where the sources give its title only."""
        tied = self._tied.get(story.id)
        return tied[0][1] if tied else None

    def mention(self, story: Story) -> Evidence:
        """The line of a list that names this story."""
        passage = self._passages(story)[0]
        return Evidence.of(passage, *passage.sentences)

    def _is_its_own(self, name: tuple[str, ...], story: Story) -> bool:
        """Is this name of one word no common one, and in no other story's title?"""
        others = {word for other in self._all if other is not story for title in (other.title, *other.aliases) for word in words(title)}
        return not others & set(name) and not self._reader.is_known(" ".join(name))

    def _asked(self, story: Story) -> tuple[str, ...]:
        """The other words that people have for this story."""
        return self._mentions[story.id][0].sentences[0].asked if story.id in self._mentions else ()

    def _passages(self, story: Story) -> list[Passage]:
        """Where a story is named: its lines in the lists; for one that only has a text of its own, where that begins."""
        tied = self._tied.get(story.id, [])[:1]
        return self._mentions.get(story.id) or [evidence.passage for _, evidence in tied]


def subject_of(asked: Understood) -> tuple[Term, ...]:
    """The telling words of a question; where it has none, those that are not broad."""
    narrow = tuple(term for term in asked.terms if not term.is_broad)
    return tuple(term for term in narrow if term.is_telling) or narrow
