"""The pages of the app: their names, addresses and titles, and how Streamlit knows them."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import streamlit as st

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


def _drawing(module: str) -> Callable[[], None]:
    def draw() -> None:
        import_module(f"ui.{module}").draw()

    return draw
