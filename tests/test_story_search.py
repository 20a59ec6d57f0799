"""The search of the page of stories: the words that were typed, other words for the same, typing errors, places, and what comes near."""

import pytest

from rag.assistant import Assistant

DEBTS = "workshop-schulden-herkennen-en-bespreekbaar-maken"
PERMIT = "vergunninghouders-integratie-en-participatie-vanaf-dag-1"
PLATFORM = "hallo-werk-matchingsplatform"


@pytest.mark.parametrize(
    ("typed", "story"),
    [
        ("schuldhulp", DEBTS),
        ("geldzorgen", DEBTS),
        ("schuldem", DEBTS),
        ("SCHULDEN", DEBTS),
        ("statushouders", PERMIT),
        ("refugees", PERMIT),
        ("statushouders Utrecht", PERMIT),
        ("participatiecooperatie", "participatiecooperaties-re-integreren-in-teamverband"),
        ("exoskeletten", "robots-en-de-kansen-voor-mensen-met-een-beperking"),
        ("psychische klachten", "ggz-w-i"),
        ("matchingplatform", PLATFORM),
        ("hallo werk", PLATFORM),
        ("klantenbestanden", "werkbedrijf-regio-zwolle-transparantie-loont"),
        ("oss beschut", "oss-zoekt-beschut-werk-in-het-netwerk-van-de-klant"),
        ("Enschede", "samen-ontwerpen-i4sociaal"),
    ],
)
def test_a_story_is_found_by_other_words_for_it_with_a_typing_error_and_by_a_town(assistant: Assistant, typed: str, story: str) -> None:
    assert story in [hit.story.id for hit in assistant.story_search.find(typed).hits]


@pytest.mark.parametrize(
    ("typed", "story"),
    [
        # what begins the same is not the same: an "organisatie" is no "organiseren", "bedrijfskleding" no "bedrijf"
        ("ondernemer", "toolkit-samen-organiseren"),
        ("schulden Twente", DEBTS),
        ("statushouders Groningen", PERMIT),
        ("jongeren", "data-science-gebruiken"),
        ("hoofddoekjes", "beschut-werk"),
    ],
)
def test_what_only_looks_like_it_is_not_found(assistant: Assistant, typed: str, story: str) -> None:
    assert story not in [hit.story.id for hit in assistant.story_search.find(typed).hits]


def test_it_says_what_it_looked_for_beside_the_typed_words(assistant: Assistant) -> None:
    find = assistant.story_search.find
    debts = find("schuldem in Enschede")
    assert debts.read_as == (("schuldem", "schulden"),)
    assert debts.places == (("Enschede", "Twente"),)
    assert "geldzorgen" in debts.beside
    assert find("schulden").hits[0].is_in_name
    (psychiatry, *told) = find("psychische klachten").hits
    assert psychiatry.words == ("GGZ",)
    assert [hit.is_in_name for hit in told] == [False] * len(told)


def test_words_that_stand_in_one_sentence_are_found_and_words_from_here_and_there_are_not(assistant: Assistant) -> None:
    snapshot = assistant.snapshot
    for hit in assistant.story_search.find("ondernemer bijstand").hits:
        name = " ".join((hit.story.title, *hit.story.aliases, *hit.story.themes))
        left = [word for word in hit.words if word not in name]
        sentences = [s.text for p in snapshot.passages for s in p.sentences if hit.story.id in s.stories]
        assert hit.is_in_name == (not left)
        assert any(all(word in text for word in left) for text in sentences)
    assert "shine-beweging-van-binnenuit-langdurig-uitkeringsgerechtigden-duurzaam-in-beweging" not in {
        hit.story.id for hit in assistant.story_search.find("ondernemer bijstand").hits
    }


def test_what_comes_near_stands_apart_and_for_what_is_nowhere_there_is_nothing(assistant: Assistant) -> None:
    autism = assistant.story_search.find("autisme")
    assert not autism.hits
    assert [story.id for story in autism.near] == ["oldenzaal-innoveert-arbeidsmatige-dagbesteding-middels-village-deal"]
    for nowhere in ("hoofddoekjes", "zwembad", "verkiezingen", "vegetarisch", "?", "mevrouw Jansen, 06-12345678"):
        found = assistant.story_search.find(nowhere)
        assert not found.near
        assert not found.hits or nowhere == "?"


def test_every_story_is_found_by_its_own_title_first(assistant: Assistant) -> None:
    for story in assistant.snapshot.stories.values():
        assert story.id in [hit.story.id for hit in assistant.story_search.find(story.title).hits if hit.is_in_name], story.title
