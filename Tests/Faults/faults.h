// What the replaced functions ask before they go on.
#include <stddef.h>

// Whether anything happens to the function of this name.
int is_meant(const char *name);

// Whether a path, or an open file, is below the folder that faults are for.
int names_below(int folder, const char *path);
int opened_below(int descriptor);

// Whether an allocation of so many bytes is large enough.
int is_large(size_t bytes);

// Strikes where it is this call's turn; returns the error that the call is to fail with, or 0. `count`, where
// there is one, is lowered to what a short call may read or write.
int strike(const char *name, size_t *count);

// Sets errno and returns -1.
long spoiled(int error);

// Seconds to add to the wall clock: on every second look it has jumped.
long leap(void);
