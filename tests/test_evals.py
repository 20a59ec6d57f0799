"""Evaluation runs: cases, the run's folder and page, comparing, the gate, and adding a case."""

import json
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from evals.ablation import PAGE
from evals.ablation import table as ablation_table
from evals.ablation import write_page as write_ablation
from evals.apart import figures, read_apart
from evals.cases import CASES, PAIRS, SEAL, SEALED, Case, add_case, open_sealed, read_cases, read_seal, seal_of
from evals.compare import compare
from evals.gate import GATE, hold, read_gate
from evals.page import in_plain_words, write_page
from evals.run import Run, across, by_kind, find_run, lines, run, score, write_run
from evals.systems import ABLATIONS, BASELINES, NAMES, System, system
from index.documents import squash
from index.dutch import fold
from index.snapshot import Snapshot, current_folder, swap
from praktijkbaken.errors import CaseError
from praktijkbaken.settings import Settings
from rag.answer import Answer
from rag.assistant import Assistant, Question

ALMOST_THE_SAME = 85
GOOD = {"id": "a", "question": "q", "lang": "nl", "kind": "fact"}


def write(path: Path, *rows: object) -> Path:
    file = path / "cases.jsonl"
    file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return file


def case(**more: object) -> Case:
    return Case.model_validate({**GOOD, **more})


@pytest.fixture(scope="module")
def product(assistant: Assistant) -> System:
    return System("assistant", assistant.snapshot, assistant.invoke, assistant.confidence)


@pytest.fixture(scope="module")
def some() -> list[Case]:
    """A fast subset: every eighth case of the development part."""
    return list(read_cases())[::8]


@pytest.fixture(scope="module")
def result(product: System, some: list[Case]) -> Run:
    return run(some, product, "subset")


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


def test_a_quote_that_is_not_in_the_sources_is_named_by_its_line_and_nothing_runs(snapshot: Snapshot, tmp_path: Path) -> None:
    quote = "Binnen één week waren meer dan honderd mensen aan het werk."
    good = {**GOOD, "gold_quotes": [{"quote": quote, "mark": "vital"}]}
    strange = {**GOOD, "id": "b", "gold_quotes": [{"quote": quote.replace("honderd", "duizend"), "mark": "okay"}]}
    file = write(tmp_path, good, strange)
    assert len(read_cases(file)) == 2
    with pytest.raises(CaseError, match=r"regel 2: 'Binnen .* staat niet letterlijk in een bron"):
        read_cases(file, snapshot.documents.values())


def asked_in(file: Path) -> tuple[list[str], list[str]]:
    """The ids of a part's cases, and what each asks with its turns before; without those that ask nothing."""
    asked = {one.id: text for one in read_cases(file) if (text := fold(" ".join([*(one.history or ()), one.question])).strip())}
    return list(asked), list(asked.values())


@pytest.mark.parametrize(("part", "other"), [(CASES, SEALED), (PAIRS, CASES), (PAIRS, SEALED)])
def test_no_question_of_one_part_stands_in_another_almost_the_same(part: Path, other: Path) -> None:
    """Reading the sealed part's questions to compare them does not open it: nothing is asked, shown or tuned."""
    (ids, texts), (other_ids, other_texts) = asked_in(part), asked_in(other)
    alike = np.argwhere(cdist(texts, other_texts, scorer=fuzz.token_sort_ratio) >= ALMOST_THE_SAME)
    assert [(ids[a], other_ids[b]) for a, b in alike] == []


@pytest.mark.parametrize("part", [CASES, PAIRS, SEALED])
def test_no_half_of_the_many_pairs_stands_in_a_part_almost_the_same(part: Path) -> None:
    halves = [fold(case.question) for case in read_apart(Settings(), every=1)]
    assert len(halves) > 21_000
    alike = cdist(halves, asked_in(part)[1], scorer=fuzz.token_sort_ratio, score_cutoff=ALMOST_THE_SAME, workers=-1, dtype=np.uint8)
    assert not alike.any()


def test_of_the_many_pairs_each_half_is_scored_by_itself_and_both_together(product: System) -> None:
    one = run(read_apart(Settings(), every=550), product, "apart")
    shown = figures(one)
    assert shown["told apart"].n == shown["false answer"].n == shown["over-refusal"].n == len(one.scored) / 2 > 15
    area = shown["confidence: area under the curve"].value
    assert area is not None
    assert area > 0.7
    # three pairs of which it is known what becomes of them: both halves answered, told apart, both refused
    given = [(0.0, 1.0, 0.9, 0.8), (0.0, 0.0, 0.7, 0.2), (1.0, 0.0, 0.1, 0.3)]
    halves = [
        replace(scored, confidence=sure, values={**scored.values, "over-refusal": refused, "false answer": false})
        for (missed, wrong, high, low), (held, other) in zip(given, pairwise(one.scored[:4]), strict=True)
        for scored, refused, false, sure in ((held, missed, None, high), (other, None, wrong, low))
    ]
    told = figures(replace(one, scored=tuple(halves)))
    values = [told[name].value for name in ("told apart", "false answer", "over-refusal", "answered half more confident")]
    assert values == pytest.approx([1 / 3, 1 / 3, 1 / 3, 2 / 3])


def test_of_each_pair_that_sounds_alike_one_half_is_answered(snapshot: Snapshot) -> None:
    pairs = {one.id: one for one in read_cases(PAIRS, snapshot.documents.values())}
    for one in pairs.values():
        other = pairs[one.pair or ""]
        assert other.pair == one.id
        assert one.must_abstain != other.must_abstain


def test_a_missing_file_of_cases_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="niet te lezen"):
        read_cases(tmp_path / "niets.jsonl")


def test_every_own_case_stands_on_the_report_and_its_catalogue(snapshot: Snapshot) -> None:
    report = squash(next(iter(snapshot.documents.values())).text)
    names = {squash(title) for story in snapshot.stories.values() for title in (story.title, *story.aliases)}
    regions = {squash(region) for passage in snapshot.passages for region in passage.regions}
    regions |= {squash(region) for story in snapshot.stories.values() for region in story.regions}
    cases = read_cases()
    ids = {one.id for one in cases}
    for one in cases:
        assert not (one.must_abstain and one.gold_quotes), one.id
        assert (one.unanswerable_class is not None) == one.must_abstain, one.id
        for quote in one.gold_quotes:
            assert squash(quote.quote) in report, one.id
        for group in one.story_groups:
            assert any(squash(name) in names for name in group), one.id
        for item in one.expected_items or ():
            assert squash(item) in names | regions, one.id
        for other in (one.pair, one.twin):
            assert other is None or other in ids, one.id


def test_a_case_that_breaks_the_system_is_a_failure_and_the_run_goes_on(product: System) -> None:
    def breaks(question: Question) -> Answer:
        if question.text == "kapot":
            raise ZeroDivisionError("gedeeld door nul")
        return product.answer(question)

    broken = run([case(question="kapot"), case(id="b", question="Welke regio's werken met Boris?")], replace(product, answer=breaks), "x")
    assert broken.scored[0].why == ("error",)
    assert "gedeeld door nul" in (broken.scored[0].error or "")
    assert broken.scored[0].values["pass"] == 0.0
    assert broken.figure("pass").n == 2


def test_a_metric_that_does_not_apply_is_not_scored(product: System) -> None:
    scored = score(case(question="hallo", must_abstain=True), product)
    assert scored.values["nugget recall"] is None
    assert scored.values["false answer"] == 0.0


def test_a_follow_up_is_also_asked_written_out(product: System) -> None:
    follow = case(question="en in Groningen?", history=["Wat doet Twente?"], standalone="Wat doet Groningen?")
    figures = across(run([follow], product, "x"))
    assert figures["follow-up gap: pass"].n == 1


def test_twins_are_held_against_each_other(product: System) -> None:
    dutch = case(question="Welke regio's werken met Boris?", twin="b")
    english = case(id="b", question="Which regions work with Boris?", lang="en", twin="a")
    figure = across(run([dutch, english], product, "x"))["twins: first five shared"]
    assert figure.n == 1
    assert figure.value is not None
    assert figure.value >= 0.4


def test_two_runs_on_one_snapshot_give_the_same_answers_and_scores(
    product: System, result: Run, some: list[Case], settings: Settings, tmp_path: Path
) -> None:
    one = write_run(result, product, settings, tmp_path)
    other = write_run(run(some, product, "subset"), product, settings, tmp_path)
    for name in ("answers.jsonl", "scores.jsonl"):
        assert (one / name).read_bytes() == (other / name).read_bytes()
    found = compare(one, other)
    assert (found.worse, found.better, found.fixed, found.broken) == ((), (), (), ())
    assert found.verdict == "Geen duidelijk verschil."


def test_a_run_s_folder_says_all_there_is_to_know(product: System, result: Run, settings: Settings, tmp_path: Path) -> None:
    folder = write_run(result, product, settings, tmp_path)
    about = json.loads((folder / "run.json").read_text("utf-8"))
    assert about["snapshot"]["id"] == product.snapshot.id
    assert about["versions"]["chromadb"]
    assert len(about["seconds"]) == len(result.scored)
    page = write_page(result, folder).read_text("utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "<script" not in page
    for failed in result.failed:
        assert failed.case.id in page
    assert any("pass" in line for line in lines(result))
    assert by_kind(result)["fact"].n == sum(one.case.kind == "fact" for one in result.scored)


def test_a_run_is_kept_whole_when_sources_are_added_meanwhile(own_home: Settings, tmp_path: Path) -> None:
    assistant = system("assistant", own_home)
    result = run([case(question="Welke regio's werken met Boris?")], assistant, "x")
    for name in ("een", "twee"):
        swap(own_home.home, shutil.copytree(current_folder(own_home.home), own_home.home / "index" / name))
    about = json.loads((write_run(result, assistant, own_home, tmp_path) / "run.json").read_text("utf-8"))
    assert about["snapshot"]["id"] == assistant.snapshot.id
    assert about["snapshot"]["counts"]["documents"] == 1


def test_a_run_that_cannot_be_written_leaves_no_folder(product: System, result: Run, settings: Settings, tmp_path: Path) -> None:
    unwritable = replace(product, snapshot=replace(product.snapshot, inputs={"bron": object()}))
    with pytest.raises(TypeError):
        write_run(result, unwritable, settings, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_page_cannot_be_broken_by_a_question(product: System, settings: Settings, tmp_path: Path) -> None:
    hostile = run(
        [case(question="<script>alert(1)</script> hoeveel?", nuggets=[{"text": "<b>", "any_of": ["zzz"]}], nuggets_min=1)], product, "x"
    )
    page = write_page(hostile, write_run(hostile, product, settings, tmp_path)).read_text("utf-8")
    assert "<script" not in page


@pytest.fixture(scope="module")
def whole(product: System) -> Run:
    """The whole development part."""
    return run(read_cases(), product, "development")


# Not "no headings": since sentences are found by other words that makes no clear difference (938 cases: pass -0.002, gold first +0.006;
# also where the other words take no part), so it is no configuration made worse. `docs/retrieval.md` says so.
@pytest.mark.parametrize("name", ["no lexical", "no dense", "no other words", "no sentences", "top 1", "bm25 alone"])
def test_a_configuration_that_was_made_worse_is_found_worse(
    name: str, whole: Run, product: System, settings: Settings, tmp_path: Path
) -> None:
    worse = system(name, settings)
    found = compare(
        write_run(whole, product, settings, tmp_path),
        write_run(run(list(read_cases())[::3], worse, "x"), worse, settings, tmp_path),
    )
    assert found.worse
    assert found.verdict.startswith("De tweede run is slechter")


def test_the_page_tells_a_manager_how_many_of_a_hundred(result: Run) -> None:
    told = in_plain_words(result)
    assert told[0].startswith(f"Van de 100 vragen slagen er {100 * (result.figure('pass').value or 0):.0f} (")
    assert in_plain_words(replace(result, scored=())) == []


def test_the_assistant_passes_its_gate_and_a_stuffer_fails_every_threshold_of_quality(
    whole: Run, settings: Settings, some: list[Case]
) -> None:
    gate = read_gate()
    verdicts = hold(whole, gate)
    assert [str(verdict) for verdict in verdicts if not verdict.passed] == []
    stuffed = hold(run(some, system("stuffer", settings), "x"), gate)
    quality = [v for v in stuffed if v.threshold.sort != "exactly" and v.threshold.name not in ("over-refusal", "seconds, total: p95")]
    assert [str(verdict) for verdict in quality if verdict.passed] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[atleast]\npass = 1", "atleast"),
        ('[least]\npass = "veel"', "geen getal"),
        ("geen toml", "niet te lezen"),
    ],
)
def test_a_gate_that_cannot_be_read_says_so(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "gate.toml").write_text(text)
    with pytest.raises(CaseError, match=message):
        read_gate(tmp_path / "gate.toml")


def test_a_threshold_on_a_figure_that_does_not_exist_is_refused(result: Run, tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_text('[least]\n"geluk" = 1.0')
    with pytest.raises(CaseError, match="geluk"):
        hold(result, read_gate(tmp_path / "gate.toml"))
    assert GATE.is_file()


def test_an_unknown_system_or_run_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="assistant"):
        system("tovenaar", settings)
    with pytest.raises(CaseError, match="geen run"):
        find_run(tmp_path, "last")
    assert set(BASELINES) < set(NAMES)


def test_a_question_that_went_wrong_becomes_a_case(snapshot: Snapshot, tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    documents = list(snapshot.documents.values())
    quote = "Binnen één week waren meer dan honderd mensen aan het werk."
    made = add_case("Hoe snel was men aan het werk?", "fact", [quote], ["één week|een week"], [], [], None, documents, file)
    assert made.id == "dev-fact-01"
    assert read_cases(file)[-1] == made
    with pytest.raises(CaseError, match="staat er al in"):
        add_case("Hoe snel was men aan het werk", "fact", [quote], [], [], [], None, documents, file)
    with pytest.raises(CaseError, match="staat niet letterlijk"):
        add_case("Nieuw?", "fact", ["Dit staat nergens."], [], [], [], None, documents, file)
    with pytest.raises(CaseError, match="Zeg wat het antwoord moet zijn"):
        add_case("Nieuw?", "fact", [], [], [], [], None, documents, file)
    refused = add_case("Hoeveel in 2031?", "fact", [], [], [], [], "near", documents, file)
    assert (refused.kind, refused.must_abstain) == ("unanswerable", True)


def test_the_sealed_part_is_the_one_that_was_sealed_and_opens_only_with_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_seal()["sha256"] == seal_of(SEALED)
    copy, sealed = tmp_path / "seal.json", tmp_path / "test.jsonl"
    copy.write_bytes(SEAL.read_bytes())
    sealed.write_bytes(SEALED.read_bytes())
    monkeypatch.setattr("evals.cases.SEAL", copy)
    monkeypatch.setattr("evals.cases.SEALED", sealed)
    with pytest.raises(CaseError, match="met een reden"):
        open_sealed(" ", "2026-11-24")
    opened = open_sealed("a release", "2026-11-24")
    assert len(opened) > 100
    assert json.loads(copy.read_text())["openings"][-1] == {"date": "2026-11-24", "reason": "a release"}
    sealed.write_text(sealed.read_text().replace("?", "!", 1))
    with pytest.raises(CaseError, match="verzegeld"):
        open_sealed("again", "2026-11-24")


def test_what_a_part_adds_is_told_with_its_interval(result: Run, some: list[Case], settings: Settings) -> None:
    told = ablation_table(result, {"same": result, "no sentences": run(some, system("no sentences", settings), "subset")})
    whole, same, without = (line.split(" | ") for line in told.splitlines()[2:5])
    assert whole[1] == f"{result.figure('gold in first 1').value:.3f} (n {result.figure('gold in first 1').n})"
    assert same[1] == "+0.000 (+0.000 to +0.000)"
    assert without[1].lstrip("*").startswith("-")


def test_the_table_of_parts_keeps_the_page_around_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("above\n<!-- ablation: x -->\nold\n<!-- end of ablation -->\nbelow\n", "utf-8")
    write_ablation("new\n", page)
    assert page.read_text("utf-8") == "above\n<!-- ablation: x -->\nnew\n<!-- end of ablation -->\nbelow\n"
    page.write_text("nothing", "utf-8")
    with pytest.raises(CaseError, match="geen plaats"):
        write_ablation("new\n", page)


def test_the_page_has_a_row_for_every_part() -> None:
    page = PAGE.read_text("utf-8")
    assert [name for name in ABLATIONS if f"\n| {name} | " not in page] == []
