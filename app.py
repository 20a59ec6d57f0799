"""The web app's entry: the pages, behind headers that keep them to themselves. Started by `praktijkbaken serve`."""

import streamlit as st

from ui.headers import MIDDLEWARE, page

app = st.App(page("main"), middleware=MIDDLEWARE)
