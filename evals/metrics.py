"""What is measured of one answer, in the order of the report. Deterministic, and without a model."""

from evals.gold import (
    citation_f1,
    citation_precision,
    citation_recall,
    count_exact,
    first_quote_right,
    gold_in_first,
    list_exact,
    ndcg_10,
    nugget_recall,
    nuggets_per_100_words,
    story_precision,
    story_recall,
    vital_nuggets,
)
from evals.matching import Asked, Metric, plain_text, stated, stories_hit, visible_words
from evals.soundness import attribution_right, links_valid, quotes_verbatim, visible_known

# What a reader takes in at a glance; a list, a comparison and an overview of a region may be longer.
MOST_WORDS = {"list": 300, "compare": 250, "region": 250}
MOST_STORIES = {"list": 30, "region": 15, "howto": 10, "compare": 8}


def words(asked: Asked) -> float | None:
    """Visible words of an answer; None for a refusal."""
    return float(visible_words(asked.answer.text)) if asked.answered and not asked.case.must_abstain else None


def false_answer(asked: Asked) -> float | None:
    """1 when an unanswerable question is answered; None for an answerable one."""
    return float(asked.answered) if asked.case.must_abstain else None


def over_refusal(asked: Asked) -> float | None:
    """1 when an answerable question is refused; None for an unanswerable one, or where a refusal is accepted."""
    return None if asked.case.must_abstain or asked.case.accept_refusal else float(not asked.answered)


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
            why += ["nuggets"] if stated(asked, case.nuggets) < case.nuggets_min else []
            why += ["stories"] if stories_hit(asked) < case.stories_min else []
            why += ["too long"] if visible_words(answer.text) > MOST_WORDS.get(case.kind, 200) else []
            why += ["too many stories"] if len(answer.stories) > MOST_STORIES.get(case.kind, 5) else []
            why += ["list"] if list_exact(asked) == 0 else []
            why += ["count"] if count_exact(asked) == 0 else []
    text = plain_text(answer)
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
