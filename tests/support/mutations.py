"""Real messages made wrong, seeded: flipped bits, cut ends, other types, numbers out of range."""

import json
import random
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from motcua_contract.messages import MAX_BYTES, Batch, MessageError, decode
from support.hubsite import digest_of

DEEP: Final = 3_000
WRONG: Final[tuple[Any, ...]] = (
    *(None, True, [], {}, "", "x", 0, -1, 1.5, 2**31, 2**53, 2**53 + 1, 2**62, 2**63, 2**64),
    *(10**40, -(2**63), -(10**40), 1e308, "\0", "a\0b", "\ud800", "ký tự", "x" * 300, "x" * 70_000),
    *("9999-99-99", "0" * 32, "A" * 32, ["x"], {"x": {"y": 1}}, "2026-11-23\n", "🏛" * 100),
)


def _flip(chance: random.Random, raw: bytes) -> bytes:
    told = bytearray(raw or b"x")
    for _ in range(chance.randint(1, 8)):
        told[chance.randrange(len(told))] ^= 1 << chance.randrange(8)
    return bytes(told)


def _cut(chance: random.Random, raw: bytes) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _splice(chance: random.Random, raw: bytes) -> bytes:
    """A part twice, or not at all."""
    a, b = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
    return raw[:b] + raw[a:] if chance.random() < 0.5 else raw[:a] + raw[b:]


def _insert(chance: random.Random, raw: bytes) -> bytes:
    odd = (
        b"\0",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\xc0\x80",
        b"\\ud800",
        b"\\u0000",
        b"\xef\xbb\xbf",
    )
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.choice(odd) + raw[at:]


def _other(chance: random.Random, raw: bytes) -> bytes:
    """No message at all."""
    deep = b"[" * DEEP + b"]" * DEEP, b'{"v":' * DEEP + b"1" + b"}" * DEEP
    big = raw + b" " * (MAX_BYTES + 1 - len(raw))
    return chance.choice((b"", b"\0", b"null", b"[]", b"{}", b'"x"', b"1" * 400, *deep, big))


def _places(node: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    keys = list(node) if isinstance(node, dict) else range(len(node))
    for key in keys:
        found.append((node, key))
        if isinstance(node[key], dict | list) and node[key]:
            _places(node[key], found)
    return found


def _value(chance: random.Random, raw: bytes) -> bytes:
    """One value of the message replaced or taken out; half of the batches are sealed anew."""
    told = json.loads(raw)
    for _ in range(chance.randint(1, 2)):
        holder, key = chance.choice(_places(told, []))
        if chance.random() < 0.15:
            del holder[key]
        else:
            holder[key] = chance.choice(WRONG)
        if not told:
            break
    made = json.dumps(told).encode()
    return _sealed(made) if chance.random() < 0.7 else made


def _sealed(raw: bytes) -> bytes:
    """With the digest that belongs to it, so that it gets past the first gate."""
    try:
        batch = decode(Batch, raw)
        digest = digest_of(batch.jid, batch.events[-1])
    except (MessageError, ValueError, struct.error):
        return raw
    return json.dumps({**json.loads(raw), "digest_last": digest}).encode()


_WAYS: Final[tuple[tuple[Callable[[random.Random, bytes], bytes], int], ...]] = (
    (_flip, 3),
    (_cut, 1),
    (_splice, 2),
    (_insert, 2),
    (_other, 1),
    (_value, 9),
)


def mutants(
    samples: Sequence[tuple[str, bytes]], seed: int, count: int
) -> Iterator[tuple[str, bytes]]:
    """`count` wrong messages made of (topic, payload) samples."""
    chance = random.Random(seed)
    ways, weights = zip(*_WAYS, strict=True)
    for _ in range(count):
        topic, raw = chance.choice(samples)
        (way,) = chance.choices(ways, weights)
        yield topic, way(chance, raw)
