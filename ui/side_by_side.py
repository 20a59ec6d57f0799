"""Two or more regions next to each other on a theme: what the sources say of each, sentence by sentence."""

import streamlit as st

from ui.markup import inside, items, text
from ui.places import SOURCE, STORY
from ui.session import shelf
from ui.shelf import Told

MOST_REGIONS, MOST_SENTENCES = 4, 12
EVERY = "Alle thema's"


def quote(told: Told) -> str:
    """A sentence with its place, which leads to the document."""
    report = next(iter(shelf().snapshot.documents.values()))
    words = f"Toon in {'het rapport' if told.document is report else text(told.document.title)}: {text(told.place)}"
    place = inside(SOURCE, words, document=told.document.id, van=told.start, tot=told.sentence.end)
    return f'<span lang="nl">“{text(told.words)}”</span> <span class="pb-small">{place}</span>'


def side_by_side() -> None:
    """Draws the choice and the columns."""
    kept = shelf()
    columns = st.columns([2, 1])
    regions = columns[0].multiselect(
        "Regio's (twee tot vier)",
        kept.spoken_of,
        max_selections=MOST_REGIONS,
        placeholder="Kies regio's",
        key="regios",
        bind="query-params",
        select_all=False,
    )
    theme = columns[1].selectbox("Thema", [EVERY, *kept.themes], key="over", bind="query-params")
    if len(regions) < 2:
        st.info("Kies twee of meer regio's. U ziet dan wat de bronnen over elk zeggen.", icon=":material/compare_arrows:")
        return
    within = None if theme == EVERY else theme
    st.html(f'<div class="pb"><div class="pb-columns">{"".join(_column(region, within) for region in regions)}</div></div>')


def _column(region: str, theme: str | None) -> str:
    kept = shelf()
    said, stories = kept.of_region(region, theme), kept.stories(region=region, theme=theme)
    more = len(said) - MOST_SENTENCES
    told = items(quote(one) for one in said[:MOST_SENTENCES]) or "<p>De bronnen zeggen hier niets over.</p>"
    summary = "Toon ook de andere zin" if more == 1 else f"Toon ook de andere {more} zinnen"
    rest = items(quote(one) for one in said[MOST_SENTENCES:])
    told += f"<details><summary>{summary}</summary>{rest}</details>" if rest else ""
    listed = items(inside(STORY, text(story.title), verhaal=story.id) for story in stories) or "<p>Geen praktijkverhaal.</p>"
    return (
        f"<section><h2>{text(region)}</h2><h3>Wat de bronnen zeggen</h3>{told}<h3>Praktijkverhalen ({len(stories)})</h3>{listed}</section>"
    )
