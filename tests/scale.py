"""Measures many story pages on their way: fetched from loopback, read, split, embedded, checked, swapped. By hand: `make scale`."""

import argparse
import random
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

from loopback import Server

from evals.golden import golden_check
from index.build import BuildResult, build_index, open_index
from index.catalogue import Story
from index.embedding import embeddings_for
from index.library import FETCHED, folder
from index.regions import read_regions
from index.story_pages import visit_links
from index.web.transport import Policy, Transport
from praktijkbaken.settings import Settings
from rag.assistant import Assistant, Question

WHO = ("gemeente", "sociale dienst", "werkbedrijf", "school", "zorginstelling", "bibliotheek", "fietsenmaker", "bakkerij", "garage")
WHOM = ("jongeren zonder diploma", "statushouders", "mensen met autisme", "langdurig werklozen", "oudere werkzoekenden")
WHAT = ("leren lassen", "koken voor de buurt", "repareren fietsen", "onderhouden het park", "bezorgen pakketten", "naaien tassen")
HOW = ("met een vaste jobcoach", "drie dagen per week", "in een leerwerkplaats", "naast een vakman", "via een proefplaatsing")
SO = ("Dat leverde {n} banen op", "Daarvan bleven er {n}", "Een probleem is echter het vervoer naar wijk {n}", "Het kostte {n} euro")


def page(at: int) -> str:
    """A made-up story of some 150 words, the same for the same number."""
    dice = random.Random(at)
    sentences = [f"Project {at} begon in {2015 + at % 10} bij een {dice.choice(WHO)}."]
    for _ in range(10):
        n = dice.randrange(3, 900)
        sentences.append(f"In groep {n} {dice.choice(WHAT)} {dice.choice(WHOM)} {dice.choice(HOW)}.")
        if dice.random() < 0.4:
            sentences.append(dice.choice(SO).format(n=n) + ".")
    body = "".join(f"<p>{' '.join(sentences[i : i + 4])}</p>" for i in range(0, len(sentences), 4))
    return f"<html lang=nl><head><title>Verhaal {at}</title></head><body><article><h1>Verhaal {at}</h1>{body}</article></body></html>"


def measure(pages: int, home: Path) -> None:
    """Prints the seconds of each step, and the memory."""
    server = Server()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings = Settings(home=home)
    names = read_regions(settings.data / "regions").names
    stories = []
    for at in range(pages):
        server.answers[f"/praktijk/{at}"] = lambda h, at=at: h.say(200, page(at).encode(), ETag=f'"{at}"')  # type: ignore[misc]
        stories.append(Story(f"verhaal-{at}", f"Verhaal {at}", (), (names[at % len(names)],), (), server.url(f"/praktijk/{at}"), (), ()))
    say(f"report alone: {seconds(lambda: build(settings)):.1f} s")
    policy = Policy(
        frozenset({server.host}), delay=0.0, resolve=lambda _h, _p: ["127.0.0.1"], is_allowed_address=lambda address: address == "127.0.0.1"
    )
    with Transport(policy) as transport:
        say(f"fetch {pages} pages: {seconds(lambda: list(visit_links(settings, stories, transport, keep=True))):.1f} s")
    say(f"whole index: {seconds(lambda: build(settings, told=True)):.1f} s")
    say(f"memory at most: {memory()} MB here, {memory(resource.RUSAGE_CHILDREN)} MB in the reader's process")
    say(f"run without changes: {seconds(lambda: build(settings)):.2f} s")
    changed = folder(settings) / FETCHED / "verhaal-7.html"
    changed.write_text(page(7).replace("Project 7 begon", "Project 7 startte"), "utf-8")
    started = time.perf_counter()
    result = build(settings)
    say(f"one page changed: {time.perf_counter() - started:.1f} s, {result.embedded} texts embedded, replaced {result.replaced}")
    assistant = Assistant(open_index(settings), settings, embeddings_for(settings.embedding_model))
    numbers = range(0, pages, max(1, pages // 50))
    asked = [assistant.invoke(Question(f"Wanneer begon project {at}?")) for at in numbers]
    found = sum(bool(a.citations) and f"Project {at} " in a.citations[0].quote for at, a in zip(numbers, asked, strict=True))
    times = sorted(answer.seconds["total"] for answer in asked)
    say(f"{len(asked)} questions: {found} answered from their own page; median {times[len(times) // 2]:.2f} s, slowest {times[-1]:.2f} s")
    say(f"memory at most: {memory()} MB here")


def build(settings: Settings, told: bool = False) -> BuildResult:
    """An index run; `told` prints the seconds of each of its steps."""
    began: dict[str, float] = {}
    ended: dict[str, float] = {}

    def progress(step: str, _done: int, _total: int) -> None:
        began.setdefault(step, time.perf_counter())
        ended[step] = time.perf_counter()

    result = build_index(settings, golden_check(settings), progress)
    for step in began if told else ():
        say(f"  {step}: {ended[step] - began[step]:.1f} s")
    return result


def seconds(run: object) -> float:
    """How long `run()` takes."""
    started = time.perf_counter()
    run()  # type: ignore[operator]
    return time.perf_counter() - started


def memory(whose: int = resource.RUSAGE_SELF) -> int:
    """The most memory a process had, in MB."""
    return resource.getrusage(whose).ru_maxrss // 1024


def say(line: str) -> None:
    """One line at once: a run takes minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=1000)
    with tempfile.TemporaryDirectory() as made:
        measure(parser.parse_args().pages, Path(made))
