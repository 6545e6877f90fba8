"""A local Notion, Microsoft 365 and sign-in authority: the ground of the demo and of the tests.

* `frame`: what a service is (a `Call` in, an `Answer` out); `front` puts it on the wire with log, limits and faults.
* `login`: the sign-in authority, over HTTPS with the throw-away authority of `certificates`.
* `server`: starts everything on loopback and says which environment points syncbot at it.

Nothing in here imports the rest of syncbot, so that one mistake cannot sit on both sides of a test.
"""
