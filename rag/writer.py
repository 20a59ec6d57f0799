"""Has a model write an answer from numbered evidence: each statement is checked as it comes, mended once or dropped, in one time limit."""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from langchain_core.prompts import ChatPromptTemplate

from praktijkbaken.settings import Settings
from prompts import read_prompt
from rag.answer import Language
from rag.breaker import Breaker
from rag.check import Check
from rag.drafted import Drafted, lines, statements
from rag.model import chat_model
from rag.numbered import Numbered, shown
from rag.reply import Reason, ReplyError, pieces
from rag.told import Problem

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_LOG = logging.getLogger(__name__)
MOST_STATEMENTS = 8
# A second request is worth it while so much of the time is left.
LEAST_LEFT = 0.2
# A request that had less of the time than this says little of the server when it is late.
WHOLE = 0.5
_VARIABLES = {
    "answer": frozenset(("evidence", "question")),
    "repair": frozenset(("evidence", "statements")),
    "followup": frozenset(("turns", "question")),
}
_LANGUAGES: tuple[Language, ...] = ("nl", "en")


@dataclass
class Record:
    """What became of one request: how many statements were drafted, passed, were mended or dropped, for which kinds of problem;
    and why there is no answer, where there is none."""

    drafted: int = 0
    passed: int = 0
    repaired: int = 0
    dropped: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    fault: Reason | None = None
    seconds: float = 0.0


class Writer:
    """Writes with one model; safe from several threads. `seconds` is the most that one answer may take, repair and all.

    A server that fails is left alone for a while (`breaker`): then the fault is "paused".
    """

    def __init__(self, model: "BaseChatModel", name: str, seconds: float) -> None:
        self.name, self.seconds = name, seconds
        self.breaker = Breaker()
        self._model = model
        self._prompts: dict[tuple[str, Language], ChatPromptTemplate] = {
            (kind, language): read_prompt(f"{kind}.{language}", variables)
            for kind, variables in _VARIABLES.items()
            for language in _LANGUAGES
        }

    def write(
        self, question: str, language: Language, evidence: Numbered, check: Check, record: Record, spent: float = 0.0
    ) -> Iterator[Drafted]:
        """The statements that passed, as they come; `record` is filled in on the way. `spent` seconds of the time are gone.

        A draft that does not end as it should leaves `record.fault`: then what was yielded is no answer.
        """
        started = time.monotonic()
        until = started + self.seconds - spent
        seen: set[str] = set()
        failed: list[tuple[Drafted, tuple[Problem, ...]]] = []
        try:
            for one in self._ask("answer", language, until, evidence=evidence.text, question=shown(question)):
                if one.text in seen or record.passed == MOST_STATEMENTS:
                    continue
                seen.add(one.text)
                record.drafted += 1
                problems = _check(one, language, evidence, check)
                if problems:
                    failed.append((one, problems))
                    record.problems.update(problem.kind for problem in problems)
                else:
                    record.passed += 1
                    yield one
        except ReplyError as fault:
            record.fault = fault.reason
            _LOG.info("model %s: no answer, %s", self.name, fault)
        else:
            if failed and until - time.monotonic() > LEAST_LEFT * self.seconds:
                yield from self._mend(language, until, evidence, check, failed, seen, record)
        record.dropped = record.drafted - record.passed - record.repaired
        record.seconds = round(time.monotonic() - started, 3)
        _LOG.info(
            "model %s: %d drafted, %d passed, %d mended, %d dropped, problems %s, %.1f s",
            self.name,
            record.drafted,
            record.passed,
            record.repaired,
            record.dropped,
            dict(record.problems),
            record.seconds,
        )

    def _mend(
        self,
        language: Language,
        until: float,
        evidence: Numbered,
        check: Check,
        failed: list[tuple[Drafted, tuple[Problem, ...]]],
        seen: set[str],
        record: Record,
    ) -> Iterator[Drafted]:
        """One more request for what failed. When it goes wrong, what passed before stands."""
        told = "\n".join(_why(one, problems, language) for one, problems in failed)
        try:
            for one in self._ask("repair", language, until, evidence=evidence.text, statements=told):
                if one.text in seen or record.repaired == len(failed) or record.passed + record.repaired == MOST_STATEMENTS:
                    continue
                seen.add(one.text)
                problems = _check(one, language, evidence, check)
                record.problems.update(problem.kind for problem in problems)
                if not problems:
                    record.repaired += 1
                    yield one
        except ReplyError as fault:
            _LOG.info("model %s: nothing mended, %s", self.name, fault)

    def say(self, kind: str, language: Language, until: float, **texts: str) -> str:
        """The whole reply to one prompt. Raises `ReplyError` when it does not come in time or does not end as it should."""
        return "".join(self._pieces(kind, language, until, texts))

    def _ask(self, kind: str, language: Language, until: float, **texts: str) -> Iterator[Drafted]:
        for line in lines(self._pieces(kind, language, until, texts)):
            yield from statements(line)

    def _pieces(self, kind: str, language: Language, until: float, texts: dict[str, str]) -> Iterator[str]:
        """The pieces of one reply; the one place where a request is made."""
        attempt = self.breaker.attempt()
        if attempt is None:
            raise ReplyError("paused", "Breaker")
        had_time = until - time.monotonic() >= WHOLE * self.seconds
        worked: bool | None = None
        try:
            yield from pieces(self._model, self._prompts[kind, language].invoke(texts).to_messages(), until)
            worked = True
        except ReplyError as fault:
            worked = not fault.is_outage if had_time or fault.reason != "slow" else None
            raise
        finally:
            self.breaker.ended(attempt, worked)


def writer_for(settings: Settings) -> Writer | None:
    """The writer that the settings name; None where they name none. Nothing is sent yet.

    Raises `ModelError` for an unknown provider or one whose package is missing.
    """
    if settings.model is None:
        return None
    key = settings.model_key.get_secret_value() if settings.model_key else None
    return Writer(chat_model(settings.model, settings.model_url, key, settings.model_seconds), settings.model, settings.model_seconds)


def _check(one: Drafted, language: Language, evidence: Numbered, check: Check) -> tuple[Problem, ...]:
    unknown = [n for n in one.numbers if n not in evidence.items]
    if unknown:
        return (Problem("citation", str(unknown[0])),)
    return check.problems(one.text, [told for n in one.numbers for told in evidence.items[n].told], language)


_WRONG: dict[Language, str] = {"nl": "klopt niet", "en": "is wrong"}


def _why(one: Drafted, problems: tuple[Problem, ...], language: Language) -> str:
    marks = "".join(f"({n})" for n in one.numbers)
    words = ", ".join(dict.fromkeys(shown(problem.what) for problem in problems))
    return f"- {shown(one.text)} {marks} – {_WRONG[language]}: {words}"
