// A weighting that asks for every input and an objective that doubles the cross-entropy.
#include <brhost_plugin.h>
#include <stddef.h>
#include <string.h>

static const char manifest[] =
    "{\"brhost\": 1, \"strategies\": ["
    "{\"id\": \"probe\", \"version\": \"1\", \"name\": \"Probe\", \"summary\": \"Sees everything.\","
    " \"inputs\": [{\"name\": \"loss\"}, {\"name\": \"logits\"}, {\"name\": \"target\"}, {\"name\": \"sample_id\"},"
    " {\"name\": \"feature\"}, {\"name\": \"logit_gradient\"}, {\"name\": \"gradient\", \"optional\": true},"
    " {\"name\": \"gradient_norm\"}, {\"name\": \"gram\"}, {\"name\": \"cosine\"}, {\"name\": \"class_count\"},"
    " {\"name\": \"group\"}, {\"name\": \"meta_alignment\"}],"
    " \"outputs\": [\"weight\", \"score\"]},"
    "{\"id\": \"doubled\", \"version\": \"1\", \"name\": \"Doubled\", \"summary\": \"Twice the cross-entropy.\","
    " \"inputs\": [{\"name\": \"loss\"}, {\"name\": \"logit_gradient\"}],"
    " \"outputs\": [\"loss\", \"logit_gradient\"]}]}";

const char *br_manifest_v1(void) { return manifest; }

static int32_t create(const br_setup *setup, void **instance) {
  (void)setup;
  *instance = NULL;
  return BR_OK;
}
static void destroy(void *instance) { (void)instance; }

// The first half of the batch counts; the score is the sample's place in the batch.
static int32_t probe(void *instance, const br_step *step) {
  (void)instance;
  float *weight = step->outputs[0].data, *score = step->outputs[1].data;
  for (int64_t i = 0; i < step->batch; i++) {
    weight[i] = 2 * i < step->batch ? 0.25f : 0.0f;
    score[i] = (float)i;
  }
  step->host->metric(step->host, "batch", (double)step->batch);
  return BR_OK;
}

static int32_t doubled(void *instance, const br_step *step) {
  (void)instance;
  const float *loss = step->inputs[0].data, *gradient = step->inputs[1].data;
  float *new_loss = step->outputs[0].data, *new_gradient = step->outputs[1].data;
  for (int64_t i = 0; i < step->batch; i++) new_loss[i] = 2 * loss[i];
  for (int64_t i = 0; i < step->batch * step->inputs[1].shape[1]; i++) new_gradient[i] = 2 * gradient[i];
  return BR_OK;
}

const br_strategy *br_strategy_v1(const char *id) {
  static const br_strategy weighting = {sizeof weighting, 0, create, probe, destroy, NULL, NULL};
  static const br_strategy objective = {sizeof objective, 0, create, doubled, destroy, NULL, NULL};
  if (strcmp(id, "probe") == 0) return &weighting;
  return strcmp(id, "doubled") == 0 ? &objective : NULL;
}
