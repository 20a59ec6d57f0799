"""Dates and moments as people write them."""

import re
from datetime import datetime

MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
    "en": "January February March April May June July August September October November December".split(),
}
_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?")


def day(iso: str, language: str = "nl") -> str:
    """A date as people write it: "juni 2019" for 2019-06, "31 maart 2025" for 2025-03-31; what is no such date stays as it is."""
    match = _DATE.fullmatch(iso)
    if not match or not 1 <= int(match["month"]) <= len(MONTHS[language]):
        return iso
    month = f"{MONTHS[language][int(match['month']) - 1]} {match['year']}"
    return f"{int(match['day'])} {month}" if match["day"] else month


def moment(iso: str) -> str:
    """A moment in Dutch by the clock of this machine: "30 november 2026, 02:11"; what is no moment stays as it is."""
    try:
        at = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    return f"{day(f'{at:%Y-%m-%d}')}, {at:%H:%M}"
