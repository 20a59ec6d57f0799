"""The stories that a question asks for, and whether it asks for stories, regions or themes at all."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.catalogue import Story
from index.dutch import fold
from rag.evidence import Evidence
from rag.listing import LISTED, Listed, asks_both, asks_count, asks_regions, listed, listed_whole
from rag.question import Understood
from rag.terms import Term
from rag.themes import Themes
from rag.titles import RankedStory, Titles, subject_of
from rag.wording import Wordings

Coverage = Callable[[Understood, str], float]
# The share of a question's words that a title must hold to be offered to read on.
ABOUT = 0.5
# So near in meaning to its title or the other words for it that a story is about it, whatever words are used.
NEAR = 0.89
# So sure must the wording be that it wants something of the catalogue, where no rule says so.
SURE_OF_WISH = 0.7
# What stories are said to be about ("over schulden", "for young people").
_SUBJECT = re.compile(
    r"\b(?:verhalen|verhaaltjes|voorbeelden|artikelen|titels|projecten|stukken|verhaal|voorbeeld|stories|articles|examples|projects|story)\s+"
    r"(?:[\w'-]+\s+){0,3}?(?:over|rond|rondom|met|voor|van|about|with|for|on)\s+((?:[\w'-]+\s+){0,3}[\w'-]+)|"
    r"\b(?:over|rond|rondom|about)\s+((?:[\w'-]+\s+){0,3}[\w'-]+)"
)


@dataclass(frozen=True)
class Selected:
    """The stories that a question asks for, all of them, and the themes it names. `by_title`: it also asks for a subject
    that only titles and themes can be held against."""

    stories: list[Story]
    themes: list[str]
    by_title: bool


class Stories:
    """Which stories a question asks for, out of `catalogue`. `coverage` is the share of a question's words that a text holds."""

    def __init__(self, catalogue: Sequence[Story], titles: Titles, themes: Themes, coverage: Coverage, wordings: Wordings) -> None:
        self._all = tuple(catalogue)
        self._titles, self._themes = titles, themes
        self._coverage, self._wordings = coverage, wordings

    def about(self, asked: Understood, ranked: list[RankedStory], by_meaning: bool = False) -> list[Story]:
        """Of the stories `ranked` for a question, those whose titles, themes or link hold most of its words.

        `by_meaning`: also those that come near it, whatever words are used: for a question that asks for stories.
        """

        def is_about(one: RankedStory) -> bool:
            if by_meaning and one.nearest >= NEAR:
                return True
            return self._coverage(asked, self._titles.text(one.story, with_asked=by_meaning)) >= ABOUT

        return [one.story for one in ranked if asked.terms and is_about(one)]

    def select(self, asked: Understood, ranked: list[RankedStory]) -> Selected | None:
        """The stories of the regions, themes and subject asked for, or all; None where the question is no question for a list."""
        themes, subject = self._themes.meant(asked), self._subject(asked)
        if not self.is_for_list(asked):
            return None
        of_some = asked.intent in ("regions", "themes")
        named = self._titles.named(asked, by_a_word=True) if of_some else None
        if named:
            return Selected([named], [], by_title=True)
        left = {one.story.id for one in ranked}
        together = set(themes) if len(themes) > 1 and asks_both(fold(asked.focus)) else set()
        stories = [s for s in self._all if s.id in left and (not themes or set(themes) & set(s.themes)) and together <= set(s.themes)]
        if subject:
            of_subject = replace(asked, terms=subject)
            about = {story.id for story in self.about(of_subject, ranked, by_meaning=True)}
            stories = [story for story in stories if story.id in about]
            # the regions or themes of a story: of the one that is meant, not of what is like it
            stories = [s for s in stories if self._titles.says(s, subject)] or stories
        return Selected(stories, themes, bool(subject))

    def of_theme_and_region(self, asked: Understood) -> list[Story]:
        """All the stories of the themes in the regions asked for, where a question names these and nothing else; else none."""
        themes = self._themes.named(asked) if self._themes.is_theme_in_region(asked) else []
        return [s for s in self._all if set(themes) & set(s.themes) and set(asked.regions) & set(s.regions)]

    def is_for_list(self, asked: Understood) -> bool:
        """Does the question say which part of the catalogue it wants, or nothing but that it wants all of it?"""
        is_whole = asked.intent in ("regions", "themes") or self.is_of_all(asked)
        return is_whole or bool(self._themes.meant(asked) or asked.regions or self._subject(asked))

    def is_of_all(self, asked: Understood) -> bool:
        """Does the question want all stories, or their number, and say nothing else ("alle praktijkverhalen")?"""
        return asked.intent == "stories" and not (asked.terms or asked.regions or asked.years)

    def wanted(self, asked: Understood) -> Listed | None:
        """What a question wants from the catalogue without the word "verhalen", as it names a theme, or nothing but themes and places."""
        plain, themes = fold(asked.focus), self._themes.named(asked)
        stands_alone = asked.focus == asked.text
        names_nothing_else = stands_alone and (themes or asked.regions) and not self._themes.beside(asked, themes)
        by_rule = listed(plain, limited=True) if themes else None
        if names_nothing_else or (asks_regions(plain) and self._titles.named(asked)):
            by_rule = listed_whole(plain) or by_rule
        by_wording = stands_alone and asked.intent != "compare"
        return by_rule or (self._wanted_by_wording(asked) if by_wording else None)

    def is_in_titles_alone(self, asked: Understood, evidence: Sequence[Evidence]) -> bool:
        """Are there stories whose lines hold all the telling words of a question, and does none of `evidence`?"""
        subject = subject_of(asked)
        return bool(self._titles.titled(asked)) and not any(self._titles.holds(one.text, subject) for one in evidence)

    def _wanted_by_wording(self, asked: Understood) -> Listed | None:
        """What a question wants by its wording, where it names a theme or a place; of what only titles name, their stories."""
        themes = self._themes.meant(asked)
        is_named = bool(themes or asked.regions)
        if not is_named and not self._titles.titled(asked):
            return None
        chances = self._wordings.chances(self._themes.wording(asked))
        likeliest = max(chances, key=lambda wish: chances[wish])
        if likeliest == "other" or chances[likeliest] < SURE_OF_WISH:
            return None
        wish = next(kind for kind in LISTED if likeliest.startswith(kind))
        # which regions do something in particular is told by the text
        told_by_text = wish != "stories" and (not is_named or bool(self._themes.beside(asked, themes)))
        return None if told_by_text else wish

    def _subject(self, asked: Understood) -> tuple[Term, ...]:
        """The words that say what the stories asked for are about, beside the themes that are named.

        Where a theme, a region or a number is asked for, only what is said to be the subject: "voor een overdracht zoek ik alle titels"
        and "hoeveel verhalen zijn er bekeken?" limit nothing.
        """
        themes = self._themes.meant(asked)
        plain = fold(asked.focus)
        told = " ".join(part for found in _SUBJECT.findall(plain) for part in found)
        only_told = bool(themes or asked.regions or asks_count(plain))
        return tuple(term for term in self._themes.beside(asked, themes) if not only_told or term.word.split()[0] in told)
