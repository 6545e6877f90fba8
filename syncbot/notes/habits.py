"""What people are in the habit of writing: the words and sentence forms by which actions and decisions are told.

All of it is declared in `mappings/notes.yaml`, so that an organisation adds its own; the code knows only shapes.
A phrase is a few words, compared without regard to case; `*` stands for any letters (`organi*`), and alone for some
words (`actions from *`).
A form is a sentence with gaps: words, `(one|other)`, `[maybe]`, `...` for some words between, and the gaps
`{who}` (people), `{job}` (the rest), `{what}` (words before), `{made}`, `{does}` and `{do}` (a declared verb).
A form that begins with `^` fits only the start of a clause, one that ends with `$` only the end of a sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

Phrases = tuple[str, ...]
NO_PHRASES: Phrases = ()


def habit(meaning: str) -> Any:
    """Declare a list of phrases of a language, empty where a language has none."""
    return field(default=NO_PHRASES, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Language:
    """The habits of one language."""

    code: str
    """ISO 639-1."""
    capital_nouns: bool = False
    """Nouns have a capital, so that a capital does not show a name."""
    verb_last: bool = False
    """A job ends with its verb: "Heizung prüfen"."""
    common: Phrases = habit("Words that are frequent in this language and no other: they tell which it is.")

    action: Phrases = habit("Words that mark what follows as an action: ACTION, TODO, AI.")
    decision: Phrases = habit("Words that mark what follows as a decision: RESOLVED, Agreed.")
    earlier: Phrases = habit(
        "Words before a marker or in a title that speak of an earlier meeting: last week's."
    )
    nothing: Phrases = habit("Words that say that there is nothing: none, n/a.")

    action_lists: Phrases = habit("Titles of lists of actions: Action items, Next steps.")
    review_lists: Phrases = habit("Titles of lists of actions of earlier meetings: Review of action items.")
    decision_lists: Phrases = habit("Titles of lists of decisions: Key decisions.")
    attendance: Phrases = habit("Titles of lists of people: Present, Apologies.")
    passed_over: Phrases = habit("Titles below which nothing is looked for: Agenda, Links, Code of conduct.")

    task_columns: Phrases = habit("Heads of table columns that hold the job.")
    owner_columns: Phrases = habit("Heads of table columns that hold who does it.")
    due_columns: Phrases = habit("Heads of table columns that hold until when.")
    status_columns: Phrases = habit("Heads of table columns that hold whether it is done.")
    decision_columns: Phrases = habit("Heads of table columns that hold a decision.")

    done: Phrases = habit("Words that say that a job is done: DONE, closed.")
    open: Phrases = habit(
        "Words that say that a job is not done: open, ongoing. They are not part of the job."
    )

    groups: Phrases = habit("Groups that can be asked to do something: all, the board.")
    roles: Phrases = habit("Roles that can be asked to do something: chair, clerk.")
    anybody: Phrases = habit("Words for somebody who is not named yet, so that a job is nobody's: someone.")
    not_people: Phrases = habit("Words with a capital that are nobody's name: How, Update.")
    titles: Phrases = habit("Words before a name that are not part of it: Mr, Dr.")
    speaker: Phrases = habit("How a speaker says that it is he: I.")
    we: Phrases = habit("How a meeting says that it is itself: we.")
    link: Phrases = habit("Words between two names, the first of them between two clauses as well: and.")
    to: Phrases = habit("Words between a marker and a name: for.")
    owner_labels: Phrases = habit("Words before the name of who does it: Owner, Responsible.")

    by: Phrases = habit("Words before the last day of a job: by, until.")
    due_labels: Phrases = habit("Words before a date on a label: Due, Deadline.")
    today: Phrases = habit("Words for the day of the meeting.")
    tomorrow: Phrases = habit("Words for the day after it.")
    after_tomorrow: Phrases = habit("Words for the day after tomorrow.")
    next: Phrases = habit(
        "Words before or after a weekday or some days that are the next ones: next, coming."
    )
    next_week: Phrases = habit("Words after a weekday that is not of this week: next week.")
    this_month: Phrases = habit("Words for the month of the meeting, after `end_of`: the month.")
    next_month: Phrases = habit("Words for the month after it, after `end_of`: next month.")
    this_year: Phrases = habit("Words for the year of the meeting, after `end_of`: the year.")
    first: Phrases = habit("Words for the first day of a month.")
    fortnights: Phrases = habit("Words for two weeks: fortnight.")
    within: Phrases = habit("Words before a number of days, weeks or months: within.")
    days: Phrases = habit("Words for days.")
    weeks: Phrases = habit("Words for weeks.")
    months: Phrases = habit("Words for months.")
    numbers: Phrases = habit("The numbers from one on, in words; `one|a` where there are several for one.")
    end_of: Phrases = habit("Words before a month or a year whose last day is meant: end of.")
    vague: Phrases = habit("When, in words that fix no day: next meeting, soon.")

    does: Phrases = habit("Verbs as they stand after a name that does it: organises. The gap {does}.")
    do: Phrases = habit("Verbs as they stand after `to` or `will`, or at the start of a job. The gap {do}.")
    made: Phrases = habit("Verbs as they stand after `will be`: organised. The gap {made}.")
    promises: Phrases = habit("Forms in which somebody promises or is asked: {who} will {job}.")
    pledges: Phrases = habit(
        "Forms in which somebody agrees to do it, which is no decision: {who} agreed to {job}."
    )
    asks: Phrases = habit("Forms that ask somebody, if it is somebody of the meeting: {who} should {job}.")
    duties: Phrases = habit(
        "Forms of what somebody should do, if it is a person of the meeting: {who} should {do}."
    )
    mine: Phrases = habit("Forms in which a speaker promises: I will {job}.")
    passives: Phrases = habit("Forms of a job without a person: {what} will be {made}.")
    hints: Phrases = habit("Forms that may be an action: a person is asked.")
    decided: Phrases = habit("Forms of a decision: it was agreed that {job}.")
    perhaps_decided: Phrases = habit("Forms that may be a decision: a person is asked.")
    undecided: Phrases = habit("Words with which a sentence decides nothing new: as agreed, to be decided.")
    proposed: Phrases = habit("Words before a decision marker that make it a proposal: proposed, draft.")
    procedural: Phrases = habit("Words that show a decision to be about the meeting itself: minutes.")
    opinions: Phrases = habit("Words of wishes and opinions, which promise nothing: could, maybe.")
    others: Phrases = habit("Words of refusal and delay, after which a sentence promises nothing: not, if.")


@dataclass(frozen=True, kw_only=True)
class Habits:
    """Everything declared under `habits:` of mappings/notes.yaml."""

    languages: tuple[Language, ...] = ()
    topics: tuple[tuple[str, Phrases], ...] = ()
    """Topics by the words that show them."""
    cities: Phrases = ()
    """Names of cities to look for, as people write them."""
    people: Phrases = ()
    """Names of people who are known beside those that a note tells; never declared, told by the records."""


def language_keys() -> Mapping[str, str]:
    """Return the keys of a language, each with its meaning."""
    return {one.name: one.metadata["meaning"] for one in fields(Language) if "meaning" in one.metadata}
