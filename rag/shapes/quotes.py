"""Facts, and lists as the report has them: the sentences themselves are the answer."""

from collections import Counter

from index.dutch import fold
from rag.answer import Listing
from rag.compose import Draft
from rag.evidence import Evidence, pick, whole_list
from rag.listing import asks_whole
from rag.question import Understood
from rag.ranking import Ranked
from rag.retrieval import HybridRetriever
from rag.shapes.extent import ANSWER_WORDS, FACT_SHARE, extended
from rag.shapes.read_on import ReadOn

LIST_WORDS = 110
# How many sentences after the one that answers best a list may begin that it announces.
ANNOUNCED = 2
# So many of the best sentences are looked at for a list, and so many of them make it the one that is asked for.
LEADING = 6
SEVERAL = 2
BESIDE_WORDS = 60
FACT_WORDS = 65
# Sentences that tell what came of something.
OUTCOMES = ("result", "figure", "caveat")


class Quotes:
    """Writes facts and lists from the sentences of one snapshot."""

    def __init__(self, retriever: HybridRetriever, read_on: ReadOn) -> None:
        self._retriever, self._read_on = retriever, read_on

    def write_fact(self, draft: Draft, asked: Understood, ranked: Ranked) -> None:
        """The best sentences, read on."""
        picked = extended(pick(ranked.evidence, words=90, most=4, share=FACT_SHARE, a_passage=3), FACT_WORDS, ANSWER_WORDS)
        if asked.asks_result and self._tells_no_result(picked):
            draft.say("no_result")
        elif draft.doubtful:
            draft.say("doubt")
        for evidence in picked:
            draft.state(evidence)
        self._read_on.write(draft, asked, ranked, picked, most=3)

    def _tells_no_result(self, picked: list[Evidence]) -> bool:
        """Are these all sentences of the report, which somebody has read for what they tell, and none of them a result or its limit?"""
        report = next(iter(self._retriever.snapshot.documents))
        sentences = [sentence for one in picked for quote in one.quotes for sentence in quote.sentences]
        return all(one.passage.document_id == report for one in picked) and not any(one.role in OUTCOMES for one in sentences)

    def write_list(self, draft: Draft, asked: Understood, ranked: Ranked) -> Listing | None:
        """The list that is asked for, whole; None where there is none. For a fact, the best sentence outside it comes along."""
        items = self._enumeration(asked, ranked)
        if not items:
            return None
        draft.head(items[0].passage.section[-1])
        for item in items:
            draft.state(item, labelled=False)
        # a fact may stand beside the list that its words stand in
        own = {item.core.start for item in items}
        beside = [e for e in ranked.evidence if e.core.start not in own] if asked.intent == "fact" else []
        for evidence in pick(beside, words=BESIDE_WORDS, most=1, share=FACT_SHARE):
            draft.head(evidence.passage.section[-1])
            draft.state(evidence)
        self._read_on.write(draft, asked, ranked, items, most=2)
        return Listing(found=len(items), shown=len(items), complete=True)

    def _enumeration(self, asked: Understood, ranked: Ranked) -> list[Evidence]:
        """The list of the report that is asked for: the one that most of the best evidence stands in.

        Where a list is asked for, also one that the best evidence announces; where a fact is, only one that the best stands in itself.
        """
        if asked.intent not in ("list", "fact") or not ranked.evidence:
            return []
        best = ranked.evidence[0]
        if asked.intent == "list" and best.core.kind == "bullet":
            return whole_list(self._retriever, best, LIST_WORDS)
        items = Counter((e.passage.id, e.core.block) for e in ranked.evidence[:LEADING] if e.core.kind == "bullet")
        most, number = items.most_common(1)[0] if items else ((best.passage.id, best.core.block), 0)
        if number >= SEVERAL and (asked.intent == "list" or most == (best.passage.id, best.core.block)):
            of_list = next(e for e in ranked.evidence if (e.passage.id, e.core.block) == most)
            return whole_list(self._retriever, of_list, LIST_WORDS)
        if asked.intent == "fact":
            return []
        announcing = ranked.evidence[: LEADING if asks_whole(fold(asked.focus)) else 1]
        announced = (whole_list(self._retriever, evidence, LIST_WORDS, ahead=ANNOUNCED) for evidence in announcing)
        return next((items for items in announced if items), [])
