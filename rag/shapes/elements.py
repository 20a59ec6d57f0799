"""The "werkzame elementen": what the report says that works, a list a theme."""

from collections.abc import Iterable

from index.snapshot import Snapshot
from rag.answer import Listing
from rag.compose import Draft
from rag.evidence import Evidence
from rag.retrieval import Hit


def write_elements(draft: Draft, hits: Iterable[Hit]) -> Listing | None:
    """Fills `draft` with the "werkzame elementen" of the theme that fits best, all of them; None where no hit is such a list."""
    elements = _elements_in(hits)
    if not elements:
        return None
    state_elements(draft, elements)
    return Listing(found=len(elements), shown=len(elements), complete=True)


def state_elements(draft: Draft, elements: list[Evidence]) -> None:
    """States these elements under the heading of their list."""
    draft.head(elements[0].passage.section[-1])
    for item in elements:
        draft.state(item, labelled=False)


def elements_of(snapshot: Snapshot, theme: str) -> list[Evidence]:
    """The "werkzame elementen" of this theme; none where it has no such list."""
    for passage in snapshot.passages:
        if passage.theme == theme and "elementen" in passage.section[-1] and not passage.is_mention:
            return [Evidence.of(passage, s) for s in passage.sentences if s.kind == "bullet"]
    return []


def _elements_in(hits: Iterable[Hit]) -> list[Evidence]:
    for hit in hits:
        bullets = [s for s in hit.passage.sentences if s.kind == "bullet"]
        if bullets and "elementen" in hit.passage.section[-1]:
            return [Evidence.of(hit.passage, s, score=hit.score) for s in bullets]
    return []
