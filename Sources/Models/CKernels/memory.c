// Memory for tensors. Large ones come in huge pages where the system has them: a batch of 1,024 walks through 64 MiB
// for every layer, and with small pages looking up addresses took 7 % of its step.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "CKernels.h"

enum { HUGE_PAGE = 2 << 20, LARGE = 2 * HUGE_PAGE };

static size_t whole_pages(size_t bytes) { return (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE; }

// Fresh pages are zero; those before the first and after the last whole huge page are given back.
static void *allocate_large(size_t bytes) {
  const size_t length = whole_pages(bytes), reserved = length + HUGE_PAGE;
  char *start = mmap(NULL, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED) return NULL;
  const size_t before = whole_pages((uintptr_t)start) - (uintptr_t)start;
  if (before > 0) munmap(start, before);
  if (before < HUGE_PAGE) munmap(start + before + length, HUGE_PAGE - before);
#ifdef MADV_HUGEPAGE
  madvise(start + before, length, MADV_HUGEPAGE);  // advice: where it is refused, pages are small
#endif
  return start + before;
}

void *ck_allocate(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return NULL;
  if (bytes >= LARGE) return allocate_large(bytes);
  const size_t rounded = (bytes + CK_ALIGNMENT) / CK_ALIGNMENT * CK_ALIGNMENT;
  void *memory = aligned_alloc(CK_ALIGNMENT, rounded);
  if (memory) memset(memory, 0, rounded);
  return memory;
}

void ck_free(void *memory, size_t bytes) {
  if (bytes >= LARGE) munmap(memory, whole_pages(bytes));
  else free(memory);
}

void ck_end_without_memory(size_t bytes) {
  char text[192];
  const int length = snprintf(
      text, sizeof text,
      "brhost: the system refuses another %zu bytes of memory\n"
      "  Try: other programs closed, a higher 'ulimit -v', or a smaller --batch-size.\n", bytes);
  if (length > 0 && write(STDERR_FILENO, text, (size_t)length) < 0) _exit(1);  // nobody can be told
  _exit(1);  // not exit: what it calls may want memory, too
}
