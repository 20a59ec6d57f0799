"""What a question asks of the catalogue, whole and counted: stories, regions or themes. Typing errors do not matter."""

import re
from functools import lru_cache
from typing import Literal, get_args

from rapidfuzz import fuzz, process

Listed = Literal["stories", "regions", "themes"]
LISTED: tuple[Listed, ...] = get_args(Listed)

_STORIES = frozenset(
    """verhalen praktijkverhalen verhaaltjes voorbeelden praktijkvoorbeelden artikelen titels stories articles examples titles""".split()
)
# These mean stories only where a theme or a place is named and all of them, or their number, is asked for.
_PERHAPS_STORIES = frozenset("projecten stukken stuks keer projectbeschrijvingen beschrijvingen projects pieces cases".split())
_REGIONS = frozenset("regio's regios arbeidsmarktregio's arbeidsmarktregios regions".split())
_THEMES = frozenset("thema's themas themes onderwerpen topics".split())
_ONE = frozenset(
    "verhaal praktijkverhaal voorbeeld praktijkvoorbeeld artikel titel story article example thema theme catalogus catalogue".split()
)
_WHOLE = frozenset(
    """alle allemaal alles hele lijst lijstje overzicht compleet complete volledig volledige rij rijtje opsomming opsommen noem toon geef
    zet all list every full complete overview show name""".split()
)
# At the beginning they ask for a list; further on they may be any verb ("als je mensen in hun kracht zet").
_ORDERS = frozenset("noem toon geef zet name show".split())
_COUNT = frozenset("hoeveel aantal aantallen many number".split())
_WHICH = frozenset("welke wat which what".split())
# No typing error of a word above, though spelt almost alike.
_OTHER = frozenset("project stuk region regio arbeidsmarktregio onderwerp topic verhale verteller verhalenverteller voorbeeldig".split())
_KNOWN = _STORIES | _PERHAPS_STORIES | _REGIONS | _THEMES | _ONE | _WHOLE | _COUNT | _WHICH | _OTHER
CUES = _KNOWN - _OTHER
# How far a noun may stand behind the word that asks for it ("welke van de andere Drentse verhalen").
REACH = 6
TYPO = 86
LONG = 6
_HOW = re.compile(
    r"^(?:hoe|waarom|wanneer|waar|how|why|when|where)\b(?!\s+(?:veel|many))|^(?:wie|who)\b(?!.*\b(?:arbeidsmarkt)?(?:regio|region))"
)
# Other ways to say the same: each, how often, write-ups.
_SAID_AS = (
    (
        re.compile(r"\b(?:elke?|iedere?|every|each)\s+(?:practice\s+)?(?:praktijk)?(?:verhaal|story|article|artikel|voorbeeld|example)\b"),
        "alle verhalen",
    ),
    (re.compile(r"\b(?:elke|iedere|every|each)\s+regio[n]?\b"), "alle regios"),
    (re.compile(r"\bhoe\s+veel\b"), "hoeveel"),
    (re.compile(r"\bwrite-?ups\b"), "articles"),
    (re.compile(r"\b(?:som\s+(?:\w+\s+)?op|niets?\s+(?:weglaten|overslaan))\b"), "alles"),
)

_BOTH = re.compile(r"\b(?:zowel|both|allebei|beide|tegelijk(?:ertijd)?|en\s+ook|tevens)\b")
_HOW_OFTEN = re.compile(r"\bhoe\s+vaak\b")


def listed(plain: str, limited: bool) -> Listed | None:
    """What the folded question `plain` wants from the catalogue; None where it wants something else.

    `limited`: does it name a whole theme or a place?
    """
    if _HOW.match(plain):
        return None
    typed = tokens(plain)
    asks = [at for at, token in enumerate(typed) if token in _WHOLE | _COUNT | _WHICH]

    def asked_for(nouns: frozenset[str], by: frozenset[str] = _WHOLE | _COUNT | _WHICH) -> bool:
        return any(token in nouns and any(typed[ask] in by and 0 < at - ask <= REACH for ask in asks) for at, token in enumerate(typed))

    told = set(typed)
    if asked_for(_THEMES):
        return "themes"
    if asked_for(_REGIONS) and told & (_STORIES | _ONE):
        return "regions"
    if told & _STORIES and (asked_for(_STORIES) or told & (_WHOLE | _COUNT) or limited):
        return "stories"
    if (
        limited
        and told & _PERHAPS_STORIES
        and (told & _WHOLE or ("projecten" not in told and "projects" not in told and told & (_COUNT | _WHICH)))
    ):
        return "stories"
    return None


def listed_whole(plain: str) -> Listed | None:
    """What a folded question that names nothing but themes and places wants from the catalogue; None where it wants something else.

    "Alles uit Twente" and "hoeveel projecten bij Matching" are about stories, though it says no such word.
    """
    if _HOW.match(plain):
        return None
    typed = tokens(_HOW_OFTEN.sub("hoeveel keer", plain))
    told = set(typed)
    if asks_regions(plain):
        return "regions"
    if told & (_WHOLE - _ORDERS) or (typed[:1] and typed[0] in _ORDERS) or (told & _COUNT and told & _PERHAPS_STORIES):
        return "stories"
    return None


def asks_regions(plain: str) -> bool:
    """Does the folded question want to know which regions, or how many?"""
    told = set(tokens(plain))
    return bool(told & _REGIONS and told & (_WHOLE | _COUNT | _WHICH))


def asks_something(plain: str) -> bool:
    """Does the folded sentence ask which, how many, or for all of something?"""
    return bool(set(tokens(plain)) & (_WHOLE | _COUNT | _WHICH))


def asks_whole(plain: str) -> bool:
    """Does the folded question want all of something ("de hele lijst", "op een rij")?"""
    return bool(set(tokens(plain)) & (_WHOLE - _ORDERS))


def asks_both(plain: str) -> bool:
    """Does the folded question want what has one thing and another too ("zowel bij ... als bij ...")?"""
    return bool(_BOTH.search(plain))


def asks_count(plain: str) -> bool:
    """Does the folded question want a number?"""
    return any(token in _COUNT for token in tokens(plain))


def tokens(plain: str) -> list[str]:
    """The words of a folded question; those that ask for something of the catalogue in their right spelling."""
    for said, as_known in _SAID_AS:
        plain = said.sub(as_known, plain)
    return [_meant(token) for token in re.findall(r"[a-z0-9']+", plain)]


def is_cue(word: str) -> bool:
    """Does this folded word ask for something of the catalogue, and say nothing of its subject?"""
    return _meant(word) in CUES


@lru_cache(maxsize=4096)
def _meant(token: str) -> str:
    """The known word that `token` is, or is a misspelling of; else itself."""
    if token in _KNOWN or len(token) < LONG:
        return token
    near = process.extractOne(token, _KNOWN, scorer=fuzz.ratio, score_cutoff=TYPO)
    return near[0] if near and len(near[0]) >= LONG else token
