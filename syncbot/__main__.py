"""`python -m syncbot`."""

from syncbot.cli.door import run

run()
