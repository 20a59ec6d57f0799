import shutil
from pathlib import Path

import pytest

from index.attribution import read_attributions
from index.build import Sources, read_sources
from index.catalogue import read_catalogue
from index.passages import Sentence
from index.regions import Regions, read_regions
from index.snapshot import Snapshot
from praktijkbaken.errors import SourceError
from praktijkbaken.settings import CHECKOUT
from tests.conftest import Ask

DATA = CHECKOUT / "data"


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources(DATA)


@pytest.fixture(scope="module")
def regions() -> Regions:
    return read_regions(DATA / "regions")


def sentence_of(sources: Sources, start: str) -> Sentence:
    return next(s for p in sources.passages for s in p.sentences if s.text.startswith(start))


def test_every_printed_story_link_is_given_to_one_story(sources: Sources) -> None:
    printed = {word for word in sources.report.text.split() if "samenvoordeklant.nl/praktijk/" in word}
    linked = [story.url for story in sources.catalogue.stories if story.url]
    assert len(printed) == 28
    assert sorted(linked) == sorted(printed)


def test_a_link_leads_to_the_story_whose_title_it_repeats(sources: Sources) -> None:
    for story in sources.catalogue.stories:
        if story.url and "zoek-al-vroeg" in story.url:
            assert story.title == "Zoek al vroeg die samenwerking met VSO en UWV"
            assert "Beschut Werk" in story.aliases
            break
    else:
        pytest.fail("the story has no link")


def test_a_story_in_several_lists_is_one_story_with_all_its_themes(sources: Sources) -> None:
    shine = next(s for s in sources.catalogue.stories if s.title.startswith("Shine+"))
    assert shine.themes == ("Begeleiden en werkfit maken", "Sociaal ondernemen", "Ken je klant")
    assert shine.regions == ("Groot Amsterdam",)
    assert shine.url is None
    assert shine.search_url is not None


def test_bare_beschut_werk_is_two_different_stories(sources: Sources) -> None:
    bare = {s.regions for s in sources.catalogue.stories if "Beschut Werk" in (s.title, *s.aliases)}
    assert bare == {("Friesland",), ("Noordoost-Brabant",)}


def test_twente_stands_at_six_stories(sources: Sources) -> None:
    assert sum("Twente" in story.regions for story in sources.catalogue.stories) == 6


def test_every_region_of_every_story_is_one_of_the_35(sources: Sources, regions: Regions) -> None:
    assert len(regions.names) == 35
    assert {region for story in sources.catalogue.stories for region in story.regions} <= set(regions.names)


def test_a_continuing_sentence_takes_the_region_of_the_sentence_before(sources: Sources) -> None:
    sentence = sentence_of(sources, "Binnen één week")
    assert (sentence.stories, sentence.regions) == (("werkfestival",), ("Groningen",))


def test_a_sentence_about_three_companies_is_tied_to_their_three_stories(sources: Sources) -> None:
    sentence = sentence_of(sources, "In de meeste aanpakken is voorzien")
    assert len(sentence.stories) == 3
    assert set(sentence.regions) == {"Noordoost-Brabant", "Rijnmond"}


def test_a_claim_knows_its_caveat_and_what_it_leans_on(sources: Sources) -> None:
    claim, caveat = sentence_of(sources, "Deze methodiek kan ook elders"), sentence_of(sources, "Onduidelijk of dat ook zo is")
    method = sentence_of(sources, "De Haeghe Groep ontwikkelde")
    assert claim.caveats == (caveat.start,)
    assert claim.leans_on == (method.start,)
    assert (claim.role, caveat.role, method.role) == ("approach", "caveat", "approach")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wat doen ze in den bosch", ("Noordoost-Brabant",)),
        ("Tilburg en het Westland", ("Midden-Brabant", "Haaglanden")),
        ("stedendriehoek en noordwest veluwe", ("Stedendriehoek en Noordwest Veluwe",)),
        ("Noord Holland Noord", ("Noord-Holland Noord",)),
        ("gemeente Meierijstad", ("Noordoost-Brabant",)),
        ("'s-Gravenhage of ’s-Hertogenbosch", ("Haaglanden", "Noordoost-Brabant")),
        ("wat werkt het best voor buren en leken", ()),
        ("de gemeente Best", ("Zuidoost-Brabant",)),
        ("iemand naar een baan leiden", ()),
        ("what goes wrong", ()),
        ("technisch project in leiden", ("Holland Rijnland",)),
        ("en leiden?", ("Holland Rijnland",)),
        ("Leiden", ("Holland Rijnland",)),
        ("de hoorn van de haak", ()),
        ("naaien in hoorn", ("Noord-Holland Noord",)),
        ("Zwollenaren", ()),
    ],
)
def test_places_lead_to_their_region(regions: Regions, text: str, expected: tuple[str, ...]) -> None:
    assert regions.in_text(text) == expected


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("links.csv", "werkfestival-tot", "werkfestival-bestaat-niet", "drukt die link niet af"),
        ("links.csv", ",Werkfestival,", ",Werkfeest,", "staat niet in de catalogus"),
        ("links.csv", "Oss zoekt ook werkplekken", "Oss zoekt nooit werkplekken", "staat 0 keer"),
        ("links.csv", "Groningen / Werkfestival,Werkfestival", "Groningen / Werkfestival,SOW route", "staat niet in de catalogus"),
        ("links.csv", "Groningen / Werkfestival,Werkfestival", "Groningen / Werkfestival,Data science gebruiken", "een ander verhaal"),
        ("titelvragen.csv", "\nWerkfestival,", "\nFeestfestival,", "'Feestfestival' staat niet in de catalogus"),
        ("vragen.csv", "\n486,", "\n999,", "nummer '999' is geen zin"),
        ("zinnen.csv", "Oss zoekt ook werkplekken", "Oss zoekt nooit werkplekken", "is niet de zin van het rapport"),
        ("tegenspraken.csv", "Twente,Achterhoek", "Twente,Achterhoekje", "geen van de 35"),
        ("tegenspraken.csv", "In de Achterhoek zet SW-bedrijf", "In de Achterhoek zet geen bedrijf", "staat 0 keer"),
        ("tellingen.csv", "Er zijn zestien verhalen", "Er zijn zeventien verhalen", "staat niet in het rapport"),
        ("titels.csv", "*,SOW route,", "*,SOW routes,", "staat niet in een lijst"),
        ("regios.csv", "Drente,Drenthe,zetfout\n", "", "Drente"),
        ("regios.csv", "gedrukt,regio,reden", "gedrukt,reden", "kolom 'regio'"),
    ],
)
def test_a_decision_that_does_not_fit_the_report_is_named(
    sources: Sources, regions: Regions, tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    folder = Path(shutil.copytree(DATA / "catalogue", tmp_path / "catalogue"))
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    with pytest.raises(SourceError, match=message):
        read_attributions(sources.report, folder, read_catalogue(sources.report, folder, regions), regions)


def test_passages_are_short_whole_and_in_order(sources: Sources) -> None:
    assert len(sources.passages) == len({p.id for p in sources.passages})
    assert sum(len(p.sentences) for p in sources.passages) == len(sources.report.units)
    for passage in sources.passages:
        assert len(passage.text.split()) <= 200
        assert passage.text == sources.report.quote(passage.start, passage.end)
        assert "http" not in passage.text


def test_a_passage_is_searched_under_its_headings_and_shown_without(sources: Sources) -> None:
    passage = next(p for p in sources.passages if "elfduizend" in p.text)
    assert passage.searched.startswith("Matching > Banenmarkten\n")
    assert "Banenmarkten" not in passage.text.split(".")[0]


FORMS = {
    "regions": (
        "Welke verhalen zijn er uit {}?",
        "Hoeveel praktijkverhalen gaan over {}?",
        "Which stories are about {}?",
        "Geef alle artikelen van {} op een rij",
        "lijst met verhalen {}",
        "Hoeveel voorbeelden heeft {}?",
    ),
    "themes": (
        "Welke verhalen horen bij het thema {}?",
        "Hoeveel verhalen gaan over {}?",
        "How many stories are about {}?",
        "Noem alle praktijkvoorbeelden bij {}",
    ),
}


@pytest.mark.parametrize("facet", FORMS)
def test_every_list_and_count_is_the_catalogues(ask: Ask, snapshot: Snapshot, facet: str) -> None:
    stories = list(snapshot.stories.values())
    for value in dict.fromkeys(value for story in stories for value in getattr(story, facet)):
        wanted = {story.title for story in stories if value in getattr(story, facet)}
        for form in FORMS[facet]:
            answer = ask(form.format(value))
            assert answer.listing is not None, form.format(value)
            assert answer.listing.found == len(wanted), form.format(value)
            if answer.listing.complete:
                assert {story.title for story in answer.stories} == wanted, form.format(value)


@pytest.mark.parametrize(
    "question", ["Hoeveel verhalen heeft thema 7?", "Welke verhalen staan in hoofdstuk 7?", "Which stories are in theme 7?"]
)
def test_a_theme_goes_by_its_number_too(ask: Ask, snapshot: Snapshot, question: str) -> None:
    listing = ask(question).listing
    assert listing is not None
    assert listing.found == sum("Ken je klant" in story.themes for story in snapshot.stories.values())


def test_a_number_that_is_no_themes_number_is_left_alone(ask: Ask, snapshot: Snapshot) -> None:
    whole = sum("Ken je klant" in story.themes for story in snapshot.stories.values())
    for question in ("Hoeveel verhalen heeft thema 12?", "Noem 7 verhalen over matching"):
        listing = ask(question).listing
        assert listing is None or listing.found != whole
