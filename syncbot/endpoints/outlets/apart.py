"""Office files made in a process of their own, which ends when the file is made.

The libraries that make them stay in memory once they are loaded, with 25 MB: too much for a service that makes a file a
day and runs for months. Run as a program, this module is that process: what it is given and what it returns goes through
its standard input and output, between two copies of one syncbot.
"""

import pickle
import subprocess
import sys
from collections.abc import Mapping
from functools import partial

from syncbot.publish.form import Publication
from syncbot.publish.forms import DECK, DOCUMENT, SLIDES, WORD, Form, Template, forms
from syncbot.publish.wording import WordingFault

_NAMES = {WORD: DOCUMENT, SLIDES: DECK}
_SECONDS = 120
_CANNOT_BE_FILLED_IN = 3


def apart(template: Template) -> Mapping[str, Form]:
    """Return all forms of a publication, of which those of Office are made elsewhere.

    That a process was not started, was killed or took too long is told as a form that could not be filled in.
    """
    return {**forms(template), **{suffix: partial(_made_apart, suffix, template) for suffix in _NAMES}}


def _made_apart(suffix: str, template: Template, publication: Publication) -> bytes:
    asked = pickle.dumps((suffix, template(_NAMES[suffix]), publication))
    program = [sys.executable, "-P", "-m", __name__]  # no file of the folder it runs in passes for a module
    try:
        done = subprocess.run(program, input=asked, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise WordingFault(f"the {suffix} was not made within {_SECONDS} s") from None
    except OSError as error:
        told = f"the process that makes the {suffix} cannot be started: {error.strerror}"
        raise WordingFault(told) from None
    if done.returncode == _CANNOT_BE_FILLED_IN:
        raise WordingFault(done.stderr.decode())
    if done.returncode:
        raise WordingFault(f"the process that makes the {suffix} ended with {done.returncode}")
    return done.stdout


def _main() -> int:
    suffix, template, publication = pickle.load(sys.stdin.buffer)  # noqa: S301  # from our own parent
    try:
        sys.stdout.buffer.write(forms(lambda _: template)[suffix](publication))
    except WordingFault as fault:
        sys.stderr.buffer.write(str(fault).encode())
        return _CANNOT_BE_FILLED_IN
    return 0


if __name__ == "__main__":
    sys.exit(_main())
