"""What holds for every test: a missing system package is named in the last lines, and is a failure where asked."""

from collections.abc import Generator

import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings

from tests import packages

settings.register_profile(
    "busy", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("busy")  # a busy machine is no failure of ours
_OPTION = "--no-missing-packages"
_KILL = "--every-kill"
_PART = "--kill-part"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let CI insist on every system package."""
    parser.addoption(
        _OPTION, action="store_true", help="a test skipped for want of a system package is a failure"
    )
    parser.addoption(_KILL, action="store_true", help="kill a process at every request instead of at a few")
    parser.addoption(_PART, default="1/1", help="with it: only this part of the requests, such as 2/4")


@pytest.fixture(scope="session")
def every_kill(pytestconfig: pytest.Config) -> bool:
    """Whether a process is killed at every request, not at a few."""
    return bool(pytestconfig.getoption(_KILL))


@pytest.fixture(scope="session")
def kill_part(pytestconfig: pytest.Config) -> tuple[int, int]:
    """Which part of the requests, of how many parts; so that several can be tried side by side or one after another."""
    number, _, parts = str(pytestconfig.getoption(_PART)).partition("/")
    return int(number), int(parts)


def _cures(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not isinstance(reporter, TerminalReporter):
        return []
    skipped = reporter.stats.get("skipped", [])
    return packages.cures(report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a run that lacks a system package into a failed one, where asked."""
    if session.config.getoption(_OPTION) and _cures(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    """Say last, after pytest's own summary, which packages are missing and how to get them."""
    yield
    for line in _cures(config):
        terminalreporter.write_line(line, yellow=True)
