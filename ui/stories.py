"""The stories to browse: a list with filters, themes by regions, regions side by side, what is new, and adding a source."""

import json
from collections.abc import Sequence

import streamlit as st

from index.catalogue import Story
from index.links import Links
from rag.compose import answer_story, link_of
from ui import adding, frame
from ui.markup import facts, inside, items, outside, text, wide
from ui.places import STORIES, STORY
from ui.session import assistant, may_add, records, shelf, visitor
from ui.side_by_side import side_by_side

ALL = "Alle"
LIST, MATRIX, SIDE, NEW = "Lijst", "Thema en regio", "Naast elkaar", "Toevoegen"
STATUS = {
    "live": "werkt",
    "archived": "alleen in het archief",
    "dead": "werkt niet meer",
    "unchecked": "niet gecontroleerd",
    "none": "geen link in de bronnen",
}
AT_ONCE = 25
_SEEN = "stories-seen"


def draw() -> None:
    """Draws the page. The address holds the view and the filters, so that it can be shared."""
    frame.title("Praktijkverhalen")
    _new_since()
    views = [LIST, MATRIX, SIDE, *([NEW] if may_add() else [])]
    view = st.segmented_control("Wat wilt u zien?", views, default=LIST, required=True, key="weergave", bind="query-params")
    if view == MATRIX:
        _matrix()
    elif view == SIDE:
        side_by_side()
    elif view == NEW and may_add():
        adding.draw()
    else:
        _list()


def card(story: Story, links: Links, level: int = 2) -> str:
    """A story in a list: its title leads to its page."""
    told = answer_story(story, links)
    status = STATUS[told.link] + (f" (gecontroleerd op {told.checked})" if told.checked else "")
    about = facts(
        [
            ("Regio", text(", ".join(story.regions)) or "niet genoemd"),
            ("Thema", text(", ".join(story.themes))),
            ("Link", text(status)),
        ]
    )
    read = outside(link_of(told), "lees het verhaal") if link_of(told) else ""
    title = inside(STORY, text(story.title), verhaal=story.id)
    return f'<section class="pb-card"><h{level} style="font-size:1.05rem">{title}</h{level}>{about}{read}</section>'


def _list() -> None:
    helper, kept = assistant(), shelf()
    columns = st.columns([2, 1, 1, 1])
    search = columns[0].text_input("Zoek in titel, regio en thema", key="zoek", bind="query-params", max_chars=100) or ""
    region = columns[1].selectbox("Regio", [ALL, *kept.regions], key="regio", bind="query-params")
    theme = columns[2].selectbox("Thema", [ALL, *kept.themes], key="thema", bind="query-params")
    status = columns[3].selectbox("Link", [ALL, *STATUS.values()], key="link", bind="query-params")
    found = kept.stories(search, None if region == ALL else region, None if theme == ALL else theme)
    if status != ALL:
        found = [story for story in found if STATUS[answer_story(story, helper.links).link] == status]
    shown = found if st.session_state.get("all-stories") else found[:AT_ONCE]
    count = f"{len(found)} {'verhaal' if len(found) == 1 else 'verhalen'}"
    more = f" Hier staan de eerste {len(shown)}." if len(shown) < len(found) else ""
    st.html(
        f'<div class="pb"><p role="status"><b>{count}</b> van {len(kept.snapshot.stories)}.{more}</p>{_cards(shown, helper.links)}</div>'
    )
    if not found:
        st.info("Geen verhaal past bij deze keuze. Haal een filter weg, of zoek op een ander woord.", icon=":material/search_off:")
    if len(shown) < len(found):
        st.button(f"Toon alle {len(found)} verhalen", on_click=lambda: st.session_state.update({"all-stories": True}))


def _cards(stories: Sequence[Story], links: Links) -> str:
    return "".join(card(story, links) for story in stories)


def _matrix() -> None:
    """How many stories each theme has in each region; a number leads to those stories."""
    kept = shelf()
    counts, themes = kept.counts(), kept.themes
    head = "".join(f'<th scope="col">{text(theme)}</th>' for theme in themes)
    rows = ""
    for region in kept.regions:
        cells = "".join(_cell(counts.get((theme, region), 0), theme, region) for theme in themes)
        rows += f'<tr><th scope="row">{inside(STORIES, text(region), regio=region)}</th>{cells}</tr>'
    table = wide("Aantal praktijkverhalen per thema en regio", f"<tr><td></td>{head}</tr>{rows}")
    silent = [name for name in assistant().regions.names if name not in kept.regions]
    st.html(
        '<div class="pb"><p>Het getal is het aantal praktijkverhalen. Kies een getal of een regio om die verhalen te zien. '
        "Een verhaal kan bij meer thema's en regio's horen.</p>"
        f"{table}<p>Zonder praktijkverhaal in de bronnen: {text(', '.join(silent))}.</p></div>"
    )


def _cell(count: int, theme: str, region: str) -> str:
    if not count:
        return '<td class="pb-count"><span aria-label="geen">–</span></td>'
    name = f'<span class="pb-hidden"> over {text(theme)} in {text(region)}</span>'
    shade = min(60, 12 * count)
    link = inside(STORIES, f"{count}{name}", regio=region, thema=theme)
    return f'<td class="pb-count" style="background:color-mix(in srgb, #4c9be8 {shade}%, transparent)">{link}</td>'


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
