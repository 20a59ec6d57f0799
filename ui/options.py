"""Options to choose from, each with a label of its own.

Streamlit's browser sends back the label of what was chosen, and of equal labels the last counts: two that look the same are one.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

_HOME = "Europe/Amsterdam"
Key = TypeVar("Key", bound=Hashable)


def labels(named: Mapping[Key, Sequence[str]]) -> dict[Key, str]:
    """A label for each option, no two the same. An option's names go from short to long: the next one counts where others have this one.

    What is the same to the end gets a number, the last of the options the first: with the newest on top no number moves when one comes.
    """
    told = {key: names[0] for key, names in named.items()}
    for at in range(1, max((len(names) for names in named.values()), default=0)):
        often = Counter(told.values())
        told = {key: named[key][at] if often[name] > 1 and at < len(named[key]) else name for key, name in told.items()}
    taken, numbered = set(told.values()), dict.fromkeys(told, "")
    seen: set[str] = set()
    for key, name in reversed(told.items()):
        number, own = 1, name
        while own in seen or (number > 1 and own in taken):
            number += 1
            own = f"{name} ({number})"
        seen.add(own)
        numbered[key] = own
    return numbered


def here(moment: datetime) -> datetime:
    """A moment that was kept (UTC), by the visitor's own clock; the Dutch one where the browser names none."""
    name = st.context.timezone or _HOME
    try:
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return moment.replace(tzinfo=UTC)
