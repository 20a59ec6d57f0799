"""Does an answer give what its case wants? Held against what people noted beside it: quotes, stories, nuggets, a list, a count."""

import math
import re
from collections.abc import Sequence

from evals.matching import Asked, Metric, holds, stated, stories_hit, visible_words
from index.documents import squash

LONGEST_PASSAGE = 200


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
    gold = _gold(asked)
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
    return stories_hit(asked) / len(groups)


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
    gold = _gold(asked)
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
    gold = _gold(asked)
    if not gold or not asked.answer.citations:
        return None
    return float(any(holds(squash(asked.answer.citations[0].quote), one) for one in gold))


def vital_nuggets(asked: Asked) -> float | None:
    """The share of the vital nuggets that the answer states, each wholly or not at all (strict); None where there are none.

    In a case that marks none as vital or not, any `nuggets_min` of its nuggets are the vital ones.
    """
    nuggets, wanted = asked.case.nuggets, asked.case.nuggets_min
    if asked.case.must_abstain:
        return None
    if all(nugget.vital is None for nugget in nuggets):
        return min(1.0, stated(asked, nuggets) / wanted) if wanted else None
    vital = [nugget for nugget in nuggets if nugget.vital]
    return stated(asked, vital) / len(vital) if vital else None


def nugget_recall(asked: Asked) -> float | None:
    """The share of the case's nuggets that the answer states; None where there are none."""
    if asked.case.must_abstain or not asked.case.nuggets:
        return None
    return stated(asked, asked.case.nuggets) / len(asked.case.nuggets)


def nuggets_per_100_words(asked: Asked) -> float | None:
    """Nuggets stated per hundred visible words; None without nuggets or an answer."""
    if asked.case.must_abstain or not asked.case.nuggets or not asked.answered:
        return None
    return 100 * stated(asked, asked.case.nuggets) / max(1, visible_words(asked.answer.text))


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


def _gold(asked: Asked) -> list[str]:
    """The gold quotes, as they are compared."""
    return [squash(one.quote) for one in asked.case.gold_quotes]


def _relevant(asked: Asked) -> list[bool] | None:
    gold = _gold(asked)
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
