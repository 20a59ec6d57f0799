"""Files to documents: what each kind of file gives, and what hostile files do not do."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import docx
import hostile
import pytest

from index.builder import Metadata
from index.documents import Document
from index.readers import decoded, iso_date, read_file, suffixes
from index.reading import FileReader, Reading
from praktijkbaken.errors import SourceError

HTML = """<!doctype html><html lang="nl"><head><title>Werkfestival in Groningen | Samen voor de klant</title>
<meta property="article:published_time" content="2018-04-03"><link rel="canonical" href="https://www.samenvoordeklant.nl/praktijk/festival">
</head><body><nav><a href="/">Home</a> <a href="/praktijk">Praktijk</a></nav><article><h1>Werkfestival in Groningen</h1>
<p>Groningen hield een werkfestival voor werkzoekenden en werkgevers. Het trok veel mensen uit de hele regio.</p>
<h2>Wat het opleverde</h2><p>Meer dan honderd mensen vonden binnen een week werk bij een werkgever in de buurt.</p>
<ul><li>Een app koppelde bezoekers aan werkgevers.</li><li>De gemeente en UWV werkten samen.</li></ul></article>
<footer>Cookies en privacy</footer></body></html>"""

MARKDOWN = """---
titel: Jaarplan Twente
regio: [Twente, Achterhoek]
thema's: Matching; Ken je klant
datum: 12 juni 2025
---
# Jaarplan

Een **stevige** zin met een [link](https://voorbeeld.nl).

## Doelen

- Meer banen
- Minder wachten

1. Eerst dit
"""


def read(path: Path, given: Metadata | None = None) -> Reading:
    return read_file(path, f"map/{path.name}", given or Metadata())


def one(path: Path, given: Metadata | None = None) -> Document:
    (document,) = read(path, given).documents
    for unit in document.units:
        assert document.quote(unit.start, unit.end)
    return document


def quotes(document: Document) -> list[str]:
    return [document.quote(unit.start, unit.end) for unit in document.units]


def test_a_web_page_gives_its_text_its_headings_and_what_it_says_of_itself(tmp_path: Path) -> None:
    (tmp_path / "festival.html").write_text(HTML, "utf-8")
    document = one(tmp_path / "festival.html")
    assert document.title.startswith("Werkfestival in Groningen")
    assert (document.url, document.date, document.language) == ("https://www.samenvoordeklant.nl/praktijk/festival", "2018-04-03", "nl")
    assert "Een app koppelde bezoekers aan werkgevers." in quotes(document)
    assert not any("Cookies" in quote or "Home" in quote for quote in quotes(document))
    result = next(u for u in document.units if "honderd mensen" in document.quote(u.start, u.end))
    assert document.sections[result.section].path[-1] == "Wat het opleverde"
    assert {u.kind for u in document.units} == {"sentence", "bullet"}


def test_a_pdf_gives_pages_paragraphs_and_bullets(tmp_path: Path) -> None:
    first = "Aanpak\n\nDe gemeente zet jobcoaches in voor mensen die lang thuis\nzaten. Dat werkt goed.\n\n- Eerste punt\n- Tweede punt"
    (tmp_path / "plan.pdf").write_bytes(hostile.pdf(first, "Op de tweede bladzijde staat dit."))
    document = one(tmp_path / "plan.pdf")
    assert quotes(document) == [
        "De gemeente zet jobcoaches in voor mensen die lang thuis zaten.",
        "Dat werkt goed.",
        "Eerste punt",
        "Tweede punt",
        "Op de tweede bladzijde staat dit.",
    ]
    assert [document.page(unit.start) for unit in document.units] == [1, 1, 1, 1, 2]
    assert document.sections[document.units[0].section].path[-1] == "Aanpak"


def test_what_stands_on_most_pages_is_not_the_text(tmp_path: Path) -> None:
    pages = [f"Jaarverslag Twente\n\nZin nummer {at} vertelt iets.\n\nPagina {at} van 5" for at in range(1, 6)]
    (tmp_path / "verslag.pdf").write_bytes(hostile.pdf(*pages))
    assert quotes(one(tmp_path / "verslag.pdf")) == [f"Zin nummer {at} vertelt iets." for at in range(1, 6)]


def test_a_hyphen_at_the_end_of_a_line_goes_only_where_the_whole_word_occurs(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(hostile.pdf("De begelei-\nding helpt goed met begeleiding en VSO-\nscholen doen mee."))
    assert quotes(one(tmp_path / "a.pdf")) == ["De begeleiding helpt goed met begeleiding en VSO-scholen doen mee."]


def test_a_word_document_gives_headings_lists_and_tables(tmp_path: Path) -> None:
    made = docx.Document()
    made.core_properties.title = "Plan van aanpak"
    made.add_heading("Doel", 1)
    made.add_paragraph("Wij helpen twintig mensen. Dat is veel.")
    made.add_paragraph("Eerste stap", style="List Bullet")
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Regio", "Twente"
    made.save(str(tmp_path / "plan.docx"))
    document = one(tmp_path / "plan.docx")
    assert document.title == "Plan van aanpak"
    assert quotes(document) == ["Wij helpen twintig mensen.", "Dat is veel.", "Eerste stap", "Regio | Twente"]
    assert document.sections[document.units[0].section].path == ("Doel",)
    assert document.units[2].kind == "bullet"


def test_markdown_gives_its_front_matter_and_plain_words(tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text(MARKDOWN, "utf-8")
    document = one(tmp_path / "plan.md")
    assert (document.title, document.date) == ("Jaarplan Twente", "2025-06-12")
    assert (document.regions, document.themes) == (("Twente", "Achterhoek"), ("Matching", "Ken je klant"))
    assert quotes(document) == ["Een stevige zin met een link.", "Meer banen", "Minder wachten", "Eerst dit"]
    assert document.sections[document.units[1].section].path == ("Jaarplan", "Doelen")


def test_options_go_before_the_file_and_the_file_before_its_name(tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text(MARKDOWN, "utf-8")
    (tmp_path / "jaarplan-twente_2025.txt").write_text("Een zin.", "utf-8")
    assert one(tmp_path / "plan.md", Metadata(title="Anders", regions=("Zeeland",))).regions == ("Zeeland",)
    assert one(tmp_path / "jaarplan-twente_2025.txt").title == "Jaarplan twente 2025"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_an_export_is_a_story_a_row(tmp_path: Path, separator: str) -> None:
    rows = [
        ["Titel", "URL", "Regio's", "Thema's", "Datum", "Tekst"],
        ["Eerste", "https://v.nl/1", "Twente|Zwolle", "Matching", "3-4-2018", "<p>Een <b>zin</b>.</p><ul><li>punt</li></ul>"],
        ["Tweede", "https://v.nl/2", "Zeeland", "", "ooit", "Nog een zin."],
        ["", "", "", "", "", "Zonder titel."],
    ]
    (tmp_path / "export.csv").write_text("\n".join(separator.join(row) for row in rows), "utf-8-sig")
    reading = read(tmp_path / "export.csv")
    assert [(d.title, d.story, d.regions, d.date) for d in reading.documents] == [
        ("Eerste", "Eerste", ("Twente", "Zwolle"), "2018-04-03"),
        ("Tweede", "Tweede", ("Zeeland",), None),
    ]
    assert quotes(reading.documents[0]) == ["Een zin .", "punt"] or quotes(reading.documents[0]) == ["Een zin.", "punt"]
    assert len(reading.warnings) == 2
    assert len({d.id for d in reading.documents}) == 2


def test_an_export_row_of_another_kind_is_no_story(tmp_path: Path) -> None:
    (tmp_path / "e.jsonl").write_text('{"titel": "Nieuws", "tekst": "Een zin.", "soort": "nieuwsbericht", "regios": ["Twente"]}\n', "utf-8")
    document = one(tmp_path / "e.jsonl")
    assert (document.story, document.regions) == (None, ("Twente",))


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2019", "2019"),
        ("2019-06", "2019-06"),
        ("2019-06-12", "2019-06-12"),
        ("2019-06-12T10:00:00Z", "2019-06-12"),
        ("12-06-2019", "2019-06-12"),
        ("3/4/2018", "2018-04-03"),
        ("12 juni 2019", "2019-06-12"),
        ("Juni 2019", "2019-06"),
        ("ooit", None),
        ("2019-13", None),
        ("32-01-2019", None),
        ("", None),
    ],
)
def test_dates_are_read_as_they_are_printed_and_never_guessed(printed: str, iso: str | None) -> None:
    assert iso_date(printed) == iso


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_decoded_whatever_wrote_it(encoding: str) -> None:
    assert decoded("café’s in Fryslân".encode(encoding)) == "café’s in Fryslân"


def test_every_kind_of_file_has_a_reader_and_no_other_is_opened(tmp_path: Path) -> None:
    assert suffixes() == {".html", ".htm", ".pdf", ".docx", ".md", ".markdown", ".txt", ".csv", ".jsonl", ".ndjson"}
    (tmp_path / "plaatje.png").write_bytes(b"x")
    with pytest.raises(SourceError, match="Bruikbaar zijn"):
        read(tmp_path / "plaatje.png")


@pytest.mark.parametrize("name", ["map.pdf", "pijp.txt", "weg.md"])
def test_what_is_no_ordinary_file_is_not_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / "map.pdf").mkdir()
    os.mkfifo(tmp_path / "pijp.txt")
    started = time.monotonic()
    with pytest.raises(SourceError):
        read(tmp_path / name)
    assert time.monotonic() - started < 1


@pytest.fixture(scope="module")
def reader() -> Iterator[FileReader]:
    with FileReader(seconds=60) as made:
        yield made


def test_there_are_more_than_fifty_hostile_files() -> None:
    assert len(hostile.FILES) >= 50


def attempt(reader: FileReader, path: Path) -> Reading | str:
    """What the reader makes of a file, or its one line."""
    try:
        return reader.read(path, path.name, Metadata())
    except SourceError as error:
        return str(error)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="measured by Linux' /proc")
def test_the_reader_s_process_stays_small_over_all_hostile_files(tmp_path: Path) -> None:
    peaks = []
    with FileReader() as reader:
        for path in hostile.write_all(tmp_path):
            attempt(reader, path)
            if reader._process is not None:
                status = Path(f"/proc/{reader._process.pid}/status").read_text()
                peaks.append(int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))))
    assert len(peaks) > 40
    assert max(peaks) < 1_500_000  # KiB


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_is_a_document_or_one_clear_line(reader: FileReader, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(hostile.FILES[name]())
    outcome = attempt(reader, path)
    if isinstance(outcome, str):
        assert name in outcome
        assert "\n" not in outcome
        return
    for document in outcome.documents:
        assert document.units
        assert "root:" not in document.text
        assert "ha" * 1_000 not in document.text
        assert len(document.text) <= 5_000_000


@pytest.mark.parametrize("name", ["../../buiten.txt", "naam met\nregel.txt", "🌟 ster.txt", "x" * 200 + ".txt"])
def test_a_strange_name_stays_within_the_home_folder(own_home: object, tmp_path: Path, name: str) -> None:
    from index.library import keep_file
    from praktijkbaken.settings import Settings

    assert isinstance(own_home, Settings)
    source = tmp_path / "diep" / "dieper" / name
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text("Een zin.", "utf-8")
    origin = keep_file(own_home, source, Metadata()).origin
    kept = (own_home.home / "sources" / origin).resolve()
    assert kept.is_file()
    assert (own_home.home / "sources" / "added").resolve() == kept.parent


def test_a_file_that_stops_or_holds_up_the_reader_does_not_stop_the_next(tmp_path: Path) -> None:
    good = tmp_path / "goed.md"
    good.write_text("Een zin.", "utf-8")
    with FileReader(seconds=0.01) as hurried:
        (tmp_path / "bom.docx").write_bytes(hostile.FILES["lang.docx"]())
        with pytest.raises(SourceError, match="duurde langer"):
            hurried.read(tmp_path / "bom.docx", "bom", Metadata())
    with FileReader(memory=400_000_000) as small:
        (tmp_path / "groot.html").write_bytes(b"<p>Een zin over werk.</p>" * 1_800_000)
        with pytest.raises(SourceError):
            small.read(tmp_path / "groot.html", "groot", Metadata())
        assert small.read(good, "goed", Metadata()).documents
        process = small._process
        assert process is not None
        process.kill()
        with pytest.raises(SourceError, match="de lezer stopte"):
            small.read(good, "goed", Metadata())
        assert small.read(good, "goed", Metadata()).documents
