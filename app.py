"""The web app's entry: the pages, behind a gate and headers that keep them to themselves. Started by `praktijkbaken serve`."""

import streamlit as st

from ui.gate import middleware, secrets
from ui.headers import page
from ui.warming import warmed

app = st.App(page("main"), lifespan=warmed, middleware=middleware(), secrets=secrets())
