"""The inputs of the corpus that once broke a promise, by target."""

import io
import json
import struct
import zipfile

import numpy as np


def npy(array):
    target = io.BytesIO()
    np.lib.format.write_array(target, np.asanyarray(array))
    return target.getvalue()


def npz(**named):
    target = io.BytesIO()
    np.savez(target, **named)
    return target.getvalue()


def archive(names, content=None):
    """An archive whose members have these names, whatever numpy would say to them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as members:
        for name in names:
            members.writestr(zipfile.ZipInfo(name + ".npy"), npy(np.arange(2)) if content is None else content)
    return target.getvalue()


def newer_archive():
    content = bytearray(npz(x=np.arange(2)))
    content[content.index(b"PK\1\2") + 6] = 72  # the version that it takes to unpack: 7.2
    return bytes(content)


def header(text):
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text


def library_of_shared_names(symbols=600, length=4000):
    """A library with many symbols whose names all are the one long string of its table."""
    strings = b"x" * length + b"\0"
    table = b"".join(struct.pack("<IBBHQQ", 0, 0x10, 0, 1, 0, 0) for _ in range(symbols))
    sections = [(0, 0, 0, 0), (11, 240, len(table), 2), (3, 240 + len(table), len(strings), 0)]
    end = 240 + len(table) + len(strings)
    head = b"\x7fELF\2\1\1" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, end, 0, 64, 56, 1, 64, len(sections), 0)
    segment = struct.pack("<IIQQQQQQ", 1, 4, 0, 0, 0, 64, 64, 4096)
    rows = b"".join(
        struct.pack("<IIQQQQIIQQ", 0, kind, 0, 0, start, size, link, 0, 1, 0) for kind, start, size, link in sections)
    return head + segment + bytes(240 - len(head) - len(segment)) + table + strings + rows


DEFECTS = {
    "npz": {
        "defect-dot-in-a-character": archive(["x\u0600", "y"]),
        "defect-controls-in-a-message": archive(["x\n\u001b[2J"], b"no array"),
        "defect-long-name-in-a-message": archive(["x" * 3000], b"no array"),
        "defect-controls-in-a-name-twice": archive(["x\n", "x\n"]),
        "defect-newer-version": newer_archive(),
    },
    "npy": {
        "defect-zero-in-front": header(b"{'descr': '|u1', 'fortran_order': False, 'shape': (02,), }\n") + b"ab",
        "defect-long-type-in-a-message": header(
            b"{'descr': '" + b"x" * 3500 + b"', 'fortran_order': False, 'shape': (), }"),
    },
    "json": {"defect-controls-in-a-message": b'{"\\u001b[2J":1,"\\u001b[2J":2}'},
    "safetensors": {
        "defect-long-name-in-a-message": struct.pack("<Q", 3005) + b'{"' + b"x" * 3000 + b'":0}',
        "defect-controls-in-a-message": struct.pack("<Q", 12) + b'{"\\u000a":0}',
        "defect-long-shape-in-a-message": struct.pack("<Q", 3048)
        + b'{"x":{"dtype":"U8","shape":[' + b"1," * 1499 + b'2],"data_offsets":[0,1]}}',
    },
    "manifest": {"defect-controls-in-a-message": b'{"brhost":"\\u001b[2J\\n"}'},
    "trace": {"defect-controls-in-a-message": b'{"format":"\\u0085"}'},
    "report": {
        "defect-controls-in-a-table": json.dumps({
            "status": "\n\u001b[2J", "strategy": {"id": "a\nb"}, "data": {"name": "c\n", "train_counts": [1]},
            "incomplete": ["d\u001b[2J"], "settings": {"e\n": 1},
        }).encode(),
    },
    "elf": {"defect-names-that-share-bytes": library_of_shared_names()},
}
