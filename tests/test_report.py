import re
import shutil
from pathlib import Path

import pytest

from index.documents import Document, Squashed, collapse, squash
from index.report import read_report
from index.sentences import sentence_spans
from praktijkbaken.errors import SourceError
from praktijkbaken.settings import CHECKOUT

REPORT = CHECKOUT / "data" / "report"


@pytest.fixture(scope="module")
def report() -> Document:
    return read_report(REPORT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REPORT, tmp_path / "report"))


def test_every_chapter_starts_on_the_page_its_table_of_contents_gives(report: Document) -> None:
    contents = report.text[report.text.index("Inhoudsopgave") :].splitlines()[2:14]
    printed = {squash(line.rsplit(None, 1)[0]): int(line.rsplit(None, 1)[1]) for line in contents if line.strip()}
    chapters = {squash(s.path[0]): report.page(s.start) for s in report.sections if s.path != ("Colofon",) and len(s.path) == 1}
    assert len(printed) == 12
    assert chapters == printed


def test_all_115_bullets_of_the_seven_lists_are_read_whole(report: Document) -> None:
    # counted from the raw text, on its own: a bullet with "/" between tabs
    raw = report.text.splitlines()
    bullets = [line for line in raw if re.match(r"\s*•.*\t/\t", line)]
    mentions = [report.quote(u.start, u.end) for u in report.units if u.kind == "mention"]
    assert len(bullets) == len(mentions) == 115
    for bullet, mention in zip(bullets, mentions, strict=True):
        assert squash(mention).startswith(squash(bullet.replace("•", "")))
    assert "Noord-Holland Noord / Reshoring: Claudia Sträter haalt klein deel productie terug naar Hoorn" in mentions


def test_no_unit_holds_a_web_address_a_page_number_or_another_unit(report: Document) -> None:
    end = 0
    for unit in report.units:
        assert unit.start >= end
        end = unit.end
        quote = report.quote(unit.start, unit.end)
        assert "http" not in quote
        assert not quote.isdigit()


def test_nothing_of_the_body_is_lost(report: Document) -> None:
    body = report.text[report.sections[0].start :]
    for printed in (r"https?:\S+|mailto:\S+", r"^\d+$"):
        body = re.sub(printed, " ", body, flags=re.MULTILINE)
    kept = squash("".join(report.quote(u.start, u.end) for u in report.units))
    headings = squash("".join(heading for s in report.sections for heading in s.path[-1:] if heading != "Colofon"))
    # list numbers ("1.") are marks like bullets: 6 of them
    assert len(kept) + len(headings) == len(squash(body)) - 6


@pytest.mark.parametrize(
    ("quote", "page", "section"),
    [
        ("De Haeghe Groep ontwikkelde met steun van A+O fonds Gemeenten", 7, "Brede samenwerking nodig"),
        ("Beide projecten zijn redelijk succesvol.", 18, "Sectorprojecten"),
        ("sociaal ondernemen, in meerdere verschijningsvormen", 14, "Netwerken en partnerschap"),
        ("In sommige gevallen gaat het niet alleen om de klant", 23, "Data science"),
        ("Contact: info@samenvoordeklant.nl", 32, "Colofon"),
    ],
)
def test_a_sentence_knows_its_page_and_heading(report: Document, quote: str, page: int, section: str) -> None:
    unit = next(u for u in report.units if squash(quote) in squash(report.text[u.start : u.end]))
    assert (report.page(unit.start), report.sections[unit.section].path[-1]) == (page, section)


def test_a_changed_report_is_refused_with_the_way_back(copy: Path) -> None:
    file = copy / "twee-jaar-praktijkvoorbeelden-2019.txt"
    file.write_bytes(file.read_bytes().replace(b"8.500", b"9.500"))
    with pytest.raises(SourceError, match=r"hash klopt niet.*git checkout"):
        read_report(copy)


def test_a_missing_report_is_named_with_the_next_step(copy: Path) -> None:
    (copy / "twee-jaar-praktijkvoorbeelden-2019.txt").unlink()
    with pytest.raises(SourceError, match=r"ontbreekt.*praktijkbaken index"):
        read_report(copy)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Een zin. Nog een zin? Ja!", ["Een zin.", "Nog een zin?", "Ja!"]),
        ("Dat kost 8.500 euro. In 2018 ook.", ["Dat kost 8.500 euro.", "In 2018 ook."]),
        ("Zie bijv. Groningen en dhr. Jansen. Einde.", ["Zie bijv. Groningen en dhr. Jansen.", "Einde."]),
        ("Hij zei: “Afspraak is afspraak”. Zo is het.", ["Hij zei: “Afspraak is afspraak”.", "Zo is het."]),
        ("Genoeg handen (meer dan vroeger?). De rest volgt.", ["Genoeg handen (meer dan vroeger?).", "De rest volgt."]),
        ("Dat moet ook. (Zwolle)", ["Dat moet ook. (Zwolle)"]),
        ("toolbox.  4", ["toolbox.  4"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert [text[a:b] for a, b in sentence_spans(text, 0, len(text))] == sentences


def test_squashed_text_leads_back_to_the_original() -> None:
    text = "De  GGZ-\ninstelling (É) doet mee"
    place = Squashed(text).find("ggz instelling")
    assert place is not None
    assert collapse(text[slice(*place)]) == "GGZ- instelling"
    assert Squashed(text).find("bestaat niet") is None
