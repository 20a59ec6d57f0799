"""Dutch analysis for the lexical half: words to stems, long words to pieces, and the domain's synonyms.

`bm25s` ranks; this only feeds it. Stems carry inflection; pieces of five letters carry compounds and typing errors
("beschutwerk", "schuldhulp" beside "schulden"): Dutch writes compounds as one word, so stems alone miss their parts.
"""

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import Stemmer

from index.regions import rows

ANALYSER_VERSION = "2"
PIECE = 5
_TOKEN = re.compile(r"[a-z0-9]+(?:[+@&][a-z0-9]*)*")
_THOUSANDS = re.compile(r"(?<=\d)[.](?=\d{3}\b)")
_STOPWORDS = frozenset(
    """a aan al als andere anders ben bij bijvoorbeeld daar daarvan dan dat de der deze die dit doe doen doet door dus een
    eens eigenlijk en er ervoor gaan gaat gaf geef geeft geven had hadden heb hebben hebt heeft hem hen het hier hij hoe
    hoeveel hun iemand iets ik in is ja je jij jou jouw jullie kan komen komt kun kunnen kunt maar me meer men met mij
    mijn mogen naar nee nog nu of om onder ons onze ook op over precies s ten ter te toch toe tot u uit uw vaak van
    vanuit veel vertel voor waar waarmee waarom waarvoor wat wel welk welke werd weten wie wij wil wilt word worden
    wordt ze zei zich zij zijn zo zoals zou zouden t n er via
    about all also an and any are as at be been but by can could did do does for from had has have how i if into it its
    many me more much my not of on or our should so some tell than that the their them there these they this those to
    us was we were what when where which who why will with would you your please give
    praktijkverhaal praktijkverhalen rapport report regio regios region regions arbeidsmarktregio arbeidsmarktregios
    artikel link url verhaal verhalen story stories article""".split()
)


@dataclass(frozen=True)
class Analysed:
    """A text as the lexical index sees it: stems of its words, and pieces of its long words."""

    stems: tuple[str, ...]
    pieces: tuple[str, ...]


def fold(text: str) -> str:
    """Lower case without accents, with typographic marks made plain."""
    plain = text.replace("’", "'").replace("‘", "'").replace("–", "-").replace("\xad", "")
    if plain.isascii():
        return plain.lower()
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().lower()


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, folded; a hyphenated word gives its parts and the whole ("sw-bedrijf": sw, bedrijf, swbedrijf)."""
    return _words(text, joined=True)


@lru_cache(maxsize=4096)  # a question is held against the same passages again and again
def _words(text: str, joined: bool) -> tuple[str, ...]:
    found: list[str] = []
    for chunk in _THOUSANDS.sub("", fold(text)).replace("'s ", "s ").split():
        if chunk.isalnum():  # as most are: the patterns below took half the second in which the assistant reads its other words
            found.append(chunk)
            continue
        chunk = re.sub(r"'(?:er|ers|tje|tjes|s)\b", "", chunk)
        parts = [token for part in re.split(r"[-/]", chunk) for token in _TOKEN.findall(part)]
        found += parts
        if joined and len(parts) > 1 and "-" in chunk:
            found.append("".join(parts))
    return tuple(found)


# Snowball takes "ge" out of a verb: "begeleiden" would be "beleid", and guidance the same as policy.
_OWN_STEM = "begeleid"


class _Stemmer:
    """Snowball stems of one language. A stemmer keeps a cache, so each thread has its own."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._of_thread = threading.local()

    def __call__(self, word: str) -> str:
        stemmer = getattr(self._of_thread, "stemmer", None)
        if stemmer is None:
            stemmer = self._of_thread.stemmer = Stemmer.Stemmer(self._language)
        return str(stemmer.stemWord(word))


class Analyser:
    """Turns text into stems and pieces. Safe to use from several threads."""

    def __init__(self) -> None:
        self._stem = _Stemmer("dutch")

    def stem(self, word: str) -> str:
        """The stem of one folded word."""
        return _OWN_STEM if word.startswith(_OWN_STEM) else self._stem(word)

    def content_words(self, text: str) -> list[str]:
        """The words that carry meaning: no stop words, no lone letters."""
        return [word for word in words(text) if word not in _STOPWORDS and (len(word) > 1 or word.isdigit())]

    def analyse(self, text: str) -> Analysed:
        """Stems and pieces of the content words of `text`."""
        content = self.content_words(text)
        return Analysed(tuple(self.stem(word) for word in content), tuple(p for word in content for p in pieces(word)))


def pieces(word: str) -> list[str]:
    """Every run of five letters of a word of six or more; a word of five is its own piece."""
    return [word[at : at + PIECE] for at in range(len(word) - PIECE + 1)]


class Thesaurus:
    """The domain's synonyms and the English words for them, as an adviser keeps them in `data/language/`.

    `words` are the Dutch words in it, folded; `stems` are their stems.
    """

    def __init__(self, groups: list[list[str]], english: list[tuple[str, list[str]]], analyser: Analyser) -> None:
        self._analyser = analyser
        self._synonyms: dict[tuple[str, ...], list[str]] = {}
        for group in groups:
            for term in group:
                others = [other for other in group if other != term]
                self._synonyms.setdefault(self._key(term), []).extend(others)
        self._english_stem = _Stemmer("english")
        self._english: dict[tuple[str, ...], list[str]] = {}
        for term, dutch in english:
            key = tuple(self._english_stem(word) for word in words(term))
            self._english[key] = list(dict.fromkeys([*self._english.get(key, []), *dutch]))
        dutch_terms = [*(term for group in groups for term in group), *(term for _, terms in english for term in terms)]
        self.words = frozenset(word for term in dutch_terms for word in analyser.content_words(term))
        self.stems = frozenset(analyser.stem(word) for word in self.words)
        self._longest = max((len(key) for key in [*self._synonyms, *self._english]), default=1)

    def _key(self, term: str) -> tuple[str, ...]:
        return tuple(self._analyser.stem(word) for word in words(term))

    def expand(self, text: str) -> list[str]:
        """The terms that mean the same as words or phrases of `text`, each once, in order."""
        return list(dict.fromkeys(other for _, others in self.phrases(text, english=False) for other in others))

    def translate(self, text: str) -> list[str]:
        """The Dutch terms for English words or phrases of `text`, each once, in order."""
        found: dict[str, None] = {}
        stems = tuple(self._english_stem(word) for word in words(text))
        for at in range(len(stems)):
            for size in range(1, self._longest + 1):
                found.update(dict.fromkeys(self._english.get(stems[at : at + size], [])))
        return list(found)

    def phrases(self, text: str, english: bool) -> list[tuple[str, list[str]]]:
        """`text` cut into words and known phrases, longest first, each with the terms that mean the same."""
        tokens = _words(text, joined=False)
        stems = [self._analyser.stem(token) for token in tokens]
        found = []
        at = 0
        while at < len(tokens):
            for size in range(min(self._longest, len(tokens) - at), 0, -1):
                others = list(self._synonyms.get(tuple(stems[at : at + size]), []))
                if english:
                    others += self._english.get(tuple(self._english_stem(token) for token in tokens[at : at + size]), [])
                if others or size == 1:
                    found.append((" ".join(tokens[at : at + size]), others))
                    at += size
                    break
        return found


def read_thesaurus(folder: Path, analyser: Analyser) -> Thesaurus:
    """The thesaurus from `synoniemen.csv` and `engels.csv` in `folder`; terms of one line are apart by `;`."""
    groups = [_terms(line["woorden"]) for line in rows(folder / "synoniemen.csv", "woorden")]
    english = [
        (term, _terms(line["nederlands"]))
        for line in rows(folder / "engels.csv", "engels", "nederlands")
        for term in _terms(line["engels"])
    ]
    return Thesaurus(groups, english, analyser)


def _terms(field: str) -> list[str]:
    return [term.strip() for term in field.split(";") if term.strip()]
