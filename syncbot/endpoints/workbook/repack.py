"""Puts a package together again with some parts changed; the others are copied as they are packed, unread."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_DESCRIPTOR = 0x08
"""The flag of sizes that follow behind the data; ours stand before it."""


def repacked(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return the package with other content in the parts named, in the same order, with the same dates."""
    body, directory, count = bytearray(), bytearray(), 0
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for info in package.infolist():
            packed, size, check, method = _content(data, info, changed.get(info.filename))
            head = _head(info, method, check, len(packed), size)
            name = info.filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
            directory += _entry(info, head, name, offset=len(body))
            body += _LOCAL + struct.pack("<H", info.extract_version) + head + struct.pack("<HH", len(name), 0)
            body += name + packed
            count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + _END + end)


def _content(data: bytes, info: zipfile.ZipInfo, new: bytes | None) -> tuple[bytes, int, int, int]:
    """Return packed bytes, unpacked size, checksum and method of a part."""
    if new is None:
        start = info.header_offset
        name, extra = struct.unpack("<HH", data[start + 26 : start + 30])
        start += 30 + name + extra
        return data[start : start + info.compress_size], info.file_size, info.CRC, info.compress_type
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    return packer.compress(new) + packer.flush(), len(new), zlib.crc32(new), zipfile.ZIP_DEFLATED


def _head(info: zipfile.ZipInfo, method: int, check: int, packed: int, size: int) -> bytes:
    """Return what local and central entry have in common, from the flags to the size."""
    year, month, day, hour, minute, second = info.date_time
    time = hour << 11 | minute << 5 | second // 2
    date = max(0, year - 1980) << 9 | month << 5 | day
    flags = info.flag_bits & ~_DESCRIPTOR
    return struct.pack("<HHHHIII", flags, method, time, date, check, packed, size)


def _entry(info: zipfile.ZipInfo, head: bytes, name: bytes, *, offset: int) -> bytes:
    made_by = info.create_version | info.create_system << 8
    tail = struct.pack(
        "<HHHHHII", len(name), 0, 0, 0, info.internal_attr, info.external_attr & 0xFFFFFFFF, offset
    )
    return _CENTRAL + struct.pack("<HH", made_by, info.extract_version) + head + tail + name
