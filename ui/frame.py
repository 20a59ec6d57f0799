"""What stands around every page: style, menu, and the one component of our own.

Streamlit has no live region, no link to another page inside a text (nor one that Back takes back in one step), no way to bring a place into
view, and English words on its own buttons, and no style tells that a table is cut off; the component does these five and nothing else. It
shows nothing and is given no HTML.
"""

import secrets
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from praktijkbaken.access import way_in
from praktijkbaken.settings import load_settings
from ui.markup import address, text
from ui.places import PLACES
from ui.session import may_log_out

_SAY, _GO, _OPEN = "frame-say", "frame-go", "frame-open"


@st.cache_resource(show_spinner=False)
def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")


def _component() -> ComponentRenderer:
    return st.components.v2.component("praktijkbaken_frame", js=_file("frame.js"))


def say(message: str, token: str | None = None) -> None:
    """Has a screen reader say a line when the page is drawn again; once for each `token`."""
    st.session_state[_SAY] = (token or secrets.token_hex(4), message)


def go_to(place: str) -> None:
    """Takes the focus to the first element of this selector when the page is drawn again."""
    st.session_state[_GO] = (secrets.token_hex(4), place)


def open_page(page: str) -> None:
    """Opens a page of the app when the page is drawn again: as a link does, so that Back leads to this one as it is."""
    st.session_state[_OPEN] = (secrets.token_hex(4), address(page))


def bring_into_view(anchor: str, token: str) -> None:
    """Brings the element with this id into view and gives it the focus, once for each `token`. Called when the element is drawn."""
    _component()(key=f"view-{anchor}", data={"anchor": anchor, "token": token}, height=0)


def arrived(anchor: str, token: str, message: str) -> None:
    """Says a line, once for each `token`: what stands under the element with this id is whole. That stays in view, unless she moved on."""
    _component()(key=f"arrived-{token}", data={"arrived": anchor, "token": token, "say": message}, height=0)


def title(words: str) -> None:
    """The page's heading, where the skip link leads. As HTML: it may be a title of a source."""
    st.html(f'<div class="pb"><h1 id="inhoud" tabindex="-1">{text(words)}</h1></div>')


def section(words: str) -> None:
    """A heading under the page's own."""
    st.html(f'<div class="pb"><h2>{text(words)}</h2></div>')


def draw(current: str) -> None:
    """Draws the frame of the page titled `current`."""
    st.html(f"<style>{_file('frame.css')}</style>")
    said, message = st.session_state.get(_SAY, ("", ""))
    moved, place = st.session_state.get(_GO, ("", ""))
    opening, opened = st.session_state.get(_OPEN, ("", ""))
    data = {"page": current, "say": message, "token": said, "to": place, "moved": moved, "open": opened, "opening": opening}
    _component()(key="frame", data={**data, "guarded": way_in(load_settings()) != "machine"}, height=0)
    with st.container(horizontal=True, key="menu", gap="small"):
        for place in PLACES:
            if place.in_menu:
                st.page_link(place.page(), label=f"**{place.title}**" if place.title == current else place.title, icon=place.icon)
        if may_log_out():
            st.button("Log uit", icon=":material/logout:", type="tertiary", on_click=st.logout)
