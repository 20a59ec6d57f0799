"""What the pages share: one assistant for all visitors, made when first needed, with the index built where there is none."""

import streamlit as st

from evals.golden import golden_check
from index.build import build_index, open_index
from index.embedding import embeddings_for
from index.links import FILE as LINKS
from index.snapshot import Snapshot
from praktijkbaken.errors import SnapshotError
from praktijkbaken.settings import Settings, load_settings
from rag.assistant import Assistant
from rag.writer import writer_for


def assistant() -> Assistant:
    """The assistant; the first visitor sees the index being built. Raises a `BakenError` with the way out."""
    settings = load_settings()
    try:
        return _assistant(settings, _pointer(settings))
    except SnapshotError:
        _build(settings)
        return _assistant(settings, _pointer(settings))


def _pointer(settings: Settings) -> str:
    """Changes when the index is swapped or links are checked, so that a running app takes up the new state."""
    pointer, links = settings.home / "index" / "current", settings.home / LINKS
    checked = links.stat().st_mtime_ns if links.is_file() else 0
    return f"{pointer.read_text('utf-8') if pointer.is_file() else ''} {checked}"


@st.cache_resource(show_spinner=False, max_entries=1)
def _assistant(_settings: Settings, pointer: str) -> Assistant:  # noqa: ARG001  # the pointer is the cache's key
    snapshot: Snapshot = open_index(_settings)
    return Assistant(snapshot, _settings, embeddings_for(_settings.embedding_model), writer=writer_for(_settings))


def _build(settings: Settings) -> None:
    bar = st.progress(0.0, text="De index wordt gemaakt. Dit duurt even en gebeurt één keer.")

    def progress(step: str, done: int, total: int) -> None:
        bar.progress(min(1.0, done / max(1, total)), text=f"De index wordt gemaakt: {step.lower()} ({done} van {total})")

    try:
        build_index(settings, golden_check(settings), progress)
    finally:
        bar.empty()
