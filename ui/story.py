"""The page of one story: its link, everything the sources say about it, where they contradict each other, and related stories."""

import streamlit as st

from index.catalogue import Story
from praktijkbaken.dates import day
from rag.compose import answer_story, link_of
from ui import frame
from ui.markup import facts, inside, items, outside, text
from ui.places import CHAT, SOURCE, STORIES, STORY
from ui.session import assistant, shelf
from ui.side_by_side import quote
from ui.story_list import STATUS


def draw() -> None:
    """Draws the page. The address names the story: `verhaal`."""
    kept = shelf()
    story = kept.snapshot.stories.get(st.query_params.get("verhaal", ""))
    if story is None:
        frame.title("Praktijkverhaal")
        st.warning("Dit verhaal staat niet in de catalogus. Kies een ander bij Verhalen.", icon=":material/search_off:")
        st.html(f'<div class="pb">{inside(STORIES, "Naar alle verhalen", css="pb-do")}</div>')
        return
    frame.title(story.title)
    st.html(f'<div class="pb">{_about(story)}{_said(story)}{_conflicts(story)}{_related(story)}</div>')


def _about(story: Story) -> str:
    told = answer_story(story, assistant().links)
    regions = ", ".join(inside(STORIES, text(region), regio=region) for region in story.regions)
    themes = ", ".join(inside(STORIES, text(theme), thema=theme) for theme in story.themes)
    documents = [shelf().snapshot.documents[name] for name in story.documents if name in shelf().snapshot.documents]
    about = facts(
        [
            ("Regio", regions or "niet genoemd"),
            ("Thema", themes),
            ("Staat in", text("; ".join(place.replace(", p. ", ", blz. ") for place in story.found_at))),
            ("Eigen tekst", "; ".join(inside(SOURCE, text(one.title), document=one.id) for one in documents)),
            ("Ook genoemd als", text("; ".join(story.aliases))),
            ("Link", text(STATUS[told.link] + (f", gecontroleerd op {day(told.checked)}" if told.checked else ""))),
        ]
    )
    words = "Lees de archiefkopie" if told.link == "archived" else "Lees het verhaal"
    do = outside(link_of(told), words, css="pb-do") if link_of(told) else ""
    do += outside(told.search_url, "Zoek dit verhaal op het web", css="pb-do") if told.search_url else ""
    return about + do


def _said(story: Story) -> str:
    told = shelf().of_story(story.id)
    text_lines = [quote(one) for one in told if one.sentence.kind != "mention"]
    titles = [quote(one) for one in told if one.sentence.kind == "mention"]
    found = items(text_lines) or "<p>De bronnen noemen van dit verhaal alleen de titel.</p>"
    listed = f"<h3>In de lijsten van het rapport</h3>{items(titles)}" if titles else ""
    return f"<h2>Wat de bronnen over dit verhaal zeggen ({len(text_lines)})</h2>{found}{listed}"


def _conflicts(story: Story) -> str:
    lines = []
    if story.told:
        lines.append(
            f"Het rapport spreekt zichzelf tegen over de regio: de lijsten noemen {text(', '.join(story.listed))}, "
            f"de tekst noemt {text(', '.join(story.told))}."
        )
    elif len(story.listed) > 1:
        lines.append(f"De lijsten van het rapport noemen verschillende regio's: {text(', '.join(story.listed))}.")
    notes = items([*lines, *(text(note) for note in story.notes)])
    return f"<h2>Tegenspraak en opmerkingen</h2>{notes}" if notes else ""


def _related(story: Story) -> str:
    lines = [
        f"{inside(STORY, text(other.title), verhaal=other.id)} ({text('; '.join([*other.regions, *other.themes]))})"
        for other in shelf().related(story)
    ]
    ask = inside(CHAT, "Stel een vraag", css="pb-do")
    return (f"<h2>Verwante verhalen</h2><p>Met dezelfde regio of hetzelfde thema.</p>{items(lines)}" if lines else "") + ask
