"""Writes the first inputs of the corpus with the real writers; the others are what fuzzing found.

Usage: make_corpus.py FOLDER, with numpy and safetensors installed. Python's are the writers of arrays and tensors, cc
that of libraries; runs and traces are shortened by hand from what brhost leaves.
"""

import gzip
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import tarfile
import tempfile
import warnings
import zipfile
import zlib

from defects import DEFECTS
import numpy as np
from safetensors.numpy import save

TYPES = ["?", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", ">i4", ">f8"]


def npy(array, **options):
    target = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.lib.format.write_array(target, np.asanyarray(array), **options)
    return target.getvalue()


def npz(*arrays, packed=False, **named):
    target = io.BytesIO()
    (np.savez_compressed if packed else np.savez)(target, *arrays, **named)
    return target.getvalue()


def arrays():
    for number, code in enumerate(TYPES):
        yield f"type-{number:02}", npy(np.arange(6).reshape(2, 3).astype(code))
    yield "fortran", npy(np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))
    yield "scalar", npy(np.array(5))
    yield "empty", npy(np.zeros((0, 3)))
    yield "special", npy(np.array([np.nan, np.inf, -np.inf, -0.0, 1e300]))
    yield "version-2", npy(np.arange(3), version=(2, 0))
    yield "version-3", npy(np.arange(3), version=(3, 0))
    yield "structured", npy(np.zeros(2, dtype=[("a", "<i4"), ("b", "<f8")]))
    yield "complex", npy(np.zeros(2, dtype=complex))
    yield "pickled", npy(np.array([None]), allow_pickle=True)
    yield "dates", npy(np.zeros(2, dtype="M8[s]"))


def archives():
    pair = {"x": np.arange(6, dtype="|u1").reshape(2, 3), "y": np.array([0, 1])}
    yield "stored", npz(**pair)
    yield "packed", npz(packed=True, **pair)
    yield "unnamed", npz(np.arange(3.0), np.array(7))
    yield "nothing", npz()
    yield "fortran", npz(packed=True, a=np.arange(24, dtype=">f4").reshape(2, 3, 4).T, b=np.array(5), c=np.zeros(0))
    yield "names", npz(**{"é": np.zeros(1), "a/b c": np.ones(1)})
    yield "zeros", npz(packed=True, x=np.zeros((64, 64)))


def images():
    labels = np.array([0, 1, 2, 1])
    floats = (np.arange(36, dtype="<f4").reshape(4, 3, 3) / 36) - np.float32(0.5)
    yield "gray", npz((floats + 0.5) * 255, labels)
    yield "bytes", npz(np.arange(48, dtype="|u1").reshape(4, 2, 2, 3), labels)
    yield "planar", npz(np.arange(48, dtype="|u1").reshape(4, 3, 2, 2), labels.astype("|u1"), packed=True)
    yield "framed", npz(floats.reshape(4, 1, 3, 3, 1), labels.reshape(4, 1), packed=True)
    yield "groups", npz(x=floats, y=labels, g=np.array([0, 0, 1, 5]))


def samples():
    few = {"class": np.array([0, 1, 2, 1]), "visits": np.array([2, 1, 0, 1]),
           "weight": np.array([1.5, 0.25, np.nan, 1]), "loss": np.array([0.5, 2, np.nan, 0]),
           "prediction": np.array([0, 2, -1, 1])}
    yield "few", npz(**few)
    yield "scored", npz(packed=True, score=np.array([0.5, -3, np.nan, 1e9]), **few)
    yield "none", npz(**{name: values[:0] for name, values in few.items()})
    yield "smaller-types", npz(**{name: values.astype("|i1" if values.dtype == int else "<f4")
                                  for name, values in few.items()})


def orders():
    yield "all", npy(np.arange(100))
    yield "some", npy(np.array([[5, 3], [99, 0]], dtype="|u1"))
    yield "floats", npy(np.array([1.0, 2.0, 4.0]))


def tensors():
    some = {"a.weight": np.arange(6, dtype="<f4").reshape(2, 3), "a.bias": np.zeros(2, dtype="<f2")}
    yield "weights", save(some, metadata={"format": "pt"})
    yield "counts", save({"n": np.array(3), "flags": np.array([True, False]), "none": np.zeros((0, 4))})
    yield "nothing", save({})
    yield "types", save({str(n): np.zeros(1, dtype=c) for n, c in enumerate(TYPES[:12])})


def texts():
    yield "values", b'{"a":[1,-2.5e-3,true,false,null,""],"b":{"c":"\\u00e9\\ud83d\\ude00\\n\\"\\\\"},"d":[]}'
    yield "numbers", b"[0,-0,1e308,5e-324,170141183460469231731687303715884105727,0.1,123456789012345678901]"
    yield "spaces", b' [ {"k" : [ [ [ ] ] ] } , "\xc3\xa9" ]\n'
    yield "deep", b"[" * 64 + b"]" * 64


MANIFEST = {
    "brhost": 1, "needs_minor": 0,
    "strategies": [{
        "id": "some-method", "version": "1.0.0", "name": "Some method", "summary": "Weighs.", "cite": "Someone, 2020",
        "inputs": [{"name": "loss"}, {"name": "target", "optional": True}], "outputs": ["weight", "score"],
        "params": [
            {"name": "gamma", "type": "float", "default": 0.5, "min": 0, "max": 1e3, "help": "Strength."},
            {"name": "count", "type": "int", "default": -3, "min": -5, "max": 7},
            {"name": "on", "type": "bool", "default": True},
            {"name": "mode", "type": "enum", "default": "b", "values": ["a", "b"]},
            {"name": "label", "type": "string", "default": "x"},
        ],
        "deterministic": True, "equivariant": True, "state": False,
    }],
}

SIDECAR = {
    "brhost": 1,
    "strategies": [{
        "id": "plain", "version": "1", "name": "Plain", "summary": "A function.",
        "inputs": [{"name": "loss"}, {"name": "class_count"}], "outputs": ["weight"],
        "params": [{"name": "gamma", "type": "float", "default": 2}, {"name": "on", "type": "bool", "default": False}],
        "library": "libm.so.6", "symbol": "f", "returns": "status",
        "call": ["in:loss:f64", "batch:i64", "in:class_count:i32", "classes:i32:ref", "param:gamma:f64",
                 "param:on:i32", "out:weight"],
    }],
}


def manifests():
    yield "library", json.dumps(MANIFEST).encode()
    yield "sidecar", json.dumps(SIDECAR, indent=1).encode()
    objective = {"id": "o", "version": "1", "name": "o", "summary": "o", "inputs": [], "unknown": 1,
                 "outputs": ["loss", "logit_gradient"]}
    yield "objective", json.dumps({"brhost": 1, "strategies": [objective]}).encode()


def message(kind, content):
    return struct.pack("<II", kind, len(content)) + content


def messages():
    yield "log", message(16, struct.pack("<q", 1) + b"a line") + message(17, struct.pack("<d", 0.5) + b"share")
    yield "done", message(33, struct.pack("<q", 0)) + message(33, struct.pack("<q", -3) + b"a loss is negative")
    yield "manifest", message(32, json.dumps(MANIFEST).encode())
    yield "state", message(34, save({"sum": np.zeros(3)}))
    refusal = {"problem": "no such strategy", "remedy": "another", "status": 64}
    yield "refusal", message(35, json.dumps(refusal).encode())
    yield "request", message(3, b"") + message(37, b"")


def libraries():
    source = "int br_manifest_v1(void) { return 1; }\nint br_strategy_v1(void) { extern int f(void); return f(); }\n"
    with tempfile.TemporaryDirectory() as folder:
        for name, options in [("library", ["-shared"]), ("object", ["-c"]), ("plain", ["-shared", "-Wl,-z,norelro"])]:
            path = os.path.join(folder, name)
            flags = ["-fPIC", "-nostdlib", "-Os", "-Wl,-z,noseparate-code", "-Wl,--build-id=none", "-s", "-x", "c"]
            subprocess.run(["cc", *options, *flags, "-o", path, "-"], input=source.encode(), check=True)
            with open(path, "rb") as file:
                yield name, file.read()


def schedules():
    for name, text in [("constant", "constant"), ("cosine", "cosine"), ("steps", "steps:0.1@9,12"),
                       ("one", "steps:1e-3@0"), ("hexadecimal", "steps:0x1p-2@+5")]:
        yield name, text.encode()


def checkpoints():
    files = {"events": [{"name": "events.out.tfevents.1.a.1.0", "size": 7}], "incomplete": [], "resumed": [], "best": None,
             "costs": {"peak_memory": 1, "epoch_seconds": [0.5], "step_medians": [0.25]}}
    texts = {"settings": {"seed": 1, "strategy": "erm"}, "record.files": files, "record.history": {"kind": "epoch"}}
    numbers = {"position": [1, 2, 5], "epoch.counts": [80, 2, 40, 0], "record.counts": [5, 1, 300],
               "record.weights.batches": [2], "record.samples.visits": [1, 0, 2],
               "record.samples.predictions": [2, -1, 0], "record.samples.score_counts": [1, 0, 2],
               "record.epoch_samples.count": [2],
               "record.weights.histogram.count": [1], "record.weights.histogram.counts": [0] * 1548 + [1]}
    reals = {"epoch.sums": [1.5, 60, 0.5], "record.times": [1.7e9, 12, np.nan], "record.weights.sums": [0.5, 60],
             "record.weights.class_shares": [1, 0.5, 0.5], "record.samples.weights": [1.5, 0, 1.75],
             "record.samples.losses": [2, 0, 3], "record.samples.score_sums": [2, 0, 3],
             "record.epoch_samples.weights": [1.5, 0.5], "record.epoch_samples.losses": [2, 1],
             "record.weights.histogram.moments": [0.1, 0.1, 0.1, 0.01]}
    tensors = {name: np.frombuffer(json.dumps(value).encode(), np.uint8) for name, value in texts.items()}
    tensors |= {name: np.array(value, np.int64) for name, value in numbers.items()}
    tensors |= {name: np.array(value, np.float64) for name, value in reals.items()}
    yield "checkpoint", save(tensors)
    small = {name: tensor for name, tensor in tensors.items() if "histogram" not in name}
    yield "without-a-histogram", save(small)


def intervals():
    for text in ["1", "12", "epochs:2", "steps:100", "minutes:0.5"]:
        yield text.replace(":", "-"), text.encode()


def idx():
    yield "labels", b"\0\0\x08\1" + struct.pack(">I", 5) + bytes([0, 1, 2, 3, 4])
    yield "images", b"\0\0\x08\3" + struct.pack(">III", 3, 4, 2) + bytes(range(24))
    yield "empty", b"\0\0\x08\1" + struct.pack(">I", 0)


def cifar():
    for name, records in [("one", 1), ("four", 4)]:
        yield name, b"".join(bytes([label]) + bytes((label + k) % 256 for k in range(3072)) for label in range(records))
    yield "hundred", b"".join(bytes([7, label]) + bytes(3072) for label in range(3))


def pickles():
    images = np.arange(2 * 3072).astype(np.uint8).reshape(2, 3072)
    batch = {b"data": images, b"labels": [3, 9], b"filenames": [b"a.png", b"b.png"], b"batch_label": b"1 of 5"}
    for protocol in [2, 3, 4]:
        yield f"batch-{protocol}", pickle.dumps(batch, protocol)
        small = {b"label_names": [b"cat", b"dog"], b"n": 300, b"big": 70000, b"none": None, b"t": (1, True), "u": "x"}
        yield f"names-{protocol}", pickle.dumps(small, protocol)
    yield "fortran", pickle.dumps({b"data": np.asfortranarray(images[:1]), b"labels": [1]}, 2)


def tars():
    for name, form in [("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)]:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w", format=form, pax_headers={"comment": "c"} if form == 2 else None) as tar:
            folder = tarfile.TarInfo("batches")
            folder.type = tarfile.DIRTYPE
            tar.addfile(folder)
            for member, content in [("batches/a.bin", b"abc"), ("batches/b.bin", b"x" * 600)]:
                info = tarfile.TarInfo(member)
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
        members = target.getvalue().rstrip(b"\0")
        yield name, members + bytes(-len(members) % 512 + 1024)


def plans():
    def row(method, seed, digit):
        digest = digit * 64
        return {"row": digest[:12], "method": method, "baseline": "erm", "dataset": "digits-lt", "seed": seed, "settings_hash": digest,
                "arguments": ["--dataset", "digits-lt", "--strategy", method]}
    plan = {"brhost_plan": 1, "version": "1", "command_line": ["brhost", "compare"], "directory": "/", "created": "",
            "baseline": "erm", "methods": ["erm", "gce"], "rows": [row("erm", 1, "a"), row("gce", 2**64 - 1, "b")]}
    yield "plan", json.dumps(plan).encode()
    yield "shared", json.dumps(plan | {"rows": [row("erm", 1, "a"), row("gce", 1, "a")]}).encode()
    yield "no-baseline", json.dumps(plan | {"baseline": "x"}).encode()
    yield "row-without-baseline", json.dumps(plan | {"rows": [row("erm", 1, "a") | {"baseline": "x"}]}).encode()
    yield "empty", json.dumps(plan | {"rows": []}).encode()


def gzips():
    for name, content in [("text", b"hello hello hello"), ("zeros", bytes(3000)), ("empty", b"")]:
        yield name, gzip.compress(content, mtime=0)


def png(kind, bits, rows, palette=b"", interlaced=0, size=(3, 2)):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", *size, bits, kind, 0, 0, interlaced))
    palette = chunk(b"PLTE", palette) if palette else b""
    return b"\x89PNG\r\n\x1a\n" + head + palette + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def pngs():
    yield "gray", png(0, 8, b"\0abc\1def")
    yield "color", png(2, 8, b"\0abcdefghi\2jklmnopqr")
    yield "palette", png(3, 8, b"\0\0\1\2\0\2\1\0", bytes(range(9)))
    yield "bits", png(0, 1, b"\0\xa0\0\x40")
    yield "interlaced", png(0, 8, b"\0a\0b\0c\0d\0e\0f\0g", interlaced=1)
    yield "deep", png(0, 16, bytes(14))
    yield "alpha", png(6, 8, bytes(26))


TARGETS = {"npy": arrays, "npz": archives, "zip": archives, "images": images, "order": orders, "samples": samples,
           "safetensors": tensors,
           "json": texts, "manifest": manifests, "message": messages, "elf": libraries, "schedule": schedules,
           "checkpoint": checkpoints, "interval": intervals, "plan": plans,
           "idx": idx, "cifar": cifar, "pickle": pickles, "tar": tars, "gzip": gzips, "png": pngs}


def main(folder):
    for target in TARGETS | DEFECTS:
        os.makedirs(os.path.join(folder, target), exist_ok=True)
        made = TARGETS[target]() if target in TARGETS else []
        for name, content in [*made, *DEFECTS.get(target, {}).items()]:
            with open(os.path.join(folder, target, name), "wb") as file:
                file.write(content)


main(sys.argv[1])
