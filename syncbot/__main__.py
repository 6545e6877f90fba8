"""`python -m syncbot`."""

from syncbot.cli.main import run

run()
