#define _GNU_SOURCE
#include "CIsolation.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

int32_t ci_make_memory(size_t bytes) {
  const int memory = memfd_create("brhost", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (memory < 0) return -errno;
  if (ftruncate(memory, (off_t)bytes) == 0 && fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0) {
    return memory;
  }
  const int error = errno;
  close(memory);
  return -error;
}

int32_t ci_seal_against_writing(int32_t memory) {
  return fcntl(memory, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) == 0 ? 0 : errno;
}

void *ci_map(int32_t memory, size_t bytes, int32_t is_writable) {
  const int protection = is_writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void *start = mmap(NULL, bytes, protection, MAP_SHARED | MAP_POPULATE, memory, 0);
  return start == MAP_FAILED ? NULL : start;
}
