"""Text on screen: as HTML in which nothing of a source is markup, as a label of a Streamlit element, and as links.

Text of a source never goes through Streamlit's Markdown: besides Markdown that knows LaTeX, `:red[…]`, `:material/…:` and emoji codes.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlencode

WIDER = {
    "nl": "Deze tabel is breder dan uw scherm. Schuif haar opzij om alles te zien (met een toetsenbord: Tab, dan de pijltjes).",
    "en": "This table is wider than your screen. Move it sideways to see it all (by keyboard: Tab, then the arrows).",
}
NEW_TAB = {"nl": "opent een nieuw tabblad", "en": "opens a new tab"}
_MARKS = re.compile(r"([\\`*_\[\]<>|#~$&!()])")
# An emoji code or icon is found in the text after the Markdown was read, so no backslash stops it: a word joiner, unseen, does.
_CODE = re.compile(r":(?=[\w+/-]+:)")
# A bare address becomes a link of itself.
_ADDRESS = re.compile(r"(https?:|ftp:|mailto:|xmpp:|www|@)(?=[/.\w])", re.IGNORECASE)
_START = re.compile(r"^(\s*)([-+>]|\d+[.)])(?=\s)")


def text(source: str) -> str:
    """The text as HTML."""
    return escape(source, quote=True)


def label(source: str) -> str:
    """The text as a label of a Streamlit element, where there is no way around its Markdown."""
    shown = _MARKS.sub(r"\\\1", " ".join(source.split()))
    return _START.sub(r"\1\\\2", _ADDRESS.sub("\\1\u2060", _CODE.sub(":\u2060", shown)))


def inside(page: str, words: str, /, css: str = "", **query: object) -> str:
    """A link to a page of the app, as HTML; `page` is "" for the chat. It opens without a new session (see `frame`)."""
    return f'<a class="pb-in {css}" href="{text(address(page, **query))}">{words}</a>'


def address(page: str, /, **query: object) -> str:
    """The address of a page of the app, relative to its root."""
    asked = urlencode({name: value for name, value in query.items() if value not in (None, "")})
    return (page or "./") + (f"?{asked}" if asked else "")


def outside(url: str | None, words: str, language: str = "nl", css: str = "", short: bool = False) -> str:
    """A link to the web in a new tab that says so (`short`: by an arrow on screen); only the words where the address is none of the web."""
    if not url or not url.startswith(("http://", "https://")):
        return words
    told = f'<span class="{"pb-hidden" if short else "pb-tab"}"> ({NEW_TAB[language]})</span>'
    told = f'<span aria-hidden="true"> ↗</span>{told}' if short else told
    return f'<a class="{css}" href="{text(url)}" target="_blank" rel="noopener noreferrer">{words}{told}</a>'


def items(lines: Iterable[str]) -> str:
    """HTML lines as a list; nothing without lines."""
    rows = "".join(f"<li>{line}</li>" for line in lines)
    return f"<ul>{rows}</ul>" if rows else ""


def wide(name: str, rows: str, language: str = "nl", css: str = "") -> str:
    """Rows (HTML) as a table that scrolls by itself where the screen is narrow, by keyboard too, and then says so (see `frame.js`)."""
    hint = f'<p class="pb-hint">{WIDER[language]}</p>'
    # its roles by name: a table that is laid out otherwise is no table any more to some screen readers
    table = f'<table role="table" class="{css}">{rows}</table>'
    return f'{hint}<div class="pb-wide" tabindex="0" role="group" aria-label="{text(name)}">{table}</div>'


def stacked(name: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], language: str = "nl", corner: str = "") -> str:
    """A table of text (HTML): a label and its cells a row. On a phone the cells stand under each other, each with its column's name."""
    first = f'<th role="columnheader" scope="col">{corner}</th>' if corner else '<td role="cell"></td>'
    head = f'<tr role="row">{first}{"".join(f"""<th role="columnheader" scope="col">{column}</th>""" for column in columns)}</tr>'
    body = ""
    for title, cells in rows:
        told = "".join(f'<td role="cell" data-of="{of}">{cell}</td>' for of, cell in zip(columns, cells, strict=True))
        body += f'<tr role="row"><th role="rowheader" scope="row">{title}</th>{told}</tr>'
    return wide(name, head + body, language, "pb-stack")


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values (HTML) as one line; what has no value is left out."""
    told = [f"<span><b>{name}:</b> {value}</span>" for name, value in pairs if value]
    return f'<p class="pb-facts">{" ".join(told)}</p>' if told else ""
