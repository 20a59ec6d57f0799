"""Which shape an answer gets: it follows what is asked."""

from rag.answer import Listing, Missing
from rag.compose import Draft
from rag.question import CATALOGUE, Understood
from rag.ranking import Ranked
from rag.retrieval import Found, HybridRetriever
from rag.shapes.approaches import Approaches
from rag.shapes.catalogue import CatalogueList
from rag.shapes.comparison import Comparison
from rag.shapes.elements import write_elements
from rag.shapes.overview import Overview
from rag.shapes.quotes import Quotes
from rag.shapes.read_on import ReadOn
from rag.shapes.story import MeantStories
from rag.stories import Coverage, Stories
from rag.themes import Themes
from rag.titles import Titles


class Shapes:
    """Writes drafts from what was found in one snapshot. `coverage` is the share of a question's words that a text holds."""

    def __init__(self, retriever: HybridRetriever, titles: Titles, themes: Themes, stories: Stories, coverage: Coverage) -> None:
        self._titles = titles
        read_on = ReadOn(retriever.snapshot, stories)
        self._overview = Overview(retriever.snapshot)
        self._comparison = Comparison(retriever.snapshot, titles, coverage, read_on)
        self._catalogue = CatalogueList(retriever.snapshot, stories, themes)
        self._story = MeantStories(titles, stories)
        self._quotes = Quotes(retriever, read_on)
        self._approaches = Approaches(retriever.snapshot, themes, read_on)

    def write(
        self, draft: Draft, asked: Understood, found: Found, ranked: Ranked, own_region: str | None
    ) -> tuple[Listing | None, list[Missing]]:
        """Fills `draft`. Returns the listing, where it is a list, and what a half answer lacks."""
        if asked.intent == "region":
            return self._overview.write(draft, asked, ranked), []
        # what is told of the regions together needs no table
        together = asked.terms and ranked.evidence and set(asked.regions) <= set(ranked.evidence[0].core.regions)
        if asked.intent == "compare" and not together:
            return None, self._comparison.write(draft, asked, ranked)
        listing = self._catalogue.write(draft, asked, ranked) if asked.intent in CATALOGUE else None
        if listing:
            return listing, []
        named = self._titles.named(asked)
        untold = named is not None and self._titles.told(named) is None
        if (asked.intent == "story" or untold) and ranked.stories:
            self._story.write(draft, asked, ranked, named)
            return None, []
        elements = write_elements(draft, found.hits) if asked.intent == "elements" else None
        listing = elements or self._quotes.write_list(draft, asked, ranked)
        if listing:
            return listing, []
        if asked.intent == "fact":
            self._quotes.write_fact(draft, asked, ranked)
        else:
            self._approaches.write(draft, asked, ranked, own_region)
        return None, []
