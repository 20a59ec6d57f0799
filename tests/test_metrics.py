"""Each metric against an example worked out by hand."""

import math

import pytest

from evals.cases import Case
from evals.figures import area_under_curve, mcnemar, mean, paired, percentile, precision_recall_f1, risk_coverage
from evals.matching import Asked, visible_words
from evals.metrics import METRICS, why_not
from index.snapshot import Snapshot
from rag.answer import Answer, AnswerStory, Listing, RetrievedPassage, Statement, StatementPart, StoryPart, TextPart
from tests.conftest import Ask

GOOD = {"id": "a", "question": "q", "lang": "nl", "kind": "fact"}
EVENT = "Bijvoorbeeld Groningen organiseerde samen met een private partij een enorm event"
WEEK = "Binnen één week waren meer dan honderd mensen aan het werk."


def case(**more: object) -> Case:
    return Case.model_validate({**GOOD, **more})


def gold(*quotes: str, mark: str = "vital") -> list[dict[str, str]]:
    return [{"quote": quote, "mark": mark} for quote in quotes]


@pytest.fixture(scope="module")
def real(ask: Ask) -> Answer:
    """A real answer, for its citations, stories and lines."""
    return ask("Hoeveel mensen waren binnen één week aan het werk na het event?")


def made(real: Answer, **changes: object) -> Answer:
    """An answer whose every part is given; what is not given is empty."""
    nothing: dict[str, object] = {"text": "", "parts": (), "statements": (), "frame": (), "citations": (), "stories": (), "retrieved": ()}
    return real.model_copy(update={**nothing, **changes})


def measure(metric: str, one: Case, answer: Answer, snapshot: Snapshot) -> float | None:
    return METRICS[metric](Asked(one, answer, snapshot))


def hits(*texts: str) -> tuple[RetrievedPassage, ...]:
    return tuple(RetrievedPassage(passage_id=str(at), document_id="d", text=text, score=0.0) for at, text in enumerate(texts))


def test_a_gold_passage_counts_within_its_rank_and_not_when_it_is_a_heap(real: Answer, snapshot: Snapshot) -> None:
    one = case(gold_quotes=gold(WEEK))
    second = made(real, retrieved=hits("iets anders", f"Eerst dit. {WEEK}"))
    assert measure("gold in first 1", one, second, snapshot) == 0.0
    assert measure("gold in first 5", one, second, snapshot) == 1.0
    assert measure("gold in first 5", one, made(real, retrieved=hits(WEEK + " woord" * 200)), snapshot) == 0.0
    assert measure("gold in first 10", one, made(real, retrieved=hits(*["x"] * 9, WEEK)), snapshot) == 1.0
    assert measure("gold in first 1", case(), second, snapshot) is None


def test_ndcg_rewards_each_gold_quote_once_and_by_its_rank(real: Answer, snapshot: Snapshot) -> None:
    apart = case(gold_quotes=gold(WEEK, "De GGZ speelt een rol in vier van de geselecteerde projecten."))
    ggz = "De GGZ speelt een rol in vier van de geselecteerde projecten."
    ideal = 1 + 1 / math.log2(3)
    assert measure("nDCG@10", apart, made(real, retrieved=hits(WEEK, ggz)), snapshot) == pytest.approx(1.0)
    assert measure("nDCG@10", apart, made(real, retrieved=hits("x", WEEK)), snapshot) == pytest.approx((1 / math.log2(3)) / ideal)
    assert measure("nDCG@10", apart, made(real, retrieved=hits(WEEK, WEEK)), snapshot) == pytest.approx(1 / ideal)
    # two gold quotes of one passage: that passage first is all there is to gain
    together = case(gold_quotes=gold(WEEK, EVENT))
    assert measure("nDCG@10", together, made(real, retrieved=hits(f"{EVENT} {WEEK}")), snapshot) == pytest.approx(1.0)


def story(title: str, url: str | None = None) -> AnswerStory:
    return AnswerStory(
        id=title, title=title, regions=(), themes=(), url=url, link="none", checked=None, archive_url=None, search_url=None, found_at=()
    )


def test_story_recall_and_precision_count_groups_and_offers(real: Answer, snapshot: Snapshot) -> None:
    one = case(story_groups=[["Werkfestival", "https://v.nl/festival"], ["Werk is de beste zorg"]])
    offered = made(real, stories=(story("Anders", "https://v.nl/festival"), story("Nog iets"), story("En meer")))
    assert measure("story recall", one, offered, snapshot) == pytest.approx(1 / 2)
    assert measure("story precision", one, offered, snapshot) == pytest.approx(1 / 3)
    assert measure("story recall", case(), offered, snapshot) is None
    assert measure("story precision", one, made(real), snapshot) is None


def test_citations_are_right_by_quote_or_by_story(real: Answer, snapshot: Snapshot) -> None:
    cited = real.citations[0]
    other = cited.model_copy(update={"n": 2, "quote": "Iets heel anders dat nergens goed voor is.", "story_ids": ()})
    two = made(real, citations=(cited, other))
    one = case(gold_quotes=[*gold(WEEK), *gold("Wat niet werd aangehaald.")])
    assert measure("citation precision", one, two, snapshot) == 0.5
    assert measure("citation recall", one, two, snapshot) == 0.5
    assert measure("citation F1", one, two, snapshot) == pytest.approx(0.5)
    assert measure("first quote right", one, two, snapshot) == 1.0
    assert measure("first quote right", one, made(real, citations=(other, cited)), snapshot) == 0.0
    by_story = case(gold_quotes=gold("Wat niet werd aangehaald."), story_groups=[["Werkfestival"]])
    assert measure("citation precision", by_story, two, snapshot) == 0.5


def test_attribution_is_right_when_stories_and_regions_are_the_sentences_own(real: Answer, snapshot: Snapshot) -> None:
    cited = real.citations[0]
    assert measure("attribution right", case(), real, snapshot) == 1.0
    moved = cited.model_copy(update={"regions": ("Twente",)})
    bare = cited.model_copy(update={"story_ids": ()})
    assert measure("attribution right", case(), made(real, citations=(cited, moved, bare, cited)), snapshot) == 0.5


def test_a_quote_must_be_its_document_s_text_at_its_offsets(real: Answer, snapshot: Snapshot) -> None:
    cited = real.citations[0]
    shifted = cited.model_copy(update={"start": cited.start + 1})
    assert measure("quotes verbatim", case(), made(real, citations=(cited, shifted), related=()), snapshot) == 0.5


def test_a_link_must_come_from_a_source(real: Answer, snapshot: Snapshot) -> None:
    known = next(s.url for s in snapshot.stories.values() if s.url)
    text = f"- [a]({known})\n- [b](https://verzonnen.nl/x)"
    assert measure("links valid", case(), made(real, text=text), snapshot) == 0.5
    assert measure("links valid", case(), made(real, text="geen"), snapshot) is None


def test_every_visible_line_must_be_known(real: Answer, snapshot: Snapshot) -> None:
    assert measure("visible lines known", case(), real, snapshot) == 1.0
    parts = (TextPart(kind="frame", text="Van ons."), StatementPart(statement=0), StoryPart(story_id="s"))
    stated = (Statement(text="Een citaat.", citations=(1,)),)
    text = "Van ons.\n\n- “Een citaat.” [1]\n- s (geen link)\nDit zegt niemand."
    answer = made(real, text=text, parts=parts, statements=stated, frame=("Van ons.",), stories=(story("s"),))
    assert measure("visible lines known", case(), answer, snapshot) == pytest.approx(3 / 4)


def test_nuggets_are_counted_strictly_and_by_length(real: Answer, snapshot: Snapshot) -> None:
    nuggets = [{"text": "", "any_of": ["honderd", "100"]}, {"text": "", "any_of": ["nergens"]}]
    text = "Meer dan honderd mensen " + "en " * 16  # twenty words
    answer = made(real, text=text)
    assert visible_words(text) == 20
    assert measure("nugget recall", case(nuggets=nuggets), answer, snapshot) == 0.5
    assert measure("vital nuggets", case(nuggets=nuggets, nuggets_min=1), answer, snapshot) == 1.0
    assert measure("vital nuggets", case(nuggets=nuggets, nuggets_min=2), answer, snapshot) == 0.5
    assert measure("vital nuggets", case(nuggets=nuggets), answer, snapshot) is None
    marked = [{**nuggets[0], "vital": False}, {**nuggets[1], "vital": True}]
    assert measure("vital nuggets", case(nuggets=marked, nuggets_min=1), answer, snapshot) == 0.0
    assert measure("vital nuggets", case(nuggets=marked[:1], nuggets_min=1), answer, snapshot) is None
    assert measure("nuggets per 100 words", case(nuggets=nuggets), answer, snapshot) == pytest.approx(5.0)
    assert measure("words", case(), answer, snapshot) == 20.0


def test_refusals_are_weighed_on_both_sides(real: Answer, snapshot: Snapshot) -> None:
    refused = made(real, status="not_found", reason="not_in_sources")
    assert measure("false answer", case(must_abstain=True), made(real), snapshot) == 1.0
    assert measure("false answer", case(must_abstain=True), refused, snapshot) == 0.0
    assert measure("false answer", case(), refused, snapshot) is None
    assert measure("over-refusal", case(), refused, snapshot) == 1.0
    assert measure("over-refusal", case(accept_refusal=True), refused, snapshot) is None
    assert measure("words", case(), refused, snapshot) is None


def test_a_list_is_right_when_it_is_whole_and_nothing_more(real: Answer, snapshot: Snapshot) -> None:
    two = case(expected_items=["Werkfestival", "Werk is de beste zorg"])
    assert measure("list exact", two, made(real, stories=(story("Werkfestival"), story("Werk is de beste zorg"))), snapshot) == 1.0
    assert measure("list exact", two, made(real, stories=(story("Werkfestival"),)), snapshot) == 0.0
    regions = case(expected_items=["Groningen"])
    assert measure("list exact", regions, made(real, citations=real.citations[:1]), snapshot) == 1.0
    assert measure("list exact", case(expected_items=["Groningen", "Twente"]), made(real, citations=real.citations[:1]), snapshot) == 0.0


def test_a_count_is_right_by_its_listing_or_in_words(real: Answer, snapshot: Snapshot) -> None:
    assert measure("count exact", case(expected_count=6), made(real, listing=Listing(found=6, shown=2, complete=False)), snapshot) == 1.0
    assert measure("count exact", case(expected_count=6), made(real, text="Het zijn er 16."), snapshot) == 0.0
    assert measure("count exact", case(expected_count=16), made(real, text="Het zijn er 16."), snapshot) == 1.0


def test_a_case_passes_only_when_nothing_is_wrong_with_it(real: Answer, snapshot: Snapshot) -> None:
    assert why_not(Asked(case(), real, snapshot)) == ()
    assert why_not(Asked(case(must_not_contain=["honderd"]), real, snapshot)) == ("says what it must not",)
    assert why_not(Asked(case(), made(real, text="woord " * 201), snapshot)) == ("unsound", "too long")
    assert why_not(Asked(case(must_abstain=True), real, snapshot)) == ("answered",)


def test_every_metric_has_a_definition() -> None:
    assert all(metric.__doc__ or name.startswith("gold in first") for name, metric in METRICS.items())


def test_a_mean_has_its_n_and_an_interval_that_holds_it() -> None:
    figure = mean([1.0, 0.0, None, 1.0, 1.0])
    assert (figure.value, figure.n) == (0.75, 4)
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= 0.75 <= figure.high
    assert mean([1.0, 0.0, 1.0]) == mean([1.0, 0.0, 1.0])
    assert (mean([None]).value, str(mean([]))) == (None, "niet gescoord")
    assert (mean([0.4]).low, mean([0.4]).high) == (0.4, 0.4)


def test_a_paired_difference_is_clear_only_when_its_interval_leaves_zero_out() -> None:
    worse = paired([1.0] * 20, [0.0] * 15 + [1.0] * 5)
    assert worse is not None
    assert (worse.value, worse.n, worse.is_clear) == (-0.75, 20, True)
    same = paired([1.0, 0.0, None], [1.0, 0.0, 1.0])
    assert same is not None
    assert (same.value, same.n, same.is_clear) == (0.0, 2, False)
    assert paired([None], [1.0]) is None


def test_mcnemar_counts_changed_cases_only() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(1, 1) == 1.0
    assert mcnemar(0, 5) == pytest.approx(2 * 0.5**5)


def test_precision_recall_and_f1_by_hand() -> None:
    # 4 refused, 3 of them rightly; 6 should have been: 3/4, 3/6, 2 * 3 / (4 + 6)
    given, wanted = [True] * 4 + [False] * 4, [True] * 3 + [False, True, True, True, False]
    precision, recall, f1 = precision_recall_f1(given, wanted)
    assert (precision.value, precision.n, recall.value, recall.n, f1.value) == (0.75, 4, 0.5, 6, pytest.approx(0.6))
    assert f1.low is not None
    assert f1.high is not None
    assert 0 <= f1.low < 0.6 < f1.high <= 1
    assert [figure.value for figure in precision_recall_f1([False, False], [True, False])] == [None, 0.0, None]


def test_risk_falls_when_the_doubtful_are_left_out() -> None:
    assert risk_coverage([0.9, 0.1, 0.5], [False, True, False]) == [
        (pytest.approx(1 / 3), 0.0),
        (pytest.approx(2 / 3), 0.0),
        (1.0, pytest.approx(1 / 3)),
    ]
    assert area_under_curve([0.9, 0.5, 0.5, 0.1], [True, True, False, False]) == pytest.approx(3.5 / 4)
    assert area_under_curve([0.9], [True]) is None
    assert percentile([1.0, 2.0, 3.0], 0.5) == 2.0
