"""Recounts the report's lists and links from its raw text, with nothing of the reader's code."""

import csv
import re
from collections import Counter
from itertools import groupby

import pytest

from index.build import Sources, read_sources
from praktijkbaken.settings import CHECKOUT

RAW = (CHECKOUT / "data" / "report" / "twee-jaar-praktijkvoorbeelden-2019.txt").read_text("utf-8")
LIST = re.compile(
    r"Het\s+thema\s+‘([^’]+)’\s+speelt\s+in[^:]*praktijkverhalen:(.*?)(?=Thema\s+\d\W|Samenwerking\s+in\s+de\s+arbeids|https?://)",
    re.DOTALL,
)


def letters(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())


@pytest.fixture(scope="module")
def sources() -> Sources:
    return read_sources(CHECKOUT / "data")


@pytest.fixture(scope="module")
def lists() -> dict[str, list[str]]:
    """Theme as the list names it, and its bullets on letters and digits only (a page number at the end falls off)."""
    body = RAW[RAW.rindex("Inhoudsopgave") :]
    return {
        " ".join(theme.lower().split()): [letters(re.sub(r"\n\s*\d+\s*$", "", bullet)) for bullet in text.split("•")[1:]]
        for theme, text in LIST.findall(body)
    }


def test_seven_lists_print_115_bullets(lists: dict[str, list[str]]) -> None:
    assert [len(bullets) for bullets in lists.values()] == [10, 15, 30, 12, 18, 10, 20]


def test_no_mention_is_lost_and_none_is_made_up(sources: Sources, lists: dict[str, list[str]]) -> None:
    printed = Counter(bullet for bullets in lists.values() for bullet in bullets)
    read = Counter(letters(f"{m.region}{m.title}") for m in sources.catalogue.mentions)
    assert printed == read
    assert sum(printed.values()) == 115


def test_every_mention_stands_at_one_story_and_at_its_own_theme(sources: Sources) -> None:
    stories = {story.id: story for story in sources.catalogue.stories}
    for mention in sources.catalogue.mentions:
        story = stories[sources.catalogue.of_mention[mention.unit]]
        assert letters(mention.title) in {letters(title) for title in (story.title, *story.aliases)}
        assert mention.theme in story.themes
        assert mention.region in story.printed_regions
    assert set(sources.catalogue.of_mention.values()) == set(stories)


def test_no_link_is_lost_and_each_keeps_its_place_in_the_row(sources: Sources) -> None:
    printed = re.findall(r"https?://www\.samenvoordeklant\.nl/praktijk/\S+", RAW)
    assert len(printed) == 41
    assert [link.url for link in sources.catalogue.links] == printed


@pytest.mark.parametrize(("theme", "in_text"), [("beschut werk", 1), ("matching", 3)])
def test_the_links_after_a_list_lead_to_its_bullets_in_their_order(
    sources: Sources, lists: dict[str, list[str]], theme: str, in_text: int
) -> None:
    """After a page its links stand in reading order: first those of the text, then one for each bullet (a wrapped one twice)."""
    start = next(match.end() for match in LIST.finditer(RAW) if letters(match.group(1)) == letters(theme))
    row = re.findall(r"https?://\S+", re.split(r"Thema\s+\d", RAW[start:])[0])[in_text:]
    once_each = [url for url, _ in groupby(row)]
    bullets = lists[theme]
    assert len(once_each) == len(bullets)
    url_of = {letters(title): story.url for story in sources.catalogue.stories for title in (story.title, *story.aliases)}
    for bullet, url in zip(bullets, once_each, strict=True):
        assert any(bullet.endswith(title) and url_of[title] == url for title in url_of), bullet


def test_a_link_that_is_said_to_repeat_its_title_does(sources: Sources) -> None:
    with (CHECKOUT / "data" / "catalogue" / "links.csv").open(encoding="utf-8", newline="") as file:
        repeating = {line["link"]: line["titel"] for line in csv.DictReader(file) if line["reden"] == "de link herhaalt de titel"}
    assert len(repeating) == 7
    for url, title in repeating.items():
        words = url.rsplit("/", 1)[1].split("-")
        assert sum(letters(word) in letters(title) for word in words) / len(words) >= 0.9, title
    given = {story.url: story.title for story in sources.catalogue.stories if story.url}
    assert repeating.items() <= given.items()


def test_the_links_of_the_running_text_belong_to_a_sentence_about_their_story(sources: Sources) -> None:
    stories = {story.title: story for story in sources.catalogue.stories}
    of_passage = {(s.start, story) for p in sources.passages for s in p.sentences for story in s.stories}
    in_text = [link for link in sources.catalogue.links if sources.report.units[link.unit].kind != "mention"]
    assert len(in_text) == 19
    for link in in_text:
        assert (sources.report.units[link.unit].start, stories[link.title].id) in of_passage


def test_where_the_report_contradicts_itself_the_catalogue_says_both(sources: Sources) -> None:
    told = {story.title: (story.listed, story.told) for story in sources.catalogue.stories if story.listed}
    assert told["App voor communicatie met de medewerkers"] == (("Twente",), ("Achterhoek", "Rijnmond"))
    assert told["Data science gebruiken"] == (("Midden-Brabant",), ("Noordoost-Brabant",))
    counts = {count.theme: (count.said, count.printed) for count in sources.catalogue.counts}
    assert counts["Aansluiting onderwijs-arbeidsmarkt"] == (16, 15)
    assert sum(printed for _, printed in counts.values()) == 115
