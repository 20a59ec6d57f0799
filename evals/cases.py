"""Evaluation cases: questions with what a good answer holds, one JSON object a line."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from praktijkbaken.errors import CaseError

CASES = Path(__file__).resolve().parent / "cases" / "development.jsonl"


class GoldQuote(BaseModel):
    """A quote that answers the question, word for word with white space collapsed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    quote: str
    mark: Literal["vital", "okay"]
    section: str | None = None


class Nugget(BaseModel):
    """A fact that the answer should state: stated when one of `any_of` stands in its lower-cased text."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    text: str
    any_of: tuple[str, ...]


class Case(BaseModel):
    """One question and what is expected; `evals/cases/README.md` explains the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    question: str
    lang: Literal["nl", "en"]
    kind: str
    theme: Any = None
    history: tuple[str, ...] | None = None
    gold_quotes: tuple[GoldQuote, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    nuggets_min: int = 0
    story_groups: tuple[tuple[str, ...], ...] = ()
    stories_min: int = 0
    must_abstain: bool = False
    accept_refusal: bool = False
    must_not_contain: tuple[str, ...] | None = None
    must_not_start_with: tuple[str, ...] | None = None


def read_cases(file: Path | None = None) -> Sequence[Case]:
    """The cases in `file` (the project's own without one).

    Raises `CaseError` that names the line: nothing is run on half a set.
    """
    path = file or CASES
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise CaseError(f"{path} is niet te lezen ({error.strerror}).") from None
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, start=1):
        try:
            case = Case.model_validate(json.loads(line))
        except ValidationError as error:
            first = error.errors()[0]
            raise CaseError(f"{path.name}, regel {number}: veld {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
        except ValueError:
            raise CaseError(f"{path.name}, regel {number}: geen geldige JSON.") from None
        if case.id in cases:
            raise CaseError(f"{path.name}, regel {number}: id {case.id!r} staat er twee keer in.")
        cases[case.id] = case
    return tuple(cases.values())
