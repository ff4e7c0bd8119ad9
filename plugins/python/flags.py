"""Prints the compiler's flags that embed the Python that runs this file, or says what is missing."""

import os
import sys
import sysconfig


def stop(problem, remedy):
    sys.exit(f"{sys.executable}: {problem}\n  Try: {remedy}")


def main():
    if sys.version_info < (3, 8):
        stop("Python 3.8 or later is needed", "'make PYTHON=…' with another interpreter.")
    values = sysconfig.get_config_vars()
    development = f"install python{sys.version_info[0]}.{sys.version_info[1]}-dev, or 'make PYTHON=…' with"
    include = values["INCLUDEPY"]
    if not os.path.isfile(os.path.join(include, "Python.h")):
        stop(f"there is no Python.h in {include}", f"{development} another interpreter.")
    name = values.get("LDLIBRARY") or ""
    folders = [values.get("LIBDIR") or "", os.path.join(sys.base_prefix, "lib")]
    libraries = [os.path.join(folder, name) for folder in folders]
    library = next((path for path in libraries if ".so" in name and os.path.isfile(path)), None)
    if library is None:
        stop("there is no shared libpython", f"{development} one built with --enable-shared.")
    flags = [
        f"-isystem {include}", f'-DPYTHON="{sys.executable}"', library,
        f"-Wl,-rpath,{os.path.dirname(library)}", "-ldl",
    ]
    print(" ".join(flags))


main()
