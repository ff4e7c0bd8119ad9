// A weighting that allocates three times a step, each time in another way.
#include <brhost_plugin.h>
#include <stdlib.h>

static int32_t create(const br_setup *setup, void **instance) {
  (void)setup;
  *instance = NULL;
  return BR_OK;
}
static void destroy(void *instance) { (void)instance; }

static int32_t step(void *instance, const br_step *step) {
  (void)instance;
  float *volatile a = malloc(64);
  float *volatile b = calloc(16, 4);
  float *volatile c = aligned_alloc(64, 64);
  free(a), free(b), free(c);
  float *weight = step->outputs[0].data;
  for (int64_t i = 0; i < step->batch; i++) weight[i] = 1;
  return BR_OK;
}

BR_EXPORT const char *br_manifest_v1(void) {
  return BR_JSON({"brhost": 1, "strategies": [{"id": "allocating", "version": "1", "name": "Allocating",
    "summary": "Allocates.", "inputs": [{"name": "gradient", "optional": true}], "outputs": ["weight"]}]});
}

BR_EXPORT const br_strategy *br_strategy_v1(const char *id) {
  static const br_strategy table = {sizeof table, 0, create, step, destroy, NULL, NULL};
  (void)id;
  return &table;
}
