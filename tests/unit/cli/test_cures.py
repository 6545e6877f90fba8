"""What people are told to do about a failure."""

import pytest

from syncbot.cli.cures import cure_of
from syncbot.errors import Throttled


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "in a few minutes"),
        (4, "in a minute"),
        (90, "in 2 minutes"),
        (901, "in 16 minutes"),
        (10_000, "in 3 hours"),
        (7 * 86_400, "in 7 days"),
    ],
)
def test_who_is_asked_to_wait_is_told_how_long(seconds: float | None, said: str) -> None:
    """As long as the service says, rounded up; where it does not say, some minutes."""
    cure = cure_of(Throttled("asks to wait", endpoint="notion", retry_after=seconds))
    assert cure is not None
    assert cure.endswith(f"run the same command again {said}.")
