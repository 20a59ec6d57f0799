"""How much of the evidence an answer shows: how far below the best it goes, and how far a quote is read on."""

from rag.evidence import Evidence, read_on

# How far below the best score a sentence may be where the best is wanted.
FACT_SHARE = 0.45
ANSWER_WORDS = 130


def extended(picked: list[Evidence], words: int, room: int) -> list[Evidence]:
    """Each of `picked` read on, up to `words` and while all together stay within `room`, without saying anything twice."""
    longer: list[Evidence] = []
    used = sum(evidence.words for evidence in picked)
    for at, evidence in enumerate(picked):
        more = read_on(evidence, words, [*longer, *picked[at + 1 :]])
        kept = more if used + more.words - evidence.words <= room else evidence
        used += kept.words - evidence.words
        longer.append(kept)
    return longer
