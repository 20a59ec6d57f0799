"""The script that every visit runs: chooses the page, draws the frame and the page in it."""

import streamlit as st

from ui import frame
from ui.failure import told
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
    except Exception as error:  # the door: a visitor sees a line, the log has the rest
        # a line of this kind has the role of an alert: a screen reader says it by itself
        st.error(told(error, current.title), icon=":material/error:")


main()
