"""The regions as a map of tiles: in each the number of its stories, and a link to them. On a phone the tiles are a list."""

import streamlit as st

from index.tiles import read_tiles
from praktijkbaken.settings import load_settings
from ui.markup import inside, text
from ui.places import STORIES
from ui.session import assistant, shelf

EVERY = "Alle thema's"


def draw() -> None:
    """Draws the choice of a theme, the map, and the same numbers as a table."""
    kept = shelf()
    theme = st.selectbox("Thema", [EVERY, *kept.themes], key="kaartthema", bind="query-params")
    within = None if theme == EVERY else theme
    tiles = read_tiles(load_settings().data / "regions", assistant().regions)
    counts = {region: len(kept.stories(region, within)) for region in tiles}
    total = sum(count > 0 for count in counts.values())
    about = f" over {text(within)}" if within else ""
    told = "".join(_tile(region, place, counts[region], within) for region, place in tiles.items())
    st.html(
        f'<div class="pb"><p>{total} van de {len(tiles)} arbeidsmarktregio\'s hebben een praktijkverhaal{about}. Kies een regio om haar '
        'verhalen te zien. <span class="pb-of-map">Elke regio is een vak, ongeveer op haar plek in Nederland.</span>'
        '<span class="pb-of-list">Van noord naar zuid:</span></p>'
        f'<ul class="pb-map" aria-label="Arbeidsmarktregio\'s, van noord naar zuid">{told}</ul>{_table(counts, within)}</div>'
    )


def _told(count: int) -> str:
    return f"{count} {'verhaal' if count == 1 else 'verhalen'}" if count else "geen verhaal"


def _tile(region: str, place: tuple[int, int], count: int, theme: str | None) -> str:
    row, column = place
    words = f"<b>{text(region).replace('/', '/<wbr>')}</b> <span>{_told(count)}</span>"
    inner = inside(STORIES, words, regio=region, thema=theme) if count else f"<div>{words}</div>"
    shade = min(50, 8 * count)
    style = f"grid-row:{row};grid-column:{column};background-color:color-mix(in srgb, #4c9be8 {shade}%, transparent)"
    return f'<li class="{"" if count else "pb-empty"}" style="{style}">{inner}</li>'


def _table(counts: dict[str, int], theme: str | None) -> str:
    """The same numbers, most stories first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    names = (inside(STORIES, text(region), regio=region, thema=theme) if count else text(region) for region, count in ordered)
    rows = "".join(f'<tr><th scope="row">{name}</th><td>{count}</td></tr>' for name, (_, count) in zip(names, ordered, strict=True))
    head = '<tr><th scope="col">Regio</th><th scope="col">Praktijkverhalen</th></tr>'
    return f"<details><summary>Dezelfde getallen als tabel</summary><table>{head}{rows}</table></details>"
