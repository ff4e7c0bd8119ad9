// The functions that faults.c replaces, in every form in which the C library and Foundation call them.
#define _GNU_SOURCE
#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// MARK: - Open files

static int opened(const char *name, int file, size_t *count) {
  return is_meant(name) && opened_below(file) ? strike(name, count) : 0;
}

ssize_t write(int file, const void *data, size_t count) {
  const int error = opened("write", file, &count);
  return error ? spoiled(error) : syscall(SYS_write, file, data, count);
}

ssize_t read(int file, void *data, size_t count) {
  const int error = opened("read", file, &count);
  return error ? spoiled(error) : syscall(SYS_read, file, data, count);
}

int fsync(int file) {
  const int error = opened("fsync", file, NULL);
  return (int)(error ? spoiled(error) : syscall(SYS_fsync, file));
}

int fdatasync(int file) {
  const int error = opened("fsync", file, NULL);
  return (int)(error ? spoiled(error) : syscall(SYS_fdatasync, file));
}

// Whatever close reports, the descriptor is closed.
int close(int file) {
  const int error = opened("close", file, NULL);
  const long result = syscall(SYS_close, file);
  return (int)(error ? spoiled(error) : result);
}

int ftruncate(int file, off_t size) {
  const int error = opened("ftruncate", file, NULL);
  return (int)(error ? spoiled(error) : syscall(SYS_ftruncate, file, size));
}
int ftruncate64(int file, off_t size) { return ftruncate(file, size); }

// MARK: - Paths

static int named(const char *name, int folder, const char *path) {
  return is_meant(name) && names_below(folder, path) ? strike(name, NULL) : 0;
}

static int opening(int folder, const char *path, int flags, int mode) {
  const int is_writing = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
  const int error = is_writing ? named("open", folder, path) : 0;
  return (int)(error ? spoiled(error) : syscall(SYS_openat, folder, path, flags, mode));
}

#define MODE(mode)                                                             \
  va_list rest;                                                                \
  va_start(rest, flags);                                                       \
  const int mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, int) : 0;    \
  va_end(rest)
#define OPEN(name)                                                             \
  int name(const char *path, int flags, ...) {                                 \
    MODE(mode);                                                                \
    return opening(AT_FDCWD, path, flags, mode);                               \
  }
#define OPENAT(name)                                                           \
  int name(int folder, const char *path, int flags, ...) {                     \
    MODE(mode);                                                                \
    return opening(folder, path, flags, mode);                                 \
  }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
int __open_2(const char *path, int flags) { return opening(AT_FDCWD, path, flags, 0); }
int __open64_2(const char *path, int flags) { return opening(AT_FDCWD, path, flags, 0); }
int __openat_2(int folder, const char *path, int flags) { return opening(folder, path, flags, 0); }
int __openat64_2(int folder, const char *path, int flags) { return opening(folder, path, flags, 0); }
int creat(const char *path, mode_t mode) {
  return opening(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, (int)mode);
}

int renameat(int from, const char *old, int to, const char *new) {
  const int error = named("rename", to, new);
  return (int)(error ? spoiled(error) : syscall(SYS_renameat2, from, old, to, new, 0));
}
int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }

int mkdirat(int folder, const char *path, mode_t mode) {
  const int error = named("mkdir", folder, path);
  return (int)(error ? spoiled(error) : syscall(SYS_mkdirat, folder, path, mode));
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int unlinkat(int folder, const char *path, int flags) {
  const int error = named(flags & AT_REMOVEDIR ? "rmdir" : "unlink", folder, path);
  return (int)(error ? spoiled(error) : syscall(SYS_unlinkat, folder, path, flags));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

// MARK: - Memory

void *mmap(void *address, size_t bytes, int protection, int flags, int file, off_t offset) {
  const int error = is_meant("mmap") && is_large(bytes) ? strike("mmap", NULL) : 0;
  if (error) return (void *)spoiled(error);
  return (void *)syscall(SYS_mmap, address, bytes, protection, flags, file, offset);
}
void *mmap64(void *address, size_t bytes, int protection, int flags, int file, off_t offset) {
  return mmap(address, bytes, protection, flags, file, offset);
}

// Those of vectors: Swift's objects, which nothing can be done without, are aligned to 16 bytes.
static int lacks_memory(size_t alignment, size_t bytes) {
  return is_meant("aligned_alloc") && alignment >= 64 && is_large(bytes) ? strike("aligned_alloc", NULL) : 0;
}

void *aligned_alloc(size_t alignment, size_t bytes) {
  void *(*real)(size_t, size_t) = dlsym(RTLD_NEXT, "aligned_alloc");
  const int error = lacks_memory(alignment, bytes);
  if (!error) return real(alignment, bytes);
  errno = error;
  return NULL;
}

int posix_memalign(void **memory, size_t alignment, size_t bytes) {
  int (*real)(void **, size_t, size_t) = dlsym(RTLD_NEXT, "posix_memalign");
  const int error = lacks_memory(alignment, bytes);
  return error ? error : real(memory, alignment, bytes);
}

// MARK: - Threads and processes

int pthread_create(
    pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
  int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) =
      dlsym(RTLD_NEXT, "pthread_create");
  const int error = strike("pthread_create", NULL);
  return error ? error : real(thread, attributes, start, argument);
}

int posix_spawn(
    pid_t *process, const char *path, const posix_spawn_file_actions_t *actions,
    const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  int (*real)(
      pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[],
      char *const[]) = dlsym(RTLD_NEXT, "posix_spawn");
  const int error = strike("posix_spawn", NULL);
  return error ? error : real(process, path, actions, attributes, arguments, environment);
}

int memfd_create(const char *name, unsigned flags) {
  const int error = strike("memfd_create", NULL);
  return (int)(error ? spoiled(error) : syscall(SYS_memfd_create, name, flags));
}

int socketpair(int domain, int type, int protocol, int ends[2]) {
  const int error = strike("socketpair", NULL);
  return (int)(error ? spoiled(error) : syscall(SYS_socketpair, domain, type, protocol, ends));
}

int pipe2(int ends[2], int flags) {
  const int error = strike("pipe2", NULL);
  return (int)(error ? spoiled(error) : syscall(SYS_pipe2, ends, flags));
}

// MARK: - The wall clock

int clock_gettime(clockid_t clock, struct timespec *now) {
  const long result = syscall(SYS_clock_gettime, clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += leap();
  return (int)result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  struct timespec precise;
  const int result = clock_gettime(CLOCK_REALTIME, &precise);
  *now = (struct timeval){precise.tv_sec, precise.tv_nsec / 1000};
  return result;
}

time_t time(time_t *now) {
  struct timespec precise;
  clock_gettime(CLOCK_REALTIME, &precise);
  if (now) *now = precise.tv_sec;
  return precise.tv_sec;
}
