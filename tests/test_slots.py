"""What fills a slot in a sentence, and what only looks like it."""

import re

import pytest

from rag.slots import DURATION, MONEY, NUMBER, TIME, counts


@pytest.mark.parametrize(
    ("slot", "fills", "only_looks_like_it"),
    [
        (
            DURATION,
            ("drie maanden", "binnen een halfjaar", "langdurig", "een 45-jarige", "sinds 2017", "zo snel mogelijk"),
            ("Praktijkdagen", "cultuur"),
        ),
        (
            DURATION,
            ("twee schooljaren", "acht weken", "binnen één week"),
            ("infrastructuur", "aansturen", "uitdagen", "op korte termijn belang"),
        ),
        (
            MONEY,
            ("8.500 euro", "de loonkosten", "een deel van de aanneemsom", "met geld van VWS"),
            ("dat geldt ook", "Midden-Gelderland", "Europese"),
        ),
        (NUMBER, ("elfduizend werkzoekenden", "42 van de 48", "de helft"), ("een event", "achterstand", "driehoek")),
        (TIME, ("juni 2019", "in maart"), ("meisje", "maartse buien")),
    ],
)
def test_a_slot_is_filled_by_what_is_asked_for(slot: re.Pattern[str], fills: tuple[str, ...], only_looks_like_it: tuple[str, ...]) -> None:
    assert [text for text in fills if not slot.search(text)] == []
    assert [text for text in only_looks_like_it if slot.search(text)] == []


@pytest.mark.parametrize(
    "word", ["negentien", "eenentwintig", "drieëntwintig", "driehonderd", "honderdtwintig", "elfduizend", "vijftienhonderd"]
)
def test_a_number_may_be_written_as_one_word(word: str) -> None:
    assert NUMBER.fullmatch(word)


@pytest.mark.parametrize("word", ["een", "één", "eenheid", "zesde", "vierkant", "tienkamp", "achttal"])
def test_an_article_or_a_word_that_begins_like_a_number_is_none(word: str) -> None:
    assert not NUMBER.search(word)


@pytest.mark.parametrize(
    "text",
    ["72 artikelen uit 2017", "zo'n 100 bedrijven", "de helft van de projecten", "binnen twee jaar honderd banen", "negentien mensen"],
)
def test_a_number_of_something_counts(text: str) -> None:
    assert counts(text)


@pytest.mark.parametrize("text", ["ze dateren uit 2017 en 2018", "meer dan twee jaar oud", "sinds 2014, binnen acht weken"])
def test_a_year_or_a_span_counts_nothing(text: str) -> None:
    assert not counts(text)
