// A weighting and an objective with state, which say something in every call. At the step that the environment
// variable MEMORY_DIES_AT names, the weighting kills its process, as a machine that is taken away would; at that of
// MEMORY_HANGS_AT it never returns, whoever asks it to. Step -1 is its making.
#include <brhost_plugin.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *br_manifest_v1(void) {
  return BR_JSON({
    "brhost": 1,
    "strategies": [
      {"id": "memory", "version": "1", "name": "Memory", "summary": "Counts what has got harder.",
       "inputs": [{"name": "loss"}, {"name": "sample_id"}], "outputs": ["weight", "score"], "state": true},
      {"id": "rising", "version": "1", "name": "Rising", "summary": "Grows with every step.",
       "inputs": [{"name": "loss"}, {"name": "logit_gradient"}], "outputs": ["loss", "logit_gradient"],
       "state": true}
    ]
  });
}

static void end_at(int64_t step) {
  const char *dies = getenv("MEMORY_DIES_AT"), *hangs = getenv("MEMORY_HANGS_AT");
  if (dies && atoll(dies) == step) raise(SIGKILL);
  if (!hangs || atoll(hangs) != step) return;
  dprintf(2, "hanging\n");
  for (;;) pause();
}

// The last loss of each sample, [training samples]; of the objective, its factor.
typedef struct memory { int64_t count; float *values; } memory;

static int32_t make(const br_setup *setup, void **instance, int64_t count, float value) {
  memory *self = malloc(sizeof *self);
  *self = (memory){count, malloc((size_t)count * sizeof(float))};
  for (int64_t i = 0; i < count; i++) self->values[i] = value;
  br_log(setup->host, BR_LOG_INFO, "made");
  *instance = self;
  return BR_OK;
}
static int32_t make_memory(const br_setup *setup, void **instance) {
  end_at(-1);
  return make(setup, instance, setup->training_samples, 0);
}
static int32_t make_rising(const br_setup *setup, void **instance) { return make(setup, instance, 1, 1); }

static void destroy(void *instance) {
  free(((memory *)instance)->values);
  free(instance);
}

static int32_t remember(void *instance, const br_step *step) {
  memory *self = instance;
  end_at(step->step);
  const float *loss = step->inputs[0].data;
  const int64_t *id = step->inputs[1].data;
  float *weight = step->outputs[0].data, *score = step->outputs[1].data;
  float sum = 0;
  for (int64_t i = 0; i < step->batch; i++) {
    weight[i] = loss[i] > self->values[id[i]] ? 2.0f : 1.0f;
    sum += weight[i];
    score[i] = loss[i] - self->values[id[i]];
    self->values[id[i]] = loss[i];
  }
  for (int64_t i = 0; i < step->batch; i++) weight[i] /= sum;
  br_log(step->host, BR_LOG_DEBUG, "stepped");
  br_metric(step->host, "sum", sum);
  return BR_OK;
}

static int32_t rise(void *instance, const br_step *step) {
  memory *self = instance;
  const float *loss = step->inputs[0].data, *gradient = step->inputs[1].data;
  float *new_loss = step->outputs[0].data, *new_gradient = step->outputs[1].data;
  for (int64_t i = 0; i < step->batch; i++) new_loss[i] = self->values[0] * loss[i];
  for (int64_t i = 0; i < step->batch * step->inputs[1].shape[1]; i++) {
    new_gradient[i] = self->values[0] * gradient[i];
  }
  self->values[0] += 0.05f;
  return BR_OK;
}

static int32_t save(void *instance, const br_host *host) {
  memory *self = instance;
  br_log(host, BR_LOG_INFO, "saved");
  br_metric(host, "saves", 1);
  br_view view = {.data = self->values, .dtype = BR_F32, .rank = 1, .shape = {self->count}};
  return br_put(host, "values.of.samples", &view);
}

static int32_t load(void *instance, const br_host *host) {
  memory *self = instance;
  br_view view;
  if (br_get(host, "values.of.samples", &view) != BR_OK || view.shape[0] != self->count) {
    return br_error(host, BR_ERROR_STATE, "not these samples");
  }
  memcpy(self->values, view.data, (size_t)self->count * sizeof(float));
  return BR_OK;
}

const br_strategy *br_strategy_v1(const char *id) {
  static const br_strategy weighting = {sizeof weighting, 0, make_memory, remember, destroy, save, load};
  static const br_strategy objective = {sizeof objective, 0, make_rising, rise, destroy, save, load};
  if (strcmp(id, "memory") == 0) return &weighting;
  return strcmp(id, "rising") == 0 ? &objective : NULL;
}
