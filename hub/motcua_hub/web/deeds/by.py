"""Who does something, and when."""

import msgspec


class By(msgspec.Struct, frozen=True):
    """`who` is an account's name, whether at a page or behind a token; `now` is UTC ms."""

    who: str
    now: int
