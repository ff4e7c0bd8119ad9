// Plugins that give numbers that are not finite at step 2, to the sample in the middle of the batch, and two
// weightings that never do.
#include <brhost_plugin.h>
#include <math.h>
#include <string.h>

const char *br_manifest_v1(void) {
  return BR_JSON({
    "brhost": 1,
    "strategies": [
      {"id": "flawed", "version": "1", "name": "Flawed", "summary": "A weight that is NaN.",
       "inputs": [{"name": "loss"}], "outputs": ["weight"]},
      {"id": "steady", "version": "1", "name": "Steady", "summary": "Equal weights.",
       "inputs": [{"name": "loss"}], "outputs": ["weight"]},
      {"id": "heavy", "version": "1", "name": "Heavy", "summary": "Weights of one.",
       "inputs": [{"name": "loss"}], "outputs": ["weight"]},
      {"id": "flawed-loss", "version": "1", "name": "Flawed loss", "summary": "A loss that is infinite.",
       "inputs": [{"name": "loss"}, {"name": "logit_gradient"}], "outputs": ["loss", "logit_gradient"]},
      {"id": "flawed-gradient", "version": "1", "name": "Flawed gradient", "summary": "A gradient that is NaN.",
       "inputs": [{"name": "loss"}, {"name": "logit_gradient"}], "outputs": ["loss", "logit_gradient"]},
      {"id": "huge", "version": "1", "name": "Huge", "summary": "A gradient whose products are infinite.",
       "inputs": [{"name": "loss"}, {"name": "logit_gradient"}], "outputs": ["loss", "logit_gradient"]}
    ]
  });
}

static int32_t create(const br_setup *setup, void **instance) {
  (void)setup;
  *instance = NULL;
  return BR_OK;
}
static void destroy(void *instance) { (void)instance; }

static int32_t steady(void *instance, const br_step *step) {
  (void)instance;
  float *weight = step->outputs[0].data;
  for (int64_t i = 0; i < step->batch; i++) weight[i] = 1 / (float)step->batch;
  return BR_OK;
}
static int32_t heavy(void *instance, const br_step *step) {
  (void)instance;
  float *weight = step->outputs[0].data;
  for (int64_t i = 0; i < step->batch; i++) weight[i] = 1;
  return BR_OK;
}
static int32_t flawed(void *instance, const br_step *step) {
  float *weight = step->outputs[0].data;
  steady(instance, step);
  if (step->step == 2) weight[step->batch / 2] = NAN;
  return BR_OK;
}

static void copy(const br_step *step) {
  for (int k = 0; k < 2; k++) {
    int64_t count = step->batch * (k ? step->inputs[k].shape[1] : 1);
    memcpy(step->outputs[k].data, step->inputs[k].data, (size_t)count * sizeof(float));
  }
}
static int32_t flawed_loss(void *instance, const br_step *step) {
  (void)instance;
  copy(step);
  if (step->step == 2) ((float *)step->outputs[0].data)[step->batch / 2] = INFINITY;
  return BR_OK;
}
static int32_t flawed_gradient(void *instance, const br_step *step) {
  (void)instance;
  copy(step);
  int64_t middle = step->batch / 2 * step->inputs[1].shape[1];
  if (step->step == 2) ((float *)step->outputs[1].data)[middle] = NAN;
  return BR_OK;
}
static int32_t huge(void *instance, const br_step *step) {
  (void)instance;
  copy(step);
  if (step->step != 2) return BR_OK;
  for (int64_t i = 0; i < step->batch * step->inputs[1].shape[1]; i++) ((float *)step->outputs[1].data)[i] = 3e38f;
  return BR_OK;
}

const br_strategy *br_strategy_v1(const char *id) {
  static const br_strategy tables[] = {
      {sizeof(br_strategy), 0, create, flawed, destroy, NULL, NULL},
      {sizeof(br_strategy), 0, create, steady, destroy, NULL, NULL},
      {sizeof(br_strategy), 0, create, heavy, destroy, NULL, NULL},
      {sizeof(br_strategy), 0, create, flawed_loss, destroy, NULL, NULL},
      {sizeof(br_strategy), 0, create, flawed_gradient, destroy, NULL, NULL},
      {sizeof(br_strategy), 0, create, huge, destroy, NULL, NULL},
  };
  static const char *ids[] = {"flawed", "steady", "heavy", "flawed-loss", "flawed-gradient", "huge"};
  for (int k = 0; k < 6; k++) {
    if (strcmp(id, ids[k]) == 0) return &tables[k];
  }
  return NULL;
}
