// AllocationCounter.h: counts the allocations of the program that the library is preloaded into. C, because it stands
// in for malloc and the like, which every language of a plugin ends up in.
//
//   LD_PRELOAD=liballocation-counter.so program
//
// With ALLOCATION_COUNTER_REPORT set, the number is also written to standard error when the program ends.

#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

// Calls of malloc, calloc, realloc and the aligned ones on any thread, since the program began.
unsigned long br_allocation_count(void);

#endif
