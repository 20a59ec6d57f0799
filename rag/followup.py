"""Follow-up to standalone question, without a model: what a question takes from the turns before is filled in."""

import re

from index.dutch import fold
from rag.answer import Answer
from rag.question import Reader

_STARTS = re.compile(r"^(?:en|maar|of|ook|dus|and|but|or|what about|how about|hoe zit het|waarom|why|vertel meer|meer|tell me more)\b")
_POINTS = re.compile(
    r"\b(?:daar\w*|dat|die|deze|dit|hier\w*|er(?:van|over|mee|voor|bij|in|aan)|ze|zij|hun|het|there|that|those|these|this|it|they|their|them)\b"
)
_LINK = re.compile(r"\b(?:link|url|verhaal|artikel|pagina|story|article)\b")
_ORDINALS = {"eerste": 0, "first": 0, "tweede": 1, "second": 1, "derde": 2, "third": 2, "vierde": 3, "fourth": 3, "laatste": -1, "last": -1}
FEW_WORDS = 4
FILLER = 2
NAME_ONLY = 2


def is_followup(question: str, reader: Reader) -> bool:
    """Does this question lean on an earlier one?"""
    plain = fold(question)
    asked = reader.read(question)
    if _STARTS.match(plain):
        return True
    if not asked.terms:
        # "Zwolle?" leans on what was asked before; "Wat doet Zwolle?" is a question of its own
        return not asked.regions or len(plain.split()) <= NAME_ONLY
    return bool(_POINTS.search(plain)) and len(asked.terms) <= FEW_WORDS


def standalone(question: str, earlier: str, previous: Answer, reader: Reader) -> str:
    """The question with what it takes from `earlier`, the standalone question before it, filled in.

    `previous` is the answer to that one: "de tweede" and "de link daarvan" mean something by it.
    """
    plain = fold(question)
    story = _meant_story(plain, previous)
    if story is not None:
        return f"Verhaal: {story}"
    asked = reader.read(question)
    places = reader.regions.find(question, areas=True)
    if places and len(asked.terms) <= FILLER:
        before = reader.regions.find(earlier, areas=True)
        names = " en ".join(dict.fromkeys(place.name for place in places))
        if not before:
            return f"{earlier.rstrip(' ?.!')} in {names}?"
        swapped = earlier[: before[0].start] + names + earlier[before[0].end :]
        for extra in reversed(reader.regions.find(swapped, areas=True)[len(places) :]):
            start = re.search(r"[\s,]*(?:en|and|,)?\s*$", swapped[: extra.start])
            swapped = swapped[: start.start() if start else extra.start] + swapped[extra.end :]
        return swapped
    return f"{earlier.rstrip()} {question}"


def _meant_story(plain: str, previous: Answer) -> str | None:
    titles = [story.title for story in previous.stories]
    if not titles:
        return None
    for word, at in _ORDINALS.items():
        if re.search(rf"\b(?:de|het|the)\s+{word}\b", plain) and -len(titles) <= at < len(titles):
            return titles[at]
    if _LINK.search(plain) and _POINTS.search(plain):
        return titles[0]
    return None
