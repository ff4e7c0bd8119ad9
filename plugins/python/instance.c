// An instance: an object of the prelude's class `Instance`, called with the host's data.

#include "python_strategy.h"

#include <string.h>

// Clears Python's error, tells the host its text, and returns the status.
static int32_t fail(const br_host *host, int32_t status) {
  PyObject *text = take_error();
  br_error(host, status, text ? PyBytes_AS_STRING(text) : "a Python error whose text could not be made");
  Py_XDECREF(text);
  return status;
}

// ---- What the host passes, as objects ----

static PyObject *value_object(const br_value *value) {
  switch (value->type) {
    case BR_PARAM_FLOAT: return PyFloat_FromDouble(value->number);
    case BR_PARAM_INT: return PyLong_FromLongLong(value->integer);
    case BR_PARAM_BOOL: return PyBool_FromLong(value->integer != 0);
    default: return PyUnicode_FromString(value->text);
  }
}

static PyObject *values_tuple(const br_value *values, uint32_t count) {
  PyObject *tuple = PyTuple_New(count);
  for (uint32_t i = 0; tuple && i < count; i++) {
    PyObject *value = value_object(&values[i]);
    if (!value) Py_CLEAR(tuple);
    else PyTuple_SET_ITEM(tuple, i, value);
  }
  return tuple;
}

// (memory, type, shape) for a tensor, whose elements stay where they are; None for an absent one.
static PyObject *tensor_object(const br_view *view, int flags) {
  if (!view->data) Py_RETURN_NONE;
  PyObject *shape = PyTuple_New(view->rank);
  Py_ssize_t size = view->dtype == BR_I64 ? sizeof(int64_t) : sizeof(float);
  for (uint32_t i = 0; shape && i < view->rank; i++) {
    size *= (Py_ssize_t)view->shape[i];
    PyObject *extent = PyLong_FromLongLong(view->shape[i]);
    if (!extent) Py_CLEAR(shape);
    else PyTuple_SET_ITEM(shape, i, extent);
  }
  if (!shape) return NULL;
  PyObject *memory = PyMemoryView_FromMemory((char *)view->data, size, flags);
  if (memory) return Py_BuildValue("(NIN)", memory, view->dtype, shape);
  Py_DECREF(shape);
  return NULL;
}

static PyObject *inputs_tuple(const br_step *step) {
  const uint32_t count = step->inputs ? step->input_count : 0;
  PyObject *tuple = PyTuple_New(count);
  for (uint32_t i = 0; tuple && i < count; i++) {
    PyObject *tensor = tensor_object(&step->inputs[i], PyBUF_READ);
    if (!tensor) Py_CLEAR(tuple);
    else PyTuple_SET_ITEM(tuple, i, tensor);
  }
  return tuple;
}

static PyObject *outputs_tuple(const br_step *step) {
  const uint32_t count = step->outputs ? step->output_count : 0;
  PyObject *tuple = PyTuple_New(count);
  for (uint32_t i = 0; tuple && i < count; i++) {
    br_view view;  // the fields of br_tensor are those of br_view
    memcpy(&view, &step->outputs[i], sizeof view);
    PyObject *tensor = tensor_object(&view, PyBUF_WRITE);
    if (!tensor) Py_CLEAR(tuple);
    else PyTuple_SET_ITEM(tuple, i, tensor);
  }
  return tuple;
}

// ---- The functions of br_strategy ----

// Calls a method with the host and at most one object more, and takes over `argument` and the lock.
static int32_t call(
    PyObject *instance, const char *method, const br_host *host, PyObject *argument, int32_t on_failure,
    PyGILState_STATE lock) {
  PyObject *capsule = argument ? host_capsule(host) : NULL;
  PyObject *result = capsule ? PyObject_CallMethod(instance, method, "OO", capsule, argument) : NULL;
  int32_t status = result ? BR_OK : fail(host, on_failure);
  if (capsule) close_host(capsule);
  Py_XDECREF(result);
  Py_XDECREF(capsule);
  Py_XDECREF(argument);
  PyGILState_Release(lock);
  return status;
}

// A struct of the host up to its own size, and zeros beyond.
static void copy_record(void *copy, size_t size, const void *record, uint32_t record_size) {
  memset(copy, 0, size);
  memcpy(copy, record, record_size < size ? record_size : size);
}

int32_t create_instance(const br_setup *host_setup, void **instance) {
  br_setup whole, *setup = &whole;
  copy_record(&whole, sizeof whole, host_setup, host_setup->struct_size);
  PyGILState_STATE lock = PyGILState_Ensure();
  PyObject *type = prelude_function("Instance");
  PyObject *values = values_tuple(setup->params, setup->params ? setup->param_count : 0);
  const int64_t classes = setup->class_count ? setup->classes : 0;
  PyObject *counts = PyTuple_New((Py_ssize_t)classes);
  for (int64_t i = 0; counts && i < classes; i++) {
    PyObject *count = PyLong_FromLongLong(setup->class_count[i]);
    if (!count) Py_CLEAR(counts);
    else PyTuple_SET_ITEM(counts, (Py_ssize_t)i, count);
  }
  PyObject *made = NULL;
  if (type && values && counts) {
    made = PyObject_CallFunction(
        type, "sOOLLLLLK", script_path(), values, counts, (long long)setup->classes,
        (long long)setup->features, (long long)setup->gradient_length, (long long)setup->training_samples,
        (long long)setup->largest_batch, (unsigned long long)setup->seed);
  }
  int32_t status = made ? BR_OK : fail(setup->host, BR_ERROR_INTERNAL);
  if (made) *instance = made;
  Py_XDECREF(type);
  Py_XDECREF(values);
  Py_XDECREF(counts);
  PyGILState_Release(lock);
  return status;
}

int32_t step_instance(void *instance, const br_step *host_step) {
  br_step whole, *step = &whole;
  copy_record(&whole, sizeof whole, host_step, host_step->struct_size);
  PyGILState_STATE lock = PyGILState_Ensure();
  PyObject *inputs = inputs_tuple(step);
  PyObject *outputs = inputs ? outputs_tuple(step) : NULL;
  PyObject *argument = NULL;
  if (outputs) {
    argument = Py_BuildValue(
        "(OOLLLdd)", inputs, outputs, (long long)step->batch, (long long)step->epoch, (long long)step->step,
        step->progress, step->learning_rate);
  }
  Py_XDECREF(inputs);
  Py_XDECREF(outputs);
  return call(instance, "step", step->host, argument, BR_ERROR_INTERNAL, lock);
}

void destroy_instance(void *instance) {
  PyGILState_STATE lock = PyGILState_Ensure();
  PyObject *result = PyObject_CallMethod(instance, "close", NULL);
  if (!result) PyErr_Clear();
  Py_XDECREF(result);
  Py_DECREF((PyObject *)instance);
  PyGC_Collect();  // a module and its functions refer to each other
  PyGILState_Release(lock);
}

int32_t save_instance(void *instance, const br_host *host) {
  PyGILState_STATE lock = PyGILState_Ensure();
  Py_INCREF(Py_None);
  return call(instance, "save", host, Py_None, BR_ERROR_INTERNAL, lock);
}

int32_t load_instance(void *instance, const br_host *host) {
  PyGILState_STATE lock = PyGILState_Ensure();
  Py_INCREF(Py_None);
  return call(instance, "load", host, Py_None, BR_ERROR_STATE, lock);
}
