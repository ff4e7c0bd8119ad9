// Averages the largest losses of each batch and leaves out the rest: a whole plugin on one screen.

#include <brhost_plugin.h>
#include <stdlib.h>
#include <string.h>

const char *br_manifest_v1(void) {
  return BR_JSON({
    "brhost": 1,
    "strategies": [{
      "id": "hard-examples", "version": "1.0.0", "name": "Hard examples",
      "summary": "Averages the largest losses of each batch and leaves out the rest.",
      "inputs": [{"name": "loss"}],
      "outputs": ["weight"],
      "params": [{"name": "fraction", "type": "float", "default": 0.5, "min": 0.01, "max": 1,
                  "help": "Share of the batch that counts."}],
      "deterministic": true, "equivariant": true
    }]
  });
}

static int32_t create(const br_setup *setup, void **instance) {
  double *fraction = malloc(sizeof *fraction);
  if (!fraction) return br_error(setup->host, BR_ERROR_INTERNAL, "out of memory");
  *fraction = setup->params[0].number;  // in the manifest's order, checked by the host
  *instance = fraction;
  return BR_OK;
}

static int descending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x < y) - (x > y);
}

static int32_t step(void *instance, const br_step *step) {
  const float *loss = step->inputs[0].data;
  float *weight = step->outputs[0].data;
  size_t B = (size_t)step->batch, counted = 0;
  size_t k = (size_t)(*(double *)instance * (double)B + 0.5);  // to the nearest; a small batch may give 0

  float *sorted = br_scratch(step->host, B * sizeof *sorted);
  if (!sorted) return br_error(step->host, BR_ERROR_INTERNAL, "out of memory");
  memcpy(sorted, loss, B * sizeof *sorted);
  qsort(sorted, B, sizeof *sorted, descending);

  float smallest = sorted[k > 0 ? k - 1 : 0];
  for (size_t i = 0; i < B; i++) {
    if (loss[i] != loss[i]) return br_error(step->host, BR_ERROR_NUMERIC, "a loss is not a number");
    counted += loss[i] >= smallest;
  }
  for (size_t i = 0; i < B; i++) weight[i] = loss[i] >= smallest ? 1 / (float)counted : 0;
  return BR_OK;
}

static const br_strategy table = {
    .struct_size = sizeof table, .create = create, .step = step, .destroy = free};

const br_strategy *br_strategy_v1(const char *id) { return strcmp(id, "hard-examples") ? NULL : &table; }
