"""quickXorHash, the one hash that SharePoint tells of a file (Microsoft's description of the algorithm)."""

import base64
from functools import reduce
from operator import xor

_BITS = 160
_SHIFT = 11
_PERIOD = 160
"""After so many bytes the shifts come round again, as 160 x 11 is a multiple of 160."""


def quick_xor(data: bytes) -> str:
    """Return the hash in base64."""
    blocks = (
        int.from_bytes(data[start : start + _PERIOD], "little") for start in range(0, len(data), _PERIOD)
    )
    folded = reduce(xor, blocks, 0).to_bytes(_PERIOD, "little")
    bits = reduce(xor, (_rotated(byte, place * _SHIFT) for place, byte in enumerate(folded)), 0)
    bits ^= len(data) << (_BITS - 64)
    return base64.b64encode(bits.to_bytes(_BITS // 8, "little")).decode()


def _rotated(byte: int, by: int) -> int:
    by %= _BITS
    return ((byte << by) | (byte << by >> _BITS)) & ((1 << _BITS) - 1)
