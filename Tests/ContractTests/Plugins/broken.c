// A plugin that keeps the whole contract unless a macro breaks one rule; each test of the check has its macro.
// It weighs by a running mean of the losses, with a score; with OBJECTIVE it is a focal loss instead.

#define _GNU_SOURCE
#include "brhost_plugin.h"

#include <errno.h>
#include <fenv.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// Statements at the places where a plugin can go wrong.
#ifndef OPENING
#define OPENING
#endif
#ifndef CREATE
#define CREATE
#endif
#ifndef BEFORE
#define BEFORE
#endif
#ifndef AFTER
#define AFTER
#endif
#ifndef DESTROY
#define DESTROY
#endif
#ifndef MORE_KEYS
#define MORE_KEYS
#endif
#ifndef PROMISES
#define PROMISES "\"deterministic\": true, \"equivariant\": true"
#endif
#ifndef KNOWN
#define KNOWN(id) (strcmp(id, "broken") == 0)
#endif
#ifndef TABLE
#define TABLE .struct_size = sizeof(br_strategy)
#endif
#ifndef SAMPLES
#define SAMPLES step->batch
#endif
#ifndef ACCEPTS
#define ACCEPTS(view) ((view).dtype == BR_F64 && (view).rank == 1 && (view).shape[0] == 2)
#endif
#ifndef SAVED
#define SAVED it->mean
#endif
#ifndef SLOPE
#define SLOPE 1
#endif
#ifndef HAS_GROUPS
#define HAS_GROUPS (step->inputs[2].data != NULL)
#endif

static int deeper(volatile char *from) {
  volatile char page[4096] = {from ? *from : 1};
  return page[0] ? deeper(page) + page[1] : 0;
}

static void *sleeping(void *seconds) {
  sleep(9);
  return seconds;
}

__attribute__((constructor)) static void opening(void) { OPENING; }

typedef struct {
  double rate, mean[2];  // the mean and the number of steps
  int squared;
} instance;

// Where macros keep what an instance should.
static float place __attribute__((unused));
static __thread int here __attribute__((unused));

static int32_t create(const br_setup *setup, void **result) {
  CREATE;
  instance *it = calloc(1, sizeof *it);
  if (!it) return br_error(setup->host, BR_ERROR_INTERNAL, "no memory");
  it->rate = setup->params[0].number;
  it->squared = setup->params[1].integer == 1;
  *result = it;
  return BR_OK;
}

static void destroy(void *at) {
  DESTROY;
  free(at);
}

#ifdef OBJECTIVE

const char *br_manifest_v1(void) {
  return "{\"brhost\": 1, \"strategies\": [{" BR_JSON(
      "id": "broken", "version": "1", "name": "Focal", "summary": "The loss, times the share that is missed.",
      "inputs": [{"name": "logits"}, {"name": "target"}], "outputs": ["loss", "logit_gradient"],
      "params": [{"name": "power", "type": "float", "default": 1, "min": 0, "max": 4},
                 {"name": "kind", "type": "enum", "default": "plain", "values": ["plain", "other"]}],)
      PROMISES "}]}";
}

static int32_t step(void *at, const br_step *step) {
  const instance *it = at;
  const float *logits = step->inputs[0].data;
  const int64_t *target = step->inputs[1].data;
  float *loss = step->outputs[0].data, *slope = step->outputs[1].data;
  int64_t classes = step->inputs[0].shape[1];
  BEFORE;
  for (int64_t i = 0; i < SAMPLES; i++) {
    const float *z = logits + i * classes;
    double most = z[0], sum = 0;
    for (int64_t k = 1; k < classes; k++) most = fmax(most, z[k]);
    for (int64_t k = 0; k < classes; k++) sum += exp(z[k] - most);
    double entropy = log(sum) - (z[target[i]] - most), p = exp(-entropy), missed = fmax(1 - p, 0);
    // (1 - p)^power times -log p; its derivative by the logits, through p.
    double factor = pow(missed, it->rate);
    double inner = missed > 0 ? it->rate * pow(missed, it->rate - 1) * p * entropy : 0;
    loss[i] = (float)(factor * entropy);
    for (int64_t k = 0; k < classes; k++) {
      double q = exp(z[k] - most) / sum - (k == target[i]);
      slope[i * classes + k] = (float)(SLOPE * (factor + inner) * q);
    }
  }
  AFTER;
  return BR_OK;
}

static const br_strategy table = {TABLE, .create = create, .step = step, .destroy = destroy};

#else

const char *br_manifest_v1(void) {
  return "{\"brhost\": 1, \"strategies\": [{" BR_JSON(
      "id": "broken", "version": "1", "name": "Running mean", "summary": "Weighs by losses and their mean.",
      "inputs": [{"name": "loss"}, {"name": "sample_id"}, {"name": "group", "optional": true}],
      "outputs": ["weight", "score"],
      "params": [{"name": "rate", "type": "float", "default": 0.5, "min": 0, "max": 1},
                 {"name": "kind", "type": "enum", "default": "plain", "values": ["plain", "squared"]}],
      "state": true,) PROMISES MORE_KEYS "}]}";
}

static int32_t step(void *at, const br_step *step) {
  instance *it = at;
  const float *loss = step->inputs[0].data;
  const int64_t *group = step->inputs[2].data;
  float *weight = step->outputs[0].data, *score = step->outputs[1].data;
  BEFORE;
  double *kept = br_scratch(step->host, (uint64_t)step->batch * sizeof *kept);
  if (!kept) return br_error(step->host, BR_ERROR_UNSUPPORTED, "no memory is lent");
  double sum = 0, total = 0;
  for (int64_t i = 0; i < step->batch; i++) sum += loss[i];
  it->mean[0] += it->rate * (sum / (double)step->batch - it->mean[0]);
  it->mean[1] += 1;
  for (int64_t i = 0; i < step->batch; i++) {
    double share = it->mean[0] > 0 ? loss[i] / it->mean[0] : 1;
    kept[i] = 1 / (1 + (it->squared ? share * share : share)) + (HAS_GROUPS && group[i] == 0 ? 0.5 : 0);
    total += kept[i];
  }
  for (int64_t i = 0; i < SAMPLES; i++) {
    weight[i] = (float)(kept[i] / total);
    score[i] = loss[i];
  }
  br_metric(step->host, "mean", it->mean[0]);
  AFTER;
  return BR_OK;
}

static int32_t save(void *at, const br_host *host) {
  instance *it = at;
  br_view view = {SAVED, BR_F64, 1, {2, 1, 1, 1}};
  return br_put(host, "mean", &view);
}

static int32_t load(void *at, const br_host *host) {
  instance *it = at;
  br_view view = {NULL, 0, 0, {0, 0, 0, 0}};
  if (br_get(host, "mean", &view) != BR_OK || !ACCEPTS(view)) return br_error(host, BR_ERROR_STATE, "bad state");
  memcpy(it->mean, view.data, sizeof it->mean);
  return BR_OK;
}

static const br_strategy table = {
    TABLE, .create = create, .step = step, .destroy = destroy, .save = save, .load = load};

#endif

#ifdef MORE_SYMBOLS
BR_EXPORT int helper(void) { return 1; }
#endif

const br_strategy *br_strategy_v1(const char *id) { return KNOWN(id) ? &table : NULL; }
