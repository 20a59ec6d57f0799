"""Before the first visit: what every page needs is loaded while the server starts, beside it and not before it."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

import streamlit as st

from praktijkbaken.errors import BakenError
from ui.places import PLACES

WARM_UP = "warm-up"


@asynccontextmanager
async def warmed(_app: st.App) -> AsyncIterator[None]:
    """The app's lifespan: loads in a thread of its own, so that the server answers at once."""
    threading.Thread(target=_load, name=WARM_UP, daemon=True).start()
    yield


def _load() -> None:
    try:
        # the chat first: most visits begin there, and its heading needs no assistant
        first, *others = PLACES
        import_module(f"ui.{first.module}")
        import_module("ui.session").prepare()
        for place in others:
            import_module(f"ui.{place.module}")
    except BakenError as error:  # the first page says it to who can mend it
        logging.getLogger(__name__).info("not warmed up: %s", error)
