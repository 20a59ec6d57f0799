"""What is measured of one answer: each metric with its definition. A metric that does not apply gives None, "not scored".

Deterministic, and without a model. Texts are compared on letters and digits (`squash`) where spacing and marks differ.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.cases import Case, Nugget
from index.documents import collapse, squash
from index.snapshot import Snapshot
from rag.answer import Answer, StatementPart, StoryPart, TablePart
from rag.compose import plain

# What a reader takes in at a glance; a list, a comparison and an overview of a region may be longer.
MOST_WORDS = {"list": 300, "compare": 250, "region": 250}
MOST_STORIES = {"list": 30, "region": 15, "howto": 10, "compare": 8}
LONGEST_PASSAGE = 200
SHORTEST_PART = 25


@dataclass(frozen=True)
class Asked:
    """One case with its answer, and the snapshot that both are held against. `truth` gives a sentence's attribution."""

    case: Case
    answer: Answer
    snapshot: Snapshot

    @property
    def answered(self) -> bool:
        """Did the assistant answer, right or wrong?"""
        return self.answer.status == "answered"


Metric = Callable[[Asked], float | None]


def gold_in_first(k: int) -> Metric:
    """1 when one of the first `k` retrieved passages holds a gold quote, or is a good part of one; None without gold."""

    def metric(asked: Asked) -> float | None:
        relevant = _relevant(asked)
        return None if relevant is None else float(any(relevant[:k]))

    return metric


def ndcg_10(asked: Asked) -> float | None:
    """nDCG@10 with gain 1 for a passage that brings a gold quote not seen higher up: sum of 1/log2(rank+1), over the ideal.

    The ideal has all gold quotes at the top, one a passage. None without gold.
    """
    gold = [squash(one.quote) for one in asked.case.gold_quotes]
    if not gold:
        return None
    seen: set[int] = set()
    gained = 0.0
    for rank, hit in enumerate(asked.answer.retrieved[:10], start=1):
        new = {at for at, one in enumerate(gold) if at not in seen and _is_short(hit.text) and holds(squash(hit.text), one)}
        gained += 1 / math.log2(rank + 1) if new else 0.0
        seen |= new
    # several quotes may stand in one passage: the ideal is no longer than what was found, and at least one
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(gold), 10) + 1))
    best = sum(1 / math.log2(rank + 1) for rank in range(1, max(1, _passages_with(asked, gold)) + 1))
    return min(1.0, gained / min(ideal, best))


def story_recall(asked: Asked) -> float | None:
    """The share of the expected stories (groups of equal names) that the answer names or links; None where none is expected."""
    groups = asked.case.story_groups
    if not groups:
        return None
    return _stories_hit(asked) / len(groups)


def story_precision(asked: Asked) -> float | None:
    """The share of the offered stories that are expected ones; None where none is expected or none offered."""
    names = {squash(name) for group in asked.case.story_groups for name in group}
    offered = asked.answer.stories
    if not names or not offered:
        return None
    return sum(squash(s.title) in names or (s.url is not None and squash(s.url) in names) for s in offered) / len(offered)


def citation_precision(asked: Asked) -> float | None:
    """The share of the citations that hold a gold quote, are part of one, or are tied to an expected story.

    None without gold or citations.
    """
    gold = [squash(one.quote) for one in asked.case.gold_quotes]
    if not gold or not asked.answer.citations:
        return None
    return sum(_is_right(asked, cited.quote, cited.story_ids, gold) for cited in asked.answer.citations) / len(asked.answer.citations)


def citation_recall(asked: Asked) -> float | None:
    """The share of the vital gold quotes that a citation holds, or is a good part of; None without vital gold or an answer."""
    vital = [squash(one.quote) for one in asked.case.gold_quotes if one.mark == "vital"]
    if not vital or not asked.answered:
        return None
    quotes = [squash(cited.quote) for cited in asked.answer.citations]
    return sum(any(holds(quote, one) for quote in quotes) for one in vital) / len(vital)


def citation_f1(asked: Asked) -> float | None:
    """The harmonic mean of citation precision and recall; None where one of them is."""
    precision, recall = citation_precision(asked), citation_recall(asked)
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def first_quote_right(asked: Asked) -> float | None:
    """1 when the first citation holds a gold quote or is a good part of one; None without gold or citations."""
    gold = [squash(one.quote) for one in asked.case.gold_quotes]
    if not gold or not asked.answer.citations:
        return None
    return float(any(holds(squash(asked.answer.citations[0].quote), one) for one in gold))


def attribution_right(asked: Asked) -> float | None:
    """The share of the citations whose stories and regions are those of their sentences in the snapshot, no more and no fewer.

    None without citations.
    """
    if not asked.answer.citations:
        return None
    right = 0
    for cited in asked.answer.citations:
        inside = [
            sentence
            for passage in asked.snapshot.passages
            if passage.document_id == cited.document_id
            for sentence in passage.sentences
            if cited.start <= sentence.start < cited.end
        ]
        stories = {story for sentence in inside for story in sentence.stories}
        regions = {region for sentence in inside for region in sentence.regions}
        right += bool(inside) and stories == set(cited.story_ids) and regions == set(cited.regions)
    return right / len(asked.answer.citations)


def quotes_verbatim(asked: Asked) -> float | None:
    """The share of the citations whose quote is the document's text at its offsets, white space collapsed; None without citations."""
    cited = [*asked.answer.citations, *asked.answer.related]
    if not cited:
        return None
    documents = asked.snapshot.documents
    return sum(
        c.document_id in documents and collapse(documents[c.document_id].text[c.start : c.end]) == c.quote and bool(c.quote) for c in cited
    ) / len(cited)


def links_valid(asked: Asked) -> float | None:
    """The share of the links in the answer that a source gives (or that are an archive's copy of one); None without links."""
    known = {s.url for s in asked.snapshot.stories.values()} | {d.url for d in asked.snapshot.documents.values()}
    known |= {s.archive_url for s in asked.answer.stories}
    links = re.findall(r"https?://[^\s)\]>\"']+", asked.answer.text) + [c.url for c in asked.answer.citations if c.url]
    return sum(link in known for link in links) / len(links) if links else None


def visible_known(asked: Asked) -> float | None:
    """The share of the answer's lines that are a statement, a story, a table of statements, or a sentence known as ours."""
    frame = {plain(line) for line in asked.answer.frame} | set(asked.answer.frame)
    headings = {part.text for part in asked.answer.parts if part.kind == "heading"}
    lines = [line for line in asked.answer.text.splitlines() if line.strip()]
    if not lines:
        return None
    kinds = {type(part) for part in asked.answer.parts}
    statements = [plain(piece) for s in asked.answer.statements for piece in s.text.split(" […] ")]
    near = [plain(c.quote) for c in asked.answer.related]

    def known(line: str) -> bool:
        bare = line.removeprefix("- ").strip("* ")
        if line.startswith("|"):
            return TablePart in kinds
        if any(piece in line or piece in collapse(line) for piece in [*statements, *near]):
            return StatementPart in kinds or bool(near)
        if line.startswith("- "):
            return StoryPart in kinds and any(plain(s.title) in line for s in asked.answer.stories)
        return bare in frame or bare in {plain(h) for h in headings} or bare in headings

    return sum(known(line) for line in lines) / len(lines)


def vital_nuggets(asked: Asked) -> float | None:
    """The share of the vital nuggets that the answer states, each wholly or not at all (strict); None where there are none.

    In a case that marks none as vital or not, any `nuggets_min` of its nuggets are the vital ones.
    """
    nuggets, wanted = asked.case.nuggets, asked.case.nuggets_min
    if asked.case.must_abstain:
        return None
    if all(nugget.vital is None for nugget in nuggets):
        return min(1.0, _stated(asked, nuggets) / wanted) if wanted else None
    vital = [nugget for nugget in nuggets if nugget.vital]
    return _stated(asked, vital) / len(vital) if vital else None


def nugget_recall(asked: Asked) -> float | None:
    """The share of the case's nuggets that the answer states; None where there are none."""
    if asked.case.must_abstain or not asked.case.nuggets:
        return None
    return _stated(asked, asked.case.nuggets) / len(asked.case.nuggets)


def nuggets_per_100_words(asked: Asked) -> float | None:
    """Nuggets stated per hundred visible words; None without nuggets or an answer."""
    if asked.case.must_abstain or not asked.case.nuggets or not asked.answered:
        return None
    return 100 * _stated(asked, asked.case.nuggets) / max(1, visible_words(asked.answer.text))


def words(asked: Asked) -> float | None:
    """Visible words of an answer; None for a refusal."""
    return float(visible_words(asked.answer.text)) if asked.answered and not asked.case.must_abstain else None


def false_answer(asked: Asked) -> float | None:
    """1 when an unanswerable question is answered; None for an answerable one."""
    return float(asked.answered) if asked.case.must_abstain else None


def over_refusal(asked: Asked) -> float | None:
    """1 when an answerable question is refused; None for an unanswerable one, or where a refusal is accepted."""
    return None if asked.case.must_abstain or asked.case.accept_refusal else float(not asked.answered)


def list_exact(asked: Asked) -> float | None:
    """1 when the stories and regions asked for are named, all of them and no other of their sort; None where no list is asked.

    Stories are compared with the answer's stories, regions with those of its citations.
    """
    wanted = asked.case.expected_items
    if wanted is None:
        return None
    titles = {squash(story.title) for story in asked.snapshot.stories.values()}
    expected = {squash(item) for item in wanted}
    if expected & titles:
        return float({squash(story.title) for story in asked.answer.stories} == expected)
    named = {squash(region) for cited in asked.answer.citations for region in cited.regions}
    named |= {squash(region) for story in asked.answer.stories for region in story.regions}
    text = squash(asked.answer.text)
    return float(expected <= named | {item for item in expected if item in text} and named <= expected)


def count_exact(asked: Asked) -> float | None:
    """1 when the number asked for is the listing's, or stands in the answer's text; None where no count is asked."""
    wanted = asked.case.expected_count
    if wanted is None:
        return None
    listed = asked.answer.listing is not None and asked.answer.listing.found == wanted
    return float(listed or bool(re.search(rf"\b{wanted}\b", asked.answer.text)))


def passes(asked: Asked) -> float | None:
    """1 when nothing fails the case (`why_not` is empty)."""
    return float(not why_not(asked))


def why_not(asked: Asked) -> tuple[str, ...]:
    """Why a case does not pass: status, soundness, nuggets, stories, length, or what must not be said."""
    case, answer = asked.case, asked.answer
    why = []
    if min(m for m in (quotes_verbatim(asked), links_valid(asked), visible_known(asked), 1.0) if m is not None) < 1:
        why.append("unsound")
    if case.must_abstain and asked.answered:
        why.append("answered")
    if not case.must_abstain:
        if not asked.answered and not case.accept_refusal:
            why.append("refused")
        if asked.answered:
            why += ["nuggets"] if _stated(asked, case.nuggets) < case.nuggets_min else []
            why += ["stories"] if _stories_hit(asked) < case.stories_min else []
            why += ["too long"] if visible_words(answer.text) > MOST_WORDS.get(case.kind, 200) else []
            why += ["too many stories"] if len(answer.stories) > MOST_STORIES.get(case.kind, 5) else []
            why += ["list"] if list_exact(asked) == 0 else []
            why += ["count"] if count_exact(asked) == 0 else []
    text = _text(answer)
    if any(word in text for word in case.must_not_contain or ()) or any(text.startswith(word) for word in case.must_not_start_with or ()):
        why.append("says what it must not")
    return tuple(why)


# The order is that of the report. Means are over the cases where a metric is scored.
METRICS: dict[str, Metric] = {
    "pass": passes,
    "gold in first 1": gold_in_first(1),
    "gold in first 5": gold_in_first(5),
    "gold in first 10": gold_in_first(10),
    "nDCG@10": ndcg_10,
    "story recall": story_recall,
    "story precision": story_precision,
    "citation precision": citation_precision,
    "citation recall": citation_recall,
    "citation F1": citation_f1,
    "first quote right": first_quote_right,
    "attribution right": attribution_right,
    "quotes verbatim": quotes_verbatim,
    "links valid": links_valid,
    "visible lines known": visible_known,
    "vital nuggets": vital_nuggets,
    "nugget recall": nugget_recall,
    "nuggets per 100 words": nuggets_per_100_words,
    "words": words,
    "false answer": false_answer,
    "over-refusal": over_refusal,
    "list exact": list_exact,
    "count exact": count_exact,
}
# For these less is better.
LESS_IS_BETTER = frozenset({"words", "false answer", "over-refusal"})


def visible_words(text: str) -> int:
    """Words a reader sees: link targets do not count."""
    return len(re.findall(r"\w[\w'’.,%-]*", re.sub(r"\]\([^)]*\)", "]", text)))


def _text(answer: Answer) -> str:
    return " ".join(answer.text.lower().split())


def _stated(asked: Asked, nuggets: Sequence[Nugget]) -> int:
    text = _text(asked.answer)
    return sum(any(word in text for word in nugget.any_of) for nugget in nuggets)


def _stories_hit(asked: Asked) -> int:
    offered = squash(asked.answer.text) + "|" + "|".join(f"{squash(s.title)}|{s.url}" for s in asked.answer.stories)
    return sum(any(name in offered or squash(name) in offered for name in group) for group in asked.case.story_groups)


def _relevant(asked: Asked) -> list[bool] | None:
    gold = [squash(one.quote) for one in asked.case.gold_quotes]
    if not gold:
        return None
    return [_is_short(hit.text) and any(holds(squash(hit.text), one) for one in gold) for hit in asked.answer.retrieved]


def _passages_with(asked: Asked, gold: Sequence[str]) -> int:
    """In how many passages the gold quotes can be found at all: several may share one."""
    places: set[str] = set()
    for one in gold:
        found = next((p.id for p in asked.snapshot.passages if holds(squash(p.text), one)), None)
        places |= {found} if found else set()
    return len(places)


def _is_short(text: str) -> bool:
    """A passage of over 200 words points at nothing."""
    return len(text.split()) <= LONGEST_PASSAGE


def _is_right(asked: Asked, quote: str, stories: Sequence[str], gold: Sequence[str]) -> bool:
    if any(holds(squash(quote), one) for one in gold):
        return True
    names = {squash(name) for group in asked.case.story_groups for name in group}
    return any(squash(asked.snapshot.stories[story].title) in names for story in stories if story in asked.snapshot.stories)


def holds(text: str, gold: str) -> bool:
    """Does `text` hold `gold`, or is it a good part of it? A gold quote may span two passages."""
    return gold in text or (len(text) > SHORTEST_PART and text in gold)
