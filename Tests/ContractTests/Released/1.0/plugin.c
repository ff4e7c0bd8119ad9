// A plugin as an author of version 1.0 could have written it, against the header of that version: it reads every
// field, calls every function, and fails with the line where the host does not do what that header says.

#include <brhost_plugin.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_OF(line) #line
#define TEXT(line) TEXT_OF(line)
#define EXPECT(host, condition)                                                       \
  do {                                                                                \
    if (!(condition)) {                                                               \
      (host)->error(host, "line " TEXT(__LINE__) ": not so: " #condition);            \
      return BR_ERROR_INTERNAL;                                                       \
    }                                                                                 \
  } while (0)

const char *br_manifest_v1(void) {
  return BR_JSON({
    "brhost": 1, "needs_minor": 0,
    "strategies": [{
      "id": "released", "version": "1.0.0", "name": "Released", "summary": "A test.", "cite": "Nobody",
      "inputs": [{"name": "loss"}, {"name": "sample_id", "optional": false},
                 {"name": "gradient", "optional": true}],
      "outputs": ["weight", "score"],
      "params": [
        {"name": "rate", "type": "float", "default": 0.5, "min": 0, "max": 1, "help": "A number."},
        {"name": "count", "type": "int", "default": 3, "min": 1},
        {"name": "loud", "type": "bool", "default": true},
        {"name": "mode", "type": "enum", "default": "b", "values": ["a", "b"]},
        {"name": "label", "type": "string", "default": "plain"}
      ],
      "deterministic": true, "equivariant": true, "state": true
    }]
  });
}

typedef struct { int64_t steps; } counter;

static int32_t create(const br_setup *setup, void **instance) {
  const br_host *host = setup->host;
  EXPECT(host, host->struct_size >= sizeof *host && setup->struct_size >= sizeof *setup);
  EXPECT(host, (int64_t)host->abi_minor >= BR_ABI_MINOR);
  EXPECT(host, !strcmp(setup->strategy_id, "released") && setup->param_count == 5);
  const br_value *values = setup->params;
  EXPECT(host, values[0].type == BR_PARAM_FLOAT && values[0].number == 0.5 && values[0].reserved == 0);
  EXPECT(host, values[1].type == BR_PARAM_INT && values[1].integer == 3 && values[1].number == 3);
  EXPECT(host, values[2].type == BR_PARAM_BOOL && values[2].integer == 1);
  EXPECT(host, values[3].type == BR_PARAM_ENUM && values[3].integer == 1 && !strcmp(values[3].text, "b"));
  EXPECT(host, values[4].type == BR_PARAM_STRING && !strcmp(values[4].text, "plain"));
  EXPECT(host, setup->classes == 5 && setup->features == 7 && setup->gradient_length == 12);
  EXPECT(host, setup->training_samples == 1000 && setup->largest_batch == 300 && setup->seed == 7);
  EXPECT(host, setup->class_count[0] == 500 && setup->class_count[4] == 25);
  host->log(host, BR_LOG_DEBUG, "made");
  *instance = calloc(1, sizeof(counter));
  return *instance ? BR_OK : BR_ERROR_INTERNAL;
}

static void destroy(void *instance) { free(instance); }

static void square(void *user, int64_t begin, int64_t end) {
  float *values = user;
  for (int64_t i = begin; i < end; i++) values[i] *= values[i];
}

static int32_t call_services(const br_host *host, float *four) {
  EXPECT(host, host->cancelled(host) == 0);
  EXPECT(host, (uintptr_t)four % 64 == 0);
  float again[4];
  EXPECT(host, host->uniform(host, 1, 10, four, 4) == BR_OK);
  EXPECT(host, host->uniform(host, 1, 12, again, 2) == BR_OK);
  EXPECT(host, again[0] == four[2] && again[1] == four[3] && four[0] >= 0 && four[0] < 1);
  EXPECT(host, host->uniform(host, 1, 10, four, -1) == BR_ERROR_ARGUMENT);

  for (int i = 0; i < 4; i++) four[i] = (float)(i + 1);
  EXPECT(host, host->parallel_for(host, 4, square, four) == BR_OK);
  EXPECT(host, four[0] == 1 && four[1] == 4 && four[2] == 9 && four[3] == 16);
  EXPECT(host, host->parallel_for(host, -1, square, four) == BR_ERROR_ARGUMENT);

  const float a[] = {1, 2, 3, 4}, b[] = {1, 1, 0, 1};
  float c[] = {1, 1, 1, 1};  // c = 2 aᵀ b + c
  EXPECT(host, host->sgemm(host, 1, 0, 2, 2, 2, 2, a, 2, b, 2, 1, c, 2) == BR_OK);
  EXPECT(host, c[0] == 3 && c[1] == 9 && c[2] == 5 && c[3] == 13);
  EXPECT(host, host->sgemm(host, 0, 0, 2, 2, 2, 1, a, 1, b, 2, 0, c, 2) == BR_ERROR_ARGUMENT);

  br_view view = {four, BR_F32, 1, {4, 1, 1, 1}};
  EXPECT(host, host->put(host, "x", &view) == BR_ERROR_STATE);
  EXPECT(host, host->get(host, "x", &view) == BR_ERROR_STATE);
  EXPECT(host, host->query(host, "brhost.nothing") == NULL);
  return BR_OK;
}

static int32_t step(void *instance, const br_step *step) {
  const br_host *host = step->host;
  EXPECT(host, step->struct_size >= sizeof *step && step->input_count == 3 && step->output_count == 2);
  const br_view *loss = &step->inputs[0], *id = &step->inputs[1];
  const br_tensor *weight = &step->outputs[0], *score = &step->outputs[1];
  EXPECT(host, loss->dtype == BR_F32 && loss->rank == 1 && loss->shape[0] == step->batch && loss->shape[3] == 1);
  EXPECT(host, id->dtype == BR_I64 && (uintptr_t)id->data % 64 == 0 && (uintptr_t)loss->data % 64 == 0);
  EXPECT(host, step->inputs[2].data == NULL);
  EXPECT(host, weight->dtype == BR_F32 && score->rank == 1 && score->shape[0] == step->batch);
  EXPECT(host, step->epoch == 0 && step->step >= 0 && step->progress == 0.5 && step->learning_rate == 0.1);

  float *four = host->scratch(host, 4 * sizeof *four);
  EXPECT(host, four != NULL && host->scratch(host, UINT64_MAX) == NULL);
  int32_t status = call_services(host, four);
  if (status != BR_OK) return status;

  counter *self = instance;
  self->steps++;
  host->metric(host, "released/steps", (double)self->steps);
  for (int64_t i = 0; i < step->batch; i++) {
    ((float *)weight->data)[i] = 1 / (float)step->batch;
    ((float *)score->data)[i] = ((const float *)loss->data)[i] + (float)self->steps;
  }
  return self->steps == 3 ? BR_UNIFORM : BR_OK;
}

static const float reals[] = {1, 2, 3, 4, 5, 6};
static const double precise = 0.1;
static const int32_t small[] = {-1, 1};
static const uint8_t bytes[] = {1, 2, 255};

static int32_t save(void *instance, const br_host *host) {
  br_view views[] = {
      {&((counter *)instance)->steps, BR_I64, 0, {1, 1, 1, 1}},
      {reals, BR_F32, 2, {2, 3, 1, 1}},
      {&precise, BR_F64, 0, {1, 1, 1, 1}},
      {small, BR_I32, 1, {2, 1, 1, 1}},
      {bytes, BR_U8, 1, {3, 1, 1, 1}}};
  const char *names[] = {"steps", "reals", "precise", "small", "bytes"};
  for (int i = 0; i < 5; i++) EXPECT(host, host->put(host, names[i], &views[i]) == BR_OK);
  EXPECT(host, host->put(host, "steps", &views[0]) == BR_ERROR_ARGUMENT);
  return BR_OK;
}

static int32_t load(void *instance, const br_host *host) {
  br_view steps, view;
  EXPECT(host, host->get(host, "nothing", &view) == BR_ERROR_STATE);
  EXPECT(host, host->get(host, "reals", &view) == BR_OK && view.dtype == BR_F32 && view.rank == 2);
  EXPECT(host, view.shape[0] == 2 && view.shape[1] == 3 && !memcmp(view.data, reals, sizeof reals));
  EXPECT(host, host->get(host, "precise", &view) == BR_OK && *(const double *)view.data == precise);
  EXPECT(host, host->get(host, "small", &view) == BR_OK && !memcmp(view.data, small, sizeof small));
  EXPECT(host, host->get(host, "bytes", &view) == BR_OK && !memcmp(view.data, bytes, sizeof bytes));
  if (host->get(host, "steps", &steps) != BR_OK || steps.dtype != BR_I64 || steps.rank != 0) {
    host->error(host, "expected a number 'steps'");
    return BR_ERROR_STATE;
  }
  memcpy(&((counter *)instance)->steps, steps.data, sizeof(int64_t));
  return BR_OK;
}

static const br_strategy table = {
    .struct_size = sizeof table, .create = create, .step = step, .destroy = destroy, .save = save,
    .load = load};

const br_strategy *br_strategy_v1(const char *id) { return strcmp(id, "released") ? NULL : &table; }
