"""The script that every visit runs: chooses the page, draws the frame and the page in it."""

import logging
import secrets

import streamlit as st

from praktijkbaken.errors import BakenError
from ui import frame
from ui.places import PLACES, UNKNOWN
from ui.session import may_enter

WIDE = ("Verhalen", "Evaluatie")


def main() -> None:
    """Draws the page that the address names; what goes wrong becomes a line, with a number for the log where it is our mistake."""
    current = st.navigation([place.page() for place in PLACES], position="hidden")
    is_wide = current.title in WIDE
    st.set_page_config(page_title=f"{current.title} – Praktijkbaken", page_icon="🧭", layout="wide" if is_wide else "centered")
    try:
        if not may_enter():
            frame.title("Praktijkbaken")
            st.error("U bent niet (meer) ingelogd. Laad de pagina opnieuw en log in.", icon=":material/lock:")
            return
        frame.draw(current.title)
        if st.query_params.pop(UNKNOWN, None):
            st.info(
                "Deze pagina bestaat niet (meer). Hieronder kunt u een vraag stellen. De andere pagina's staan in het menu.",
                icon=":material/explore_off:",
            )
        current.run()
    except BakenError as error:
        # a line of this kind has the role of an alert: a screen reader says it by itself
        st.error(str(error), icon=":material/error:")
    except Exception:  # the door: a visitor sees a line and a number, the log has the rest under that number
        number = secrets.token_hex(3)
        logging.getLogger(__name__).exception("error %s on page %s", number, current.title)
        st.error(
            f"Er ging iets mis (nummer {number}). Laad de pagina opnieuw. Blijft het misgaan? Geef dit nummer door aan uw beheerder.",
            icon=":material/error:",
        )


main()
