"""The table of figures: by file with the worst first, by language, by habit, and over all."""

from collections.abc import Iterable, Iterator, Sequence

from .score import Score, Tally

_HEAD = (
    f"{'':34} {'P':>5} {'R':>5} {'n':>4} {'low':>4} {'owner':>6} {'due':>5} {'done':>5} |"
    f" {'decP':>5} {'decR':>5} {'n':>4} {'low':>4}"
)
"""P, R: precision and recall of actions of high confidence among `n` labelled; `low`: labels met only by findings that
wait for a person; owner, due, done: exact on the matched; decP, decR: the same of decisions."""


def summed(scores: Iterable[Score]) -> tuple[Tally, Tally]:
    """Return the tallies of actions and of decisions over some files."""
    actions, decisions = Tally(), Tally()
    for score in scores:
        actions.add(score.actions)
        decisions.add(score.decisions)
    return actions, decisions


def line(name: str, scores: Sequence[Score]) -> str:
    """Return the figures of some files on one line."""
    actions, decisions = summed(scores)
    return (
        f"{name[:34]:34} {actions.precision:5.2f} {actions.recall:5.2f} {actions.right + actions.missed:4} {actions.low:4}"
        f" {actions.exact('owner'):6.2f} {actions.exact('due'):5.2f} {actions.exact('done'):5.2f} |"
        f" {decisions.precision:5.2f} {decisions.recall:5.2f} {decisions.right + decisions.missed:4} {decisions.low:4}"
    )


def table(scores: Sequence[Score], *, remarks: bool) -> Iterator[str]:
    """Return all figures, the worst files first."""
    yield _HEAD
    for score in sorted(scores, key=_badness, reverse=True):
        yield line(f"{score.minutes.name} {score.minutes.language} {score.minutes.habit}", [score])
        if remarks:
            yield from (f"      {one}" for one in score.remarks)
    yield ""
    for language in sorted({score.minutes.language for score in scores}):
        yield line(f"language {language}", [one for one in scores if one.minutes.language == language])
    yield line("all", scores)


def _badness(score: Score) -> tuple[int, str]:
    bad = score.actions.wrong + score.actions.missed + score.decisions.wrong + score.decisions.missed
    return bad, score.minutes.name
