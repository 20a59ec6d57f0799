"""What the pages look up in a snapshot: passages by id, what the sources say of a story, of a region within a theme, related stories."""

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

from index.catalogue import Story
from index.documents import Document
from index.passages import Passage, Sentence
from index.snapshot import Snapshot
from rag.evidence import CUT

MOST_RELATED = 6


@dataclass(frozen=True)
class Told:
    """A sentence of a document, the passage it stands in, and what must be read before it ("Dat speelt ook in Twente")."""

    document: Document
    passage: Passage
    sentence: Sentence
    before: tuple[Sentence, ...] = ()

    @property
    def start(self) -> int:
        """Where the words begin that are shown of it."""
        return min(self.sentence.start, *(one.start for one in self.before)) if self.before else self.sentence.start

    @property
    def words(self) -> str:
        """The sentence after what must be read before it, with a mark where sentences are left out."""
        shown, end = "", 0
        for one in (*self.before, self.sentence):
            gap = self.document.text[end : one.start].strip() if shown else ""
            shown += f"{CUT if gap else ' ' if shown else ''}{one.text}"
            end = one.end
        return shown

    def stands_in(self, other: "Told") -> bool:
        """Does the other hold all of these sentences, and more?"""
        own, others = ({one.start for one in (*told.before, told.sentence)} for told in (self, other))
        return self.document.id == other.document.id and own < others

    @property
    def place(self) -> str:
        """Where it stands, for a person: its heading, then the page."""
        page = self.document.page(self.sentence.start)
        return self.passage.section[-1] + (f", blz. {page}" if page else "")


class Shelf:
    """Look-ups in one snapshot, each made when it is first needed."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.passages = {passage.id: passage for passage in snapshot.passages}

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """The themes of the stories, in the order of the catalogue."""
        return tuple(dict.fromkeys(theme for story in self.snapshot.stories.values() for theme in story.themes))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """The regions that have a story, by name."""
        return tuple(sorted({region for story in self.snapshot.stories.values() for region in story.regions}))

    @cached_property
    def spoken_of(self) -> tuple[str, ...]:
        """The regions that have a story or that the sources say something of, by name."""
        told = {region for one in self.all_told if one.sentence.kind != "mention" for region in one.sentence.regions}
        return tuple(sorted(told.union(self.regions)))

    @cached_property
    def all_told(self) -> tuple[Told, ...]:
        """Every sentence, in the order of the documents."""
        documents, passages = self.snapshot.documents, self.snapshot.passages
        at = {(p.document_id, s.start): s for p in passages for s in p.sentences}

        def before(passage: Passage, sentence: Sentence) -> tuple[Sentence, ...]:
            leant = (at.get((passage.document_id, start)) for start in sorted(sentence.leans_on))
            return tuple(one for one in leant if one is not None and one.start < sentence.start)

        return tuple(Told(documents[p.document_id], p, s, before(p, s)) for p in passages for s in p.sentences)

    @cached_property
    def _by_story(self) -> dict[str, list[Told]]:
        found: dict[str, list[Told]] = defaultdict(list)
        for told in self.all_told:
            for story in told.sentence.stories:
                found[story].append(told)
        return found

    def of_story(self, story: str) -> list[Told]:
        """What the sources say of a story: running text first, then its lines in lists. What another quote holds whole is left out."""
        found = self._by_story.get(story, [])
        kept = [one for one in found if not any(one.stands_in(other) for other in found)]
        return sorted(kept, key=lambda told: told.sentence.kind == "mention")

    def of_region(self, region: str, theme: str | None) -> list[Told]:
        """What the sources say of a region, within a theme if one is given; titles in lists are left out, and nothing is said twice."""
        found = [
            told
            for told in self.all_told
            if region in told.sentence.regions and told.sentence.kind != "mention" and (theme is None or theme in told.passage.themes)
        ]
        shown = {(told.document.id, told.sentence.start) for told in found}
        return [replace(t, before=tuple(one for one in t.before if (t.document.id, one.start) not in shown)) for t in found]

    def stories(self, region: str | None = None, theme: str | None = None) -> list[Story]:
        """The stories within the region and theme."""
        return [
            story
            for story in self.snapshot.stories.values()
            if (region is None or region in story.regions) and (theme is None or theme in story.themes)
        ]

    def counts(self) -> dict[tuple[str, str], int]:
        """The number of stories by (theme, region); what is absent has none."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for story in self.snapshot.stories.values():
            for theme in story.themes:
                for region in story.regions:
                    found[theme, region] += 1
        return dict(found)

    def related(self, story: Story) -> list[Story]:
        """Stories that share a theme or region with this one, those that share most first."""

        def shared(other: Story) -> int:
            return len(set(story.themes) & set(other.themes)) + 2 * len(set(story.regions) & set(other.regions))

        others = [other for other in self.snapshot.stories.values() if other.id != story.id and shared(other)]
        return sorted(others, key=lambda other: -shared(other))[:MOST_RELATED]
