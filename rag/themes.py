"""The themes that a question names, and what it asks beside them."""

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path

from rapidfuzz import fuzz, process

from index.dutch import fold, words
from index.regions import rows
from index.snapshot import Snapshot
from rag.evidence import Evidence
from rag.listing import asks_something, is_cue
from rag.question import Reader, Understood
from rag.terms import Term, is_filler
from rag.wording import PLACE, THEME

# A word of a theme's name of so many letters is recognised in other spelling.
LONG_WORD = 7
TYPO = 88
# How far apart two words of one theme's name may stand.
LONGEST_GAP = 3
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


def read_other_names(folder: Path) -> list[tuple[str, str]]:
    """The themes with other names that people have for them, from `themas.csv` in `folder`."""
    return [(line["thema"], line["anders"]) for line in rows(folder / "themas.csv", "thema", "anders")]


class Themes:
    """The themes of one snapshot, held against questions. `other_names` are themes with other names that people have for them."""

    def __init__(self, snapshot: Snapshot, reader: Reader, other_names: Sequence[tuple[str, str]]) -> None:
        self._snapshot, self._reader = snapshot, reader
        self._names = list(dict.fromkeys(theme for story in snapshot.stories.values() for theme in story.themes))
        self._other_names = [(theme, self._content_stems(name)) for theme, name in other_names]
        headings = ((p.theme, _NUMBERED.match(p.section[0].lower())) for p in snapshot.passages)
        self._number_of = {theme: number.group(1) for theme, number in headings if number}
        self._long_words = sorted({word for theme in self._names for word in words(theme) if len(word) >= LONG_WORD})

    def counts(self) -> dict[str, int]:
        """The number of stories of each theme, in the order of the catalogue."""
        return {theme: sum(theme in story.themes for story in self._snapshot.stories.values()) for theme in self._names}

    def named(self, asked: Understood) -> list[str]:
        """The themes that the question names whole, or by their number in the report ("thema 3", "hoofdstuk 3")."""
        numbers = set(_NUMBERED.findall(asked.text.lower()))
        stems = {stem for term in asked.terms for meaning in self._meanings(term) for stem in meaning}
        # of a name of three words ("Aansluiting onderwijs-arbeidsmarkt") two will do
        names = {theme: self._stems(theme) for theme in self._names}
        return [
            theme
            for theme, name in names.items()
            if (name and len(name - stems) <= (1 if len(name) > 2 else 0)) or self._number_of.get(theme) in numbers
        ]

    def meant(self, asked: Understood) -> list[str]:
        """The themes that a question for the catalogue names, also by another name ("dienstverlening aan werkgevers")."""
        return self.named(asked) or list(dict.fromkeys(theme for theme, _ in self._otherwise(asked)))

    def whole(self, asked: Understood) -> str | None:
        """The theme, when the question asks about a theme as a whole and nothing more telling than that."""
        themes = [] if asked.regions else self.named(asked)
        if len(themes) != 1:
            return None
        of_theme = self._stems(themes[0]) | set(_NUMBERED.findall(asked.text.lower()))
        about_theme = [t.is_broad or any(set(v) <= of_theme for v in self._meanings(t)) for t in asked.terms]
        return themes[0] if all(about_theme) else None

    def is_theme_in_region(self, asked: Understood) -> bool:
        """Does a question name themes and regions, and nothing else that tells?"""
        themes = self.named(asked)
        return bool(themes and asked.regions) and not self.beside(asked, themes)

    def is_on_theme(self, asked: Understood, evidence: Evidence) -> bool:
        """Is this about a theme that is asked for: by where it stands, by its stories, or by its words?"""
        themes = set(self.named(asked))
        stories = (self._snapshot.stories[name] for name in evidence.stories)
        stems = set(self._reader.analyser.analyse(" ".join((evidence.text, *evidence.core.asked))).stems)
        return (
            evidence.passage.theme in themes
            or any(themes & set(story.themes) for story in stories)
            or any(self._stems(theme) <= stems for theme in themes)
        )

    def beside(self, asked: Understood, themes: list[str]) -> tuple[Term, ...]:
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

    def wording(self, asked: Understood) -> str:
        """The question without the names of the themes and places in it, as `rag.wording` reads it."""
        regions = self._reader.regions
        text = asked.focus
        places = regions.find(text, areas=True) or regions.misspelt(text, self._reader.is_known)
        for place in reversed(list({place.start: place for place in places}.values())):
            text = text[: place.start] + PLACE + text[place.end :]
        themes = self.meant(asked)
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

    def _meanings(self, term: Term) -> tuple[tuple[str, ...], ...]:
        """The stems that a word of a question may stand for; also those of the theme's word that it is a misspelling of."""
        meanings = (term.stems, *term.variants)
        if len(term.word) < LONG_WORD or term.variants:
            return meanings
        near = process.extractOne(term.word, self._long_words, scorer=fuzz.ratio, score_cutoff=TYPO)
        return (*meanings, (self._reader.analyser.stem(near[0]),)) if near else meanings

    def _otherwise(self, asked: Understood) -> list[tuple[str, frozenset[str]]]:
        """The other names of themes whose words all stand in the question, as stems."""
        stems = self._content_stems(asked.focus)
        return [(theme, name) for theme, name in self._other_names if name <= stems]

    def _theme_stems(self, asked: Understood, themes: list[str]) -> set[str]:
        """The stems and numbers by which a question names these themes."""
        otherwise = {stem for theme, name in self._otherwise(asked) if theme in themes for stem in name}
        return {stem for theme in themes for stem in self._stems(theme)} | otherwise | set(_NUMBERED.findall(asked.text.lower()))

    def _stems(self, text: str) -> set[str]:
        """The stems of what a theme's name is told by: without a word that says nothing ("maken"), where another is left."""
        reader = self._reader
        content = reader.analyser.content_words(text.replace("-", " "))
        return {reader.analyser.stem(word) for word in ([w for w in content if not is_filler(w)] or content)}

    def _content_stems(self, text: str) -> frozenset[str]:
        analyser = self._reader.analyser
        return frozenset(analyser.stem(word) for word in analyser.content_words(text))


def _asking(text: str, named: bool) -> set[str]:
    """The folded words of the sentences of a question that ask something; of all where none does, or where no theme or place is `named`."""
    sentences = _SENTENCE.split(_BRACKETS.sub(" ", text))
    asking = [sentence for sentence in sentences if named and asks_something(fold(sentence))]
    return {word for sentence in (asking or sentences) for word in words(sentence)}
