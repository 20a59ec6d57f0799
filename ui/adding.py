"""Adding a source in the app: a file or a web address, with what is known of it; it can be asked about at once."""

import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import streamlit as st

from index.builder import Metadata
from index.library import forget, keep_file, keep_page, source_files
from index.readers import suffixes
from index.web.allowed import transport_for
from praktijkbaken.errors import SourceError
from praktijkbaken.settings import Settings, load_settings
from ui import frame, options
from ui.markup import inside, items, label, text
from ui.places import CHAT, SOURCE
from ui.session import assistant, build, kept_at, shelf

MOST_MEGABYTES = 10
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def draw() -> None:
    """Draws the form and the sources that were added before."""
    settings = load_settings()
    st.markdown(
        "Voeg een document of een webpagina van uw organisatie toe. Daarna kunt u er meteen vragen over stellen. "
        f"**Voeg niets toe met namen of gegevens van klanten.** Het bestand blijft {kept_at()}."
    )
    with st.form("add"):
        file = st.file_uploader(
            f"Bestand ({', '.join(sorted(one.lstrip('.') for one in suffixes()))}; hooguit {MOST_MEGABYTES} MB)",
            type=[one.lstrip(".") for one in sorted(suffixes())],
            max_upload_size=MOST_MEGABYTES,
        )
        url = st.text_input("Of een webadres", placeholder="https://…", max_chars=500)
        title = st.text_input("Titel (mag leeg blijven)", max_chars=200)
        story = st.text_input("Is dit de tekst van een praktijkverhaal? De titel daarvan (mag leeg blijven)", max_chars=200)
        columns = st.columns(3)
        regions = columns[0].multiselect("Regio", assistant().regions.names, placeholder="Kies", select_all=False)
        themes = columns[1].multiselect("Thema", shelf().themes, placeholder="Kies", select_all=False)
        date = columns[2].text_input("Van wanneer (2025, 2025-03 of 2025-03-31)", max_chars=10)
        sent = st.form_submit_button("Voeg toe")
    if sent:
        given = Metadata(
            title=title.strip() or None,
            date=date.strip() or None,
            regions=tuple(regions),
            themes=tuple(themes),
            story=story.strip() or None,
        )
        _add(settings, file.name if file else None, file.getvalue() if file else b"", url.strip(), given)
    _added(settings)


def _add(settings: Settings, name: str | None, content: bytes, url: str, given: Metadata) -> None:
    if given.date and not _DATE.fullmatch(given.date):
        raise SourceError(f"De datum {given.date!r} is niet te lezen. Schrijf hem als 2025, 2025-03 of 2025-03-31.")
    before = set(shelf().snapshot.documents)
    if name:
        keep_upload(settings, name, content, given)
    elif url.startswith(("http://", "https://")):
        with transport_for(settings, urlsplit(url).netloc) as transport:
            page = transport.get(url)
        keep_page(settings, page.final_url, page.content, page.content_type, given)
    else:
        raise SourceError("Kies een bestand, of geef een webadres dat begint met https://.")
    build(settings)
    snapshot = shelf().snapshot
    problems = [record.problem for record in snapshot.records if record.problem]
    if problems:
        st.warning(label("; ".join(problems)), icon=":material/warning:")
    fresh = [one for name, one in snapshot.documents.items() if name not in before]
    if not fresh:
        st.info("Er is geen nieuw document bij gekomen. Een bestaand document kan wel vernieuwd zijn.", icon=":material/info:")
        return
    st.success("De bron is toegevoegd.", icon=":material/check:")
    lines = items(inside(SOURCE, text(one.title), document=one.id) for one in fresh)
    st.html(f'<div class="pb">{lines}{inside(CHAT, "Stel er een vraag over", css="pb-do")}</div>')


def keep_upload(settings: Settings, name: str, content: bytes, given: Metadata) -> None:
    """Keeps an uploaded file among the added sources; the same name again replaces it. Raises `SourceError`."""
    folder = settings.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    # the last part of the name alone: what a browser sends may name a place elsewhere
    path = folder / (PurePosixPath(name.replace("\\", "/")).name.lstrip(".") or "bron")
    try:
        path.write_bytes(content)
        keep_file(settings, path, given)
    finally:
        path.unlink(missing_ok=True)


def _added(settings: Settings) -> None:
    snapshot = shelf().snapshot
    titles = {
        record.origin: [snapshot.documents[name].title for name in record.documents if name in snapshot.documents]
        for record in snapshot.records
    }
    own = [file.origin for file in source_files(settings) if file.origin.startswith("added/")]
    if not own:
        return
    frame.section("Eerder toegevoegd")
    titled = {one: ", ".join(titles.get(one, [])) or one for one in own}
    names = options.labels({one: (title, f"{title} ({one.removeprefix('added/')})") for one, title in titled.items()})
    chosen = st.selectbox("Bron", own, index=None, placeholder="Kies een bron", format_func=lambda one: names[one])
    if st.button("Haal deze bron weg", disabled=chosen is None) and chosen:
        forget(settings, chosen)
        build(settings)
        frame.say("De bron is weggehaald.")
        st.rerun()
