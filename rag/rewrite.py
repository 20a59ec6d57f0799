"""Has a model write a follow-up out as a question of its own, and takes it only when every word of it comes from the conversation."""

import logging
import time
from collections.abc import Sequence

from index.dutch import fold
from rag.amounts import amounts
from rag.numbered import shown, speaks_to_a_machine
from rag.question import Reader
from rag.reply import ReplyError
from rag.writer import Writer

_LOG = logging.getLogger(__name__)
# A question is a line; most of the time is for the answer.
SHARE = 0.25
MOST_WORDS = 40


def rewritten(question: str, turns: Sequence[str], reader: Reader, writer: Writer) -> str | None:
    """The follow-up `question` as a model writes it out after `turns`; None when that takes too long, or holds what nobody said."""
    language = reader.language(question)
    until = time.monotonic() + SHARE * writer.seconds
    told = "\n".join(f"- {shown(turn)}" for turn in turns)
    try:
        said = writer.say("followup", language, until, turns=told, question=shown(question))
    except ReplyError as fault:
        _LOG.info("model %s: follow-up not rewritten, %s", writer.name, fault)
        return None
    line = next((one.strip(' "“”*-') for one in said.splitlines() if one.strip()), "")
    return line if _is_faithful(line, question, turns, reader) else None


def _is_faithful(line: str, question: str, turns: Sequence[str], reader: Reader) -> bool:
    """Is this one question, in the words, places and numbers of the conversation, that still asks what was asked last?"""
    if not line.endswith("?") or not 3 <= len(line.split()) <= MOST_WORDS or speaks_to_a_machine(line) or "http" in line:
        return False
    spoken = " ".join([question, *turns])
    stem = reader.analyser.stem
    known = {stem(word) for word in reader.analyser.content_words(spoken)}
    words = {stem(word) for word in reader.analyser.content_words(line)}
    asked = {stem(term) for one in reader.read(question).terms for term in one.word.split()}
    numbers = {one.value for one in amounts(line, fold)} - {one.value for one in amounts(spoken, fold)}
    places = set(reader.regions.in_text(line)) - set(reader.regions.in_text(spoken))
    lost = set(reader.regions.in_text(question)) - set(reader.regions.in_text(line))
    return words <= known and asked <= words and not (numbers or places or lost) and reader.language(line) == reader.language(question)
