"""The part of the plugin that is Python: runs a script, gives it batches, takes what it returns."""

import gc
import itertools
import json
import os
import sys
import traceback
import types
import weakref

LONGEST_TEXT = 4000  # characters of a traceback that are shown
RESERVED = "brhost.names"  # the tensor of saved state that holds the others' names
numbers = itertools.count()


def explain(error):
    """The error's traceback without the lines of this file; the end of it when it is too long."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == "<brhost>":
        trace = trace.tb_next
    text = "".join(traceback.format_exception(type(error), error, trace)).rstrip().replace("\0", "\\0")
    return text if len(text) <= LONGEST_TEXT else "…" + text[-LONGEST_TEXT:]


# A plugin starts no threads, and numpy's matrix products would, one a core.
THREADS = ["OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"]
unset = [name for name in THREADS if name not in os.environ]
os.environ.update(dict.fromkeys(unset, "1"))
try:
    import numpy
except ImportError as error:
    raise ImportError(
        f"numpy cannot be imported by {sys.executable}: {error}\n  Try: install it there, or set "
        "BRHOST_PYTHON to an interpreter of this version that has it, such as one of a virtual environment."
    ) from None
finally:
    for name in unset:
        del os.environ[name]  # the environment is the host's

TYPES = {1: numpy.float32, 2: numpy.float64, 3: numpy.int32, 4: numpy.int64, 5: numpy.uint8}
CODES = {numpy.dtype(value): code for code, value in TYPES.items()}


# ---- The script ----


def run(path):
    """The script at `path` as a module of its own, however often it runs."""
    folder, name = os.path.split(os.path.abspath(path))
    if folder not in sys.path:
        sys.path.append(folder)  # last: a script's neighbour must not hide a module of the library
    module = types.ModuleType(f"{name[:-3]}#{next(numbers)}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # where dataclasses and pickle look
    try:
        with open(path, "rb") as file:
            exec(compile(file.read(), path, "exec"), module.__dict__)
        strategy = getattr(module, "STRATEGY", None)
        if not isinstance(strategy, dict):
            raise TypeError("a strategy's script has a dictionary STRATEGY")
        is_objective = "logit_gradient" in strategy.get("outputs", ())
        needed = ["evaluate" if is_objective else "weigh"] + ["save", "load"] * bool(strategy.get("state"))
        for name in needed:
            if not callable(getattr(module, name, None)):
                raise TypeError(f"a script with this STRATEGY has a function {name}")
    except BaseException:
        forget(module)
        raise
    return module


def forget(module):
    sys.modules.pop(module.__name__, None)


def inputs(strategy):
    """The declared inputs as the manifest has them."""
    declared = strategy.get("inputs", [])
    return [{"name": item} if isinstance(item, str) else item for item in declared]


def manifest(path):
    """The manifest of the script as JSON, and its strategy's id."""
    module = run(path)
    forget(module)
    strategy = dict(module.STRATEGY, inputs=inputs(module.STRATEGY))
    text = json.dumps({"brhost": 1, "strategies": [strategy]}, allow_nan=False)
    return text, str(strategy.get("id", ""))


# ---- A batch ----


class Batch:
    """What `weigh` and `evaluate` are given: every declared input as an array, and the host's services."""

    def __init__(self, host, facts):
        self.__dict__.update(facts)
        self._host = host

    def __getattr__(self, name):
        raise AttributeError(f"this batch has no '{name}': not declared as an input, or the call is over")

    def log(self, text):
        """Writes a line to the run's log and to the terminal."""
        host_log(self._host, str(text))

    def metric(self, name, value):
        """Adds a finite number to this step's row of the run's log."""
        host_metric(self._host, name, float(value))

    def cancelled(self):
        """Whether the user wants the run to end."""
        return host_cancelled(self._host)

    def uniform(self, stream, counter, count):
        """`count` random numbers in [0, 1), those at positions `counter`, `counter + 1`, … of a stream."""
        values = numpy.empty(count, numpy.float32)
        host_uniform(self._host, stream, counter, values)
        return values


def elements(tensor):
    """The tensor's memory as a flat array, read-only where the memory is; nothing is copied."""
    memory, code, shape = tensor
    if 0 in shape:
        return numpy.empty(0, TYPES[code])
    return numpy.frombuffer(memory, TYPES[code])


def fill(name, value, tensor):
    """Writes what the script returned into an output."""
    shape = tensor[2]
    try:
        given = numpy.asarray(value)
    except Exception as error:
        raise TypeError(f"expected {name} as an array of shape {shape}, received no array: {error}") from None
    if given.dtype.kind not in "biuf":
        what = type(value).__name__ if given.dtype.kind == "O" else f"an array of {given.dtype}"
        raise TypeError(f"expected {name} as an array of numbers of shape {shape}, received {what}")
    if given.shape != shape:
        raise ValueError(f"expected {name} of shape {shape}, received {given.shape}")
    with numpy.errstate(all="ignore"):  # the host refuses what is not finite, and names the sample
        elements(tensor).reshape(shape)[...] = given


# ---- An instance ----


class Instance:
    """A strategy in one run: a script's module and the facts of the run."""

    def __init__(
        self, path, values, counts, classes, features, gradient_length, training_samples, largest_batch, seed
    ):
        self.module = run(path)
        strategy = self.module.STRATEGY
        self.inputs = [item["name"] for item in inputs(strategy)]
        self.outputs = list(strategy["outputs"])
        self.function = self.module.evaluate if "logit_gradient" in self.outputs else self.module.weigh
        names = [item["name"] for item in strategy.get("params", [])]
        class_counts = numpy.array(counts, numpy.int64)
        class_counts.flags.writeable = False
        self.facts = dict(
            params=types.SimpleNamespace(**dict(zip(names, values))), classes=classes, features=features,
            gradient_length=gradient_length, training_samples=training_samples, largest_batch=largest_batch,
            class_counts=class_counts, seed=seed)

    def close(self):
        forget(self.module)

    def step(self, host, call):
        tensors, outputs, size, epoch, step, progress, learning_rate = call
        batch = Batch(host, self.facts)
        batch.__dict__.update(
            size=size, epoch=epoch, step=step, progress=progress, learning_rate=learning_rate)
        lent = self.lend(batch, tensors)
        try:
            self.take(self.function(batch), outputs)
        finally:
            batch.__dict__.clear()  # a kept batch is empty
        if any(array() is not None for _, array in lent):
            gc.collect()  # what only refers to itself is not kept
        kept = [name for name, array in lent if array() is not None]
        if kept:
            raise RuntimeError(f"batch.{kept[0]} was kept after the call; keep batch.{kept[0]}.copy()")

    def lend(self, batch, tensors):
        """Gives the batch its arrays, and returns a weak reference to the memory of each.

        The memory is the host's and gone after the call. A view refers to the array that it is taken from, so
        the weak reference tells whether anything was kept.
        """
        lent = []
        for name, tensor in zip(self.inputs, tensors):
            array = None if tensor is None else elements(tensor)
            batch.__dict__[name] = None if tensor is None else array.reshape(tensor[2])
            if tensor is not None:
                lent.append((name, weakref.ref(array)))
        return lent

    def take(self, returned, outputs):
        names = self.outputs
        values = (returned,) if len(names) == 1 else returned
        if not isinstance(values, tuple) or len(values) != len(names):
            found = f"{len(values)} values" if isinstance(values, tuple) else type(values).__name__
            raise TypeError(
                f"expected {' and '.join(names)} from {self.function.__name__}, received {found}")
        for name, value, tensor in zip(names, values, outputs):
            fill(name, value, tensor)

    # ---- State ----

    def save(self, host, _):
        state = {name: saved(name, value) for name, value in self.state().items()}
        names = numpy.frombuffer(json.dumps(list(state)).encode(), numpy.uint8)
        for name, value in {**state, RESERVED: names}.items():
            shape = value.shape + (1,) * (4 - value.ndim)
            host_put(host, name, CODES[value.dtype], value.ndim, shape, value)

    def load(self, host, _):
        names = json.loads(tensor(host, RESERVED).tobytes())
        state = {name: tensor(host, name) for name in names}
        before = {name: saved(name, value).copy() for name, value in self.state().items()}
        try:
            self.module.load(state)
        except BaseException:
            self.module.load(before)  # a failure leaves the instance as it was
            raise

    def state(self):
        state = self.module.save()
        if not isinstance(state, dict) or not all(isinstance(name, str) for name in state):
            raise TypeError("expected a dictionary of names and arrays from save")
        return state


def saved(name, value):
    """A value of the saved state as an array that the host can keep."""
    value = numpy.asarray(value, order="C")
    if value.dtype not in CODES or value.ndim > 4 or name == RESERVED:
        raise TypeError(
            f"'{name}' cannot be saved: expected an array of float32, float64, int32, int64 or uint8 with at "
            f"most 4 dimensions, received {value.dtype} with {value.ndim}")
    return value


def tensor(host, name):
    """A copy of a saved tensor."""
    found = host_get(host, name)
    if found is None:
        raise LookupError(f"the saved state has no '{name}'")
    code, rank, shape, data = found
    return numpy.frombuffer(bytearray(data), TYPES[code]).reshape(shape[:rank])
