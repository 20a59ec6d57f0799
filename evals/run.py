"""One evaluation run: every case through one system, scored, and kept as a folder that says all there is to know of it."""

import json
import platform
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.figures import Figure, area_under_curve, mean, percentile, precision_recall_f1, risk_coverage
from evals.matching import Asked
from evals.metrics import METRICS, why_not
from evals.systems import System
from index.snapshot import versions
from praktijkbaken import __version__
from praktijkbaken.errors import CaseError
from praktijkbaken.settings import Settings
from prompts import prompt_hashes
from rag.answer import Answer
from rag.assistant import Question

Progress = Callable[[int, int], None]
LEAST_PER_KIND = 30
FIRST = 5
_PARTS = ("chromadb", "bm25s", "langchain-core", "langchain-chroma", "numpy", "pydantic", "PyStemmer", "scipy")


@dataclass(frozen=True)
class Scored:
    """One case with its answer and its scores. `error` is set where the system broke: that counts as a failure.

    `confidence` is None where the system has none; `standalone` is the answer to a follow-up written out.
    """

    case: Case
    answer: Answer | None
    values: dict[str, float | None]
    why: tuple[str, ...]
    confidence: float | None = None
    standalone: Answer | None = None
    standalone_values: dict[str, float | None] = field(default_factory=dict)
    error: str | None = None


@dataclass(frozen=True)
class Run:
    """All scored cases of one system on one snapshot."""

    name: str
    part: str
    snapshot: str
    scored: tuple[Scored, ...]

    @property
    def failed(self) -> list[Scored]:
        """The cases that do not pass."""
        return [one for one in self.scored if one.why]

    def values(self, metric: str) -> list[float | None]:
        """A metric's value for each case, in order; None where it is not scored."""
        return [one.values[metric] for one in self.scored]

    def figure(self, metric: str) -> Figure:
        """The mean of a metric."""
        return mean(self.values(metric))


def run(cases: Sequence[Case], system: System, part: str, progress: Progress = lambda _done, _total: None) -> Run:
    """Every case asked and scored, in order; a follow-up also written out."""
    scored = []
    for at, case in enumerate(cases, start=1):
        scored.append(score(case, system))
        progress(at, len(cases))
    return Run(system.name, part, system.snapshot.id, tuple(scored))


def score(case: Case, system: System) -> Scored:
    """One case asked and scored."""
    question = Question(case.question, case.history or (), id=case.id)
    try:
        answer = system.answer(question)
        confidence = system.confidence(question) if system.confidence else None
        alone = system.answer(Question(case.standalone, id=case.id)) if case.standalone else None
    except Exception as error:  # whatever breaks on a question is a failure of the system, and the run goes on
        nothing: dict[str, float | None] = {**dict.fromkeys(METRICS, None), "pass": 0.0}
        return Scored(case, None, nothing, ("error",), error=f"{type(error).__name__}: {error}")
    asked = Asked(case, answer, system.snapshot)
    values = {name: metric(asked) for name, metric in METRICS.items()}
    written_out = Asked(case, alone, system.snapshot) if alone else None
    alone_values = {name: metric(written_out) for name, metric in METRICS.items()} if written_out else {}
    return Scored(case, answer, values, why_not(asked), confidence, alone, alone_values)


def across(one: Run) -> dict[str, Figure]:
    """What only shows across cases: refusals by class, follow-ups beside the question written out, twins, confidence, seconds."""
    figures: dict[str, Figure] = {}
    answers = [s for s in one.scored if s.answer is not None]
    refused = [s for s in answers if s.answer and s.answer.status == "not_found" and not s.case.accept_refusal]
    should = [s for s in answers if s.case.must_abstain]
    named = ("precision", "recall", "F1")
    judged = [s for s in answers if not s.case.accept_refusal]
    found = precision_recall_f1([s in refused for s in judged], [s.case.must_abstain for s in judged])
    figures |= {f"not found: {name}": figure for name, figure in zip(named, found, strict=True)}
    by_class: dict[str, list[float]] = defaultdict(list)
    for s in should:
        by_class[s.case.unanswerable_class or "other"].append(float(s in refused))
    figures |= {f"not found: recall, {name}": mean(values) for name, values in sorted(by_class.items())}
    follow = [s for s in answers if s.standalone_values]
    for metric in ("pass", "gold in first 5"):
        pairs = [(s.standalone_values[metric], s.values[metric]) for s in follow]
        both = [(a, b) for a, b in pairs if a is not None and b is not None]
        figures[f"follow-up gap: {metric}"] = mean([a - b for a, b in both])
    figures["twins: first five shared"] = mean(_twins(answers))
    sure = [s for s in answers if s.confidence is not None]
    area = area_under_curve([s.confidence or 0.0 for s in sure], [not s.case.must_abstain for s in sure])
    figures["confidence: area under the curve"] = Figure(area, len(sure))
    for share in (0.5, 0.8):
        risk = [risk for coverage, risk in curve(one) if coverage >= share][:1]
        figures[f"risk at {share:.0%} coverage"] = Figure(risk[0] if risk else None, len(sure))
    for step in sorted({step for s in answers if s.answer for step in s.answer.seconds}):
        spent = [s.answer.seconds[step] for s in answers if s.answer and step in s.answer.seconds]
        figures[f"seconds, {step}: p50"] = Figure(percentile(spent, 0.5), len(spent))
        figures[f"seconds, {step}: p95"] = Figure(percentile(spent, 0.95), len(spent))
    return figures


def curve(one: Run) -> list[tuple[float, float]]:
    """(coverage, risk) when only the questions with the most confidence are answered; empty where the system has no confidence."""
    sure = [s for s in one.scored if s.answer is not None and s.confidence is not None]
    return risk_coverage([s.confidence or 0.0 for s in sure], [bool(s.why) for s in sure])


def by_kind(one: Run, metric: str = "pass") -> dict[str, Figure]:
    """A metric's mean for each kind of case; a kind of under 30 cases has too wide an interval to promise anything on."""
    kinds: dict[str, list[float | None]] = defaultdict(list)
    for scored in one.scored:
        kinds[scored.case.kind].append(scored.values[metric])
    return {kind: mean(values) for kind, values in sorted(kinds.items())}


# What is told for each kind of case.
OF_KIND = ("pass", "gold in first 1", "gold in first 5", "vital nuggets", "first quote right")


def kinds(one: Run) -> dict[str, dict[str, Figure]]:
    """For each kind of case its figures by metric."""
    told = {metric: by_kind(one, metric) for metric in OF_KIND}
    return {kind: {metric: told[metric][kind] for metric in OF_KIND} for kind in told["pass"]}


def lines(one: Run) -> Iterable[str]:
    """The figures for a person: each with its interval and its n."""
    yield f"{one.name}, {one.part}: {len(one.scored)} cases, snapshot {one.snapshot}"
    for metric in METRICS:
        yield f"{metric:<34}{one.figure(metric)}"
    for name, figure in across(one).items():
        yield f"{name:<34}{figure}"
    for kind, figures in kinds(one).items():
        for metric, figure in figures.items():
            few = "" if figure.n >= LEAST_PER_KIND else f"  (n < {LEAST_PER_KIND}: te weinig om iets te beloven)"
            if figure.n:
                yield f"{metric + ', ' + kind:<34}{figure}{few}"


def write_run(one: Run, system: System, settings: Settings, folder: Path) -> Path:
    """The run as a folder: configuration, every answer, every score, seconds apart. Returns it.

    Answers and scores are the same for the same snapshot; what differs from run to run (the moment, seconds) lies in `run.json`.
    """
    moment, snapshot = datetime.now(UTC), system.snapshot
    counts = {"documents": len(snapshot.documents), "passages": len(snapshot.passages), "stories": len(snapshot.stories)}
    about = {
        "name": one.name,
        "part": one.part,
        "created": moment.isoformat(timespec="seconds"),
        "settings": {key: str(value) for key, value in settings.model_dump().items() if key not in ("home", "data", "sources")},
        "prompts": prompt_hashes(),
        # from what was opened: on disk there may be a newer one
        "snapshot": {"id": snapshot.id, "model": snapshot.model, "versions": versions(), "counts": counts, "inputs": snapshot.inputs},
        "versions": {"praktijkbaken": __version__, "python": platform.python_version(), **{part: version(part) for part in _PARTS}},
        "seconds": {s.case.id: s.answer.seconds for s in one.scored if s.answer},
    }
    texts = {
        "answers.jsonl": "".join(_line(_answer(s)) for s in one.scored),
        "scores.jsonl": "".join(_line(_score(s)) for s in one.scored),
        "run.json": json.dumps(about, ensure_ascii=False, indent=1),
    }
    # last, when all there is to write is there: a folder without it is no run
    made = folder / f"{moment:%Y%m%d-%H%M%S-%f}-{one.name.replace(' ', '-')}"
    made.mkdir(parents=True)
    for name, text in texts.items():
        _write(made / name, text)
    return made


def read_scores(folder: Path) -> dict[str, dict[str, Any]]:
    """A run's scores by case id. Raises `CaseError` when the folder holds no run."""
    try:
        rows = [json.loads(line) for line in (folder / "scores.jsonl").read_text("utf-8").splitlines()]
        return {row["id"]: row for row in rows}
    except (OSError, ValueError, KeyError, TypeError):
        raise CaseError(f"{folder} is geen map van een evaluatierun. Geef: praktijkbaken eval run") from None


def find_run(folder: Path, name: str) -> Path:
    """The run that `name` means: a folder, the end or a part of one's name, or "last" and "last-1". Raises `CaseError`."""
    made = sorted(path for path in folder.iterdir() if (path / "run.json").is_file()) if folder.is_dir() else []
    if name.startswith("last"):
        back = int(name.removeprefix("last").lstrip("-") or 0) if name.removeprefix("last").lstrip("-").isdigit() or name == "last" else -1
        if 0 <= back < len(made):
            return made[-1 - back]
    elif Path(name).is_dir():
        return Path(name)
    elif matching := [path for path in made if name in path.name]:
        return matching[-1]
    known = ", ".join(path.name for path in made[-5:]) or "nog geen"
    raise CaseError(f"Er is geen run {name!r}. De laatste: {known}.")


def _twins(scored: Sequence[Scored]) -> list[float | None]:
    """For each Dutch case with an English twin, the share of its first five passages that the twin found too."""
    by_id = {s.case.id: s for s in scored}
    shared: list[float | None] = []
    for s in scored:
        twin = by_id.get(s.case.twin or "")
        if s.case.lang == "nl" and twin is not None and s.answer and twin.answer:
            own, other = ({hit.passage_id for hit in a.retrieved[:FIRST]} for a in (s.answer, twin.answer))
            shared.append(len(own & other) / max(1, len(own)))
    return shared


def _answer(one: Scored) -> dict[str, Any]:
    if one.answer is None:
        return {"id": one.case.id, "error": one.error}
    return {**json.loads(one.answer.to_json()), "id": one.case.id, "seconds": {}}


def _score(one: Scored) -> dict[str, Any]:
    return {
        "id": one.case.id,
        "kind": one.case.kind,
        "question": one.case.question,
        "why": one.why,
        "confidence": None if one.confidence is None else round(one.confidence, 4),
        "values": one.values,
    }


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _write(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
