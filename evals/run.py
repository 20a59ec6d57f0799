"""Runs all cases through the assistant and scores the answers, deterministically and without a model."""

import math
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evals.cases import Case
from index.documents import squash
from rag.answer import Answer
from rag.assistant import Assistant, Question
from rag.verify import problems

# What a reader takes in at a glance; a list, a comparison and an overview of a region may be longer.
MOST_WORDS = {"list": 300, "compare": 250, "region": 250}
MOST_STORIES = {"list": 30, "region": 15, "howto": 10, "compare": 8}
LONGEST_PASSAGE = 200


@dataclass(frozen=True)
class Scored:
    """One case, its answer, and why it does not pass (empty when it does)."""

    case: Case
    answer: Answer
    why: tuple[str, ...]
    values: dict[str, float]


@dataclass(frozen=True)
class Run:
    """All scored cases. A metric that does not apply to a case is not in its values, so each mean has its own n."""

    scored: Sequence[Scored]

    @property
    def failed(self) -> list[Scored]:
        """The cases that do not pass."""
        return [one for one in self.scored if one.why]

    def mean(self, metric: str) -> tuple[float, int]:
        """The mean of a metric and its n; n is 0 where nothing was scored."""
        values = [one.values[metric] for one in self.scored if metric in one.values]
        return (sum(values) / len(values) if values else math.nan, len(values))

    def lines(self) -> Iterable[str]:
        """The figures for a person: each metric with its n, and the pass rate by kind."""
        for metric in sorted({name for one in self.scored for name in one.values}):
            value, n = self.mean(metric)
            yield f"{metric:<24}{value:7.3f}  n={n}"
        words = [one.values["words"] for one in self.scored if "words" in one.values]
        seconds = sorted(one.answer.seconds["total"] for one in self.scored)
        yield f"{'median words':<24}{statistics.median(words) if words else math.nan:7.0f}  n={len(words)}"
        yield f"{'p95 seconds':<24}{seconds[int(0.95 * (len(seconds) - 1))]:7.3f}  n={len(seconds)}"
        kinds: dict[str, list[bool]] = defaultdict(list)
        for one in self.scored:
            kinds[one.case.kind].append(not one.why)
        for kind, passed in sorted(kinds.items()):
            yield f"pass {kind:<19}{sum(passed) / len(passed):7.3f}  n={len(passed)}"


def run(cases: Iterable[Case], assistant: Assistant) -> Run:
    """Every case asked and scored, in order."""
    return Run([score(case, assistant.invoke(Question(case.question, case.history or (), id=case.id)), assistant) for case in cases])


def score(case: Case, answer: Answer, assistant: Assistant) -> Scored:
    """The case's values and the reasons it fails, by the rules of `evals/cases/README.md`."""
    answered = answer.status == "answered"
    values: dict[str, float] = {"sound": float(not problems(answer, assistant.snapshot, assistant.links))}
    why = [] if values["sound"] else ["unsound"]
    text = " ".join(answer.text.lower().split())
    if case.must_abstain:
        values["false answer"] = float(answered)
        why += ["answered"] if answered else []
    else:
        values["over-refusal"] = float(not answered)
        why += [] if answered or case.accept_refusal else ["refused"]
        values |= _retrieval(case, answer)
        if case.nuggets:
            stated = sum(any(word in text for word in nugget.any_of) for nugget in case.nuggets)
            values["nugget recall"] = stated / len(case.nuggets)
            why += ["nuggets"] if answered and stated < case.nuggets_min else []
        if case.story_groups:
            offered = squash(answer.text) + "|" + "|".join(f"{squash(s.title)}|{s.url}" for s in answer.stories)
            hit = sum(any(name in offered or squash(name) in offered for name in group) for group in case.story_groups)
            values["story recall"] = hit / len(case.story_groups)
            why += ["stories"] if answered and hit < case.stories_min else []
        if answered:
            values["words"] = float(visible_words(answer.text))
            why += ["too long"] if values["words"] > MOST_WORDS.get(case.kind, 200) else []
            why += ["too many stories"] if len(answer.stories) > MOST_STORIES.get(case.kind, 5) else []
    if any(word in text for word in case.must_not_contain or ()) or any(text.startswith(word) for word in case.must_not_start_with or ()):
        why.append("says what it must not")
    values["pass"] = float(not why)
    return Scored(case, answer, tuple(why), values)


def visible_words(text: str) -> int:
    """Words a reader sees: link targets do not count."""
    return len(re.findall(r"\w[\w'’.,%-]*", re.sub(r"\]\([^)]*\)", "]", text)))


def _retrieval(case: Case, answer: Answer) -> dict[str, float]:
    """Gold passage in the first 1 and 5, by letters and digits; a passage of over 200 words points at nothing."""
    gold = [squash(g.quote) for g in case.gold_quotes]
    if not gold:
        return {}
    relevant = [len(hit.text.split()) <= LONGEST_PASSAGE and any(_holds(squash(hit.text), one) for one in gold) for hit in answer.retrieved]
    values = {"gold in first 1": float(any(relevant[:1])), "gold in first 5": float(any(relevant[:5]))}
    if answer.citations:
        values["first quote right"] = float(any(_holds(squash(answer.citations[0].quote), one) for one in gold))
    return values


def _holds(text: str, gold: str) -> bool:
    """Does `text` hold `gold`, or is it a good part of it? A gold quote may span two passages."""
    return gold in text or (len(text) > 25 and text in gold)
