"""Reads arrays as numpy does, for comparison: files on standard input, what was in them on standard output.

A file and an answer both come after their length in four bytes, least significant first. An answer is JSON: either
{"refused": REASON}, or {"arrays": [...]} with a member for each array of the file: its name, then either the type, the
shape and the CRC-32 of the elements in C order, least significant byte first, or the reason why it is refused.
"""

import json
import resource
import struct
import sys
import tempfile
import warnings
import zlib

import numpy as np

warnings.simplefilter("ignore")
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))


def reason(error):
    return f"{type(error).__name__}: {error}"


def summary(name, array):
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    type_name = f"{array.dtype.kind}{array.dtype.itemsize}"
    return [name, type_name, list(array.shape), zlib.crc32(little.tobytes())]


def bytes_of_name(info):
    """The name as it stands in the file: without the flag of UTF-8, Python reads it as code page 437."""
    return info.filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")


def member(archive, info):
    name = bytes_of_name(info)[:-4].decode("utf-8", "replace")
    try:
        value = archive[info.filename]
        if not isinstance(value, np.ndarray):
            return [name, "no array: it is bytes to numpy"]
        return summary(name, value)
    except Exception as error:
        return [name, reason(error)]


def read(file):
    try:
        value = np.load(file, allow_pickle=False)
        if isinstance(value, np.ndarray):
            return {"arrays": [summary("", value)]}
        members = [info for info in value.zip.infolist() if info.filename.endswith(".npy")]
        return {"arrays": [member(value, info) for info in members]}
    except Exception as error:
        return {"refused": reason(error)}


def main():
    while length := sys.stdin.buffer.read(4):
        with tempfile.TemporaryFile() as file:
            file.write(sys.stdin.buffer.read(struct.unpack("<I", length)[0]))
            file.seek(0)
            answer = json.dumps(read(file), ensure_ascii=True).encode()
        sys.stdout.buffer.write(struct.pack("<I", len(answer)) + answer)
        sys.stdout.buffer.flush()


main()
