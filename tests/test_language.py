import pytest

from index.catalogue import theme_of
from index.dutch import Analyser, Thesaurus, pieces, read_thesaurus, words
from index.regions import rows
from index.report import read_report
from praktijkbaken.personal import clean
from praktijkbaken.settings import CHECKOUT


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return read_thesaurus(CHECKOUT / "data" / "language", Analyser())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SW-bedrijf", ["sw", "bedrijf", "swbedrijf"]),
        ("WW’ers", ["ww"]),
        ("geëngageerde coöperatie", ["geengageerde", "cooperatie"]),
        ("8.500 euro in 2018.", ["8500", "euro", "in", "2018"]),
        ("All@Work en Shine+", ["all@work", "en", "shine+"]),
        ("VSO/Pro-scholen", ["vso", "pro", "scholen", "vsoproscholen"]),
        ("\0 \t😀", []),
    ],
)
def test_words_are_folded_and_hyphens_count_both_ways(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


def test_a_compound_shares_pieces_with_its_parts() -> None:
    assert set(pieces("beschutwerk")) & set(pieces("beschut")) == {"besch", "eschu", "schut"}
    assert pieces("werk") == []


def test_inflected_words_meet_in_one_stem() -> None:
    analyser = Analyser()
    assert analyser.analyse("de werkgevers").stems == analyser.analyse("een werkgever").stems


def test_synonyms_are_found_for_words_and_phrases(thesaurus: Thesaurus) -> None:
    assert "schulden" in thesaurus.expand("hulp bij geldzorgen")
    assert "vergunninghouder" in thesaurus.expand("Wat doen we voor statushouders?")
    assert "werkgeversservicepunt" in thesaurus.expand("het WSP")
    assert thesaurus.expand("zomaar iets") == []


def test_english_leads_to_dutch_words(thesaurus: Thesaurus) -> None:
    assert "GGZ" in thesaurus.translate("people with a mental illness")
    assert "Beschut Werk" in thesaurus.translate("sheltered work")


@pytest.mark.parametrize(
    ("text", "kind", "gone"),
    [
        ("bsn 111222333 van mijn klant", "BSN", "111222333"),
        ("bel 06-12345678 even", "TELEFOON", "12345678"),
        ("bel +31 6 12345678 even", "TELEFOON", "12345678"),
        ("mail jan.jansen@gemeente.nl", "E-MAIL", "jansen"),
        ("op NL91ABNA0417164300", "IBAN", "ABNA"),
        ("klant Jansen wil werk", "NAAM", "Jansen"),
        ("mevrouw F. el Amrani", "NAAM", "Amrani"),
        ("Mevrouw Jansen heeft schulden", "NAAM", "Jansen"),
        ("De heer van den Berg zoekt werk", "NAAM", "Berg"),
        ("Heer Jansen zoekt werk", "NAAM", "Jansen"),
        ("dhr Pietersen en mevr Bakker", "NAAM", "Bakker"),
        ("mijnheer van 't Hof", "NAAM", "Hof"),
        ("mevrouw in 't Veld", "NAAM", "Veld"),
        ("mevrouw X en de heer Y.", "NAAM", "X"),
        ("mw. Ö. Öztürk", "NAAM", "ztürk"),
        ("mevrouw Petronella van Heeswijk-Lok woont in Oss", "NAAM", "Heeswijk"),
        ("Klant Mohammed wil werk", "NAAM", "Mohammed"),
        ("Mijn cliënt Fatima El Amrani", "NAAM", "Amrani"),
        ("My client Tomasz Kowalczyk", "NAAM", "Kowalczyk"),
        ("Mrs Brown", "NAAM", "Brown"),
        ("geboren op 12-03-1980", "GEBOORTEDATUM", "1980"),
        ("woont Dorpsstraat 5", "ADRES", "Dorpsstraat"),
    ],
)
def test_personal_data_is_replaced_by_its_kind(text: str, kind: str, gone: str) -> None:
    cleaned = clean(text)
    assert gone not in cleaned.text
    assert kind in cleaned.removed
    assert f"[{kind}]" in cleaned.text


@pytest.mark.parametrize(
    "text",
    [
        "Hoeveel mensen vonden werk: 4.600 vervolgafspraken in 2018?",
        "Wat doen Den Bosch en Boris voor klanten?",
        "Hoe werkt de klantmanager in Zwolle?",
        "123456789 is geen burgerservicenummer",
        # the minimal pairs of a name: a function, a place, an office, a theme
        "mevrouw de burgemeester van Oss",
        "de heer wethouder van Almelo",
        "mevrouw Wethouder",
        "een mevrouw uit Oss",
        "de mevrouw van UWV en de meneer van de WW",
        "een klant van Twente, een klant van UWV of een klant uit Oss",
        "Ken je klant Twente en Ken de klant Groningen",
        "Klant Centraal",
        "Wat doet de klant GGZ?",
        "Meneer, wat doet Twente?",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert clean(text).text == text


def test_every_heading_of_the_report_has_an_english_twin() -> None:
    headings = {heading for section in read_report(CHECKOUT / "data" / "report").sections for heading in section.path}
    twins = {line["kop"]: line["engels"] for line in rows(CHECKOUT / "data" / "language" / "koppen.csv", "kop", "engels")}
    shown = {theme_of((heading,)) for heading in headings if not heading.endswith(":")}
    assert sorted(shown - set(twins)) == []
    assert all(twins.values())
