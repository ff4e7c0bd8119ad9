// A plugin that is right unless a macro makes it wrong; each test compiles it with one fault.

#define _GNU_SOURCE
#include "brhost_plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#ifdef STATEFUL
#define HAS_STATE "true"
#else
#define HAS_STATE "false"
#endif
#ifndef MANIFEST
#define MANIFEST                                                                      \
  BR_JSON({                                                                           \
    "brhost": 1,                                                                      \
    "strategies": [{                                                                  \
      "id": "faulty", "version": "1", "name": "Faulty", "summary": "A test.",         \
      "inputs": [{"name": "loss"}, {"name": "gradient", "optional": true}],           \
      "outputs": ["weight"],                                                          \
      "params": [                                                                     \
        {"name": "gamma", "type": "float", "default": 0.5, "min": -1, "max": 1},      \
        {"name": "steps", "type": "int", "default": 3, "min": 1},                     \
        {"name": "mode", "type": "enum", "default": "b", "values": ["a", "b"]},       \
        {"name": "loud", "type": "bool", "default": false},                           \
        {"name": "label", "type": "string", "default": "plain"}                       \
      ],                                                                              \
      "state":) HAS_STATE "}]}"
#endif
#ifndef WEIGHT
#define WEIGHT(i) (1.0f / (float)step->batch)
#endif
#ifndef STEP_STATUS
#define STEP_STATUS BR_OK
#endif
#ifndef CREATE
#define CREATE return BR_OK
#endif
#ifndef TABLE_SIZE
#define TABLE_SIZE sizeof(br_strategy)
#endif

#ifdef HELP
HELP
#endif

#ifdef MISSING_FUNCTION
extern void no_such_function_anywhere(void);
#endif

#ifdef OPENING
__attribute__((constructor)) static void opening(void) { OPENING; }
#endif

#ifdef PARALLEL_BODY
static void body(void *user, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; i++) ((float *)user)[i] += 1;
}
#endif

static int32_t create(const br_setup *setup, void **instance) {
  *instance = NULL;
  (void)setup;
  CREATE;
}

static int32_t step(void *instance, const br_step *step) {
  (void)instance;
#ifdef MISSING_FUNCTION
  no_such_function_anywhere();
#endif
#ifdef STEP
  STEP;
#endif
  float *weight = (float *)step->outputs[0].data;
  for (int64_t i = 0; i < step->batch; i++) weight[i] = WEIGHT(i);
#ifdef AFTER
  AFTER;
#endif
  return STEP_STATUS;
}

static void destroy(void *instance) {
#ifdef DESTROY
  DESTROY;
#endif
  (void)instance;
}

#ifdef SAVE
static int32_t save(void *instance, const br_host *host) {
  (void)instance;
  SAVE;
}
static int32_t load(void *instance, const br_host *host) {
  (void)instance;
  LOAD;
}
#endif

const char *br_manifest_v1(void) { return MANIFEST; }

#ifndef NO_TABLE_SYMBOL
const br_strategy *br_strategy_v1(const char *id) {
  if (strcmp(id, "faulty") != 0) return NULL;
  // The table ends where its struct_size says, right before memory that must not be read.
  long page = sysconf(_SC_PAGESIZE);
  char *pages = mmap(NULL, 2 * (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages == MAP_FAILED || mprotect(pages + page, (size_t)page, PROT_NONE) != 0) return NULL;
  char *table = pages + page - TABLE_SIZE;
  br_strategy whole = {sizeof(br_strategy), 0, create, step, destroy,
#ifdef SAVE
                       save, load
#else
                       NULL, NULL
#endif
  };
  whole.struct_size = (uint32_t)(TABLE_SIZE);
  size_t known = TABLE_SIZE < sizeof whole ? TABLE_SIZE : sizeof whole;
  memset(table, 0xFF, TABLE_SIZE);
  memcpy(table, &whole, known);
  return (const br_strategy *)table;
}
#endif
