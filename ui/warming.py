"""Before the first visit: what every page needs is loaded while the server starts, beside it and not before it."""

import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
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
    log = logging.getLogger(__name__)
    # the chat first: most visits begin there, and its heading needs no assistant
    chat, *others = (f"ui.{place.module}" for place in PLACES)
    steps: list[Callable[[], object]] = [
        partial(import_module, chat),
        lambda: import_module("ui.session").prepare(),
        lambda: import_module("ui.session").records(),
        *(partial(import_module, module) for module in others),
    ]
    for step in steps:
        try:
            step()
        except BakenError as error:  # the first page says it to who can mend it
            log.info("not warmed up: %s", error)
            return
        except Exception:  # whatever it is, a visit meets it too; what can be loaded without it is
            log.warning("not warmed up", exc_info=True)
