"""The terminal's commands, a module a subject. `praktijkbaken/__main__.py` puts them together.

They may import every room, but inside a function: `ask` has two seconds from process start, and `doctor` must run where a part is broken.
"""
