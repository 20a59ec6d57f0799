"""What is taken along: the note in Word, the text for a mail, Markdown."""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from rag.answer import Answer
from tests.conftest import Ask
from ui import answer as on_screen
from ui import export, keeping, note

BESCHUT = "Hoe verhogen andere regio's het aantal plekken Beschut Werk?"
COMPARED = "Wat is het verschil tussen de banenmarkt in Groningen en die in Haaglanden?"
NEAR = "Hoeveel Beschut Werk-plekken waren er in 2023 in Utrecht?"
NOTHING = "Wat is de hoofdstad van Peru?"
LIST = "Noem alle verhalen over Matching"
ENGLISH = "What does Twente do?"
EVERY = (BESCHUT, COMPARED, NEAR, NOTHING, LIST, ENGLISH)


def opened(*answers: Answer) -> Document:
    return docx.Document(io.BytesIO(note.word(answers)))


def lines(made: Document) -> list[str]:
    """The text of each paragraph, those of its tables too."""
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in made.paragraphs), *cells]


def languages(made: Document) -> Iterable[tuple[str, str]]:
    """The language of each run that holds words, and the words."""
    for run in made.element.iter(qn("w:r")):
        if run.find(qn("w:t")) is None:
            continue  # the break before an address
        yield run.find(qn("w:rPr")).find(qn("w:lang")).get(qn("w:val")), "".join(text.text or "" for text in run.iter(qn("w:t")))


@pytest.mark.parametrize("question", EVERY)
def test_the_word_note_holds_question_answer_sources_date_and_mode(ask: Ask, question: str) -> None:
    answer = ask(question)
    made = opened(answer)
    text = "\n".join(lines(made))
    assert question in text
    assert on_screen.mode(answer) in text
    assert re.search(r"(?:Datum|Date): \d{1,2} [A-Za-z]+ \d{4}", text)
    assert all(one.quote in text and f"[{one.n}] " in text for one in (*answer.citations, *answer.related))
    assert all(text.count(one.quote) == 1 for one in (*answer.citations, *answer.related) if len(one.quote) > 60)
    assert round(made.sections[0].page_height.cm, 1) == 29.7
    assert all(one.quote in export.markdown([answer]) for one in answer.citations)


@pytest.mark.parametrize("question", EVERY)
def test_dates_are_words_in_all_that_is_taken_along(ask: Ask, question: str) -> None:
    answer = ask(question)
    month = "June 2019" if answer.language == "en" else "juni 2019"
    for text in ("\n".join(lines(opened(answer))), export.plain_text([answer]), export.markdown([answer])):
        assert "2019-06" not in text
        assert (month in text) or not answer.citations


def test_word_checks_dutch_as_dutch_and_english_as_english(ask: Ask) -> None:
    for question, told in ((BESCHUT, {"nl-NL"}), (ENGLISH, {"nl-NL", "en-GB"})):
        answer = ask(question)
        content = note.word([answer])
        made = docx.Document(io.BytesIO(content))
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            styled = "".join(parts.read(name).decode() for name in parts.namelist() if "styles" in name.lower() or "settings" in name)
        assert "en-US" not in re.sub(r'w:eastAsia="[^"]*"', "", styled)
        assert f'<w:lang w:val="{"en-GB" if question == ENGLISH else "nl-NL"}"' in styled
        assert {language for language, _ in languages(made)} == told
        quoted = [language for language, text in languages(made) if text.startswith("“")]
        assert set(quoted) == {"nl-NL"}


def test_the_note_is_dated_now_and_its_file_says_what_it_is_and_when(ask: Ask) -> None:
    made = opened(ask(BESCHUT)).core_properties
    for moment in (made.created, made.modified):
        assert moment is not None
        assert abs(datetime.now(UTC) - moment.replace(tzinfo=UTC)) < timedelta(minutes=1)
    assert re.fullmatch(r"praktijkbaken-antwoord-2-20\d\d-\d\d-\d\d-\d{4}", keeping.file_name("antwoord-2"))


def test_every_web_address_of_the_note_is_a_link(ask: Ask) -> None:
    for question in (BESCHUT, COMPARED, LIST):
        answer = ask(question)
        made = opened(answer)
        links = {link.address: link.text for paragraph in made.paragraphs for link in paragraph.hyperlinks}
        assert all(address == text for address, text in links.items())
        shown = re.findall(r"https?://\S+", "\n".join(lines(made)))
        assert sorted(shown) == sorted(links)
        assert {one.url for one in answer.citations if one.url} <= set(links)


def test_an_address_that_is_none_of_the_web_is_no_link(ask: Ask) -> None:
    answer = ask(BESCHUT)
    strange = answer.model_copy(update={"stories": tuple(s.model_copy(update={"url": "javascript:alert(1)"}) for s in answer.stories)})
    assert "javascript" not in str([link.address for paragraph in opened(strange).paragraphs for link in paragraph.hyperlinks])


def test_a_story_without_a_link_says_so(ask: Ask) -> None:
    for question, said in ((BESCHUT, "Beschut Werk (geen link in de bronnen)"), (ENGLISH, "(no link in the sources)")):
        answer = ask(question)
        assert said in "\n".join(lines(opened(answer)))
        assert said in export.plain_text([answer])


def test_of_many_stories_without_a_link_it_is_said_once_above_them(ask: Ask) -> None:
    text = export.plain_text([ask("Noem alle verhalen over Begeleiden en werkfit maken")])
    assert text.lower().count("link in de bronnen") == 1


def test_where_nothing_is_quoted_nothing_is_said_of_quotes(ask: Ask) -> None:
    for question in (NOTHING, LIST):
        text = "\n".join(lines(opened(ask(question))))
        assert "letterlijk" not in text
        assert "taalmodel" not in text


@pytest.mark.parametrize("question", EVERY)
def test_the_text_to_copy_has_no_markup(ask: Ask, question: str) -> None:
    answer = ask(question)
    text = export.plain_text([answer])
    assert not re.search(r"^#|\*|^\||\\|\]\(|<http", text, re.MULTILINE)
    assert text.startswith(f"{question}\n{on_screen.mode(answer)}\n\n")
    assert "\n\n\n" not in text
    assert all(one.quote in text for one in answer.citations)


def test_a_whole_conversation_is_one_note(ask: Ask) -> None:
    made = opened(ask(BESCHUT), ask(ENGLISH))
    assert [p.text for p in made.paragraphs if p.style and p.style.name == "Heading 1"] == [BESCHUT, ENGLISH]
    assert made.paragraphs[0].text == "Notitie: wat de praktijkverhalen zeggen"


def test_characters_that_word_may_not_hold_are_left_out(ask: Ask) -> None:
    answer = ask(BESCHUT).model_copy(update={"question": "Wat\0 doet\x0b Oss?\ud800"})
    assert "Wat doet Oss?" in lines(opened(answer))
