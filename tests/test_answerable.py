"""What tells whether a sentence answers a question: learnt from questions with and without an answer, each beside a sentence."""

from pathlib import Path

import numpy as np
import pytest

from evals.cases import read_cases
from index.answerable import Answerable, answerable_file, learn_answerable, read_answerable
from index.shipped import nearest_sentences
from index.vectors import shipped_file
from praktijkbaken.settings import CHECKOUT, DEFAULT_MODEL
from rag.assistant import Assistant, Question

SIZE = 24
SENTENCES = 40


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_it_learns_what_a_cosine_does_not_see() -> None:
    """A sentence tells one of two things of its subject (the sign of the last axis), a question asks for one of them."""
    rng = np.random.default_rng(3)
    subjects = rng.standard_normal((SENTENCES, SIZE))
    subjects[:, -1] = 0
    tells = np.where(rng.random(SENTENCES) < 0.5, 1.0, -1.0)
    aspect = np.eye(SIZE)[-1]
    sentences = unit(subjects + 2 * tells[:, None] * aspect)

    def questions(sign: float, each: int) -> tuple[np.ndarray, np.ndarray]:
        owner = np.repeat(np.arange(SENTENCES), each)
        return unit(subjects[owner] + 0.3 * rng.standard_normal((len(owner), SIZE)) + 2 * sign * tells[owner][:, None] * aspect), owner

    (asked, owner), (beyond, near) = questions(1, 60), questions(-1, 60)
    learnt = learn_answerable(asked, owner, beyond, near, sentences, epochs=25)
    (new, of), (other, sounds_like) = questions(1, 5), questions(-1, 5)
    right = [learnt.scores(question, sentences[[at]])[0] > 0 for question, at in zip(new, of, strict=True)]
    wrong = [learnt.scores(question, sentences[[at]])[0] > 0 for question, at in zip(other, sounds_like, strict=True)]
    assert np.mean(right) >= 0.9
    assert np.mean(wrong) <= 0.1


def test_it_is_read_as_it_was_written_and_may_be_absent(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    shapes = ((4,), (4,), (4, 3), (4, 3), (12, 5), (5,), (5,), (1,))
    made = Answerable(*(rng.standard_normal(shape).astype(np.float32) for shape in shapes))
    made.write(tmp_path / "a.npz")
    again = read_answerable(tmp_path / "a.npz")
    assert again is not None
    question, sentences = rng.standard_normal(4).astype(np.float32), rng.standard_normal((6, 4)).astype(np.float32)
    assert again.scores(question, sentences) == pytest.approx(made.scores(question, sentences), abs=0.05)
    assert read_answerable(tmp_path / "none.npz") is None
    (tmp_path / "broken.npz").write_text("x")
    assert read_answerable(tmp_path / "broken.npz") is None
    (tmp_path / "cut.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:200])
    (tmp_path / "empty.npz").write_bytes(b"")
    assert read_answerable(tmp_path / "cut.npz") is None
    assert read_answerable(tmp_path / "empty.npz") is None
    np.savez(tmp_path / "other.npz", hidden=np.zeros(3))
    assert read_answerable(tmp_path / "other.npz") is None
    assert read_answerable(answerable_file(shipped_file(CHECKOUT / "data", DEFAULT_MODEL))) is not None


def test_a_question_without_an_answer_lies_beside_the_sentence_of_its_number(tmp_path: Path) -> None:
    (tmp_path / "vragen.csv").write_text("nr,vraag,gewoon,engels\n7,Wie doet dat?,,\n9,Wat kost het?,,\n8,,,\n", "utf-8")
    (tmp_path / "buitenvragen.csv").write_text(
        "nr,vraag,gewoon,engels\n9,Wie betaalt het?,en sinds wanneer,\n,Regent het?,,\n8,Hoe?,,\n", "utf-8"
    )
    assert nearest_sentences(tmp_path, {"Wie doet dat?": 3, "Wat kost het?": 5}).tolist() == [5, 5, -1, -1]


def test_of_a_minimal_pair_the_half_with_an_answer_mostly_has_the_likelier_one(assistant: Assistant) -> None:
    """The development part's pairs, which differ in a word or two; nothing was learnt from them."""
    cases = {case.id: case for case in read_cases()}
    halves = [(case, cases[case.pair]) for case in cases.values() if case.pair in cases and not case.must_abstain]
    pairs = [(one, other) for one, other in halves if other.must_abstain and not (one.history or other.history)]

    def answers(question: str) -> float:
        trace = assistant.trace(Question(question))
        assert trace is not None
        # nothing was found for a region that the sources do not know
        return -np.inf if trace.signals.answers is None else trace.signals.answers

    found = [answers(one.question) > answers(other.question) for one, other in pairs]
    assert len(found) >= 30
    assert np.mean(found) >= 0.65
