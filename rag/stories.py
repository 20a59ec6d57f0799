"""The stories for a question: which are about it, which it names, and which theme it asks about."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

from index.catalogue import Story
from index.dutch import fold, words
from index.passages import Passage
from index.regions import rows
from rag.evidence import Evidence
from rag.listing import LISTED, Listed, asks_both, asks_count, asks_regions, asks_something, is_cue, listed, listed_whole
from rag.question import Term, Understood, is_filler
from rag.retrieval import Found, HybridRetriever
from rag.wording import PLACE, THEME, Wordings

Coverage = Callable[[Understood, str], float]
# A story's own sentences count for half beside its title: they are often about several stories.
TIED_WEIGHT = 0.5
# The share of a question's words that a title must hold to be offered to read on.
ABOUT = 0.5
# So near in meaning to its title or the other words for it that a story is about it, whatever words are used.
NEAR = 0.89
NAME_WORDS = 2
# A title of so many words is recognised in other spelling; and a word of a theme's name of so many letters.
LONG_TITLE = 4
LIKE_TITLE = 90
LONG_WORD = 7
TYPO = 88
# So sure must the wording be that it wants something of the catalogue, where no rule says so.
SURE_OF_WISH = 0.7
# How far apart two words of one theme's name may stand.
LONGEST_GAP = 3
# What stories are said to be about ("over schulden", "for young people").
_SUBJECT = re.compile(
    r"\b(?:verhalen|verhaaltjes|voorbeelden|artikelen|titels|projecten|stukken|verhaal|voorbeeld|stories|articles|examples|projects|story)\s+"
    r"(?:[\w'-]+\s+){0,3}?(?:over|rond|rondom|met|voor|van|about|with|for|on)\s+((?:[\w'-]+\s+){0,3}[\w'-]+)|"
    r"\b(?:over|rond|rondom|about)\s+((?:[\w'-]+\s+){0,3}[\w'-]+)"
)
# A theme as the report numbers it: asked for ("thema 3", "chapter 3"), and in its heading ("Thema 3 Begeleiden en werkfit maken").
_NUMBERED = re.compile(r"\b(?:thema|theme|hoofdstuk|chapter)\s+(?:nummer\s+|nr\.?\s+)?(\d{1,2})\b")
_BRACKETS = re.compile(r"\([^()]*\)")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
# What an answer is for or goes into, and how it is asked for, says nothing of its subject.
_FOR = frozenset(
    """wethouder directeur raad gemeenteraad bestuur collega collegas notitie nota presentatie dia handout vergadering a4 tabel tabelletje
    overdracht werkbezoek delegatie delegation adviseur preparing visit visits
    opgetekend aankloppen bod getal hoef iets voorkomt opsommingen vandaan som weglaten""".split()
)


def _asking(text: str, named: bool) -> set[str]:
    """The folded words of the sentences of a question that ask something; of all where none does, or where no theme or place is `named`."""
    sentences = _SENTENCE.split(_BRACKETS.sub(" ", text))
    asking = [sentence for sentence in sentences if named and asks_something(fold(sentence))]
    return {word for sentence in (asking or sentences) for word in words(sentence)}


def _subject_of(asked: Understood) -> tuple[Term, ...]:
    narrow = tuple(term for term in asked.terms if not term.is_broad)
    return tuple(term for term in narrow if term.is_telling) or narrow


def read_other_names(folder: Path) -> list[tuple[str, str]]:
    """The themes with other names that people have for them, from `themas.csv` in `folder`."""
    return [(line["thema"], line["anders"]) for line in rows(folder / "themas.csv", "thema", "anders")]


class RankedStory(NamedTuple):
    """A story with its score, and the cosine of the question with its title or the nearest of the other words for it."""

    story: Story
    score: float
    nearest: float


@dataclass(frozen=True)
class Selected:
    """The stories that a question asks for, all of them, and the themes it names. `by_title`: it also asks for a subject
    that only titles and themes can be held against."""

    stories: list[Story]
    themes: list[str]
    by_title: bool


class Stories:
    """The catalogue held against questions. `coverage` is the share of a question's words that a text holds."""

    def __init__(self, retriever: HybridRetriever, coverage: Coverage, wordings: Wordings, other_names: Sequence[tuple[str, str]]) -> None:
        self._retriever = retriever
        self._wordings = wordings
        self._other_names = [(theme, self._content_stems(name)) for theme, name in other_names]
        self._coverage = coverage
        self._all = tuple(retriever.snapshot.stories.values())
        headings = ((p.theme, _NUMBERED.match(p.section[0].lower())) for p in retriever.snapshot.passages)
        self._number_of = {theme: number.group(1) for theme, number in headings if number}
        self._theme_words = sorted({word for theme in self._themes() for word in words(theme) if len(word) >= LONG_WORD})
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

    def about(self, asked: Understood, ranked: list[RankedStory], by_meaning: bool = False) -> list[Story]:
        """Of the stories `ranked` for a question, those whose titles, themes or link hold most of its words.

        `by_meaning`: also those that come near it, whatever words are used: for a question that asks for stories.
        """
        return [
            one.story
            for one in ranked
            if asked.terms
            and ((by_meaning and one.nearest >= NEAR) or self._coverage(asked, self._text(one.story, with_asked=by_meaning)) >= ABOUT)
        ]

    def select(self, asked: Understood, ranked: list[RankedStory]) -> Selected | None:
        """The stories of the regions, themes and subject asked for, or all; None where the question is no question for a list."""
        themes, subject = self._named_themes(asked), self._subject(asked)
        if not self.is_for_list(asked):
            return None
        of_some = asked.intent in ("regions", "themes")
        named = self.named(asked, by_a_word=True) if of_some else None
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
            stories = [s for s in stories if self._says(s, subject)] or stories
        return Selected(stories, themes, bool(subject))

    def is_for_list(self, asked: Understood) -> bool:
        """Does the question say which part of the catalogue it wants, or nothing but that it wants all of it?"""
        is_whole = asked.intent in ("regions", "themes") or self.is_of_all(asked)
        return is_whole or bool(self._named_themes(asked) or asked.regions or self._subject(asked))

    def is_of_all(self, asked: Understood) -> bool:
        """Does the question want all stories, or their number, and say nothing else ("alle praktijkverhalen")?"""
        return asked.intent == "stories" and not (asked.terms or asked.regions or asked.years)

    def wanted(self, asked: Understood) -> Listed | None:
        """What a question wants from the catalogue without the word "verhalen", as it names a theme, or nothing but themes and places."""
        plain, themes = fold(asked.focus), self.themes(asked)
        stands_alone = asked.focus == asked.text
        if (stands_alone and (themes or asked.regions) and not self._beside(asked, themes)) or (asks_regions(plain) and self.named(asked)):
            by_rule = listed_whole(plain) or (listed(plain, limited=True) if themes else None)
        else:
            by_rule = listed(plain, limited=True) if themes else None
        by_wording = stands_alone and asked.intent != "compare"
        return by_rule or (self._wanted_by_wording(asked) if by_wording else None)

    def _wanted_by_wording(self, asked: Understood) -> Listed | None:
        """What a question wants by its wording, where it names a theme or a place; of what only titles name, their stories."""
        themes = self._named_themes(asked)
        is_named = bool(themes or asked.regions)
        if not is_named and not self.titled(asked):
            return None
        chances = self._wordings.chances(self.wording(asked))
        likeliest = max(chances, key=lambda wish: chances[wish])
        if likeliest == "other" or chances[likeliest] < SURE_OF_WISH:
            return None
        wish = next(kind for kind in LISTED if likeliest.startswith(kind))
        # which regions do something in particular is told by the text
        told_by_text = wish != "stories" and (not is_named or bool(self._beside(asked, themes)))
        return None if told_by_text else wish

    def wording(self, asked: Understood) -> str:
        """The question without the names of the themes and places in it, as `rag.wording` reads it."""
        regions = self._retriever.reader.regions
        text = asked.focus
        places = regions.find(text, areas=True) or regions.misspelt(text, self._retriever.reader.is_known)
        for place in reversed(list({place.start: place for place in places}.values())):
            text = text[: place.start] + PLACE + text[place.end :]
        themes = self._named_themes(asked)
        of_themes = self._theme_stems(asked, themes)
        named = {word for term in asked.terms if any(set(m) <= of_themes for m in self._meanings(term)) for word in term.word.split()}
        tokens = re.findall(r"[a-z0-9']+", fold(text))
        at = [i for i, token in enumerate(tokens) if token in named]
        # a theme's name is one name, with the small words in it and after it ("Begeleiden en werkfit maken")
        inside = {i for one, other in pairwise(at) if other - one <= LONGEST_GAP for i in range(one, other)} | set(at)
        of_names = {word for theme in themes for word in words(theme)}
        inside |= {i + 1 for i in inside if i + 1 < len(tokens) and tokens[i + 1] in of_names}
        kept = [THEME.strip() if i in inside else token for i, token in enumerate(tokens)]
        return " ".join(word for word, _ in groupby(kept))

    def is_theme_in_region(self, asked: Understood) -> bool:
        """Does a question name themes and regions, and nothing else that tells?"""
        themes = self.themes(asked)
        return bool(themes and asked.regions) and not self._beside(asked, themes)

    def of_theme_and_region(self, asked: Understood) -> list[Story]:
        """All the stories of the themes in the regions asked for, where a question names these and nothing else; else none."""
        themes = self.themes(asked) if self.is_theme_in_region(asked) else []
        return [s for s in self._all if set(themes) & set(s.themes) and set(asked.regions) & set(s.regions)]

    def is_on_theme(self, asked: Understood, evidence: Evidence) -> bool:
        """Is this about a theme that is asked for: by where it stands, by its stories, or by its words?"""
        themes = set(self.themes(asked))
        stories = (self._retriever.snapshot.stories[name] for name in evidence.stories)
        stems = set(self._retriever.reader.analyser.analyse(" ".join((evidence.text, *evidence.core.asked))).stems)
        return (
            evidence.passage.theme in themes
            or any(themes & set(story.themes) for story in stories)
            or any(self._stems(theme) <= stems for theme in themes)
        )

    def _beside(self, asked: Understood, themes: list[str]) -> tuple[Term, ...]:
        """The telling words of a question beside the themes and places that it names.

        Of several sentences those count that ask something; and nowhere what stands in brackets, or what the answer is for.
        """
        asking = _asking(asked.focus, named=bool(themes or asked.regions))
        of_themes = self._theme_stems(asked, themes)
        return tuple(
            term
            for term in asked.terms
            if not term.is_broad
            and term.is_telling
            and not is_cue(term.word)
            and term.word not in _FOR
            and term.word.split()[0] in asking
            and not any(set(meaning) <= of_themes for meaning in self._meanings(term))
        )

    def _meanings(self, term: Term) -> tuple[tuple[str, ...], ...]:
        """The stems that a word of a question may stand for; also those of the theme's word that it is a misspelling of."""
        meanings = (term.stems, *term.variants)
        if len(term.word) < LONG_WORD or term.variants:
            return meanings
        near = process.extractOne(term.word, self._theme_words, scorer=fuzz.ratio, score_cutoff=TYPO)
        return (*meanings, (self._retriever.reader.analyser.stem(near[0]),)) if near else meanings

    def _subject(self, asked: Understood) -> tuple[Term, ...]:
        """The words that say what the stories asked for are about, beside the themes that are named.

        Where a theme, a region or a number is asked for, only what is said to be the subject: "voor een overdracht zoek ik alle titels"
        and "hoeveel verhalen zijn er bekeken?" limit nothing.
        """
        themes = self._named_themes(asked)
        plain = fold(asked.focus)
        told = " ".join(part for found in _SUBJECT.findall(plain) for part in found)
        only_told = bool(themes or asked.regions or asks_count(plain))
        return tuple(term for term in self._beside(asked, themes) if not only_told or term.word.split()[0] in told)

    def of_theme(self) -> dict[str, int]:
        """The number of stories of each theme, in the order of the catalogue."""
        return {theme: sum(theme in story.themes for story in self._all) for theme in self._themes()}

    def named(self, asked: Understood, by_a_word: bool = False) -> Story | None:
        """The story whose title stands in the question, or its name: the title up to the first comma, colon or dash.

        `by_a_word`: also a name of one word that is no common one ("Shine+").
        """
        plain = f" {' '.join(words(asked.text))} "
        of_themes = {word for theme in self._themes() for word in words(theme)}
        for story in self._all:
            for title in (story.title, *story.aliases):
                name = words(re.split(r"[,:?!]| - ", title.strip("‘’"))[0])
                telling = len(name) >= NAME_WORDS or (by_a_word and self._is_its_own(name, story))
                if telling and not set(name) <= of_themes and f" {' '.join(name)} " in plain:
                    return story
                whole = " ".join(words(title))
                # the title in the question, not the question in the title
                fits = len(whole.split()) >= LONG_TITLE and len(whole) <= len(plain)
                if fits and fuzz.partial_ratio(whole, plain, score_cutoff=LIKE_TITLE):
                    return story
        return None

    def _is_its_own(self, name: tuple[str, ...], story: Story) -> bool:
        """Is this name of one word no common one, and in no other story's title?"""
        others = {word for other in self._all if other is not story for title in (other.title, *other.aliases) for word in words(title)}
        return not others & set(name) and not self._retriever.reader.is_known(" ".join(name))

    def titled(self, asked: Understood) -> list[Story]:
        """The stories, of the regions asked for, whose lines hold all the telling words of a question; none where it has no such word."""
        subject, regions = _subject_of(asked), set(asked.regions)
        return [s for s in self._all if subject and (not regions or regions & set(s.regions)) and self._says(s, subject)]

    def is_in_titles_alone(self, asked: Understood, evidence: Sequence[Evidence]) -> bool:
        """Are there stories whose lines hold all the telling words of a question, and does none of `evidence`?"""
        subject = _subject_of(asked)
        return bool(self.titled(asked)) and not any(self._holds(one.text, subject) for one in evidence)

    def _says(self, story: Story, subject: tuple[Term, ...]) -> bool:
        """Do the lines that name this story hold all the words of a subject, or words that mean the same?"""
        return self._holds(self._text(story, with_asked=False), subject)

    def _holds(self, text: str, subject: tuple[Term, ...]) -> bool:
        stems = set(self._retriever.reader.analyser.analyse(text).stems)
        return all(any(stems.issuperset(meaning) for meaning in (term.stems, *term.variants)) for term in subject)

    def told(self, story: Story) -> Evidence | None:
        """The first sentence tied to this story; None where the sources give its title only."""
        tied = self._tied.get(story.id)
        return tied[0][1] if tied else None

    def mention(self, story: Story) -> Evidence:
        """The line of a list that names this story."""
        passage = self._passages(story)[0]
        return Evidence.of(passage, *passage.sentences)

    def themes(self, asked: Understood) -> list[str]:
        """The themes that the question names whole, or by their number in the report ("thema 3", "hoofdstuk 3")."""
        numbers = set(_NUMBERED.findall(asked.text.lower()))
        stems = {stem for term in asked.terms for meaning in self._meanings(term) for stem in meaning}
        # of a name of three words ("Aansluiting onderwijs-arbeidsmarkt") two will do
        names = {theme: self._stems(theme) for theme in self._themes()}
        return [
            theme
            for theme, name in names.items()
            if (name and len(name - stems) <= (1 if len(name) > 2 else 0)) or self._number_of.get(theme) in numbers
        ]

    def _named_themes(self, asked: Understood) -> list[str]:
        """The themes that a question for the catalogue names, also by another name ("dienstverlening aan werkgevers")."""
        return self.themes(asked) or list(dict.fromkeys(theme for theme, _ in self._otherwise(asked)))

    def _otherwise(self, asked: Understood) -> list[tuple[str, frozenset[str]]]:
        """The other names of themes whose words all stand in the question, as stems."""
        stems = self._content_stems(asked.focus)
        return [(theme, name) for theme, name in self._other_names if name <= stems]

    def _content_stems(self, text: str) -> frozenset[str]:
        analyser = self._retriever.reader.analyser
        return frozenset(analyser.stem(word) for word in analyser.content_words(text))

    def _theme_stems(self, asked: Understood, themes: list[str]) -> set[str]:
        """The stems and numbers by which a question names these themes."""
        otherwise = {stem for theme, name in self._otherwise(asked) if theme in themes for stem in name}
        return {stem for theme in themes for stem in self._stems(theme)} | otherwise | set(_NUMBERED.findall(asked.text.lower()))

    def whole_theme(self, asked: Understood) -> str | None:
        """The theme, when the question asks about a theme as a whole and nothing more telling than that."""
        themes = [] if asked.regions else self.themes(asked)
        if len(themes) != 1:
            return None
        of_theme = self._stems(themes[0]) | set(_NUMBERED.findall(asked.text.lower()))
        about_theme = [t.is_broad or any(set(v) <= of_theme for v in self._meanings(t)) for t in asked.terms]
        return themes[0] if all(about_theme) else None

    def _themes(self) -> list[str]:
        return list(dict.fromkeys(theme for story in self._all for theme in story.themes))

    def _stems(self, text: str) -> set[str]:
        """The stems of what a theme's name is told by: without a word that says nothing ("maken"), where another is left."""
        reader = self._retriever.reader
        content = reader.analyser.content_words(text.replace("-", " "))
        return {reader.analyser.stem(word) for word in ([w for w in content if not is_filler(w)] or content)}

    def _text(self, story: Story, with_asked: bool) -> str:
        lines = (f"{p.theme} {p.text} {p.also}" for p in self._mentions.get(story.id, ()))
        return " ".join([story.title, *story.themes, *lines, *(self._asked(story) if with_asked else ())])

    def _asked(self, story: Story) -> tuple[str, ...]:
        """The other words that people have for this story."""
        return self._mentions[story.id][0].sentences[0].asked if story.id in self._mentions else ()

    def _passages(self, story: Story) -> list[Passage]:
        """Where a story is named: its lines in the lists; for one that only has a text of its own, where that begins."""
        tied = self._tied.get(story.id, [])[:1]
        return self._mentions.get(story.id) or [evidence.passage for _, evidence in tied]
