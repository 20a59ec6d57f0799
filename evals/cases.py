"""Evaluation cases: questions with what a good answer holds, one JSON object a line, in a development and a sealed test part."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from index.documents import Document, squash
from praktijkbaken.errors import CaseError

FOLDER = Path(__file__).resolve().parent / "cases"
CASES = FOLDER / "development.jsonl"
SEALED = FOLDER / "test.jsonl"
SEAL = FOLDER / "seal.json"
# Pairs that sound alike, one half answered and one not: to develop on, beside the development part.
PAIRS = FOLDER / "pairs.jsonl"

UnanswerableClass = Literal["near", "false_premise", "off_topic", "instruction", "personal_data", "empty"]


class GoldQuote(BaseModel):
    """A quote that answers the question, word for word with white space collapsed."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    quote: str
    mark: Literal["vital", "okay"]
    section: str | None = None


class Nugget(BaseModel):
    """A fact that the answer should state: stated when one of `any_of` stands in its lower-cased text.

    `vital`: the answer is not right without it; None in a case that marks none, where `nuggets_min` says how many will do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    text: str
    any_of: tuple[str, ...]
    vital: bool | None = None


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
    unanswerable_class: UnanswerableClass | None = None
    pair: str | None = None
    twin: str | None = None
    standalone: str | None = None
    expected_count: int | None = None
    expected_items: tuple[str, ...] | None = None


def read_cases(file: Path | None = None, documents: Iterable[Document] = ()) -> Sequence[Case]:
    """The cases in `file` (the project's own development part without one); with `documents`, each quote must stand in one of them.

    Raises `CaseError` that names the line: nothing is run on half a set.
    """
    path = file or CASES
    texts = [squash(document.text) for document in documents]
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
        strange = next((gold.quote for gold in case.gold_quotes if texts and not _stands_in(gold.quote, texts)), None)
        if strange is not None:
            raise CaseError(f"{path.name}, regel {number}: {strange[:80]!r} staat niet letterlijk in een bron.")
        cases[case.id] = case
    return tuple(cases.values())


def add_case(
    question: str,
    kind: str,
    quotes: Sequence[str],
    nuggets: Sequence[str],
    stories: Sequence[str],
    history: Sequence[str],
    unanswerable: str | None,
    documents: Iterable[Document],
    file: Path | None = None,
) -> Case:
    """Adds a case to the development part (or `file`) and returns it.

    Raises `CaseError` when the question is a case already, a quote stands in no document, or there is nothing to expect.
    """
    path = file or CASES
    known = read_cases(path)
    if any(squash(case.question) == squash(question) and (case.history or ()) == tuple(history) for case in known):
        raise CaseError("Deze vraag staat er al in.")
    if not unanswerable and not (quotes or stories or nuggets):
        raise CaseError("Zeg wat het antwoord moet zijn: --quote, --nugget of --story; of --unanswerable met de soort.")
    texts = [squash(document.text) for document in documents]
    for quote in quotes:
        if not _stands_in(quote, texts):
            raise CaseError(f"{quote[:80]!r} staat niet letterlijk in een bron.")
    sort = "unanswerable" if unanswerable else kind
    number = 1 + max((int(case.id.rsplit("-", 1)[-1]) for case in known if case.id.startswith(f"dev-{sort}-")), default=0)
    try:
        made = Case.model_validate(
            {
                "id": f"dev-{sort}-{number:02}",
                "question": question,
                "lang": "en" if kind == "english" else "nl",
                "kind": sort,
                "history": list(history) or None,
                "gold_quotes": [{"quote": " ".join(quote.split()), "mark": "vital"} for quote in quotes],
                "nuggets": [{"text": one.split("|")[0], "any_of": [part.strip().lower() for part in one.split("|")]} for one in nuggets],
                "nuggets_min": len(nuggets),
                "story_groups": [[story] for story in stories],
                "stories_min": len(stories),
                "must_abstain": unanswerable is not None,
                "unanswerable_class": unanswerable,
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise CaseError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}.") from None
    with path.open("a", encoding="utf-8") as lines:
        lines.write(made.model_dump_json() + "\n")
    return made


def _stands_in(quote: str, squashed: Sequence[str]) -> bool:
    return any(squash(quote) in text for text in squashed)


def open_sealed(reason: str, date: str, documents: Iterable[Document] = ()) -> Sequence[Case]:
    """The cases of the sealed part, held against `documents`. Every opening is logged with its reason, before anything is read.

    Raises `CaseError` without a reason, or when the part is not the one that was sealed.
    """
    if not reason.strip():
        raise CaseError('Het verzegelde deel gaat alleen open met een reden: --reason "…".')
    seal = read_seal()
    if seal["sha256"] != seal_of(SEALED):
        raise CaseError(f"{SEALED.name} is niet wat verzegeld werd (de hash klopt niet). Zet het terug: git checkout -- evals/cases")
    seal["openings"].append({"date": date, "reason": " ".join(reason.split())})
    SEAL.write_text(json.dumps(seal, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return read_cases(SEALED, documents)


def read_seal() -> dict[str, Any]:
    """The sealed part's hash, and the log of its openings. Raises `CaseError` when it cannot be read."""
    try:
        return dict(json.loads(SEAL.read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise CaseError(f"{SEAL} is niet te lezen ({type(error).__name__}).") from None


def seal_of(file: Path) -> str:
    """The SHA-256 of a part, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()
