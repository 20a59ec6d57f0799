"""An answer on screen: its text with marks that lead to the source cards, and the cards."""

import re

import streamlit as st

from index.links import Links
from rag.answer import Answer, AnswerStory, Citation
from rag.compose import plain

_MARK = re.compile(r"\[(\d+)\](?!\()")
_LABELS = {
    "nl": {
        "source": "Bron",
        "sources": "Bronnen",
        "near": "Verwante passages",
        "read": "Lees het verhaal (opent een nieuw tabblad)",
        "archive": "Lees de archiefkopie (opent een nieuw tabblad)",
        "undated": "zonder datum",
        "page": "blz.",
        "about": "Over",
    },
    "en": {
        "source": "Source",
        "sources": "Sources",
        "near": "Related passages",
        "read": "Read the story (opens a new tab)",
        "archive": "Read the archive's copy (opens a new tab)",
        "undated": "no date",
        "page": "p.",
        "about": "About",
    },
}


def show(answer: Answer, turn: int, links: Links) -> None:
    """The whole answer; `turn` keeps the anchors of several answers on one page apart, `links` is what is known of links."""
    labels = _LABELS[answer.language]
    if answer.status == "not_found":
        st.info(with_marks(answer.text, turn, labels["source"]), icon=":material/search_off:")
    else:
        st.markdown(with_marks(answer.text, turn, labels["source"]))
    cited = answer.citations or answer.related
    if cited:
        st.markdown(f"##### {labels['sources'] if answer.citations else labels['near']}")
    titles = {story.id: story for story in answer.stories}
    copies = {state.archive_url for state in links.values()} - {None}
    for one in cited:
        _card(one, turn, labels, titles, archived=one.url in copies)
    for line in answer.notices:
        st.markdown(f":small[{plain(line)}]")


def with_marks(text: str, turn: int, word: str) -> str:
    """The text in which each mark [n] is a link to its card."""
    return _MARK.sub(lambda mark: f"[\\[{word.lower()} {mark.group(1)}\\]](#{anchor(turn, int(mark.group(1)))})", text)


def anchor(turn: int, n: int) -> str:
    """The name of the place of card `n` of answer `turn`."""
    return f"bron-{turn}-{n}"


def _card(one: Citation, turn: int, labels: dict[str, str], stories: dict[str, AnswerStory], archived: bool) -> None:
    with st.container(border=True):
        # an h3 in the outline; its size follows from the markdown inside
        st.subheader(f":small[{labels['source']} {one.n}]", anchor=anchor(turn, one.n))
        place = " › ".join(one.section) + (f", {labels['page']} {one.page}" if one.page else "")
        st.markdown(f"“{plain(one.quote)}”  \n:small[{plain(one.document_title)} ({one.source_date or labels['undated']}), {plain(place)}]")
        named = [stories[story].title for story in one.story_ids if story in stories]
        if named:
            st.markdown(f"{labels['about']}: {plain('; '.join(named))}")
        if one.url:
            st.link_button(labels["archive" if archived else "read"], one.url, icon=":material/open_in_new:")
