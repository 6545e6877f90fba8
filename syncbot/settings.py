"""The environment, read once and judged whole; nothing below `app` reads it."""
