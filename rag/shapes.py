"""The shape of an extractive answer follows what is asked: a fact, approaches, a list, a comparison, a region, a story."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from index.attribution import Role
from index.catalogue import Story
from index.dutch import fold, words
from index.passages import Passage, Sentence
from index.snapshot import Snapshot
from rag.answer import Listing, Missing
from rag.compose import Draft
from rag.evidence import Evidence, candidates, pick, read_on, whole_list
from rag.listing import asks_count, asks_whole
from rag.question import CATALOGUE, Understood
from rag.retrieval import Found, HybridRetriever
from rag.stories import Coverage, Stories
from rag.themes import Themes
from rag.titles import RankedStory, Titles

STORIES_TO_READ = 5
LIST_OF_STORIES = 30
# Where a number, or regions or themes are asked for, so many stories stand beside it.
STORIES_BESIDE = 10
OVERVIEW_WORDS = 150
APPROACH_WORDS = 110
# A theme's "werkzame elementen" follow what regions do, where that leaves room.
ELEMENTS_WORDS = 130
REGION_WORDS = 80
LIST_WORDS = 110
# How many sentences after the one that answers best a list may begin that it announces.
ANNOUNCED = 2
# So many of the best sentences are looked at for a list, and so many of them make it the one that is asked for.
LEADING = 6
SEVERAL = 2
BESIDE_WORDS = 60
OUTCOME_WORDS = 50
# A row that would make the table longer than this is left out; what regions do always stands there.
COMPARISON_WORDS = 160
STORIES_A_CELL = 2
# An approach is read on ("Alleen met …", "Een … kan daaraan bijdragen") up to so many words.
READ_ON_WORDS = 50
FACT_WORDS = 65
ANSWER_WORDS = 130
# How far below the best score a sentence may be: a fact wants the best, an overview of approaches several.
FACT_SHARE = 0.45
ON_SUBJECT = 0.2
NEAR = 0.865
APPROACH_SHARE = 0.45
# Score points; sentences within one question differ by some 6 from best to tenth.
BROAD_SCALE = 3.0
CONCRETE = 0.5
# What a kind of sentence adds where approaches are asked for.
ROLE: dict[Role, float] = {"approach": 1.0, "result": 1.6, "figure": 1.0, "advice": 0.6, "caveat": -1.0, "frame": -2.5}

OUTCOME: tuple[Role, ...] = ("result", "figure")

_STORIES_COUNTED = re.compile(
    r"\b(?:\d+|tien|elf|twaalf|\w+tien|twintig|dertig|\w+en(?:twintig|dertig)) (?:praktijk)?verhalen\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Ranked:
    """A question's evidence best first, and the stories best first with their scores."""

    evidence: list[Evidence]
    stories: list[RankedStory]


class Shapes:
    """Writes drafts from what was found in one snapshot. `coverage` is the share of a question's words that a text holds."""

    def __init__(self, retriever: HybridRetriever, titles: Titles, themes: Themes, stories: Stories, coverage: Coverage) -> None:
        self._retriever = retriever
        self._snapshot: Snapshot = retriever.snapshot
        self._coverage = coverage
        self._titles, self._themes, self._stories = titles, themes, stories

    def rank(self, asked: Understood, found: Found, allowed: Callable[[Passage], bool], within: tuple[str, ...]) -> Ranked:
        """The evidence and stories for a question; where it names regions, only what is about one of them.

        `allowed` and `within` are the limits of the call: passages, and regions (none: all).
        """
        hits = [hit.passage for hit in found.hits[: self._retriever.tuning.considered] if not hit.passage.is_mention]
        passages: Iterable[Passage] = hits
        theme = self._themes.whole(asked)
        if theme:
            passages = [p for p in self._snapshot.passages if not p.is_mention and p.theme == theme and allowed(p)]
        if asked.regions:
            passages = [p for p in self._snapshot.passages if not p.is_mention and allowed(p) and set(asked.regions) & set(p.regions)]
        evidence = candidates(self._retriever, found, passages, lambda _, s: _is_about(s, asked.regions) and _is_about(s, within))
        if self._themes.is_theme_in_region(asked):
            # the right region with another subject is no answer
            evidence = [one for one in evidence if self._themes.is_on_theme(asked, one)]
        return Ranked(evidence, self._titles.rank(asked, found, allowed))

    def write(
        self, draft: Draft, asked: Understood, found: Found, ranked: Ranked, own_region: str | None
    ) -> tuple[Listing | None, list[Missing]]:
        """Fills `draft`. Returns the listing, where it is a list, and what a half answer lacks."""
        if asked.intent == "region":
            return self._overview(draft, asked, ranked), []
        # what is told of the regions together needs no table
        together = asked.terms and ranked.evidence and set(asked.regions) <= set(ranked.evidence[0].core.regions)
        if asked.intent == "compare" and not together:
            return None, self._comparison(draft, asked, ranked)
        listing = self._catalogue_list(draft, asked, ranked) if asked.intent in CATALOGUE else None
        if listing:
            return listing, []
        named = self._titles.named(asked)
        untold = named is not None and self._titles.told(named) is None
        if (asked.intent == "story" or untold) and ranked.stories:
            self._story(draft, asked, ranked, named)
            return None, []
        elements = self._elements(found) if asked.intent == "elements" else []
        if elements:
            draft.head(elements[0].passage.section[-1])
            for item in elements:
                draft.state(item, labelled=False)
            return Listing(found=len(elements), shown=len(elements), complete=True), []
        items = self._enumeration(asked, ranked)
        if items:
            draft.head(items[0].passage.section[-1])
            for item in items:
                draft.state(item, labelled=False)
            # a fact may stand beside the list that its words stand in
            own = {item.core.start for item in items}
            beside = [e for e in ranked.evidence if e.core.start not in own] if asked.intent == "fact" else []
            for evidence in pick(beside, words=BESIDE_WORDS, most=1, share=FACT_SHARE):
                draft.head(evidence.passage.section[-1])
                draft.state(evidence)
            self._read_on(draft, asked, ranked, items, most=2)
            return Listing(found=len(items), shown=len(items), complete=True), []
        if asked.intent == "fact":
            picked = self._extended(pick(ranked.evidence, words=90, most=4, share=FACT_SHARE, a_passage=3), FACT_WORDS, ANSWER_WORDS)
            for evidence in picked:
                draft.state(evidence)
            self._read_on(draft, asked, ranked, picked, most=3)
            return None, []
        self._approaches(draft, asked, ranked, own_region)
        return None, []

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

    def _approaches(self, draft: Draft, asked: Understood, ranked: Ranked, own_region: str | None) -> None:
        theme = self._themes.whole(asked)
        elements = self._elements_of(theme) if theme else []
        room = REGION_WORDS if asked.regions else APPROACH_WORDS
        share = FACT_SHARE if asked.regions else APPROACH_SHARE
        picked = pick(self._for_approaches(ranked.evidence, broad=theme is not None), words=room, most=6, share=share)
        if theme is None:
            picked = self._extended(picked, READ_ON_WORDS, ANSWER_WORDS)
        if sum(e.words for e in [*picked, *elements]) > ELEMENTS_WORDS:
            elements = []
        if asked.asks_effect and picked and not any(e.core.role == "figure" for e in picked):
            draft.say("approaches_without_numbers")
        own = [e for e in picked if asked.asks_others and own_region and e.core.regions == (own_region,)]
        sections: dict[tuple[str, ...], list[Evidence]] = {}
        for evidence in picked:
            if evidence not in own:
                sections.setdefault(evidence.passage.section, []).append(evidence)
        for section, of_section in sections.items():
            if len(sections) > 1:
                draft.head(section[-1] if len(section) > 1 else of_section[0].passage.theme)
            # the best one leads, the others follow as the report has them
            for evidence in sorted(of_section, key=lambda e: (e is not picked[0], e.start)):
                draft.state(evidence)
        if elements:
            draft.head(elements[0].passage.section[-1])
            for item in elements:
                draft.state(item, labelled=False)
        if own:
            draft.head_phrase("own_region")
            for evidence in own:
                draft.state(evidence)
        self._read_on(draft, asked, ranked, picked, most=STORIES_TO_READ - 1 if elements else STORIES_TO_READ)

    def _read_on(self, draft: Draft, asked: Understood, ranked: Ranked, picked: list[Evidence], most: int) -> None:
        """The stories of the quotes first; for a broad question also those whose title is about it."""
        tied = [self._snapshot.stories[story] for evidence in picked for story in evidence.stories]
        about = self._stories.about(asked, ranked.stories) if asked.intent in ("howto", "list", "elements") else []
        if asked.regions:
            tied = [s for s in tied if set(s.regions) & set(asked.regions)] or tied
            about = [s for s in about if set(s.regions) & set(asked.regions)]
        whole = self._stories.of_theme_and_region(asked)
        if whole and not picked:
            draft.say("story_title_only")
        chosen = whole or list({story.id: story for story in [*tied, *about]}.values())[:most]
        if chosen:
            draft.head_phrase("read_on")
            for story in chosen:
                draft.story(story)

    def _overview(self, draft: Draft, asked: Understood, ranked: Ranked) -> Listing:
        region = asked.regions[0]
        stories = [s for s in self._snapshot.stories.values() if region in s.regions]
        # a company or town has its region's overview, with what names it first
        own = set(asked.region_words) - set(words(region))

        def names_it(evidence: Evidence) -> bool:
            return bool(own) and own <= set(words(evidence.core.text))

        evidence = sorted((e for e in ranked.evidence if region in e.core.regions), key=lambda e: (not names_it(e), e.start, e.words))
        picked: list[Evidence] = []
        for one in evidence:
            same = any(one.start < p.end and p.start < one.end for p in picked)
            if not same and sum(p.words for p in picked) + one.words <= OVERVIEW_WORDS:
                picked.append(one)
        if own:
            draft.say("place_in_region", place=self._typed(asked, own), region=region)
        number = {0: "region_overview_none", 1: "region_overview_one"}.get(len(stories), "region_overview")
        key = number if picked else "region_only_stories"
        draft.say(key, region=region, found=len(stories))
        shown_sentences = sum(any(p.start <= e.core.start < p.end for p in picked) for e in evidence)
        if shown_sentences < len(evidence):
            draft.say("overview_some", shown=shown_sentences, found=len(evidence))
        of_place = [one for one in picked if names_it(one)]
        if of_place:
            draft.head_phrase("of_place", place=self._typed(asked, own))
            for one in of_place:
                draft.state(one, labelled=False)
        heading = ""
        for one in (e for e in picked if e not in of_place):
            if one.passage.theme != heading:
                heading = one.passage.theme
                draft.head(heading)
            draft.state(one, labelled=False)
        if stories:
            draft.head_phrase("read_on")
        shown = sorted(stories, key=lambda s: s.url is None)[:15]
        for story in shown:
            draft.story(story)
        return Listing(found=len(stories), shown=len(shown), complete=len(shown) == len(stories))

    def _typed(self, asked: Understood, folded: set[str]) -> str:
        """The name of a place as it was typed, with capitals."""
        typed = " ".join(word for word in re.findall(r"[\w'’-]+", asked.focus) if set(words(word)) & folded)
        return typed.title() if typed.islower() else typed

    def _comparison(self, draft: Draft, asked: Understood, ranked: Ranked) -> list[Missing]:
        """Regions side by side: what they do, what came of it, and the stories; a cell stays open where sources are silent."""
        what: list[list[Evidence]] = []
        came_of: list[list[Evidence]] = []
        columns = _columns(asked)
        for regions in columns.values():
            of_column = [e for e in ranked.evidence if regions & set(e.core.regions) and self._is_on_subject(asked, e)]
            picked = pick(of_column, words=80, most=2, share=FACT_SHARE)
            outcome = [e for e in picked[1:] if e.core.role in OUTCOME] or self._outcome(of_column, picked)
            what.append([e for e in picked if e not in outcome])
            came_of.append(outcome)
        silent = [name for name, cell in zip(columns, what, strict=True) if not cell]
        told_in = [self._told_in(regions, cells) for regions, *cells in zip(columns.values(), what, came_of, strict=True)]
        rows = [(draft.phrase("what"), what)]
        room = COMPARISON_WORDS - _words_in(what)
        for key, cells in (("outcome", came_of), ("story_row", told_in)):
            room -= _words_in(cells)
            if any(cells) and room >= 0:
                rows.append((draft.phrase(key), cells))
        draft.table(columns, rows)
        if silent:
            draft.say("compare_open", regions=", ".join(silent))
        self._read_on(draft, asked, ranked, [e for cell in what for e in cell], most=4)
        return [Missing(what="comparison", value=region) for region in silent]

    def _outcome(self, of_column: list[Evidence], picked: list[Evidence]) -> list[Evidence]:
        """What came of it: the best figure or result of the same story, that says more than what is `picked`."""
        stories = {story for e in picked for story in e.core.stories}
        shown = {s.start for e in picked for q in e.quotes for s in q.sentences}
        told = [e for e in of_column if e.core.role in OUTCOME and stories & set(e.core.stories) and e.core.start not in shown]
        # what it leans on is not brought along again where it stands in the row above
        bare = [
            Evidence.of(e.passage, e.core, score=e.score, similarity=e.similarity) if set(e.core.leans_on) <= shown else e for e in told
        ]
        return pick(bare, words=OUTCOME_WORDS, most=2, share=0.0)

    def _told_in(self, regions: frozenset[str], cells: list[list[Evidence]]) -> list[Evidence]:
        """The lines that name these regions' stories of these quotes; none where the report ties none to them."""
        names = dict.fromkeys(story for cell in cells for e in cell for story in e.core.stories)
        stories = [self._snapshot.stories[name] for name in names]
        return [self._titles.mention(story) for story in stories if regions & set(story.regions)][:STORIES_A_CELL]

    def _is_on_subject(self, asked: Understood, evidence: Evidence) -> bool:
        """Does this hold any telling word of the question? What is only about the region fills no cell."""
        return (
            not asked.terms
            or evidence.nearest >= NEAR
            or self._coverage(asked, " ".join([evidence.text, evidence.passage.searched, *evidence.core.asked])) >= ON_SUBJECT
        )

    def _story(self, draft: Draft, asked: Understood, ranked: Ranked, named: Story | None) -> None:
        # a title may share a word that says nothing ("zoek"): what is about the question comes first
        about = {story.id for story in self._stories.about(asked, ranked.stories, by_meaning=True)}
        titled = {story.id for story in self._titles.titled(asked)}
        likely = [one for one in ranked.stories if one.story.id in about | titled] or ranked.stories
        chosen = [named] if named else [one.story for one in likely[:3] if one.score >= likely[0].score - 1.0]
        draft.say("story_found")
        for story in chosen[:1] if asked.wants_link else chosen:
            draft.story(story)
            tied = next((e for e in ranked.evidence if story.id in e.core.stories), None) or self._titles.told(story)
            if tied:
                draft.state(tied)
            else:
                draft.state(self._titles.mention(story), labelled=False)
                draft.say("story_title_only")

    def _catalogue_list(self, draft: Draft, asked: Understood, ranked: Ranked) -> Listing | None:
        """Stories, regions or themes from the catalogue, all of them and counted; None where the question limits them in no way."""
        selected = self._stories.select(asked, ranked.stories)
        if asked.intent == "themes" and (selected is None or len(selected.stories) in (0, len(self._snapshot.stories))):
            return self._all_themes(draft, ranked)
        if selected is None or not selected.stories:
            return None
        stories = selected.stories
        if asked.intent == "regions":
            stories = sorted(stories, key=lambda story: story.regions)
            names = sorted({region for story in stories for region in story.regions})
            draft.say("regions_one" if len(names) == 1 else "regions_found", found=len(names), regions=", ".join(names))
            found = len(names)
        elif asked.intent == "themes":
            names = [theme for theme in self._themes.counts() if any(theme in story.themes for story in stories)]
            draft.say("themes_found", found=len(names), themes="; ".join(names))
            found = len(names)
        else:
            found = len(stories)
        most = LIST_OF_STORIES if asked.intent == "stories" and not asks_count(fold(asked.focus)) else STORIES_BESIDE
        shown = stories[:most]
        key = "stories_one" if len(stories) == 1 else "stories_found" if len(shown) == len(stories) else "stories_some"
        draft.say(key, found=len(stories), shown=len(shown))
        draft.story_list(shown)
        counted = self._report_counts(selected.themes) if asked.asks_amount and not selected.by_title and not asked.regions else None
        if counted:
            draft.head_phrase("report_says")
            draft.state(counted)
        return Listing(found=found, shown=found if asked.intent != "stories" else len(shown), complete=len(shown) == len(stories))

    def _all_themes(self, draft: Draft, ranked: Ranked) -> Listing:
        """The themes of the catalogue, each with the number of its stories."""
        counts = self._themes.counts()
        named = "; ".join(f"{theme} ({number})" for theme, number in counts.items())
        draft.say("themes_found", found=len(counts), themes=named)
        for evidence in pick(ranked.evidence, words=60, most=1, share=1.0):
            draft.state(evidence)
        return Listing(found=len(counts), shown=len(counts), complete=True)

    def _report_counts(self, themes: list[str]) -> Evidence | None:
        """The sentence in which the report itself counts the stories of a theme: it need not be what its lists hold."""
        for passage in self._snapshot.passages:
            if passage.theme in themes and not passage.is_mention:
                for sentence in passage.sentences:
                    if _STORIES_COUNTED.search(sentence.text):
                        return Evidence.of(passage, sentence)
        return None

    def _extended(self, picked: list[Evidence], words: int, room: int) -> list[Evidence]:
        """Each of `picked` read on, up to `words` and while all together stay within `room`, without saying anything twice."""
        longer: list[Evidence] = []
        used = sum(evidence.words for evidence in picked)
        for evidence in picked:
            if any(evidence.start < e.end and e.start < evidence.end and evidence.passage == e.passage for e in longer):
                used -= evidence.words
                continue
            more = read_on(evidence, words)
            kept = more if used + more.words - evidence.words <= room else evidence
            used += kept.words - evidence.words
            longer.append(kept)
        return longer

    def _for_approaches(self, evidence: list[Evidence], broad: bool) -> list[Evidence]:
        """What regions do before what the theme is. Asked broadly, every sentence of the theme is near: then only that counts."""

        def score(one: Evidence) -> float:
            concrete = CONCRETE if one.core.stories or one.core.regions else 0.0
            # a number of no region in particular counts the report's own stories or answers
            about_report = broad and one.core.role == "figure" and not concrete
            own = concrete + ROLE["frame" if about_report else one.core.role]
            return BROAD_SCALE + own if broad else one.score + own

        kept = [e for e in evidence if not broad or "elementen" not in e.passage.section[-1]]
        return sorted((replace(e, score=score(e)) for e in kept), key=lambda e: (-e.score, e.start))

    def _elements_of(self, theme: str) -> list[Evidence]:
        for passage in self._snapshot.passages:
            if passage.theme == theme and "elementen" in passage.section[-1] and not passage.is_mention:
                return [Evidence.of(passage, s) for s in passage.sentences if s.kind == "bullet"]
        return []

    def _elements(self, found: Found) -> list[Evidence]:
        """The "werkzame elementen" of the theme that fits best, all of them."""
        for hit in found.hits:
            bullets = [s for s in hit.passage.sentences if s.kind == "bullet"]
            if bullets and "elementen" in hit.passage.section[-1]:
                return [Evidence.of(hit.passage, s, score=hit.score) for s in bullets]
        return []


def _columns(asked: Understood) -> dict[str, frozenset[str]]:
    """What is set side by side: the regions asked for; those of one area ("het hoge noorden") together."""
    areas = {area.name: frozenset(area.regions) for area in asked.areas}
    apart = {region: frozenset((region,)) for region in asked.regions if not any(region in regions for regions in areas.values())}
    columns = {**apart, **areas}
    # one area alone: its regions side by side
    return columns if len(columns) > 1 else {region: frozenset((region,)) for region in asked.regions}


def _words_in(cells: Iterable[list[Evidence]]) -> int:
    """How many words a row of a table holds."""
    return sum(evidence.words for cell in cells for evidence in cell)


def _is_about(sentence: Sentence, regions: tuple[str, ...]) -> bool:
    """Is this sentence about one of `regions`?"""
    return not regions or bool(set(sentence.regions) & set(regions))
