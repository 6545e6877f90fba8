"""A local Notion, Microsoft 365 and sign-in authority: the ground of the demo and of the tests.

* `frame`: what a service is (a `Call` in, an `Answer` out); `front` puts it on the wire with log, limits and faults.
* `login`: the sign-in authority, over HTTPS with the throw-away authority of `certificates`.
* `notion` and `graph`: the two services; `seed` fills them with the story of the demo.
* `control`: what may be asked of each service from outside, under `/_sandbox/`.
* `server`: starts everything on loopback; `lines` says which environment points syncbot at it; `settled` keeps that
  true over a restart. `python -m syncbot.sandbox` is the command.

Nothing in here imports the rest of syncbot, so that one mistake cannot sit on both sides of a test.
"""
