"""How places and fields are called in what is published."""

from syncbot.service.publishing import Names

from . import words

NAMES = Names(place=words.place, field=words.field)
