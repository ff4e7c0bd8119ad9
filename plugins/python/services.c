// What the host does for a script, as functions of Python. The prelude's `Batch` calls them.

#include "python_strategy.h"

static const char open_name[] = "brhost.host";
static const char closed_name[] = "brhost.closed";

PyObject *host_capsule(const br_host *host) { return PyCapsule_New((void *)host, open_name, NULL); }

void close_host(PyObject *capsule) {
  if (PyCapsule_SetName(capsule, closed_name)) PyErr_Clear();
}

static const br_host *open_host(PyObject *capsule) {
  if (PyCapsule_IsValid(capsule, open_name)) return PyCapsule_GetPointer(capsule, open_name);
  PyErr_SetString(PyExc_RuntimeError, "a batch was used after the call that it was given to");
  return NULL;
}

static PyObject *checked(int32_t status, const char *what) {
  if (status == BR_OK) Py_RETURN_NONE;
  return PyErr_Format(PyExc_ValueError, "%s was refused by the host with status %d", what, (int)status);
}

static PyObject *host_log(PyObject *module, PyObject *arguments) {
  (void)module;
  PyObject *capsule;
  const char *text;
  if (!PyArg_ParseTuple(arguments, "Os:log", &capsule, &text)) return NULL;
  const br_host *host = open_host(capsule);
  if (!host) return NULL;
  br_log(host, BR_LOG_INFO, text);
  Py_RETURN_NONE;
}

static PyObject *host_metric(PyObject *module, PyObject *arguments) {
  (void)module;
  PyObject *capsule;
  const char *name;
  double value;
  if (!PyArg_ParseTuple(arguments, "Osd:metric", &capsule, &name, &value)) return NULL;
  const br_host *host = open_host(capsule);
  if (!host) return NULL;
  br_metric(host, name, value);
  Py_RETURN_NONE;
}

static PyObject *host_cancelled(PyObject *module, PyObject *arguments) {
  (void)module;
  PyObject *capsule;
  if (!PyArg_ParseTuple(arguments, "O:cancelled", &capsule)) return NULL;
  const br_host *host = open_host(capsule);
  return host ? PyBool_FromLong(br_cancelled(host)) : NULL;
}

// Fills a writable buffer of floats.
static PyObject *host_uniform(PyObject *module, PyObject *arguments) {
  (void)module;
  PyObject *capsule;
  unsigned int stream;
  unsigned long long counter;
  Py_buffer values;
  if (!PyArg_ParseTuple(arguments, "OIKw*:uniform", &capsule, &stream, &counter, &values)) return NULL;
  const br_host *host = open_host(capsule);
  PyObject *result = NULL;
  if (host) {
    int64_t count = (int64_t)(values.len / (Py_ssize_t)sizeof(float));
    result = checked(br_uniform(host, stream, counter, values.buf, count), "uniform");
  }
  PyBuffer_Release(&values);
  return result;
}

static PyObject *host_put(PyObject *module, PyObject *arguments) {
  (void)module;
  PyObject *capsule;
  const char *name;
  br_view view = {.shape = {1, 1, 1, 1}};
  long long shape[BR_MAX_RANK];
  Py_buffer data;
  if (!PyArg_ParseTuple(
          arguments, "OsII(LLLL)y*:put", &capsule, &name, &view.dtype, &view.rank, &shape[0], &shape[1],
          &shape[2], &shape[3], &data)) {
    return NULL;
  }
  const br_host *host = open_host(capsule);
  PyObject *result = NULL;
  if (host) {
    for (int i = 0; i < BR_MAX_RANK; i++) view.shape[i] = shape[i];
    view.data = data.buf;
    result = checked(br_put(host, name, &view), name);
  }
  PyBuffer_Release(&data);
  return result;
}

// A saved tensor as (type, rank, shape of 4, bytes), or None where there is none of that name.
static PyObject *host_get(PyObject *module, PyObject *arguments) {
  (void)module;
  PyObject *capsule;
  const char *name;
  if (!PyArg_ParseTuple(arguments, "Os:get", &capsule, &name)) return NULL;
  const br_host *host = open_host(capsule);
  if (!host) return NULL;
  br_view view;
  int32_t status = br_get(host, name, &view);
  if (status == BR_ERROR_STATE) Py_RETURN_NONE;
  if (status != BR_OK) return checked(status, name);
  static const Py_ssize_t sizes[] = {0, 4, 8, 4, 8, 1};  // by type, BR_F32 to BR_U8
  if (view.dtype < BR_F32 || view.dtype > BR_U8) return checked(BR_ERROR_STATE, name);
  Py_ssize_t size = sizes[view.dtype];
  for (uint32_t i = 0; i < view.rank; i++) size *= (Py_ssize_t)view.shape[i];
  return Py_BuildValue(
      "II(LLLL)y#", view.dtype, view.rank, (long long)view.shape[0], (long long)view.shape[1],
      (long long)view.shape[2], (long long)view.shape[3], (const char *)view.data, size);
}

PyMethodDef services[] = {
    {"host_log", host_log, METH_VARARGS, NULL},
    {"host_metric", host_metric, METH_VARARGS, NULL},
    {"host_cancelled", host_cancelled, METH_VARARGS, NULL},
    {"host_uniform", host_uniform, METH_VARARGS, NULL},
    {"host_put", host_put, METH_VARARGS, NULL},
    {"host_get", host_get, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL}};
