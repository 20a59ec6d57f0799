"""The optional reranker: with scripted judges of passages, and with a real cross-encoder from a package."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.embedding import embeddings_for
from index.snapshot import Snapshot
from praktijkbaken.errors import CaseError, RerankError
from praktijkbaken.settings import Settings
from rag.assistant import Assistant, Question
from rag.rerank import RERANKED, CrossEncoderReranker, reranker_for
from rag.retrieval import Found, HybridRetriever, Tuning
from tests.conftest import sentence_transformers_folder

QUESTION = "Hoe helpen regio's mensen met schulden?"


class Scripted:
    """Likes passages that hold its word."""

    def __init__(self, word: str, like: float = 1.0) -> None:
        self.word, self.like = word, like
        self.seen: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        assert question == QUESTION
        self.seen = list(texts)
        return [self.like * (self.word in text) for text in texts]


def find(assistant: Assistant, reranker: Scripted | None, tuning: Tuning | None = None) -> Found:
    retriever = HybridRetriever(
        snapshot=assistant.snapshot,
        reader=assistant.reader,
        engine=assistant.retriever.engine,
        reranker=reranker,
        tuning=tuning or Tuning(),
    )
    return retriever.find(assistant.reader.read(QUESTION))


def test_what_the_reranker_likes_moves_up_and_the_scores_stay(assistant: Assistant) -> None:
    plain = find(assistant, None)
    last = plain.hits[-1].passage
    reranker = Scripted(last.text[:60])
    again = find(assistant, reranker)
    names = [hit.passage.id for hit in again.hits]
    assert names.index(last.id) < len(names) - 1
    assert next(hit for hit in again.hits if hit.passage.id == last.id).reranked == 1
    assert len(reranker.seen) == RERANKED
    assert sorted(again.passage_scores.tolist()) == pytest.approx(sorted(plain.passage_scores.tolist()))


def test_a_reranker_without_an_opinion_changes_nothing(assistant: Assistant) -> None:
    plain, again = find(assistant, None), find(assistant, Scripted("staat nergens"))
    assert [hit.passage.id for hit in again.hits] == [hit.passage.id for hit in plain.hits]
    assert all(hit.reranked is None for hit in plain.hits)


def test_a_reranker_can_be_switched_off_for_an_evaluation(assistant: Assistant) -> None:
    reranker = Scripted("Zwolle")
    assert find(assistant, reranker, Tuning(frozenset({"reranker"}))) is not None
    assert reranker.seen == []


def test_without_the_setting_there_is_none(assistant: Assistant, settings: Settings) -> None:
    from evals.systems import system

    assert reranker_for(None) is None
    assert assistant.retriever.reranker is None
    with pytest.raises(CaseError, match="PRAKTIJKBAKEN_RERANKER"):
        system("no reranker", settings)


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A cross-encoder of the packaged model, with a head that has learned nothing: real code, real time, no quality."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    torch.manual_seed(1)
    base = sentence_transformers_folder()
    folder = tmp_path_factory.mktemp("cross-encoder")
    AutoModelForSequenceClassification.from_pretrained(base, num_labels=1).save_pretrained(folder)
    AutoTokenizer.from_pretrained(base).save_pretrained(folder)
    return str(folder)


def test_a_real_cross_encoder_answers_with_citations(snapshot: Snapshot, settings: Settings, cross_encoder: str) -> None:
    named = settings.model_copy(update={"reranker": cross_encoder})
    assistant = Assistant(snapshot, named, embeddings_for(named.embedding_model))
    answer = assistant.invoke(Question(QUESTION))
    assert answer.citations
    trace = assistant.trace(Question(QUESTION))
    assert trace is not None
    assert {hit.reranked for hit in trace.found.hits} <= set(range(1, RERANKED + 1))
    one, other = assistant.retriever.reranker, reranker_for(cross_encoder)
    assert one is not None
    assert other is not None
    assert one.scores("a", ["b", "c"]) == other.scores("a", ["b", "c"])


@pytest.mark.parametrize("model", ["/bestaat/niet", "geen/zulk-model"])
def test_a_reranker_that_cannot_be_loaded_is_one_clear_line(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(RerankError, match="PRAKTIJKBAKEN_RERANKER") as error:
        CrossEncoderReranker(model).scores("vraag", ["tekst"])
    assert "\n" not in str(error.value)


def test_a_model_with_several_scores_a_pair_is_refused(tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    base = sentence_transformers_folder()
    AutoModelForSequenceClassification.from_pretrained(base, num_labels=3).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(base).save_pretrained(tmp_path)
    with pytest.raises(RerankError, match="Kies een ander model"):
        CrossEncoderReranker(str(tmp_path)).scores("vraag", ["tekst", "nog een"])
