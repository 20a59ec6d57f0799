"""What went wrong, as a line for a visitor; where it is our mistake, the log has the rest under a number."""

import logging
import secrets

from praktijkbaken.errors import BakenError


def told(error: Exception, page: str) -> str:
    """The line; call it where the error was caught, so that the log has its trace."""
    if isinstance(error, BakenError):
        return str(error)
    number = secrets.token_hex(3)
    logging.getLogger(__name__).exception("error %s on page %s", number, page)
    return f"Er ging iets mis (nummer {number}). Laad de pagina opnieuw. Blijft het misgaan? Geef dit nummer door aan uw beheerder."
