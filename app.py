"""The web app's entry: the pages, behind a gate and headers that keep them to themselves. Started by `praktijkbaken serve`."""

import streamlit as st

from ui.gate import middleware, secrets
from ui.headers import page

app = st.App(page("main"), middleware=middleware(), secrets=secrets())
