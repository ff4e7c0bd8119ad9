// What running a plugin in a process of its own asks of the kernel.
//
// In C because Swift has no variadic system calls, and no macros for filters and seals.
#ifndef CISOLATION_H
#define CISOLATION_H

#include <stddef.h>
#include <stdint.h>

// ---- Shared memory ----

// Makes zeroed memory that other processes can map and nobody can resize. Returns a descriptor that is closed
// on exec, or a negative errno.
int32_t ci_make_memory(size_t bytes);

// From now on the memory cannot be written but through mappings that exist. 0, or an errno.
int32_t ci_seal_against_writing(int32_t memory);

// Maps all of the memory; NULL on failure. Owner: caller, who unmaps it with munmap.
void *ci_map(int32_t memory, size_t bytes, int32_t is_writable);

// ---- The desk: memory of both processes by which one step is asked for and answered ----
//
// Who asks looks at the desk for a while before it sleeps, because the answer mostly comes sooner than a sleeper
// wakes. Whatever the child writes there is checked or harmless.

typedef struct ci_desk ci_desk;
#define CI_DESK_BYTES 256

// Where in the run a step is; as in br_step.
typedef struct ci_place {
  int64_t batch, epoch, step;
  double progress, learning_rate;
} ci_place;

// The parent lays down the place of the next step, and takes back the answer to the last one.
void ci_place_step(ci_desk *desk, ci_place place);
// The child reads the place.
ci_place ci_read_place(const ci_desk *desk);

// The child answers. Whether the parent sleeps and must be woken.
int32_t ci_answer(ci_desk *desk, int32_t answer);
// The parent looks for the answer for that long, then declares that it sleeps. Whether *answer holds it.
int32_t ci_await_answer(ci_desk *desk, int64_t nanoseconds, int32_t *answer);

// The parent asks the child to return soon; the child looks.
void ci_cancel(ci_desk *desk);
int32_t ci_is_cancelled(const ci_desk *desk);

// ---- A child process, seen by its parent ----

typedef struct ci_child {
  int32_t process;     // its number; also that of its session and process group
  int32_t descriptor;  // readable once it has ended; -1 where the kernel has no such thing
  int32_t channel;     // our end of a stream to its descriptor CI_CHANNEL
  int32_t output;      // what it writes to standard output and error; reading never waits
} ci_child;

// The child's descriptors beyond the standard ones, of which its input is empty.
#define CI_CHANNEL 3
#define CI_INPUTS 4
#define CI_OUTPUTS 5

// Starts a program in a session of its own, without our signal settings; `inputs` and `outputs` are descriptors
// for it, or -1. Fills *child, whose descriptors the caller closes. 0, or an errno.
int32_t ci_start(
    const char *program, char *const arguments[], char *const environment[], int32_t inputs, int32_t outputs,
    ci_child *child);

// ---- A child process, seen by itself ----

// Leaves interruptions to the parent, writes no core, is the first to go where memory is short, has at most half
// of the machine's memory, and passes its descriptors to no program.
void ci_settle(void);

// Ends this process, and those that it has started, once the parent has been gone for so many seconds, whatever it is
// doing then. 0, or an errno.
int32_t ci_end_with_parent(double grace);

// Whether this process was started by ci_start.
int32_t ci_is_child(void);

// Gives up opening files for writing, changing folders' contents, the network, and other processes; for all
// threads, and for ever. 0, or an errno: ENOSYS where the kernel has no filters for system calls.
int32_t ci_lock_down(void);

// Whether ci_lock_down would work; changes nothing.
int32_t ci_can_lock_down(void);

// This process gets SIGTERM once the one that started it, which it expects to be number `starter`, has ended. 0, or an
// errno.
int32_t ci_interrupt_with_starter(int32_t starter);

#endif
