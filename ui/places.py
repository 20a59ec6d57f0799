"""The pages of the app: their names, addresses and titles, and how to get to one."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

# What the page of the stories keeps in its address, and what stands there when nothing was chosen.
FIELDS = {"weergave": "Lijst", "zoek": "", "regio": "Alle", "thema": "Alle", "link": "Alle"}
# What another page asks in the chat: it stands in the session, for a question stands in no address.
ASKED = "asked-elsewhere"
# What the address of the chat holds for who asked for a page that is not there.
UNKNOWN = "onbekend"
CHAT, STORIES, STORY, SOURCE, EVALUATION, ABOUT = "", "verhalen", "verhaal", "bron", "evaluatie", "over"


@dataclass(frozen=True)
class Place:
    """One page: where it is, what it is called, which module draws it, and whether the menu names it."""

    path: str
    title: str
    module: str
    icon: str
    in_menu: bool = True

    def page(self) -> "st.Page":
        """The page as Streamlit knows it; the same one for the same place in every run."""
        hidden = "visible" if self.in_menu else "hidden"
        return st.Page(
            _drawing(self.module),
            title=self.title,
            icon="",  # Streamlit would fetch it from another host as the tab's icon
            url_path=self.path or "vraag",
            default=not self.path,
            visibility=hidden,  # type: ignore[arg-type]  # one of the two words
        )


PLACES = (
    Place(CHAT, "Vraag", "chat", ":material/forum:"),
    Place(STORIES, "Verhalen", "stories", ":material/auto_stories:"),
    Place(STORY, "Verhaal", "story", ":material/article:", in_menu=False),
    Place(SOURCE, "Bron", "source", ":material/description:"),
    Place(EVALUATION, "Evaluatie", "evaluation", ":material/monitoring:"),
    Place(ABOUT, "Over", "about", ":material/info:"),
)


def go(address: str) -> None:
    """Opens the page of an address of the app (as `markup.address` makes it); an unknown one opens nothing."""
    parts = urlsplit(address)
    path = parts.path.removeprefix("./").strip("/")
    for place in PLACES:
        if place.path == path and not parts.netloc:
            query = dict(parse_qsl(parts.query))
            if path == STORIES:
                # the page's own fields would keep what they held
                st.session_state.update({**FIELDS, **{name: value for name, value in query.items() if name in FIELDS}})
            st.switch_page(place.page(), query_params=query)


def _drawing(module: str) -> Callable[[], None]:
    def draw() -> None:
        import_module(f"ui.{module}").draw()

    return draw
