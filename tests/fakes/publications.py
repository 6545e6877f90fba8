"""Publications of all shapes, with whatever people may have written."""

from hypothesis import strategies as st

from syncbot.publish.form import Line, Publication, Run, Section

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
URLS = st.sampled_from([None, "https://example.eu/a?b=c&d='\"", "https://example.eu/(x)"])
RUNS = st.builds(Run, text=WORDS, url=URLS, strong=st.booleans())
LINES = st.builds(Line, runs=st.lists(RUNS, min_size=1, max_size=3))
NESTED = st.builds(Line, runs=st.lists(RUNS, min_size=1, max_size=3), under=st.lists(LINES, max_size=3))
SECTIONS = st.builds(
    Section, name=st.just("x"), title=WORDS, lines=st.lists(NESTED, max_size=8), more=st.none() | LINES
)
PUBLICATIONS = st.builds(
    Publication,
    what=st.just("agenda"),
    group=st.just("D"),
    period=st.just("2026-W48"),
    language=st.just("en"),
    title=WORDS,
    opening=st.lists(LINES, max_size=2),
    sections=st.lists(SECTIONS, max_size=4),
)
