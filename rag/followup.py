"""Follow-up to standalone question, without a model: what a question takes from the turns before is filled in."""

import re
from dataclasses import dataclass

from index.dutch import fold
from rag.answer import Answer, Filter
from rag.question import CONTEXT, Reader, Understood

_GOES_ON = re.compile(r"^(?:en|maar|of|ook|dus|and|but|or|what about|how about)\b")
_ASKS_MORE = re.compile(r"^(?:waarom|why|how come|hoe komt|hoe zit het|vertel|meer|tell me more|hoezo|hoe dan|hoe precies|how so)\b")
_POINTS = re.compile(
    r"\b(?:daar\w*|dat|die|deze|dit|hier(?:mee|over|van|voor|bij|aan|in|op|door|uit|naar|na|toe|tussen)?|er(?:van|over|mee|voor|bij|in|aan|op|uit|door)|"
    r"ze|zij|hen|hun|hij|hem|zo'?n|zulke|zoiets|dezelfde|dergelijke|dan|"
    # "is er iets over bekend" points back, "zijn er banen in Groningen" does not
    r"er\b(?=.*\b(?:van|over|mee|voor|bij|in|aan|uit|op|door)\b\W*(?:$|\?|(?:nodig|bekend|te|mee|is|was|zijn|waren|wordt|worden|ge\w+)\b))|"
    r"there|that|those|these|this|it|its|they|their|them|he|she|such)\b|\bzo\s+iemand\b|\bzo\s+een\b"
)
# Inside a question these point at something in it: "de banenmarkt in Groningen en die in Haaglanden"
_WITHIN = re.compile(r"(?<=\w)\s+(?:en|of|and|or)\s+(?:die|dat|deze|dit|that|those|these)\b")
_SAME = re.compile(r"\b(?:dat|dit|daar(?:mee|aan|over|voor|van|bij)|zoiets|hetzelfde|that|this|it|the same)\b")
# "het" points back where no noun follows it
_IT = re.compile(r"\bhet\s*(?:$|[?.!,]|(?:ook|dan|nu|nou|nog|niet|wel|al|daar|vooral|precies|eigenlijk|verder|toen|daarna|echt|weer)\b)")
_OTHER_SUBJECT = re.compile(
    r"\b(?:iets\s+(?:heel\s+)?anders|andere\s+vraag|ander\s+onderwerp|something\s+(?:else|different)|another\s+question|different\s+(?:question|topic|subject))\b"
)
_LINK = re.compile(r"\b(?:link|url|verhaal|artikel|pagina|story|article)\b")
_ORDINALS = {"eerste": 0, "first": 0, "tweede": 1, "second": 1, "derde": 2, "third": 2, "vierde": 3, "fourth": 3, "laatste": -1, "last": -1}
FEW_WORDS = 4
FILLER = 2
NAME_ONLY = 2
MOST_OF_CONTEXT = 40


@dataclass(frozen=True)
class Standalone:
    """A question that can be asked without the turns before. `focus` is the part of `text` that says what is asked;
    `filters` are the limits that the turns before set in words."""

    text: str
    focus: str
    filters: tuple[Filter, ...] = ()


def is_followup(question: str, reader: Reader) -> bool:
    """Does this question lean on an earlier one?"""
    plain = fold(question)
    asked = reader.read(question)
    if _OTHER_SUBJECT.search(plain):
        return False
    if _ASKS_MORE.match(plain) and len(asked.terms) <= FILLER:
        return True
    if not _has_own_subject(asked):
        # "Zwolle?" leans on what was asked before; "Wat doet Zwolle?" is a question of its own
        return not asked.regions or len(plain.split()) <= NAME_ONLY or bool(_GOES_ON.match(plain) or _SAME.search(plain))
    outward = plain if _GOES_ON.match(plain) else _WITHIN.sub(" ", plain)
    return len(asked.terms) <= FEW_WORDS and bool(_GOES_ON.match(plain) or _POINTS.search(outward) or _IT.search(plain))


def standalone(question: str, earlier: str, previous: Answer, reader: Reader) -> Standalone:
    """The question with what it takes from `earlier`, the standalone question before it, filled in.

    `previous` is the answer to that one: "de tweede" and "de link daarvan" mean something by it.
    """
    plain = fold(question)
    places = reader.regions.find(question, areas=True)
    # "met link" in a question about another place asks for a story from there
    story = None if places else _meant_story(plain, previous)
    if story is not None:
        text = f"Verhaal: {story}"
        return Standalone(text, text)
    asked = reader.read(question)
    if places and len(asked.terms) <= FILLER and not _has_own_subject(asked):
        text = _elsewhere(question, earlier, reader)
        return Standalone(text, text)
    return Standalone(f"{question.rstrip()} ({CONTEXT[asked.language]}: {_as_context(earlier, bool(places), reader)})", question)


def _has_own_subject(asked: Understood) -> bool:
    """Does the question name what it is about, apart from a place?"""
    return any(term.is_telling and not term.is_broad for term in asked.terms)


def _as_context(earlier: str, elsewhere: bool, reader: Reader) -> str:
    """An earlier question as one runs on: without marks, and without its places where the next one names others."""
    if elsewhere:
        for place in reversed(reader.regions.find(earlier, areas=True)):
            earlier = earlier[: place.start] + earlier[place.end :]
    words = re.sub(rf"\((?:{'|'.join(CONTEXT.values())}):|[?!.()]+(?=\s|$)", " ", earlier).split()
    return " ".join(words[:MOST_OF_CONTEXT])


def _elsewhere(question: str, earlier: str, reader: Reader) -> str:
    """The question before, asked of the places in `question`."""
    places = reader.regions.find(question, areas=True)
    before = reader.regions.find(earlier, areas=True)
    names = " en ".join(dict.fromkeys(place.name for place in places))
    if not before:
        return f"{earlier.rstrip(' ?.!')} in {names}?"
    swapped = earlier[: before[0].start] + names + earlier[before[0].end :]
    for extra in reversed(reader.regions.find(swapped, areas=True)[len(places) :]):
        start = re.search(r"[\s,]*(?:en|and|,)?\s*$", swapped[: extra.start])
        swapped = swapped[: start.start() if start else extra.start] + swapped[extra.end :]
    return swapped


def _meant_story(plain: str, previous: Answer) -> str | None:
    titles = [story.title for story in previous.stories]
    if not titles:
        return None
    for word, at in _ORDINALS.items():
        if re.search(rf"\b(?:de|het|the)\s+{word}\b", plain) and -len(titles) <= at < len(titles):
            return titles[at]
    if _LINK.search(plain) and _POINTS.search(plain):
        # the story of what was quoted first, before one to read on
        by_id = {story.id: story.title for story in previous.stories}
        tied = (by_id[name] for cited in previous.citations for name in cited.story_ids if name in by_id)
        return next(tied, titles[0])
    return None
