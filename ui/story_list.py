"""The list of stories: found by words, also by other words for the same, within a region, a theme and a state of the link."""

from collections.abc import Callable, Sequence

import streamlit as st

from index.catalogue import Story
from index.links import Links
from praktijkbaken.dates import day
from rag.compose import answer_story, link_of
from rag.story_search import Hit, Sought
from ui import asking, conversations, frame
from ui.markup import facts, inside, items, label, outside, text
from ui.places import CHAT, STORY
from ui.session import assistant, shelf
from ui.side_by_side import quote

ALL = "Alle"
STATUS = {
    "live": "werkt",
    "archived": "alleen in het archief",
    "dead": "werkt niet meer",
    "unchecked": "niet gecontroleerd",
    "none": "geen link in de bronnen",
}
AT_ONCE = 25
MOST_BESIDE = 8
_WHOLE = "all-stories"


def draw() -> None:
    """Draws the fields and what they find. The address holds what was chosen."""
    helper, kept = assistant(), shelf()
    columns = st.columns([2, 1, 1, 1])
    search = (columns[0].text_input("Waar zoekt u een verhaal over?", key="zoek", bind="query-params", max_chars=100) or "").strip()
    region = columns[1].selectbox("Regio", [ALL, *kept.spoken_of], key="regio", bind="query-params")
    theme = columns[2].selectbox("Thema", [ALL, *kept.themes], key="thema", bind="query-params")
    status = columns[3].selectbox("Link", [ALL, *STATUS.values()], key="link", bind="query-params")

    def fits(story: Story) -> bool:
        return (
            region in (ALL, *story.regions)
            and theme in (ALL, *story.themes)
            and status in (ALL, STATUS[answer_story(story, helper.links).link])
        )

    every = tuple(Hit(story, (), is_in_name=True) for story in kept.snapshot.stories.values())
    sought = helper.story_search.find(search) if search else Sought(every)
    place, within = region if region != ALL else None, theme if theme != ALL else None
    _results(search, sought, fits, helper.links, place, _said(place, within) if place else "")


def card(story: Story, links: Links, level: int = 2, found: str = "") -> str:
    """A story in a list: its title leads to its page; `found` says by which words it was found."""
    told = answer_story(story, links)
    status = STATUS[told.link] + (f" (gecontroleerd op {day(told.checked)})" if told.checked else "")
    about = facts(
        [
            ("Regio", text(", ".join(story.regions)) or "niet genoemd"),
            ("Thema", text(", ".join(story.themes))),
            ("Link", text(status)),
            ("Gevonden op", text(found)),
        ]
    )
    read = outside(link_of(told), "lees het verhaal") if link_of(told) else ""
    title = inside(STORY, text(story.title), verhaal=story.id)
    return f'<section class="pb-card"><h{level} style="font-size:1.05rem">{title}</h{level}>{about}{read}</section>'


def _results(search: str, sought: Sought, fits: Callable[[Story], bool], links: Links, region: str | None, said: str) -> None:
    """Draws the stories that fit, after how many they are and what the sources say of the region (HTML)."""
    found = [hit for hit in sought.hits if fits(hit.story)]
    near = [story for story in sought.near if fits(story)]
    shown = found if st.session_state.get(_WHOLE) else found[:AT_ONCE]
    count = f"{len(found)} {'verhaal' if len(found) == 1 else 'verhalen'}" if found or not near else "Geen verhaal met deze woorden"
    more = f" Hier staan de eerste {len(shown)}." if len(shown) < len(found) else ""
    of = "" if near and not found else f" van {len(shelf().snapshot.stories)}."
    told = f'<p role="status"><b>{count}</b>{of or "."}{more}</p>{_looked_for(sought)}'
    cards = "".join(card(hit.story, links, found=_by(hit)) for hit in shown)
    st.html(f'<div class="pb">{told}{said}{cards}</div>')
    if len(shown) < len(found):
        st.button(f"Toon alle {len(found)} verhalen", on_click=lambda: st.session_state.update({_WHOLE: True}))
    if near:
        st.html(f'<div class="pb">{_near(near, links)}</div>')
    hidden = len(sought.hits) + len(sought.near) - len(found) - len(near)
    if not found and not near:
        st.info(_nothing(search, hidden), icon=":material/search_off:")
    _ways_on(search, region, hidden)


def _said(region: str, theme: str | None) -> str:
    """All that the sources say of a region, within the theme if one is given; folded, but for who came for it (`gezegd` in the address)."""
    said = shelf().of_region(region, theme)
    within = f" binnen het thema {text(theme)}" if theme else ""
    summary = f"Alles wat de bronnen over {text(region)} zeggen{within} ({len(said)} {'zin' if len(said) == 1 else 'zinnen'})"
    is_open = " open" if "gezegd" in st.query_params else ""
    return f"<details{is_open}><summary>{summary}</summary>{items(quote(one) for one in said)}</details>" if said else ""


def _nothing(search: str, hidden: int) -> str:
    """That there is nothing, why, and what may help; as a label."""
    if hidden:
        return "Geen verhaal past bij deze keuze. Haal een filter weg."
    return (
        f"Geen verhaal gaat over “{label(search)}”. Zoek op een ander woord. Of stel het als vraag: "
        "de app zoekt dan ook in de rest van de bronnen."
    )


def _looked_for(sought: Sought) -> str:
    """What was looked for beside the words that were typed."""
    others = ", ".join(sought.beside[:MOST_BESIDE]) + (" en meer" if len(sought.beside) > MOST_BESIDE else "")
    lines = [
        *(f"“{text(typed)}” is gelezen als “{text(meant)}”." for typed, meant in sought.read_as),
        *(f"{text(name)} hoort bij: {text(regions)}." for name, regions in sought.places),
        *([f"Ook gezocht op: {text(others)}."] if others else []),
    ]
    return f'<p class="pb-small">{"<br>".join(lines)}</p>' if lines else ""


def _by(hit: Hit) -> str:
    """The story's own words that were found, where these are others than were typed or do not stand in its name."""
    where = "" if hit.is_in_name else " (in wat de bronnen erover zeggen)"
    return ", ".join(f"“{word}”" for word in hit.words) + where if hit.words else ""


def _near(stories: Sequence[Story], links: Links) -> str:
    cards = "".join(card(story, links, level=3) for story in stories)
    return f"<h2>Lijkt erop</h2><p>In deze verhalen staan uw woorden niet. Zij gaan over iets wat er dichtbij ligt.</p>{cards}"


def _ways_on(search: str, region: str | None, hidden: int) -> None:
    """The way on: without the filters that hide stories, and the same words as a question in the chat."""
    with st.container(horizontal=True):
        if hidden:
            words = f"Zoek zonder filters (nog {hidden} {'verhaal' if hidden == 1 else 'verhalen'})"
            st.button(words, on_click=_without_filters, icon=":material/filter_alt_off:")
        if search:
            question = f"{search} in {region}" if region and not search.endswith("?") else search
            st.button("Stel dit als vraag", icon=":material/forum:", on_click=_ask, args=(question,))


def _ask(question: str) -> None:
    """Asks in the chat, as a conversation of its own."""
    if conversations.current():
        conversations.leave()
    asking.queue(question)
    frame.open_page(CHAT)


def _without_filters() -> None:
    st.session_state.update(dict.fromkeys(("regio", "thema", "link"), ALL))
