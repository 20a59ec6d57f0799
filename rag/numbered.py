"""Evidence for a model: the sentences of the best sections, numbered, each with its regions. What it sees is text: no link,
no personal data, no mark that could end the evidence, no sentence that speaks to it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.passages import Passage, Sentence
from praktijkbaken.personal import clean
from rag.evidence import Evidence, Quote, in_context
from rag.instruction import split_request
from rag.retrieval import HybridRetriever
from rag.told import Told

# A small model reads some two thousand tokens well; a section of the report has 40 to 260 words.
MOST_WORDS = 600
MOST_SECTIONS = 6
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+")
_MARKS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "\0": " ", "`": "'", "#": " ", "*": " "})
# Whoever writes this in a story writes to a machine. A sentence that is left out is still quoted by the extractive answer.
_TO_A_MACHINE = re.compile(
    r"\b(?:negeer|vergeet|ignore|disregard|forget|override)\b.*\b(?:instructi\w*|opdracht\w*|regels|rules|bron\w*|sources?|context|previous|vorige|above)\b"
    r"|\b(?:taalmodel|language model|llm|gpt|claude|prompt|systeem(?:bericht|prompt)|"
    r"system (?:message|prompt)|ai[- ]?(?:model|assistent|assistant)|"
    r"chatbot|assistent|assistant)\b.*\b(?:moet|must|zeg|say|schrijf|write|antwoord|answer|respond|reply|vermeld|noem|mention|should|toon|show|stuur|send|voeg|add|geef|give|doe|do)\b"
    r"|^\W*(?:zeg|schrijf|antwoord|vermeld|herhaal|print|output|say|write|reply|respond|answer|repeat|mention|tell)\b"
    r"|\b(?:(?:zeg|vertel|meld)\w* (?:tegen|aan) (?:de )?(?:gebruiker|lezer|vrager)|tell the (?:user|reader)|"
    r"in (?:je|uw|your) (?:antwoord|answer|reply|response))\b"
    r"|(?:\[/?inst\]|<\|?\w+\|?>|\bsystem\s*:|\bassistant\s*:|\buser\s*:|</?\w+>)",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """One numbered sentence, with the quotes it needs (itself, what it leans on, its caveats)."""

    n: int
    passage: Passage
    sentence: Sentence
    quotes: tuple[Quote, ...]

    @property
    def told(self) -> list[Told]:
        """What a statement that names this one is held against."""
        headings = self.passage.section
        return [Told(s.text, s.regions, headings, is_core=s == self.sentence) for quote in self.quotes for s in quote.sentences]

    @property
    def evidence(self) -> Evidence:
        """As evidence, to be cited."""
        return Evidence(self.quotes, self.sentence, 0.0, 0.0)


@dataclass(frozen=True)
class Numbered:
    """The evidence for one question: items by their number, and the text that a model gets."""

    items: Mapping[int, Item]
    text: str


def number(retriever: HybridRetriever, first: Sequence[str], ranked: Sequence[Evidence], regions: Iterable[str]) -> Numbered:
    """Whole sections while they fit: those of the passages `first` (ids), then those of `ranked`; only what is about one of
    `regions`, where there are any."""
    passages = {passage.id: passage for passage in retriever.snapshot.passages}
    limits = frozenset(regions)
    ids = dict.fromkeys([*first, *(evidence.passage.id for evidence in ranked)])
    items: dict[int, Item] = {}
    lines: list[str] = []
    taken: set[tuple[str, tuple[str, ...]]] = set()
    used = 0
    for chosen in (passages[name] for name in ids):
        place = (chosen.document_id, chosen.section)
        if place in taken:
            continue
        whole = [p for p in passages.values() if (p.document_id, p.section) == place and not p.is_mention]
        fitting = [(p, s) for p in whole for s in p.sentences if _may_be_shown(s, limits)]
        if used and used + _words(fitting) > MOST_WORDS:
            fitting = [(p, s) for p, s in fitting if p is chosen]
        if not fitting or (used and used + _words(fitting) > MOST_WORDS):
            continue
        taken.add(place)
        used += _words(fitting)
        lines += ["", f"({shown(' › '.join(chosen.section))})"]
        for passage, sentence in fitting:
            item = Item(len(items) + 1, passage, sentence, in_context(retriever, passage, sentence))
            items[item.n] = item
            about = f"({' / '.join(sentence.regions)}) " if sentence.regions else ""
            lines.append(f"[{item.n}] {about}{shown(sentence.text)}")
        if len(taken) == MOST_SECTIONS:
            break
    return Numbered(items, "\n".join(lines).strip())


def shown(text: str) -> str:
    """A text of others as a model may see it: no links, no personal data, no mark that ends the place it stands in."""
    return " ".join(clean(_LINK.sub("(link)", text)).text.translate(_MARKS).split())


def speaks_to_a_machine(text: str) -> bool:
    """Does this text instruct whoever processes it?"""
    return bool(_TO_A_MACHINE.search(text)) or split_request(text).instructed


def _may_be_shown(sentence: Sentence, limits: frozenset[str]) -> bool:
    about = not limits or bool(limits & set(sentence.regions))
    return about and not sentence.text.endswith(("?", ":")) and not speaks_to_a_machine(sentence.text)


def _words(sentences: Iterable[tuple[Passage, Sentence]]) -> int:
    return sum(len(sentence.text.split()) for _, sentence in sentences)
