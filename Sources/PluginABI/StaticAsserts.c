// Freezes the layout of every struct of the header: a change that would break a plugin built earlier does not
// compile. When a growing struct gains a field, its line here becomes an "at least" and a new offset follows.
//
// In C because only C can assert the offsets that C plugins see.

#include "brhost_plugin.h"

#include <stddef.h>

#define FROZEN(type, size) _Static_assert(sizeof(type) == (size), #type " has changed its size")
#define OFFSET(type, field, at) _Static_assert(offsetof(type, field) == (at), #type "." #field " has moved")

_Static_assert(sizeof(void *) == 8, "plugins are 64-bit");
_Static_assert(sizeof(void (*)(void)) == 8, "function pointers are 64-bit");

// Frozen leaves.
FROZEN(br_view, 48);
OFFSET(br_view, data, 0);
OFFSET(br_view, dtype, 8);
OFFSET(br_view, rank, 12);
OFFSET(br_view, shape, 16);

FROZEN(br_tensor, 48);
OFFSET(br_tensor, data, 0);
OFFSET(br_tensor, dtype, 8);
OFFSET(br_tensor, rank, 12);
OFFSET(br_tensor, shape, 16);

FROZEN(br_value, 32);
OFFSET(br_value, type, 0);
OFFSET(br_value, reserved, 4);
OFFSET(br_value, number, 8);
OFFSET(br_value, integer, 16);
OFFSET(br_value, text, 24);

// Growing structs, as of 1.0.
FROZEN(br_host, 104);
OFFSET(br_host, struct_size, 0);
OFFSET(br_host, abi_minor, 4);
OFFSET(br_host, owner, 8);
OFFSET(br_host, log, 16);
OFFSET(br_host, error, 24);
OFFSET(br_host, metric, 32);
OFFSET(br_host, cancelled, 40);
OFFSET(br_host, scratch, 48);
OFFSET(br_host, parallel_for, 56);
OFFSET(br_host, sgemm, 64);
OFFSET(br_host, uniform, 72);
OFFSET(br_host, put, 80);
OFFSET(br_host, get, 88);
OFFSET(br_host, query, 96);

FROZEN(br_setup, 88);
OFFSET(br_setup, struct_size, 0);
OFFSET(br_setup, param_count, 4);
OFFSET(br_setup, params, 8);
OFFSET(br_setup, strategy_id, 16);
OFFSET(br_setup, host, 24);
OFFSET(br_setup, classes, 32);
OFFSET(br_setup, features, 40);
OFFSET(br_setup, gradient_length, 48);
OFFSET(br_setup, training_samples, 56);
OFFSET(br_setup, largest_batch, 64);
OFFSET(br_setup, class_count, 72);
OFFSET(br_setup, seed, 80);

FROZEN(br_step, 80);
OFFSET(br_step, struct_size, 0);
OFFSET(br_step, input_count, 4);
OFFSET(br_step, output_count, 8);
OFFSET(br_step, reserved, 12);
OFFSET(br_step, inputs, 16);
OFFSET(br_step, outputs, 24);
OFFSET(br_step, host, 32);
OFFSET(br_step, batch, 40);
OFFSET(br_step, epoch, 48);
OFFSET(br_step, step, 56);
OFFSET(br_step, progress, 64);
OFFSET(br_step, learning_rate, 72);

FROZEN(br_strategy, 48);
OFFSET(br_strategy, struct_size, 0);
OFFSET(br_strategy, reserved, 4);
OFFSET(br_strategy, create, 8);
OFFSET(br_strategy, step, 16);
OFFSET(br_strategy, destroy, 24);
OFFSET(br_strategy, save, 32);
OFFSET(br_strategy, load, 40);
