"""What a question wants from the catalogue: the whole of a theme or region, by whatever words, with typing errors; and what does not."""

import pytest

from rag.answer import Answer
from rag.assistant import Assistant, Question


def ask(assistant: Assistant, text: str, *history: str) -> Answer:
    return assistant.invoke(Question(text, history))


def of(assistant: Assistant, theme: str = "", region: str = "") -> set[str]:
    stories = assistant.snapshot.stories.values()
    return {s.id for s in stories if (not theme or theme in s.themes) and (not region or region in s.regions)}


@pytest.mark.parametrize(
    ("text", "theme", "region"),
    [
        ("alles uit Groningen", "", "Groningen"),
        ("graag de volledige lijst van Midden-Utrecht", "", "Midden-Utrecht"),
        ("alles onder de noemer Werkgeversdienstverlening", "Werkgeversdienstverlening", ""),
        ("sociaal ondernemen: compleet overzicht graag", "Sociaal ondernemen", ""),
        ("Sociaal ondernemmen, alles graag", "Sociaal ondernemen", ""),
        ("Stedendriehoek en Noordwest Veluw: alle verhalen", "", "Stedendriehoek en Noordwest Veluwe"),
        ("hoeveel projecten horen er bij Ken je klant?", "Ken je klant", ""),
        ("Ik maak een notitie voor de gemeenteraad. Wat staat er uit Drechtsteden in? Graag compleet.", "", "Drechtsteden"),
        ("Our visitors come on Monday. Could you list every practice example from Friesland?", "", "Friesland"),
        ("alles over matching (banenmarkten, platforms e.d.) op een rij", "Matching", ""),
        ("welke stukken komen er uit holland rijnlant", "", "Holland Rijnland"),
        ("onderwijs en arbeidsmarkt: welke projectbeschrijvingen zijn er?", "Aansluiting onderwijs-arbeidsmarkt", ""),
    ],
)
def test_what_names_a_theme_or_a_region_and_asks_for_all_of_it_gets_all_its_stories(
    assistant: Assistant, text: str, theme: str, region: str
) -> None:
    answer = ask(assistant, text)
    wanted = of(assistant, theme, region)
    assert answer.listing is not None
    assert answer.listing.found == len(wanted)
    assert {story.id for story in answer.stories} <= wanted
    assert len(answer.stories) == answer.listing.shown == (10 if "hoeveel" in text else len(wanted))


@pytest.mark.parametrize(
    "text",
    [
        "Wat levert het in Groningen op als je mensen in hun kracht zet?",
        "Hoe krijg je alle werkgevers in Twente mee?",
        "Wat doet Groningen met een event-app?",
        "Banenmarkten in Groningen en Den Haag: hoe groot en hoe vaak?",
        "Waar haalt Midden-Utrecht het geld vandaan?",
    ],
)
def test_what_asks_something_else_of_a_region_gets_no_list(assistant: Assistant, text: str) -> None:
    assert ask(assistant, text).listing is None


@pytest.mark.parametrize(
    "text", ["Welke regio's zijn bezig met Beschut Werk?", "beschut werk: welke regios?", "Which regions work on Beschut Werk?"]
)
def test_the_regions_of_a_theme_are_those_of_its_stories(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text)
    stories = [s for s in assistant.snapshot.stories.values() if "Beschut Werk" in s.themes]
    assert answer.listing is not None
    assert answer.listing.found == len({region for story in stories for region in story.regions})


def test_which_regions_use_a_thing_is_answered_from_the_text(assistant: Assistant) -> None:
    answer = ask(assistant, "and which regions use it?", "What is the Hallo matching platform?")
    assert answer.listing is None
    assert any("Rijnmond" in cited.regions for cited in answer.citations)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Bij welke thema's staat Shine+?", "Shine+"),
        ("In welke thema's komt het verhaal Data science gebruiken voor?", "Data science gebruiken"),
        ("welke thema's heeft 'Werken aan werk, een betere fit tusen WW en Bijstand'", "Werken aan werk,"),
    ],
)
def test_the_themes_of_a_story_are_its_own(assistant: Assistant, text: str, title: str) -> None:
    answer = ask(assistant, text)
    story = next(s for s in assistant.snapshot.stories.values() if s.title.startswith(title))
    assert [one.id for one in answer.stories] == [story.id]
    assert all(theme in answer.text for theme in story.themes)


def test_a_name_that_several_titles_share_means_all_of_them(assistant: Assistant) -> None:
    answer = ask(assistant, "Welke regio's hebben een verhaal over de praktijkroute?")
    assert {region for story in answer.stories for region in story.regions} == {"Groot Amsterdam", "Midden-Utrecht"}


def test_a_theme_in_one_region_brings_all_its_stories_to_read(assistant: Assistant) -> None:
    answer = ask(assistant, "ken je klant, maar dan alleen Twente")
    assert {story.id for story in answer.stories} == of(assistant, "Ken je klant", "Twente")


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Wat doet Noord-Holand Noord?", "Noord-Holland Noord"),
        ("Wat gebeurt er in Roterdam met de bijstand?", "Rijnmond"),
        ("Hoe werkt het Westlandse netwerk?", "Haaglanden"),
        ("hoe werkt het westlandse netwerk", "Haaglanden"),
    ],
)
def test_a_place_is_known_with_a_typing_error_and_as_an_adjective(assistant: Assistant, text: str, region: str) -> None:
    assert assistant.reader.read(text).regions == (region,)


@pytest.mark.parametrize(
    "text", ["mag een werkgever een voorschot geven?", "Voorschot nodig, wat nu?", "je komt er niet achter hoe het zit"]
)
def test_a_word_that_is_almost_a_place_is_none(assistant: Assistant, text: str) -> None:
    assert assistant.reader.read(text).regions == ()


BESCHUT = "Hoe verhogen andere regio's het aantal plekken Beschut Werk?"


def test_a_theme_that_a_region_has_only_a_title_on_is_answered_with_that_story(assistant: Assistant) -> None:
    answer = ask(assistant, "en hebben jullie daar ook iets over in Friesland, met link?", BESCHUT)
    assert answer.standalone_question == "Hoe verhogen andere regio's het aantal plekken Beschut Werk in Friesland?"
    assert [story.title for story in answer.stories] == ["Zoek al vroeg die samenwerking met VSO en UWV"]
    assert answer.stories[0].url
    assert "De bronnen noemen hiervan alleen de titel." in answer.frame


@pytest.mark.parametrize(
    "text", ["Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?", "Wat doet Twente met data en die ICT-omgeving?"]
)
def test_a_question_of_its_own_takes_nothing_from_the_turn_before(assistant: Assistant, text: str) -> None:
    assert ask(assistant, text, "Welke verhalen gaan over beschut werk?").standalone_question == text


def test_two_regions_are_compared_without_a_subject(assistant: Assistant) -> None:
    assert any(part.kind == "table" for part in ask(assistant, "Vergelijk Twente en Zwolle").parts)


def test_a_company_or_town_comes_first_in_the_overview_of_its_region(assistant: Assistant) -> None:
    assert "Patijnenburg" in ask(assistant, "Wat doet Patijnenburg?").statements[0].text


def test_a_theme_is_no_story_because_a_title_begins_with_it(assistant: Assistant) -> None:
    answer = ask(assistant, "beschut werk")
    assert len(answer.citations) > 1
    assert "De bronnen noemen hiervan alleen de titel." not in answer.frame


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Wat is P-detachering?", "Detacheren onder de Participatiewet met P-detachering"),
        ("Wat is de Village Deal?", "Oldenzaal innoveert arbeidsmatige dagbesteding middels Village Deal"),
        ("wat houdt de werkgeversgerichtheidsscan in", "Werkgeversgerichtheidsscan"),
    ],
)
def test_what_only_a_title_names_is_answered_with_that_story(assistant: Assistant, text: str, title: str) -> None:
    assert title in [story.title for story in ask(assistant, text).stories]


@pytest.mark.parametrize("text", ["Wie betaalde de Village Deal?", "Wanneer begon de Village Deal?", "Wat kostte P-detachering?"])
def test_a_title_does_not_tell_who_when_or_how_much(assistant: Assistant, text: str) -> None:
    assert ask(assistant, text).status == "not_found"


def test_a_region_without_the_theme_is_not_answered_with_another_subject(assistant: Assistant) -> None:
    assert ask(assistant, "en in Twente?", BESCHUT).status == "not_found"
    assert ask(assistant, "Wat doet Zeeland aan Beschut Werk?").status == "not_found"


@pytest.mark.parametrize(
    ("text", "held", "number"),
    [
        ("welke cijfers gaven de contactpersonen hun eigen projecten, allemaal graag", "8,1", 5),
        ("wat misten de contactpersonen, de hele lijst met aantallen", "draagvlakontwikkeling 4", 7),
        ("alle belemmeringen die mensen kunnen hebben op een rijtje", "Schulden", 5),
    ],
)
def test_a_list_that_the_report_prints_comes_whole(assistant: Assistant, text: str, held: str, number: int) -> None:
    answer = ask(assistant, text)
    assert answer.listing is not None
    assert number <= answer.listing.found <= number + 1  # with the sentence that announces it
    assert held in answer.text


def test_a_fact_is_not_buried_under_a_list_that_shares_its_words(assistant: Assistant) -> None:
    assert "voorlichtend karakter" in ask(assistant, "Waarom deden twaalf verhalen niet mee in de analyse?").text


def test_guidance_is_not_policy(assistant: Assistant) -> None:
    stem = assistant.reader.analyser.stem
    assert stem("begeleiden") == stem("begeleiding") != stem("beleid")


def test_a_comparison_has_what_came_of_it_and_the_story_and_leaves_open_what_the_sources_do_not_say(assistant: Assistant) -> None:
    answer = ask(assistant, "verschil banenmarkt Groningen en Haaglanden")
    table = next(part for part in answer.parts if part.kind == "table")
    rows = {row.label: [[answer.statements[at].text for at in cell] for cell in row.cells] for row in table.rows}
    assert list(rows) == ["Wat", "Resultaat", "Verhaal"]
    assert "elfduizend" in rows["Wat"][0][0]
    assert "meet & greet" in rows["Wat"][1][0]
    assert "meer dan honderd mensen" in rows["Resultaat"][0][0]
    assert rows["Resultaat"][1] == []
    assert rows["Verhaal"] == [["Groningen / Werkfestival"], []]


def test_a_result_that_begins_with_both_stands_under_what_both_means(assistant: Assistant) -> None:
    answer = ask(assistant, "hoe verschilt het zorgproject in Haaglanden van dat in de Stedendriehoek")
    assert all("Beide projecten" not in s.text or "sectorprojecten in de zorg" in answer.text for s in answer.statements)


@pytest.mark.parametrize("subject", ["waterstof", "vaccins", "parkeren"])
def test_regions_side_by_side_on_what_nobody_tells_get_no_table(assistant: Assistant, subject: str) -> None:
    assert ask(assistant, f"vergelijk Twente en Rijnmond op {subject}").status == "not_found"


def test_the_story_of_a_row_is_the_story_of_its_region(assistant: Assistant) -> None:
    answer = ask(assistant, "vergelijk Twente en Rijnmond op jongeren")
    table = next(part for part in answer.parts if part.kind == "table")
    told = next(row for row in table.rows if row.label == "Verhaal")
    for region, cell in zip(table.columns, told.cells, strict=True):
        cited = [answer.citations[n - 1] for at in cell for n in answer.statements[at].citations]
        stories = [assistant.snapshot.stories[name] for one in cited for name in one.story_ids]
        assert all(region in story.regions for story in stories)


@pytest.mark.parametrize(
    ("text", "place", "region"), [("wat doet oss?", "Oss", "Noordoost-Brabant"), ("Wat doet Patijnenburg?", "Patijnenburg", "Haaglanden")]
)
def test_what_a_town_or_company_does_comes_before_what_its_region_does_and_says_so(
    assistant: Assistant, text: str, place: str, region: str
) -> None:
    answer = ask(assistant, text)
    assert answer.frame[0] == f"{place} hoort bij de regio {region}."
    headings = [part.text for part in answer.parts if part.kind == "heading"]
    assert headings[0] == f"Over {place}"
    assert place in answer.statements[0].text


def test_a_story_of_another_region_is_no_answer_on_what_only_titles_name(assistant: Assistant) -> None:
    answer = ask(assistant, "Wat is het verschil tussen social return in Drechtsteden en in Midden-Utrecht?")
    assert not answer.stories or any("social return" in story.title.lower() for story in answer.stories)


@pytest.mark.parametrize(
    "text",
    [
        "Welke verhalen uit Twente zijn in 2018 verschenen?",
        "alle verhalen over matching uit 2017",
        "How many stories on Matching are from 2018?",
    ],
)
def test_stories_of_a_year_are_not_all_stories(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text)
    assert answer.status == "not_found"
    assert any(missing.what == "year" for missing in answer.missing)
    assert not answer.stories


def test_a_year_that_is_no_limit_of_a_list_stands_in_no_ones_way(assistant: Assistant) -> None:
    assert ask(assistant, "Hoeveel presentaties zijn er in 2017 en 2018 gehouden?").status == "answered"


def test_the_regions_of_one_area_stand_in_one_column(assistant: Assistant) -> None:
    answer = ask(assistant, "social return in het noorden en in Rijnmond, wat is het verschil?")
    table = next(part for part in answer.parts if part.kind == "table")
    assert set(table.columns) == {"Rijnmond", "het noorden"}


def test_the_north_limits_a_list(assistant: Assistant) -> None:
    stories = ask(assistant, "Welke verhalen zijn er over sociaal ondernemen in het noorden? Graag allemaal.").stories
    assert stories
    assert all({"Groningen", "Friesland", "Drenthe"} & set(story.regions) for story in stories)


def test_which_themes_there_are_needs_no_stories(assistant: Assistant) -> None:
    answer = ask(assistant, "Welke thema's zijn er?")
    assert not answer.stories
    assert answer.listing is not None
    assert answer.listing.found == 7


def test_another_name_of_a_theme_beside_something_else_is_no_list_of_regions(assistant: Assistant) -> None:
    assert ask(assistant, "welke software gebruiken regio's om vraag en aanbod te koppelen").listing is None
    assert ask(assistant, "welke regio's hebben een verhaal over vraag en aanbod koppelen").listing is not None


@pytest.mark.parametrize("text", ["alle praktijkverhalen", "Geef alle verhalen", "hoeveel verhalen zijn er", "how many stories are there"])
def test_all_stories_may_be_asked_for_and_what_the_report_counts_stands_beside_their_number(assistant: Assistant, text: str) -> None:
    answer = ask(assistant, text)
    assert answer.listing is not None
    assert answer.listing.found == len(assistant.snapshot.stories)
    assert {story.id for story in assistant.listed(answer)} == set(assistant.snapshot.stories)
    if text.startswith("h"):
        assert "72 artikelen" in answer.text


@pytest.mark.parametrize("text", ["Wanneer zijn alle verhalen gemaakt?", "Wie heeft alle verhalen gemaakt?", "Who made all the stories?"])
def test_who_made_all_stories_or_when_is_no_list_of_them(assistant: Assistant, text: str) -> None:
    assert ask(assistant, text).listing is None


def test_how_many_stories_were_read_for_the_report_is_told_by_the_report(assistant: Assistant) -> None:
    answer = ask(assistant, "Hoeveel praktijkverhalen heeft het rapport bekeken?")
    assert answer.listing is None
    assert "72 artikelen" in answer.statements[0].text
