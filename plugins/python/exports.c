// The two functions of a plugin, whose manifest and behaviour are those of the script beside the library.

#define _GNU_SOURCE
#include "python_strategy.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char *script;    // never freed: the library lives as long as the process
static char *manifest;  // NULL where the script is none
static char *strategy_id;

// The path of the script for the library at `path`: x-y.py for x-y.so, or x_y.py where that is the file.
static char *script_for(const char *path) {
  size_t length = strlen(path);
  if (length > 3 && !strcmp(path + length - 3, ".so")) length -= 3;
  char *result = malloc(length + sizeof ".py");
  if (!result) return NULL;
  memcpy(result, path, length);
  strcpy(result + length, ".py");
  if (access(result, R_OK) == 0) return result;
  const char *slash = strrchr(result, '/');
  for (char *at = result + (slash ? slash + 1 - result : 0); *at; at++) {
    if (*at == '-') *at = '_';
  }
  return result;
}

// Reads (manifest as JSON, id) from the script.
static bool read_manifest(void) {
  PyObject *function = prelude_function("manifest");
  PyObject *result = function ? PyObject_CallFunction(function, "s", script) : NULL;
  Py_XDECREF(function);
  const char *json, *id;
  if (result && PyArg_ParseTuple(result, "ss", &json, &id)) {
    manifest = strdup(json);
    strategy_id = strdup(id);
  }
  Py_XDECREF(result);
  return !PyErr_Occurred();
}

static void find_script(void) {
  Dl_info library;
  if (dladdr((void *)(uintptr_t)&br_manifest_v1, &library)) script = script_for(library.dli_fname);
}

static void make_manifest(void) {
  find_script();
  if (!script || !start_python()) return;
  PyGILState_STATE lock = PyGILState_Ensure();
  if (!read_manifest()) {
    PyObject *text = take_error();
    fprintf(stderr, "%s: %s\n", script, text ? PyBytes_AS_STRING(text) : "out of memory");
    Py_XDECREF(text);
  }
  PyGILState_Release(lock);
}

const char *script_path(void) { return script; }

const char *br_manifest_v1(void) {
  pthread_once(&once, make_manifest);
  return manifest;
}

static const br_strategy table = {
    .struct_size = sizeof table,
    .create = create_instance,
    .step = step_instance,
    .destroy = destroy_instance,
    .save = save_instance,
    .load = load_instance};

const br_strategy *br_strategy_v1(const char *id) {
  return br_manifest_v1() && strategy_id && !strcmp(id, strategy_id) ? &table : NULL;
}
