"""What a question wants of the catalogue by its wording: examples teach it, the weights belong to them, and it knows when to keep out."""

from pathlib import Path

import numpy as np
import pytest

from index.embedding import embeddings_for
from praktijkbaken.errors import SourceError
from praktijkbaken.settings import DEFAULT_MODEL, Settings
from rag.assistant import Assistant, Question
from rag.wording import EXAMPLES, WEIGHTS, Wordings, fingerprint, read_wordings

# Written after the fit; none is an example.
UNSEEN = [
    ("stories", "mijn baas wil weten wat er bij dit thema aan praktijkverhalen ligt, kan dat in een lijstje"),
    ("stories", "alles wat jullie uit deze regio hebben opgeschreven, mag een lange lijst zijn"),
    ("stories", "could you send me every write-up about this, titles and links please: dit thema"),
    ("regions", "welke arbeidsmarktregio's hebben een verhaal over dit thema ingestuurd"),
    ("regions", "bij dit thema, welke regio's zitten daar allemaal bij"),
    ("stories_count", "over dit thema: om hoeveel praktijkverhalen gaat dat nou precies"),
    ("themes", "in welke thema's zijn de verhalen verdeeld, noem ze allemaal"),
    ("other", "hoe krijgt deze regio alle werkgevers mee bij dit thema"),
    ("other", "welke stappen moet je bij dit thema allemaal zetten"),
    ("other", "hoeveel mensen kwamen er in deze regio aan een baan"),
    ("other", "alle klanten in beeld, hoe doet deze regio dat"),
    ("other", "which employers in deze regio took part"),
]


@pytest.fixture(scope="module", params=["words and vector", "words"])
def wordings(settings: Settings, request: pytest.FixtureRequest) -> Wordings:
    return read_wordings(settings.data / "language", embeddings_for(DEFAULT_MODEL) if request.param == "words and vector" else None)


@pytest.mark.parametrize(("wanted", "wording"), UNSEEN)
def test_an_unseen_wording_is_told_with_and_without_a_vector(wordings: Wordings, wanted: str, wording: str) -> None:
    chances = wordings.chances(wording)
    assert max(chances, key=lambda wish: chances[wish]) == wanted
    assert sum(chances.values()) == pytest.approx(1, abs=1e-3)


def test_the_weights_were_fitted_on_the_examples_that_lie_beside_them(settings: Settings) -> None:
    folder = settings.data / "language"
    with np.load(folder / WEIGHTS, allow_pickle=False) as kept:
        assert str(kept["examples"]) == fingerprint(folder), f"{EXAMPLES} changed: run python -m evals.wording"


def test_weights_that_are_cut_off_are_named_with_the_way_out(settings: Settings, tmp_path: Path) -> None:
    whole = (settings.data / "language" / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(SourceError, match="git checkout"):
        read_wordings(tmp_path, None)


def test_themes_and_places_are_left_out_of_a_wording_in_whatever_words(assistant: Assistant) -> None:
    assert (
        assistant.wording("Welke verhalen over begeleiden en werkfit maken komen uit Den Haag?")
        == "welke verhalen over dit thema komen uit deze regio"
    )
    assert assistant.wording("dienstverlening aan werkgevers in Oss, alles") == "dit thema in deze regio alles"
    assert assistant.wording("thema 3, alle artikelen") == "thema dit thema alle artikelen"
    assert assistant.wording("Hoe help je iemand met schulden?") == "hoe help je iemand met schulden"


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("wat is er zoal geschreven over het bedienen van werkgevers? complete leeslijst graag", "Werkgeversdienstverlening"),
        ("van school naar baan: geef alle voorbeelden van dat thema", "Aansluiting onderwijs-arbeidsmarkt"),
        ("list every story on social entrepreneurship", "Sociaal ondernemen"),
        ("alle verhalen over de klant kennen", "Ken je klant"),
    ],
)
def test_a_theme_by_another_name_is_listed_whole(assistant: Assistant, text: str, theme: str) -> None:
    wanted = {story.id for story in assistant.snapshot.stories.values() if theme in story.themes}
    assert {story.id for story in assistant.invoke(Question(text)).stories} == wanted


def test_another_name_of_a_theme_is_no_theme_where_nothing_is_listed(assistant: Assistant) -> None:
    answer = assistant.invoke(Question("Hoe gaat iemand uit het praktijkonderwijs van school naar een baan?"))
    assert answer.listing is None
    assert answer.statements


def test_what_stands_in_two_themes_is_asked_for_with_both(assistant: Assistant) -> None:
    stories = assistant.snapshot.stories.values()
    both = {s.id for s in stories if {"Matching", "Ken je klant"} <= set(s.themes)}
    either = {s.id for s in stories if {"Matching", "Ken je klant"} & set(s.themes)}
    assert {s.id for s in assistant.invoke(Question("Welke verhalen staan zowel bij Matching als bij Ken je klant?")).stories} == both
    assert {s.id for s in assistant.invoke(Question("Alle verhalen bij Matching en bij Ken je klant")).stories} == either
