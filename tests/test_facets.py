"""Facets: limits of region, theme, target group and year, set in the call or in the question."""

import re

import numpy as np
import pytest

from rag.answer import Facet
from rag.assistant import Assistant
from tests.conftest import Ask, Terminal


def limits(assistant: Assistant, text: str) -> list[tuple[Facet, str]]:
    return [(one.facet, one.value) for one in assistant.facets.of_question(text)]


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("Wat helpt, alleen in Twente?", ("region", "Twente")),
        ("What works, only in Zwolle?", ("region", "Zwolle")),
        ("Welke aanpak is er, uitsluitend uit Brabant?", ("region", "Brabant")),
        ("Wat werkt, alleen bij het WSP in de regio Zeeland? Alleen in de regio Zeeland graag", ("region", "Zeeland")),
        ("Wat doen regio's alleen voor jongeren?", ("target_group", "jongeren")),
        ("Welke projecten zijn er, enkel voor vluchtelingen?", ("target_group", "statushouders")),
        ("Wat helpt voor de doelgroep mensen met schulden?", ("target_group", "mensen met schulden")),
        ("What helps, only for refugees?", ("target_group", "statushouders")),
        ("Wat doen regio's binnen het thema Ken je klant?", ("theme", "Ken je klant")),
        ("Geef tips uit het thema matching", ("theme", "Matching")),
        ("Wat staat er in het thema Beschut Werk over financiering?", ("theme", "Beschut Werk")),
        ("Hoe liep dat, alleen in 2018?", ("year", "2018")),
        ("Wat gebeurde er, alleen uit 2017?", ("year", "2017")),
        ("What was done, only in 2018?", ("year", "2018")),
    ],
)
def test_a_limit_said_in_so_many_words_is_one(assistant: Assistant, question: str, limit: tuple[Facet, str]) -> None:
    assert limits(assistant, question) == [limit]


@pytest.mark.parametrize(
    "question",
    [
        "Wat helpt in Twente?",
        "Hoe helpen regio's alleenstaande ouders?",
        "Werkt het alleen met een jobcoach?",
        "Hoe helpen regio's jongeren?",
        "Wat is het thema van de Praktijkdag in 2018?",
        "Welke thema's zijn er?",
        "Hoe wordt de doelgroep bepaald?",
        "Is alleen geld genoeg voor jongeren?",
    ],
)
def test_what_sets_no_limit_is_left_alone(assistant: Assistant, question: str) -> None:
    assert limits(assistant, question) == []


def test_a_target_group_leaves_only_what_is_about_it(ask: Ask) -> None:
    answer = ask("Welke aanpak helpt?", limits={"target_group": ("vluchtelingen",)})
    assert answer.retrieved
    assert all(re.search("vluchteling|vergunninghouder|statushouder|UAF", one.text, re.IGNORECASE) for one in answer.retrieved)
    assert answer.filters[0].value == "statushouders"
    assert "Alleen gezocht binnen: statushouders." in answer.notices


@pytest.mark.parametrize(
    ("facet", "value"), [("target_group", "walvissen"), ("year", "1999"), ("theme", "Ruimtevaart"), ("region", "Atlantis")]
)
def test_a_value_that_leaves_nothing_says_so(ask: Ask, facet: Facet, value: str) -> None:
    answer = ask("Hoe helpen regio's jongeren?", limits={facet: (value,)})
    assert (answer.status, answer.retrieved) == ("not_found", ())
    assert f"Binnen uw filter ({value}) is niets gevonden. Haal het filter weg om overal te zoeken." in answer.text


def test_values_of_one_facet_add_up_and_facets_narrow(assistant: Assistant) -> None:
    def left(**wanted: tuple[str, ...]) -> set[int]:
        allowed = assistant.facets.allowed(assistant.facets.of_call(wanted))  # type: ignore[arg-type]
        assert allowed is not None
        return set(np.flatnonzero(allowed).tolist())

    zwolle, twente, young = left(region=("Zwolle",)), left(region=("Twente",)), left(target_group=("jongeren",))
    assert left(region=("Zwolle", "Twente")) == zwolle | twente
    assert left(region=("Twente",), target_group=("jongeren",)) == twente & young
    assert left(region=("Overijssel",)) >= zwolle | twente


def test_the_year_of_a_source_counts_for_all_it_says(assistant: Assistant) -> None:
    allowed = assistant.facets.allowed(assistant.facets.of_call({"year": ("2019",)}))
    assert allowed is not None
    assert allowed.all()
    named = assistant.facets.allowed(assistant.facets.of_call({"year": ("2017",)}))
    assert named is not None
    assert 0 < named.sum() < len(named)
    assert all("2017" in p.text for p, keep in zip(assistant.snapshot.passages, named, strict=True) if keep)


def test_every_value_that_can_be_chosen_leaves_something(assistant: Assistant) -> None:
    for facet, values in assistant.facets.values().items():
        for value in values:
            allowed = assistant.facets.allowed(assistant.facets.of_call({facet: (value,)}))
            assert allowed is not None
            assert allowed.any(), (facet, value)


def test_only_themes_are_offered_as_themes_and_a_chapter_can_still_be_named(ask: Ask, assistant: Assistant) -> None:
    assert set(assistant.facets.values()["theme"]) == {theme for story in assistant.snapshot.stories.values() for theme in story.themes}
    assert len(assistant.facets.values()["theme"]) == 7
    assert ask("Wat hebben de regio's geleerd?", limits={"theme": ("Leren van elkaar?",)}).retrieved


def test_a_limit_of_the_turn_before_stays_and_says_where_it_came_from(ask: Ask) -> None:
    answer = ask("En met schulden?", "Wat doen regio's alleen voor jongeren?")
    assert [(one.facet, one.value, one.origin) for one in answer.filters] == [("target_group", "jongeren", "history")]


def test_the_terminal_takes_every_facet(terminal: Terminal) -> None:
    told = terminal("ask", "Welke aanpak helpt?", "--target-group", "statushouders", "--year", "2019").stdout
    assert "Alleen gezocht binnen: statushouders, 2019." in told
