"""The web app's entry: the page, behind headers that keep it to itself. Started by `praktijkbaken serve`."""

import streamlit as st

from ui.headers import MIDDLEWARE, page

app = st.App(page("chat"), middleware=MIDDLEWARE)
