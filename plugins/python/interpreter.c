// One CPython interpreter in the process, whichever plugin starts it, and this library's prelude in it.

#define _GNU_SOURCE
#include "python_strategy.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// The text of prelude.py.
__asm__(
    ".pushsection .rodata\n"
    "prelude_text: .incbin \"" PRELUDE "\"\n"
    ".byte 0\n"
    ".popsection\n");
extern const char prelude_text[] __attribute__((visibility("hidden")));

// Major and minor, as Py_GetVersion begins.
static const char version[] = Py_STRINGIFY(PY_MAJOR_VERSION) "." Py_STRINGIFY(PY_MINOR_VERSION) ".";

static PyObject *prelude;  // its namespace; lives as long as the process

// The host opens plugins with their symbols hidden from others, and with them libpython's; numpy's extension
// modules look these up among the public ones.
static bool publish_libpython(void) {
  Dl_info library;
  if (!dladdr((void *)(uintptr_t)&Py_InitializeFromConfig, &library)) return false;
  return dlopen(library.dli_fname, RTLD_NOW | RTLD_GLOBAL | RTLD_NOLOAD) != NULL;
}

// program: where the interpreter lies decides which standard library and which packages there are.
static PyStatus configure_and_start(const char *program) {
  PyPreConfig before;
  PyPreConfig_InitPythonConfig(&before);
  before.configure_locale = 0;  // the locale and the environment are the host's
  before.coerce_c_locale = 0;
  before.coerce_c_locale_warn = 0;
  before.utf8_mode = 1;
  PyStatus status = Py_PreInitialize(&before);
  if (PyStatus_Exception(status)) return status;

  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;  // SIGINT is the host's
  config.configure_c_stdio = 0;
  config.buffered_stdio = 0;  // the interpreter is never ended, so nothing would flush print's lines
  config.parse_argv = 0;
  status = PyConfig_SetBytesString(&config, &config.program_name, program);
  if (!PyStatus_Exception(status)) status = PyConfig_SetBytesString(&config, &config.executable, program);
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  return status;
}

// Needs the lock of start_once: several plugins may be opened at once, and each has this code.
static bool start_interpreter(void) {
  if (!publish_libpython()) {
    fprintf(stderr, "%s: libpython cannot be opened for Python's own modules\n", script_path());
    return false;
  }
  if (strncmp(Py_GetVersion(), version, strlen(version))) {  // another plugin's library came first
    fprintf(
        stderr, "%s: built for Python %s, but this process has Python %s\n", script_path(), PY_VERSION,
        Py_GetVersion());
    return false;
  }
  if (Py_IsInitialized()) return true;
  const char *program = getenv("BRHOST_PYTHON");
  if (!program || !*program) program = PYTHON;
  if (access(program, X_OK)) {
    fprintf(
        stderr, "%s: there is no Python at '%s'\n  Try: set BRHOST_PYTHON to its path.\n", script_path(),
        program);
    return false;
  }
  PyStatus status = configure_and_start(program);
  if (PyStatus_Exception(status)) {
    fprintf(
        stderr, "%s: Python does not start: %s\n", script_path(),
        status.err_msg ? status.err_msg : "unknown reason");
    return false;
  }
  PyEval_SaveThread();
  return true;
}

// Runs the prelude with the services in its namespace.
static bool run_prelude(void) {
  prelude = PyDict_New();
  if (!prelude || PyDict_SetItemString(prelude, "__builtins__", PyEval_GetBuiltins())) return false;
  for (PyMethodDef *service = services; service->ml_name; service++) {
    PyObject *function = PyCFunction_New(service, NULL);
    int failed = !function || PyDict_SetItemString(prelude, service->ml_name, function);
    Py_XDECREF(function);
    if (failed) return false;
  }
  PyObject *code = Py_CompileString(prelude_text, "<brhost>", Py_file_input);
  PyObject *result = code ? PyEval_EvalCode(code, prelude, prelude) : NULL;
  Py_XDECREF(code);
  Py_XDECREF(result);
  return result != NULL;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_started;

static void start_once(void) {
  flockfile(stderr);  // one lock that all libraries of the process see
  bool is_running = start_interpreter();
  funlockfile(stderr);
  if (!is_running) return;
  PyGILState_STATE lock = PyGILState_Ensure();
  is_started = run_prelude();
  if (!is_started) {
    PyObject *text = take_error();
    fprintf(stderr, "%s: %s\n", script_path(), text ? PyBytes_AS_STRING(text) : "out of memory");
    Py_XDECREF(text);
  }
  PyGILState_Release(lock);
}

bool start_python(void) {
  pthread_once(&once, start_once);
  return is_started;
}

PyObject *prelude_function(const char *name) {
  PyObject *function = PyDict_GetItemString(prelude, name);
  if (!function) return PyErr_Format(PyExc_RuntimeError, "the prelude has no '%s'", name);
  Py_INCREF(function);
  return function;
}

// Python's error, cleared, with its traceback.
static PyObject *raised_exception(void) {
#if PY_VERSION_HEX >= 0x030C0000
  return PyErr_GetRaisedException();
#else
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  if (value && trace) PyException_SetTraceback(value, trace);
  Py_XDECREF(type);
  Py_XDECREF(trace);
  return value;
#endif
}

PyObject *take_error(void) {
  PyObject *value = raised_exception();
  PyObject *explain = value ? prelude_function("explain") : NULL;
  PyObject *text = explain ? PyObject_CallFunctionObjArgs(explain, value, NULL) : NULL;
  if (!text) {
    PyErr_Clear();
    text = value ? PyObject_Repr(value) : NULL;
  }
  PyObject *bytes = text ? PyUnicode_AsEncodedString(text, "utf-8", "backslashreplace") : NULL;
  if (!bytes) PyErr_Clear();
  Py_XDECREF(explain);
  Py_XDECREF(text);
  Py_XDECREF(value);
  return bytes;
}
