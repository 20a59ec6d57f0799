"""Adding a source in the app: a file or a web address, with what is known of it; it can be asked about at once."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import streamlit as st

from index.builder import Metadata
from index.library import Kept, forget, keep_file, keep_page, source_files
from index.readers import suffixes
from index.web.allowed import transport_for
from praktijkbaken.errors import SourceError
from praktijkbaken.settings import Settings, load_settings
from ui import frame, options
from ui.markup import inside, items, label, text
from ui.places import CHAT, SOURCE
from ui.session import assistant, build, kept_at, shelf

MOST_MEGABYTES = 10
# what is kept of a visit: how often was added, what came of it, the source that was chosen and the one that is to go
_TIMES, _TOLD, _CHOSEN, _FORGETTING = "added-times", "added-outcome", "added-chosen", "added-forgetting"
# keys of a button and of a part of the page, where the focus goes
_FORGET, _SAID = "added-forget", "added-said"
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


def draw() -> None:
    """Draws the form and the sources that were added before."""
    settings = load_settings()
    st.markdown(
        "Voeg een document of een webpagina van uw organisatie toe. Daarna kunt u er meteen vragen over stellen. "
        f"**Voeg niets toe met namen of gegevens van klanten.** Het bestand blijft {kept_at()}."
    )
    # a form with another key is an empty one: what was added stands in it no longer
    with st.form(f"add-{st.session_state.get(_TIMES, 0)}"):
        file = st.file_uploader(
            f"Bestand ({', '.join(sorted(one.lstrip('.') for one in suffixes()))}; hooguit {MOST_MEGABYTES} MB)",
            type=[one.lstrip(".") for one in sorted(suffixes())],
            max_upload_size=MOST_MEGABYTES,
        )
        url = st.text_input("Of een webadres", placeholder="https://…", max_chars=500)
        title = st.text_input("Titel (mag leeg blijven)", max_chars=200)
        story = st.text_input("Is dit de tekst van een praktijkverhaal? De titel daarvan (mag leeg blijven)", max_chars=200)
        columns = st.columns(3)
        regions = columns[0].multiselect("Regio", sorted(assistant().regions.names), placeholder="Kies", select_all=False)
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
        st.session_state[_TOLD] = _add(settings, file.name if file else None, file.getvalue() if file else b"", url.strip(), given)
        st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
        frame.go_to(f".st-key-{_SAID} a")
        st.rerun()
    with st.container(key=_SAID):
        _tell(st.session_state.pop(_TOLD, None))
    _added(settings)


@dataclass(frozen=True)
class _Outcome:
    """What became of a source: how it was kept, its documents (id, title), the titles of one whose file has that name, what went wrong."""

    status: str
    documents: tuple[tuple[str, str], ...]
    others: tuple[str, ...]
    problems: tuple[str, ...]


def _add(settings: Settings, name: str | None, content: bytes, url: str, given: Metadata) -> _Outcome:
    if given.date and not _DATE.fullmatch(given.date):
        raise SourceError(f"De datum {given.date!r} is niet te lezen. Schrijf hem als 2025, 2025-03 of 2025-03-31.")
    if name:
        kept = keep_upload(settings, name, content, given)
    elif url.startswith(("http://", "https://")):
        with transport_for(settings, urlsplit(url).netloc) as transport:
            page = transport.get(url)
        kept = keep_page(settings, page.final_url, page.content, page.content_type, given)
    else:
        raise SourceError("Kies een bestand, of geef een webadres dat begint met https://.")
    build(settings)
    snapshot = shelf().snapshot
    named = {record.origin: [n for n in record.documents if n in snapshot.documents] for record in snapshot.records}
    return _Outcome(
        kept.status,
        tuple((one, snapshot.documents[one].title) for one in named.get(kept.origin, [])),
        tuple(snapshot.documents[one].title for one in named.get(kept.beside or "", [])),
        tuple(record.problem for record in snapshot.records if record.problem),
    )


def _tell(became: _Outcome | str | None) -> None:
    """Says what became of the source that was just added or taken away."""
    if isinstance(became, str):
        st.success(became, icon=":material/check:")
    if not isinstance(became, _Outcome):
        return
    if became.problems:
        st.warning(label("; ".join(became.problems)), icon=":material/warning:")
    if not became.documents:
        if not became.problems:
            st.info("Deze tekst was er al. Er is geen nieuw document bij gekomen.", icon=":material/info:")
        return
    said = {"known": "Deze bron was er al, met dezelfde gegevens.", "replaced": "De bron was er al; de gegevens zijn vernieuwd."}
    st.success(said.get(became.status, "De bron is toegevoegd."), icon=":material/check:")
    lines = items(inside(SOURCE, text(title), document=name) for name, title in became.documents)
    st.html(f'<div class="pb">{lines}{inside(CHAT, "Stel er een vraag over", css="pb-do")}</div>')
    if became.others:
        st.info(
            f"Een bestand met deze naam was er al: {label(', '.join(became.others))}. Dat blijft ernaast staan. "
            "Is het oude niet meer nodig, haal het dan hieronder weg.",
            icon=":material/info:",
        )


def keep_upload(settings: Settings, name: str, content: bytes, given: Metadata) -> Kept:
    """Keeps an uploaded file among the added sources, beside another one of the same name. Raises `SourceError`."""
    folder = settings.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    # the last part of the name alone: what a browser sends may name a place elsewhere
    path = folder / (PurePosixPath(name.replace("\\", "/")).name.lstrip(".") or "bron")
    try:
        path.write_bytes(content)
        return keep_file(settings, path, given, beside=True)
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
    chosen = st.selectbox(
        "Bron", own, index=None, placeholder="Kies een bron", format_func=lambda one: names[one], key=_CHOSEN, on_change=_keep_it
    )
    with st.container(horizontal=True):
        st.button("Haal deze bron weg", disabled=chosen is None, on_click=_offer_to_forget, key=_FORGET)
        if chosen is None or st.session_state.get(_FORGETTING) != chosen:
            return
        if st.button("Ja, haal hem voorgoed weg", type="primary"):
            forget(settings, chosen)
            build(settings)
            _keep_it()
            st.session_state[_TOLD] = f"“{label(titled[chosen])}” is weggehaald."
            frame.go_to(f".st-key-{_CHOSEN} input" if len(own) > 1 else "#inhoud")
            st.rerun()
        st.button("Toch niet", on_click=_keep_it_after_all)


def _offer_to_forget() -> None:
    st.session_state[_FORGETTING] = st.session_state.get(_CHOSEN)


def _keep_it() -> None:
    st.session_state.pop(_FORGETTING, None)


def _keep_it_after_all() -> None:
    _keep_it()
    # the button that was pressed is gone
    frame.go_to(f".st-key-{_FORGET} button")
