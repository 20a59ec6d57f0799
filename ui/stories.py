"""The stories to browse: a list, a map of the regions, themes by regions, regions side by side, what is new, and adding a source."""

import json

import streamlit as st

from ui import adding, frame, region_map, story_list
from ui.markup import inside, items, text, wide
from ui.places import STORIES, STORY
from ui.session import assistant, may_add, records, shelf, visitor
from ui.side_by_side import side_by_side

LIST, MAP, MATRIX, SIDE, NEW = "Lijst", "Kaart", "Thema en regio", "Naast elkaar", "Toevoegen"
_SEEN = "stories-seen"


def draw() -> None:
    """Draws the page. The address holds the view and the filters, so that it can be shared."""
    frame.title("Praktijkverhalen")
    _new_since()
    views = [LIST, MAP, MATRIX, SIDE, *([NEW] if may_add() else [])]
    # pills: a segmented control that wraps on a phone loses the borders between its rows
    view = st.pills("Wat wilt u zien?", views, default=LIST, required=True, key="weergave", bind="query-params")
    if view == MAP:
        region_map.draw()
    elif view == MATRIX:
        _matrix()
    elif view == SIDE:
        side_by_side()
    elif view == NEW and may_add():
        adding.draw()
    else:
        story_list.draw()


def _matrix() -> None:
    """How many stories each theme has in each region; a number leads to those stories."""
    kept = shelf()
    counts, themes = kept.counts(), kept.themes
    head = "".join(f'<th role="columnheader" scope="col">{text(theme)}</th>' for theme in themes)
    rows = ""
    for region in kept.regions:
        cells = "".join(_cell(counts.get((theme, region), 0), theme, region) for theme in themes)
        rows += f'<tr role="row"><th role="rowheader" scope="row">{inside(STORIES, text(region), regio=region)}</th>{cells}</tr>'
    table = wide("Aantal praktijkverhalen per thema en regio", f'<tr role="row"><td role="cell"></td>{head}</tr>{rows}')
    silent = [name for name in assistant().regions.names if name not in kept.regions]
    st.html(
        '<div class="pb"><p>Het getal is het aantal praktijkverhalen. Kies een getal of een regio om die verhalen te zien. '
        "Een verhaal kan bij meer thema's en regio's horen.</p>"
        f"{table}<p>Zonder praktijkverhaal in de bronnen: {text(', '.join(silent))}.</p></div>"
    )


def _cell(count: int, theme: str, region: str) -> str:
    if not count:
        return '<td role="cell" class="pb-count"><span aria-label="geen">–</span></td>'
    name = f'<span class="pb-hidden"> over {text(theme)} in {text(region)}</span>'
    shade = min(60, 12 * count)
    link = inside(STORIES, f"{count}{name}", regio=region, thema=theme)
    return f'<td role="cell" class="pb-count" style="background:color-mix(in srgb, #4c9be8 {shade}%, transparent)">{link}</td>'


def _new_since() -> None:
    """Stories and documents that were not there at this visitor's last visit; nothing at the first."""
    who, snapshot = visitor(), shelf().snapshot
    if who is None:
        return
    now = [*snapshot.stories, *snapshot.documents]
    if "new-since" not in st.session_state:
        before = records().preference(who, _SEEN)
        known = set(json.loads(before)) if before else set(now)
        st.session_state["new-since"] = [name for name in now if name not in known]
        records().prefer(who, _SEEN, json.dumps(now))
    fresh = [snapshot.stories[name] for name in st.session_state["new-since"] if name in snapshot.stories]
    texts = [snapshot.documents[name] for name in st.session_state["new-since"] if name in snapshot.documents]
    told = items(
        [
            *(f"Verhaal: {inside(STORY, text(story.title), verhaal=story.id)}" for story in fresh),
            *(f"Document: {inside('bron', text(one.title), document=one.id)}" for one in texts),
        ]
    )
    if told:
        st.html(f'<div class="pb"><h2>Nieuw sinds uw vorige bezoek</h2>{told}</div>')
