"""A language model as judge of a run's answers, where one is configured: beside the figures, never a gate.

What it says is worth what its agreement with people is, so labels by hand (`evals/labels.jsonl`: who labelled what) go with it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.cases import FOLDER, Case
from praktijkbaken.errors import CaseError, ModelError
from prompts import read_prompt

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

LABELS = FOLDER / "labels.jsonl"
Helped = Literal["yes", "partly", "no"]


class Verdict(BaseModel):
    """What the judge said of one answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    helped: Helped
    reason: str = ""


class Label(BaseModel):
    """What a person said of one answer: `answer` is the hash of its text, so that a label never counts for another answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    answer: str
    helped: Helped
    by: str


@dataclass(frozen=True)
class Agreement:
    """How far two labellings of the same answers agree.

    `share` is the part with the same label; `kappa` is Cohen's kappa (Cohen 1960), None where it is not defined (one label only).
    """

    who: str
    n: int
    share: float
    kappa: float | None

    def __str__(self) -> str:
        told = "niet te bepalen" if self.kappa is None else f"{self.kappa:.2f}"
        return f"overeenstemming met {self.who}: {self.share:.2f}, kappa {told} (n = {self.n})"


def judge(
    cases: Sequence[Case], texts: dict[str, str], model: "BaseChatModel", progress: Callable[[int, int], None] = lambda _done, _total: None
) -> tuple[dict[str, Verdict], list[str]]:
    """The verdicts by case id, and the ids that got none (the reply was in another form): those are not scored.

    Raises `ModelError` when the model does not answer at all.
    """
    prompt = read_prompt("judge", frozenset({"question", "expected", "answer"}))
    verdicts, without = {}, []
    asked = [case for case in cases if case.id in texts]
    for at, case in enumerate(asked, start=1):
        filled = prompt.invoke({"question": _asked(case), "expected": expected(case), "answer": texts[case.id]})
        try:
            reply = model.invoke(filled)
        except Exception as error:  # every client has errors of its own
            raise ModelError(f"Het oordelende model antwoordt niet ({type(error).__name__}). Controleer PRAKTIJKBAKEN_JUDGE_URL.") from None
        verdict = _verdict(str(reply.text))
        if verdict is None:
            without.append(case.id)
        else:
            verdicts[case.id] = verdict
        progress(at, len(asked))
    return verdicts, without


def expected(case: Case) -> str:
    """What a good answer holds, in words for a judge, a person or a model."""
    told = [f"- quote: {gold.quote}" for gold in case.gold_quotes]
    told += [f"- fact: {nugget.text}" for nugget in case.nuggets]
    told += [f"- story: {group[0]}" for group in case.story_groups]
    told += [f"- exactly: {'; '.join(case.expected_items)}"] if case.expected_items else []
    told += [f"- number: {case.expected_count}"] if case.expected_count is not None else []
    told += [f"- the sources do not answer this ({case.unanswerable_class or 'not in the sources'})"] if case.must_abstain else []
    return "\n".join(told)


def agreement(who: str, one: Iterable[str], other: Iterable[str]) -> Agreement:
    """How far two rows of labels, one item a place, agree."""
    from sklearn.metrics import cohen_kappa_score

    first, second = list(one), list(other)
    if len({*first, *second}) < 2:
        return Agreement(who, len(first), 1.0 if first else 0.0, None)
    same = sum(a == b for a, b in zip(first, second, strict=True)) / len(first)
    return Agreement(who, len(first), same, float(cohen_kappa_score(first, second)))


def agreements(verdicts: dict[str, Verdict], texts: dict[str, str], passed: dict[str, bool], labels: Sequence[Label]) -> list[Agreement]:
    """The judge beside each person who labelled these very answers, and beside the pass rule (helped "yes" is a pass)."""
    found = []
    for who in sorted({label.by for label in labels}):
        same = [one for one in labels if one.by == who and one.id in verdicts and one.answer == hash_of(texts[one.id])]
        if same:
            found.append(agreement(who, [one.helped for one in same], [verdicts[one.id].helped for one in same]))
    rows = [name for name in verdicts if name in passed]
    ruled = ["yes" if passed[name] else "no" for name in rows]
    found.append(agreement("de slaagregel", ruled, ["yes" if verdicts[name].helped == "yes" else "no" for name in rows]))
    return found


def counts(verdicts: dict[str, Verdict]) -> dict[str, int]:
    """How often each label was given."""
    return dict(Counter(verdict.helped for verdict in verdicts.values()))


def read_labels(file: Path = LABELS) -> Sequence[Label]:
    """The labels by hand; none without a file. Raises `CaseError` that names a broken line."""
    if not file.is_file():
        return ()
    labels = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        try:
            labels.append(Label.model_validate_json(line))
        except ValidationError as error:
            raise CaseError(f"{file.name}, regel {number}: {error.errors()[0]['msg']}.") from None
    return labels


def write_label(label: Label, file: Path = LABELS) -> None:
    """Adds one label."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(label.model_dump_json() + "\n")


def hash_of(text: str) -> str:
    """What a label knows an answer by: the first 16 hexadecimals of the SHA-256 of its text."""
    return sha256(text.encode()).hexdigest()[:16]


def read_texts(folder: Path) -> dict[str, str]:
    """The answers' texts of a run by case id; a case that broke has none. Raises `CaseError` when the folder holds no run."""
    try:
        rows: list[dict[str, Any]] = [json.loads(line) for line in (folder / "answers.jsonl").read_text("utf-8").splitlines()]
        return {row["id"]: row["text"] for row in rows if "text" in row}
    except (OSError, ValueError, KeyError, TypeError):
        raise CaseError(f"{folder} is geen map van een evaluatierun. Geef: praktijkbaken eval run") from None


def _asked(case: Case) -> str:
    return "\n".join([*(f"(earlier: {turn})" for turn in case.history or ()), case.question])


def _verdict(reply: str) -> Verdict | None:
    """The verdict in a reply; None when it holds no single JSON object of the right form."""
    start, end = reply.find("{"), reply.rfind("}")
    try:
        return Verdict.model_validate_json(reply[start : end + 1]) if 0 <= start < end else None
    except ValidationError:
        return None
