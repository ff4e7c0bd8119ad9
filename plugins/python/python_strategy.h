// What the parts of the plugin share. Every function but start_python needs the interpreter's lock (GIL).
// A function that returns an object returns a new reference, or NULL with Python's error set.

#ifndef PYTHON_STRATEGY_H
#define PYTHON_STRATEGY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <brhost_plugin.h>
#include <stdbool.h>

// Starts the interpreter once in the process, for all plugins like this one, and runs the prelude once in
// this library. Writes what goes wrong to the standard error. Needs no lock, and leaves none held.
bool start_python(void);

// A function of the prelude.
PyObject *prelude_function(const char *name);

// Clears Python's error and returns its text with the traceback, as bytes; NULL when even that fails.
PyObject *take_error(void);

// The functions that the prelude calls; the first argument of each is a `host_capsule`.
extern PyMethodDef services[];

// The host for the services. It is good until close_host: what a script keeps beyond its call then raises.
PyObject *host_capsule(const br_host *host);
void close_host(PyObject *capsule);

// The functions of an instance, as in br_strategy.
int32_t create_instance(const br_setup *setup, void **instance);
int32_t step_instance(void *instance, const br_step *step);
void destroy_instance(void *instance);
int32_t save_instance(void *instance, const br_host *host);
int32_t load_instance(void *instance, const br_host *host);

// The strategy's script: x.py beside x.so.
const char *script_path(void);

#endif
