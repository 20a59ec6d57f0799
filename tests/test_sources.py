"""Added sources from file to answer: what becomes of them, what is read again, and what is never lost."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from evals.golden import golden_check
from index.build import BuildResult, build_index, open_index
from index.builder import Metadata
from index.doctor import examine
from index.embedding import embeddings_for
from index.library import forget, keep_file
from praktijkbaken.errors import SourceError
from praktijkbaken.settings import CHECKOUT, Settings
from rag.assistant import Assistant, Question

PAGE = """---
titel: Koffiebranderij De Omweg
regio: Flevoland
thema: Sociaal ondernemen
datum: 2024-05-12
---
# Koffiebranderij De Omweg

In Almere leren negentien mensen koffie branden bij de sociale branderij De Omweg.
Dat doen ze drie dagen per week onder leiding van een meesterbrander.

## Wat het opleverde

Elf deelnemers vonden binnen een jaar een baan in de horeca. Onduidelijk is of zij daar ook blijven.
"""


def rebuild(settings: Settings) -> BuildResult:
    return build_index(settings, golden_check(settings), lambda _step, _done, _total: None)


def assistant_on(settings: Settings) -> Assistant:
    return Assistant(open_index(settings), settings, embeddings_for(settings.embedding_model))


@pytest.fixture
def office(own_home: Settings, tmp_path: Path) -> Settings:
    """An index of the report, and an office's folder with one document in it that is not indexed yet."""
    folder = tmp_path / "documenten"
    folder.mkdir()
    (folder / "omweg.md").write_text(PAGE, "utf-8")
    return own_home.model_copy(update={"sources": folder})


def folder_of(office: Settings) -> Path:
    assert office.sources is not None
    return office.sources


def test_a_document_of_the_office_is_answered_from_with_its_own_date_and_region(office: Settings) -> None:
    assert rebuild(office).added == ("Koffiebranderij De Omweg",)
    answer = assistant_on(office).invoke(Question("Hoeveel mensen leren koffie branden bij De Omweg?"))
    first = answer.citations[0]
    assert "negentien mensen koffie branden" in first.quote
    assert (first.document_title, first.source_date, first.regions) == ("Koffiebranderij De Omweg", "2024-05-12", ("Flevoland",))
    assert answer.notices[0] == "Geciteerd: Koffiebranderij De Omweg (12 mei 2024)."
    refused = assistant_on(office).invoke(Question("Welke vulkanen zijn er op IJsland?"))
    assert "Ook gezocht in wat is toegevoegd: Koffiebranderij De Omweg." in refused.notices


def test_the_caveat_of_an_added_document_travels_with_its_claim(office: Settings) -> None:
    rebuild(office)
    answer = assistant_on(office).invoke(Question("Hoeveel deelnemers van De Omweg vonden een baan in de horeca?"))
    assert "Onduidelijk is of zij daar ook blijven." in answer.statements[0].text


def test_the_report_keeps_its_own_answers_beside_added_documents(office: Settings) -> None:
    before = assistant_on(office).invoke(Question("Hoeveel werkzoekenden trok het event in Groningen?"))
    rebuild(office)
    after = assistant_on(office).invoke(Question("Hoeveel werkzoekenden trok het event in Groningen?"))
    assert after.citations[0].quote == before.citations[0].quote


def test_an_added_document_that_does_not_say_it_gives_no_answer(office: Settings) -> None:
    """Its sentences have no other words: whether one answers is told by what was learnt from others."""
    (folder_of(office) / "maatjes.md").write_text(
        "# Maatjes in Almelo\n\nIn Almelo begeleidden vrijwilligers in 2024 in totaal 38 werkzoekenden. De pilot duurde negen maanden. "
        "Het innovatiefonds betaalde. Een knelpunt was de overdracht tussen klantmanager en maatje: dossiers kwamen vaak te laat.\n",
        "utf-8",
    )
    rebuild(office)
    assistant = assistant_on(office)
    for question, quote in (
        ("Hoe lang duurde de pilot met de maatjes?", "negen maanden"),
        ("Hoeveel werkzoekenden begeleidden de maatjes in Almelo?", "38 werkzoekenden"),
        ("Wat ging er mis bij de overdracht van klantmanager naar maatje?", "kwamen vaak te laat"),
    ):
        assert quote in assistant.invoke(Question(question)).statements[0].text
    for question in ("Hoeveel kostte de pilot in Almelo?", "Waarom stopte de pilot in Almelo?"):
        assert assistant.invoke(Question(question)).status == "not_found"


def test_index_says_what_it_added_replaced_removed_and_left_alone(office: Settings) -> None:
    page = folder_of(office) / "omweg.md"
    first = rebuild(office)
    assert (first.added, first.left_alone) == (("Koffiebranderij De Omweg",), ("Twee jaar Praktijkvoorbeelden",))
    page.write_text(PAGE.replace("negentien", "twintig"), "utf-8")
    assert rebuild(office).replaced == ("Koffiebranderij De Omweg",)
    page.unlink()
    assert rebuild(office).removed == ("Koffiebranderij De Omweg",)
    assert rebuild(office).left_alone == ("Twee jaar Praktijkvoorbeelden",)


def test_only_the_changed_document_s_own_passages_are_embedded(office: Settings) -> None:
    for at in range(20):
        (folder_of(office) / f"doc-{at}.txt").write_text(
            f"Project nummer {at} helpt {at + 3} mensen in wijk {at}.\n\nHet liep goed.", "utf-8"
        )
    assert rebuild(office).embedded > 40
    before = open_index(office)
    (folder_of(office) / "doc-7.txt").write_text("Project nummer 7 is veranderd.\n\nHet liep goed.", "utf-8")
    assert rebuild(office).embedded == 2  # its passage and its one new sentence; "Het liep goed." under that title is known
    after = open_index(office)
    assert before.vectors is not None
    assert after.vectors is not None
    of = {(p.heading, s.text): at for at, (p, s) in enumerate((p, s) for p in before.passages for s in p.sentences)}
    for at, (passage, sentence) in enumerate((p, s) for p in after.passages for s in p.sentences):
        if (passage.heading, sentence.text) in of:
            known = before.vectors.sentences[of[passage.heading, sentence.text]]
            assert np.allclose(after.vectors.sentences[at], known, atol=1e-3)


def test_a_run_without_changes_reads_and_embeds_nothing(office: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    rebuild(office)
    pointer = (office.home / "index" / "current").read_text()
    monkeypatch.setattr("index.build.read_sources", lambda *_: pytest.fail("read again"))
    result = rebuild(office)
    assert (result.embedded, result.added, result.replaced) == (0, (), ())
    assert (office.home / "index" / "current").read_text() == pointer


def test_a_story_s_own_page_and_the_report_are_one_story_with_two_documents(office: Settings) -> None:
    story = next(s for s in open_index(office).stories.values() if s.title == "Werkfestival")
    (folder_of(office) / "festival.md").write_text(
        f"---\ntitel: Beleven maakt festival tot succes\nurl: {story.url}\nverhaal: ja\n---\nOp het Suikerterrein stonden tachtig kramen.",
        "utf-8",
    )
    rebuild(office)
    snapshot = open_index(office)
    joined = snapshot.stories[story.id]
    assert (joined.title, joined.regions, len(joined.documents)) == ("Werkfestival", ("Groningen",), 1)
    answer = assistant_on(office).invoke(Question("Hoeveel kramen stonden er op het Suikerterrein?"))
    assert answer.citations[0].story_ids == (story.id,)
    assert answer.citations[0].regions == ("Groningen",)
    assert answer.citations[0].url == story.url


def test_a_story_that_no_source_named_before_joins_the_catalogue(office: Settings) -> None:
    rows = {
        "title": "De fietsenmakers van Emmen",
        "url": "https://voorbeeld.nl/fiets",
        "regions": "Drenthe",
        "text": "In Emmen repareren zes mensen fietsen.",
    }
    (folder_of(office) / "export.jsonl").write_text(json.dumps(rows) + "\n", "utf-8")
    rebuild(office)
    snapshot = open_index(office)
    story = snapshot.stories["de-fietsenmakers-van-emmen"]
    assert (story.regions, story.url) == (("Drenthe",), "https://voorbeeld.nl/fiets")
    answer = assistant_on(office).invoke(Question("Wat doet Drenthe?"))
    assert story.id in {one.id for one in answer.stories}


def test_the_same_text_twice_is_one_document_and_a_near_duplicate_is_named(office: Settings) -> None:
    body = PAGE.split("---", 2)[2]
    long = body + " ".join(f"Zin nummer {at} vertelt iets over dag {at} bij de branderij." for at in range(40))
    (folder_of(office) / "omweg.md").write_text(long, "utf-8")
    (folder_of(office) / "kopie.md").write_text(long, "utf-8")
    (folder_of(office) / "bijna.md").write_text(long + "\n\nEen slotzin erbij.", "utf-8")
    result = rebuild(office)
    assert len(open_index(office).documents) == 3
    assert sorted(pair.share == 1 for pair in result.alike) == [False, True]
    told = " ".join(finding.text for finding in examine(office))
    assert "telt één keer" in told
    assert "bijna dubbel" in told


def test_a_source_that_cannot_be_read_stops_nothing_and_keeps_what_was_read(office: Settings) -> None:
    rebuild(office)
    (folder_of(office) / "stuk.pdf").write_bytes(b"%PDF-1.7 dit is geen pdf")
    (folder_of(office) / "omweg.md").write_bytes(b"")
    result = rebuild(office)
    assert len(result.problems) == 2
    assert any("De eerder gelezen versie blijft in gebruik" in problem for problem in result.problems)
    assert any(d.title == "Koffiebranderij De Omweg" for d in open_index(office).documents.values())
    assert sum(finding.usable for finding in examine(office)) == 2


def test_doctor_names_what_is_new_changed_and_gone(office: Settings) -> None:
    rebuild(office)
    (folder_of(office) / "omweg.md").write_text(PAGE + "\nMeer.", "utf-8")
    (folder_of(office) / "nieuw.txt").write_text("Een nieuw document over werk.", "utf-8")
    told = " ".join(finding.text for finding in examine(office) if not finding.fine)
    assert "map/omweg.md: veranderd" in told
    assert "map/nieuw.txt: nieuw" in told
    (folder_of(office) / "omweg.md").unlink()
    assert "map/omweg.md: weg" in " ".join(finding.text for finding in examine(office))


def test_a_file_is_kept_once_replaced_by_a_newer_one_and_forgotten(own_home: Settings, tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "verslag.txt", tmp_path / "b" / "verslag.txt"
    for path in (one, other):
        path.parent.mkdir()
        path.write_text(f"Verslag uit map {path.parent.name}.", "utf-8")
    assert keep_file(own_home, one, Metadata()).status == "new"
    assert keep_file(own_home, one, Metadata()).status == "known"
    assert keep_file(own_home, other, Metadata()).origin == "added/verslag-2.txt"
    one.write_text("Nieuw verslag.", "utf-8")
    assert keep_file(own_home, one, Metadata()).status == "replaced"
    forget(own_home, "added/verslag.txt")
    assert [path.name for path in (own_home.home / "sources" / "added").glob("*.txt")] == ["verslag-2.txt"]
    with pytest.raises(SourceError, match="niet met 'add'"):
        forget(own_home, "map/../../etc/passwd")


@pytest.mark.parametrize(
    ("name", "message"),
    [("bestaat-niet.pdf", "is geen bestand"), (".", "is geen bestand"), ("plaatje.png", "dit soort bestand")],
)
def test_what_cannot_be_added_says_so(own_home: Settings, tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "plaatje.png").write_bytes(b"x")
    with pytest.raises(SourceError, match=message):
        keep_file(own_home, tmp_path / name, Metadata())


def test_the_office_s_list_gives_files_their_metadata(office: Settings) -> None:
    (folder_of(office) / "kaal.txt").write_text("Twaalf mensen werken in de kas.", "utf-8")
    (folder_of(office) / "bronnen.csv").write_text(
        "bestand,titel,link,datum,regios,themas,verhaal\nkaal.txt,Werk in de kas,https://voorbeeld.nl/kas,2025-01,Haaglanden,Matching,\n",
        "utf-8",
    )
    rebuild(office)
    document = next(d for d in open_index(office).documents.values() if d.title == "Werk in de kas")
    assert (document.date, document.url, document.regions) == ("2025-01", "https://voorbeeld.nl/kas", ("Haaglanden",))


def test_a_folder_that_is_not_there_is_named_with_its_setting(own_home: Settings, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="PRAKTIJKBAKEN_SOURCES"):
        rebuild(own_home.model_copy(update={"sources": tmp_path / "weg"}))


def test_a_link_out_of_the_folder_is_not_followed(office: Settings, tmp_path: Path) -> None:
    (tmp_path / "geheim.txt").write_text("Een geheim van elders.", "utf-8")
    (folder_of(office) / "geheim.txt").symlink_to(tmp_path / "geheim.txt")
    rebuild(office)
    assert all("geheim" not in document.text for document in open_index(office).documents.values())


def test_add_and_remove_work_in_the_terminal(own_home: Settings, tmp_path: Path, terminal) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "omweg.md").write_text(PAGE, "utf-8")
    added = terminal("add", str(tmp_path / "omweg.md"), "--region", "Almere", home=own_home.home)
    assert added.returncode == 0, added.stderr
    assert "toegevoegd: 1 (Koffiebranderij De Omweg)" in added.stderr
    assert "negentien" in terminal("ask", "Hoeveel mensen leren koffie branden in Almere?", home=own_home.home).stdout
    assert "added/omweg.md" in terminal("documents", home=own_home.home).stdout
    removed = terminal("remove", "added/omweg.md", home=own_home.home)
    assert "verwijderd: 1 (Koffiebranderij De Omweg)" in removed.stderr
    refused = terminal("add", str(tmp_path / "omweg.md"), "--region", "Alkmeer", home=own_home.home)
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)


def test_a_watched_folder_is_followed(office: Settings) -> None:
    environment = {**os.environ, "PRAKTIJKBAKEN_HOME": str(office.home), "PRAKTIJKBAKEN_SOURCES": str(office.sources)}
    command = [sys.executable, "-m", "praktijkbaken", "index", "--watch"]
    rebuild(office)  # what is waited for below is the watching, not the first build
    # Ctrl+C is ignored by what a shell starts in the background, and by what that starts
    listens = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        command, env=environment, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True, encoding="utf-8", preexec_fn=listens
    )
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        assert any("wordt gevolgd" in line for line in lines)
        (folder_of(office) / "nieuw.txt").write_text("Een nieuw document over werk.", "utf-8")
        assert any("toegevoegd: 1 (Nieuw)" in line for line in lines)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) in (0, 130)
    finally:
        process.kill()
        process.communicate()


def test_killed_at_random_moments_the_last_good_index_answers_and_the_next_run_completes(office: Settings) -> None:
    rebuild(office)
    environment = {**os.environ, "PRAKTIJKBAKEN_HOME": str(office.home), "PRAKTIJKBAKEN_SOURCES": str(office.sources)}
    command = [sys.executable, "-m", "praktijkbaken", "index"]
    random = np.random.default_rng(3)
    for at in range(4):
        (folder_of(office) / "omweg.md").write_text(PAGE.replace("negentien", f"{at + 20}"), "utf-8")
        process = subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(float(random.uniform(0.2, 2.5)))
        process.send_signal(signal.SIGKILL)
        process.wait()
        answer = assistant_on(office).invoke(Question("Hoeveel mensen leren koffie branden bij De Omweg?"))
        assert "koffie branden" in answer.citations[0].quote
    result = rebuild(office)
    assert "23 mensen koffie branden" in next(d.text for d in open_index(office).documents.values() if d.title.startswith("Koffie"))
    assert not result.problems
