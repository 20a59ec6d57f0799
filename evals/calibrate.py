"""Fits how far the sources hold a question (`rag.support.Calibration`) on the development cases: `python -m evals.calibrate`.

Left out: what a slot decides (a year, number or person that is asked for and absent), questions for a story or the catalogue, which
titles answer, and what is no question at all.

Once on the index as it is, where other words and questions without an answer lie beside the sentences; and once on an index without
them, as an office's own documents have none. There the network of `index/answerable.py` must not have seen the sentence either: each is
judged by one that was learnt without it. Some twenty minutes, most of them to embed what is learnt from.
"""

import csv
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from evals.cases import Case, read_cases
from evals.golden import golden_check
from index.build import build_index, open_index
from index.embedding import embeddings_for
from index.shipped import Lessons, lessons
from praktijkbaken.settings import Settings, load_settings
from rag.assistant import Assistant, Question
from rag.question import CATALOGUE
from rag.support import BY_WORDS, CONSIDERED, WITH_ADAPTER, WITH_DEFAULT_MODEL, Calibration, Signals
from rag.work import Trace

SLOTS = {"year", "amount", "date", "person"}
NOT_A_QUESTION = {"empty", "instruction", "too_long"}
FOLDS = 10
SEED = 20190612
# So many networks, each learnt without one in so many runs of so many sentences.
NETWORKS = 5
RUN = 12
RIDGE = 0.3
# What is not in the sources counts so much, all cases together, beside what is.
OF_ABSENT = 0.7
THRESHOLDS = (0.3, 0.4, 0.45, 0.5, 0.6, 0.7)


class Row(NamedTuple):
    """The signals of a case, and whether the sources hold it."""

    case: str
    signals: Signals
    held: bool


def collect(assistant: Assistant, cases: Sequence[Case], unseen: "Unseen | None" = None) -> list[Row]:
    """The signals of each case that they decide, and whether the sources hold it; where `unseen` is given, as if its sentences were new."""
    found = []
    for case in cases:
        question = Question(case.question, case.history or (), id=case.id)
        answer = assistant.invoke(question)
        trace = assistant.trace(question)
        decided = answer.reason in NOT_A_QUESTION or (case.must_abstain and {m.what for m in answer.missing} & SLOTS)
        if trace is not None and not decided and not case.accept_refusal and case.kind != "story" and trace.asked.intent not in CATALOGUE:
            signals = replace(trace.signals, answers=unseen.answers(assistant, trace)) if unseen else trace.signals
            found.append(Row(case.id, signals, not case.must_abstain))
    return found


class Unseen:
    """Networks that each have not seen one run in `NETWORKS` of the sentences."""

    def __init__(self, given: Lessons) -> None:
        self._of = np.arange(len(given.vectors.sentences)) // RUN % NETWORKS
        self._networks = [given.answerable(without=self._of == at) for at in range(NETWORKS)]

    def answers(self, assistant: Assistant, trace: Trace) -> float | None:
        """As `Signals.answers`, each sentence by the network that has not seen it."""
        retriever, vectors = assistant.retriever, assistant.snapshot.vectors
        if trace.found.vector is None or vectors is None:
            return None
        places = [retriever.at(e.passage.document_id, e.core.start) for e in trace.evidence[:CONSIDERED]]
        odds = [self._networks[self._of[at]].scores(trace.found.vector, vectors.sentences[[at]]) for at in places]
        return max((float(one[0]) for one in odds), default=None)


class Fitted(NamedTuple):
    """A calibration, the area under the curve when each fold is predicted from the others, and what thresholds would give."""

    calibration: Calibration
    area: float
    at: tuple[tuple[float, float, float], ...]


def fit(rows: Sequence[Row], names: Sequence[str]) -> Fitted:
    """The calibration over the signals in `names`; its thresholds as (confidence, refused of what is held, answered of what is not)."""
    x: NDArray[np.float64] = np.array([[getattr(row.signals, name) for name in names] for row in rows])
    y = np.array([row.held for row in rows])
    weights = np.where(y, 1.0, OF_ABSENT * y.sum() / (~y).sum())
    centre, spread = x.mean(axis=0), x.std(axis=0)
    model = LogisticRegression(C=RIDGE)
    standard = (x - centre) / np.where(spread > 0, spread, 1.0)
    predicted = np.zeros(len(y))
    for train, left_out in StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(standard, y):
        model.fit(standard[train], y[train], sample_weight=weights[train])
        predicted[left_out] = model.predict_proba(standard[left_out])[:, 1]
    model.fit(standard, y, sample_weight=weights)
    slopes = model.coef_[0] / np.where(spread > 0, spread, 1.0)
    named = {name: round(float(slope), 2) for name, slope in zip(names, slopes, strict=True)}
    at = tuple((t, float((predicted[y] < t).mean()), float((predicted[~y] >= t).mean())) for t in THRESHOLDS)
    bias = round(float(model.intercept_[0] - (slopes * centre).sum()), 2)
    return Fitted(Calibration(named, bias), float(roc_auc_score(y, predicted)), at)


def _assistant(settings: Settings) -> Assistant:
    return Assistant(open_index(settings), settings, embeddings_for(settings.embedding_model))


def _without_other_words(settings: Settings, folder: Path) -> Settings:
    """Settings with an index in `folder` of the same sources without the other words for their sentences."""
    shutil.copytree(settings.data, folder / "data")
    file = folder / "data" / "catalogue" / "vragen.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        heading = next(csv.reader(lines))
    with file.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerow(heading)
    made = settings.model_copy(update={"home": folder / "home", "data": folder / "data"})
    build_index(made, golden_check(made), lambda _step, _done, _total: None)
    return made


def main() -> None:
    """Prints the lines for `rag/support.py`, and what thresholds would give."""
    settings, cases = load_settings(), read_cases()
    with_words = collect(_assistant(settings), cases)
    with TemporaryDirectory() as folder:
        without = collect(_assistant(_without_other_words(settings, Path(folder))), cases, Unseen(lessons(settings)))
    for name, known, rows in (
        ("WITH_ADAPTER", WITH_ADAPTER, [row for row in with_words if row.signals.nearer is not None and row.signals.answers is not None]),
        ("WITH_DEFAULT_MODEL", WITH_DEFAULT_MODEL, [row for row in without if row.signals.answers is not None]),
        ("BY_WORDS", BY_WORDS, with_words),
    ):
        made = fit(rows, list(known.weights))
        typer.echo(f"{name} = {made.calibration}")
        typer.echo(f"# {len(rows)} cases, {sum(not r.held for r in rows)} not in the sources; area {made.area:.3f} ({FOLDS}-fold)")
        for threshold, refused, answered in made.at:
            typer.echo(f"#   {threshold:.2f}: refuses {refused:.3f} of what is held, answers {answered:.3f} of what is not")


if __name__ == "__main__":
    main()
