// brhost_plugin.h: the contract between brhost and a strategy plugin, ABI major 1.
//
// A plugin is a shared object that exports two functions, declared at the end of this file, and imports
// nothing from the host: every service arrives as a function pointer. This header needs nothing but stdint.h
// and compiles as C99 and later and as C++11 and later. The author's guide is plugins/README.md.
//
// RULES
//
//  1. Within a major version nothing is removed and nothing changes its meaning. A breaking change makes new
//     symbols (br_manifest_v2, ...), and a library may export both.
//  2. Structs marked FROZEN never change, so they may be embedded and put into arrays. Structs marked GROWING
//     begin with struct_size, which whoever fills the struct sets to its sizeof; fields are only appended.
//     A reader treats a field that lies beyond struct_size as zero, and never reads it. A newer host passes
//     longer structs than the plugin knows: take a larger struct_size as it comes, never ask for equality.
//  3. Whoever allocates, frees. What is passed to a call dies when that call returns, unless its comment says
//     otherwise. What a plugin returns by pointer (manifest, table) lives as long as the library.
//  4. Nothing unwinds across the boundary: no exception, no longjmp, no signal handler, no exit().
//  5. Calls on one instance never overlap but may come from different threads; different instances run at
//     the same time. A plugin starts no threads; parallel_for lends it the host's.
//  6. Inputs and outputs are named in the manifest and delivered by their index in it. The host computes only
//     what is declared. A changed meaning is a new name.
//  7. Text is UTF-8 and ends with a zero byte. All tensors are dense and row-major; their data is aligned to
//     64 bytes. Inputs are read-only.
//  8. A library is opened once and never unloaded.
//
// TAGS on functions and function pointers
//
//  [exclusive]  called by the host; never while another call on the same instance runs; on any thread
//  [caller]     may be called by a plugin on the thread of the host's call, while that call runs
//  [any]        may be called by a plugin on that thread and inside bodies of parallel_for
//
// MANIFEST
//
// br_manifest_v1 returns JSON (RFC 8259, at most 1 MiB):
//
//   { "brhost": 1,                      ABI major
//     "needs_minor": 0,                 the ABI minor that the plugin cannot do without (optional: 0)
//     "strategies": [ {
//       "id": "hard-examples",          lower-case letters, digits and hyphens: the name for --strategy
//       "version": "1.0.0",
//       "name": "Hard examples",        for people
//       "summary": "What it does, in one sentence.",
//       "cite": "Author: Title, year",  optional
//       "inputs": [ {"name": "loss", "optional": false} ],
//       "outputs": [ "weight" ],        weight and perhaps score; or loss and logit_gradient (an objective)
//       "params": [ {                   optional: none
//         "name": "fraction",           lower-case letters, digits and underscores
//         "type": "float",              float | int | bool | enum | string
//         "default": 0.25,
//         "min": 0.01, "max": 1.0,      optional, inclusive; float and int only
//         "values": ["a", "b"],         enum only: the permitted texts
//         "help": "One line."           optional
//       } ],
//       "deterministic": true,          same inputs, state, seed: same bytes (optional: false)
//       "equivariant": true,            permuting the batch permutes the outputs (optional: false)
//       "state": false                  has save and load (optional: false)
//     } ] }
//
// Inputs (B batch, C classes, F features, d gradient length):
//   loss f32 [B] (nats), logits f32 [B, C], target i64 [B], sample_id i64 [B], feature f32 [B, F],
//   logit_gradient f32 [B, C], gradient f32 [B, d], gradient_norm f32 [B], gram f32 [B, B],
//   cosine f32 [B, B], class_count i64 [C], group i64 [B], meta_alignment f32 [B]
// Outputs:
//   weight f32 [B] (finite, not negative, not all zero; the batch loss is exactly their sum with the losses),
//   score f32 [B], loss f32 [B], logit_gradient f32 [B, C]
//
// CHANGES
//
//   1.0  first version

#ifndef BRHOST_PLUGIN_H
#define BRHOST_PLUGIN_H

#include <stdint.h>

#define BR_ABI_MAJOR 1
#define BR_ABI_MINOR 0

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define BR_EXPORT __attribute__((visibility("default")))
#else
#define BR_EXPORT
#endif

// Spells JSON as a C string without escaping its quotes: BR_JSON({"brhost": 1, ...}).
#define BR_JSON(...) #__VA_ARGS__

// ---- Status codes (int32_t). Negative ones are failures; say why through br_host.error first. ----

#define BR_OK 0
#define BR_UNIFORM 1             // from step of a weighting: use uniform weights this step
#define BR_ERROR_ARGUMENT (-1)   // a parameter, setup value or input is not acceptable
#define BR_ERROR_UNSUPPORTED (-2)  // a service, shape or type that is needed is not there
#define BR_ERROR_NUMERIC (-3)    // not a number, overflow, no convergence
#define BR_ERROR_STATE (-4)      // saved state that is missing or damaged
#define BR_ERROR_INTERNAL (-5)   // anything else, out of memory included

// ---- Element types (uint32_t). Inputs and outputs are f32 and i64; saved state may be any of them. ----

#define BR_F32 1u
#define BR_F64 2u
#define BR_I32 3u
#define BR_I64 4u
#define BR_U8 5u

// ---- Types of a parameter value (uint32_t). ----

#define BR_PARAM_FLOAT 1u
#define BR_PARAM_INT 2u
#define BR_PARAM_BOOL 3u
#define BR_PARAM_ENUM 4u
#define BR_PARAM_STRING 5u

// ---- Levels of a log line (int32_t). ----

#define BR_LOG_DEBUG 0
#define BR_LOG_INFO 1
#define BR_LOG_WARNING 2

#define BR_MAX_RANK 4

// FROZEN. A tensor to read. Dimensions beyond rank are 1.
typedef struct br_view {
  const void *data;            // NULL for an optional input that is absent; owner: whoever fills the struct
  uint32_t dtype;              // BR_F32, ...
  uint32_t rank;               // 0 (one value) to BR_MAX_RANK
  int64_t shape[BR_MAX_RANK];  // each at least 0
} br_view;

// FROZEN. A tensor to write; the fields are those of br_view.
typedef struct br_tensor {
  void *data;  // owner: whoever fills the struct
  uint32_t dtype;
  uint32_t rank;
  int64_t shape[BR_MAX_RANK];
} br_tensor;

// FROZEN. The value of a parameter, already checked against the manifest.
typedef struct br_value {
  uint32_t type;      // BR_PARAM_FLOAT, ...
  uint32_t reserved;  // zero
  double number;      // float: the value; int: the same as integer; else 0
  int64_t integer;    // int: the value; bool: 0 or 1; enum: index into its values; else 0
  const char *text;   // enum and string: the value, never NULL; else NULL. Owner: host; dies with the call
} br_value;

// GROWING. What the host does for a plugin. Every function takes the struct first: host->log(host, ...).
// Functions with a status return BR_OK, or a code that their comment names and have done nothing.
// Owner: host. The pointer is valid until the call that delivered it returns; do not keep it.
typedef struct br_host {
  uint32_t struct_size;
  uint32_t abi_minor;  // the BR_ABI_MINOR that the host was built with
  void *owner;         // the host's own; leave it alone

  // [caller] Writes one line to the run's log, metrics.jsonl; from BR_LOG_INFO on also to the terminal.
  // text: read during the call.
  void (*log)(const struct br_host *host, int32_t level, const char *text);

  // [caller] Explains the failure that is about to be returned. The last text counts. text: copied.
  void (*error)(const struct br_host *host, const char *text);

  // [caller] Adds a finite number to this step's row of the run's log. name: letters, digits and _ - . / ,
  // at most 64 bytes; copied. At most 256 names a step. Call it from step only.
  void (*metric)(const struct br_host *host, const char *name, double value);

  // [any] 1 when the user wants the run to end (SIGINT or SIGTERM): return soon, with any status. Else 0.
  int32_t (*cancelled)(const struct br_host *host);

  // [caller] Memory, uninitialised, aligned to 64 bytes, valid until this call of the plugin returns; the
  // host frees it. NULL when the request is too large (the sum within one call is bounded to 1 GiB).
  void *(*scratch)(const struct br_host *host, uint64_t bytes);

  // [caller] Calls body(user, begin, end) over disjoint ranges that together are 0 ... count, on several
  // threads at once, and returns when all are done. How the work is cut does not depend on the number of
  // threads. body must not fail and must not call parallel_for or sgemm. user: passed on, never read.
  // BR_ERROR_ARGUMENT: count is negative, or body NULL. BR_ERROR_UNSUPPORTED: called from inside a body.
  int32_t (*parallel_for)(
      const struct br_host *host, int64_t count, void (*body)(void *user, int64_t begin, int64_t end),
      void *user);

  // [caller] c = alpha * op(a) * op(b) + beta * c, row-major; op(a) is [m, k], op(b) is [k, n], c is [m, n];
  // a transpose argument other than 0 means that the matrix is stored transposed. lda, ldb, ldc: distance of
  // two rows as stored, in elements, at least a row's length; sizes are below 2^31. With beta 0,
  // c is not read. a, b: read; c: written; all owned by caller.
  // BR_ERROR_ARGUMENT: a size is negative or too large, a distance too short, or a matrix NULL that
  // is not empty. BR_ERROR_UNSUPPORTED: called from inside a body of parallel_for.
  int32_t (*sgemm)(
      const struct br_host *host, int32_t transpose_a, int32_t transpose_b, int64_t m, int64_t n, int64_t k,
      float alpha, const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c,
      int64_t ldc);

  // [any] values[i] = the random number in [0, 1) at position (counter + i) of a stream. Counter-based: the
  // same seed, strategy, stream and position give the same number always, whatever was drawn before.
  // BR_ERROR_ARGUMENT: count is negative, or values NULL where count is not 0.
  int32_t (*uniform)(
      const struct br_host *host, uint32_t stream, uint64_t counter, float *values, int64_t count);

  // [caller] Inside save: adds a tensor to the saved state. name: unique, 1 to 128 bytes, not "__metadata__";
  // both copied. BR_ERROR_STATE: called outside save. BR_ERROR_ARGUMENT: a repeated or bad name, or a tensor
  // that is none.
  int32_t (*put)(const struct br_host *host, const char *name, const br_view *tensor);

  // [caller] Inside load: finds a tensor of the saved state and fills *tensor. The data belongs to the host
  // and is valid until load returns.
  // BR_ERROR_STATE: called outside load, or there is none of that name. BR_ERROR_ARGUMENT: tensor is NULL.
  // BR_ERROR_INTERNAL: out of memory.
  int32_t (*get)(const struct br_host *host, const char *name, br_view *tensor);

  // [caller] An optional table of further functions, owned by the host for the life of the process, or NULL.
  // Version 1.0 has none.
  const void *(*query)(const struct br_host *host, const char *id);
} br_host;

// GROWING. What is known when an instance is made. Owner: host; all of it dies when create returns.
typedef struct br_setup {
  uint32_t struct_size;
  uint32_t param_count;
  const br_value *params;      // [param_count], in the manifest's order
  const char *strategy_id;     // the id that the table was asked for
  const br_host *host;
  int64_t classes;             // C
  int64_t features;            // F, the width of the last layer's input
  int64_t gradient_length;     // d of the run's gradient source; 0 when rows are never materialised
  int64_t training_samples;    // sample ids are 0 ... training_samples - 1
  int64_t largest_batch;       // no step has more samples
  const int64_t *class_count;  // [classes], training samples per class
  uint64_t seed;               // of the run; for random numbers prefer br_host.uniform
} br_setup;

// GROWING. One batch. Owner: host; all of it dies when step returns.
typedef struct br_step {
  uint32_t struct_size;
  uint32_t input_count;
  uint32_t output_count;
  uint32_t reserved;         // zero
  const br_view *inputs;     // [input_count], in the manifest's order; data NULL: an absent optional one
  const br_tensor *outputs;  // [output_count], in the manifest's order; write every element
  const br_host *host;
  int64_t batch;             // B, the samples in this batch; at least 1
  int64_t epoch;             // from 0
  int64_t step;              // from 0, counted over the whole run
  double progress;           // planned share of the run that is done, 0 ... 1
  double learning_rate;
} br_step;

// GROWING. The functions of one strategy. Owner: plugin; lives as long as the library.
// create, step and destroy are required; save and load when the manifest says "state": true.
typedef struct br_strategy {
  uint32_t struct_size;
  uint32_t reserved;  // zero

  // [exclusive] Makes an instance and stores it in *instance (NULL is a valid instance); owner: plugin.
  // On failure nothing is kept, and destroy is not called.
  int32_t (*create)(const br_setup *setup, void **instance);

  // [exclusive] Fills every output for one batch.
  int32_t (*step)(void *instance, const br_step *step);

  // [exclusive] Frees the instance; the last call on it.
  void (*destroy)(void *instance);

  // [exclusive] Puts everything that later steps depend on into the state, through host->put.
  int32_t (*save)(void *instance, const br_host *host);

  // [exclusive] Takes the state back, through host->get. On failure the instance stays as it was.
  int32_t (*load)(void *instance, const br_host *host);
} br_strategy;

// ---- The two functions that a plugin exports. ----

// [any thread] The manifest as static JSON. Works with nothing initialised. Owner: plugin.
BR_EXPORT const char *br_manifest_v1(void);

// [any thread] The table of the strategy with this id, NULL for an unknown one. Owner: plugin.
BR_EXPORT const br_strategy *br_strategy_v1(const char *id);

#ifdef __cplusplus
}
#endif

#endif
