"""Who wrote something."""

from pydantic import BaseModel

SHAREPOINT_APP = 1073741822
"""The row that stands for an application without a user."""


class Hand(BaseModel):
    """Who wrote: a person, or the application."""

    person: int = SHAREPOINT_APP
    app: bool = False
