import json
from pathlib import Path

import pytest

from evals.cases import Case, Nugget, read_cases
from evals.run import Run, run, score, visible_words
from praktijkbaken.errors import CaseError
from rag.assistant import Assistant
from tests.conftest import Ask

GOOD = {"id": "a", "question": "q", "lang": "nl", "kind": "fact"}


def write(path: Path, *lines: object) -> Path:
    file = path / "cases.jsonl"
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines), "utf-8")
    return file


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("geen json", "regel 2: geen geldige JSON"),
        ({**GOOD, "id": "b", "onbekend": 1}, "regel 2: veld onbekend"),
        ({"id": "b"}, "regel 2: veld question"),
        (GOOD, "regel 2: id 'a' staat er twee keer in"),
    ],
)
def test_a_bad_case_is_named_by_its_line_and_nothing_runs(tmp_path: Path, bad: object, message: str) -> None:
    with pytest.raises(CaseError, match=message):
        read_cases(write(tmp_path, GOOD, bad))


def test_a_missing_file_of_cases_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="niet te lezen"):
        read_cases(tmp_path / "niets.jsonl")


def case(**more: object) -> Case:
    return Case.model_validate({**GOOD, **more})


def test_nuggets_are_counted_by_hand_alike(ask: Ask, assistant: Assistant) -> None:
    answer = ask("Welke regio's werken met Boris?")
    nuggets = (Nugget(text="", any_of=("food valley",)), Nugget(text="", any_of=("nergens te vinden",)))
    scored = score(case(nuggets=nuggets, nuggets_min=1), answer, assistant)
    assert scored.values["nugget recall"] == 0.5
    assert scored.why == ()
    assert score(case(nuggets=nuggets, nuggets_min=2), answer, assistant).why == ("nuggets",)


def test_an_answer_to_an_unanswerable_case_is_a_false_answer(ask: Ask, assistant: Assistant) -> None:
    answered = score(case(must_abstain=True), ask("Welke regio's werken met Boris?"), assistant)
    assert (answered.values["false answer"], answered.why) == (1.0, ("answered",))
    refused = score(case(must_abstain=True), ask("hallo"), assistant)
    assert (refused.values["false answer"], refused.why) == (0.0, ())


def test_the_gold_passage_is_looked_for_in_what_was_retrieved(ask: Ask, assistant: Assistant) -> None:
    answer = ask("Welke regio's werken met Boris?")
    right = score(case(gold_quotes=[{"quote": "Er wordt met Boris gewerkt in onder meer Food Valley", "mark": "vital"}]), answer, assistant)
    assert right.values["gold in first 1"] == right.values["first quote right"] == 1.0
    wrong = score(case(gold_quotes=[{"quote": "Dit staat nergens in het rapport", "mark": "vital"}]), answer, assistant)
    assert wrong.values["gold in first 5"] == 0.0


def test_a_metric_that_does_not_apply_is_not_scored(assistant: Assistant) -> None:
    result = run([case(question="hallo", must_abstain=True)], assistant)
    assert result.mean("nugget recall")[1] == 0
    assert result.mean("false answer") == (0.0, 1)
    assert Run(()).failed == []


def test_link_targets_are_not_words_a_reader_sees() -> None:
    assert visible_words("Lees [het verhaal](https://a.nl/b-c-d) nu") == 4


def test_every_own_case_stands_on_the_report(assistant: Assistant) -> None:
    from index.documents import squash

    report = squash(next(iter(assistant.snapshot.documents.values())).text)
    cases = read_cases()
    assert len(cases) >= 86
    for one in cases:
        assert not (one.must_abstain and one.gold_quotes)
        for gold in one.gold_quotes:
            assert squash(gold.quote) in report, one.id


def test_the_own_cases_reach_what_the_readme_promises(assistant: Assistant) -> None:
    result = run(read_cases(), assistant)
    assert result.mean("sound")[0] == 1.0
    assert result.mean("gold in first 5")[0] >= 0.90
    assert result.mean("nugget recall")[0] >= 0.75
    assert result.mean("pass")[0] >= 0.60
