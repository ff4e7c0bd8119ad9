// Preloaded into a program, spoils its calls of one function as a failing disk or a lack of memory would.
//
//   FAULT_CALL    the function: write, fsync, rename, open (for writing), read, ftruncate, mkdir, unlink,
//                 rmdir, close; mmap, aligned_alloc; pthread_create, posix_spawn, memfd_create, socketpair, pipe2
//   FAULT_AT      which of its calls, counted from 1; absent or 0: every one
//   FAULT_ACT     fail:ERRNO
//                 short:BYTES         at most so many are read or written
//                 full:BYTES          so many are written, and the calls after that one fail with ENOSPC
//                 interrupt:TIMES     EINTR so often
//                 kill:SIGNAL         the process gets it just before the call
//                 slow:MILLISECONDS
//                 remove:PATH         what is there below the folder goes, a file or a folder of files
//   FAULT_BELOW   calls on files and folders below this folder count
//   FAULT_ABOVE   allocations of at least so many bytes count
//   FAULT_ALSO    FUNCTION:ERRNO, a function of which every call fails besides: for what follows a failure
//   FAULT_REPORT  a file that is made when the fault strikes, so that a loop over FAULT_AT knows where to end
//   FAULT_CLOCK   seconds that the wall clock jumps to and fro, from each look at it to the next
//
// The real functions are system calls, so that nothing here comes back to itself.
#define _GNU_SOURCE
#include "faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *call, *below, *report, *act, *also;
static long at, amount, jump;
static size_t above;
static atomic_long calls, interrupted, looks;
static atomic_int has_begun;

// MARK: - Settings

static const char *text(const char *name) {
  const char *value = getenv(name);
  return value ? value : "";
}

static const char *after_colon(const char *setting) {
  const char *colon = strchr(setting, ':');
  return colon ? colon + 1 : "";
}

// On the first call, for other libraries' constructors may come before one of ours.
static void begin(void) {
  act = text("FAULT_ACT"), also = text("FAULT_ALSO");
  below = text("FAULT_BELOW"), report = text("FAULT_REPORT");
  at = atol(text("FAULT_AT")), jump = atol(text("FAULT_CLOCK")), amount = atol(after_colon(act));
  above = (size_t)atol(text("FAULT_ABOVE"));
  call = text("FAULT_CALL");
  atomic_store(&has_begun, 1);
}

static int starts(const char *setting, const char *name) { return strncmp(setting, name, strlen(name)) == 0; }
static int acts(const char *name) { return starts(act, name); }

int is_meant(const char *name) {
  if (!atomic_load(&has_begun)) begin();
  return strcmp(call, name) == 0 || (also[0] && starts(also, name));
}

int is_large(size_t bytes) { return bytes >= above; }

long leap(void) {
  if (!atomic_load(&has_begun)) begin();
  return jump && atomic_fetch_add(&looks, 1) % 2 ? jump : 0;
}

// MARK: - Places

static int is_below(const char *path) {
  const size_t length = strlen(below);
  return length > 0 && strncmp(path, below, length) == 0 && (path[length] == '/' || path[length] == 0);
}

int names_below(int folder, const char *path) {
  char whole[2 * PATH_MAX], link[64];
  if (path[0] == '/') return is_below(path);
  snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
  const ssize_t length = readlink(link, whole, PATH_MAX);
  if (length < 0) return 0;
  const char *rest = path[0] == '.' && path[1] == '/' ? path + 2 : path;
  snprintf(whole + length, sizeof whole - (size_t)length, "/%s", rest);
  return is_below(whole);
}

int opened_below(int descriptor) {
  char link[64], path[PATH_MAX + 1];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, PATH_MAX);
  if (length < 0) return 0;
  path[length] = 0;
  return is_below(path);
}

// MARK: - Striking

long spoiled(int error) {
  errno = error;
  return -1;
}

static void tell(void) {
  if (!report[0]) return;
  const long made = syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (made >= 0) syscall(SYS_close, made);
}

static void remove_all(const char *path) {
  char whole[2 * PATH_MAX];
  snprintf(whole, sizeof whole, "%s/%s", below, path);
  DIR *folder = opendir(whole);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    if (entry->d_name[0] != '.') syscall(SYS_unlinkat, dirfd(folder), entry->d_name, 0);
  }
  if (folder) closedir(folder);
  syscall(SYS_unlinkat, AT_FDCWD, whole, folder ? AT_REMOVEDIR : 0);
}

int strike(const char *name, size_t *count) {
  if (!is_meant(name)) return 0;
  if (strcmp(call, name) != 0) return atoi(after_colon(also));
  const long number = atomic_fetch_add(&calls, 1) + 1;
  const int goes_on = acts("full") || acts("interrupt");
  if (at > 0 && number != at && !(goes_on && number > at)) return 0;
  if (acts("interrupt") && atomic_fetch_add(&interrupted, 1) >= amount) return 0;
  tell();
  if (acts("kill")) kill(getpid(), (int)amount);
  if (acts("remove")) remove_all(after_colon(act));
  if (acts("slow")) nanosleep(&(struct timespec){amount / 1000, amount % 1000 * 1000000}, NULL);
  if (acts("full") && at > 0 && number > at) return ENOSPC;
  if (count && (acts("short") || acts("full")) && *count > (size_t)amount) *count = (size_t)amount;
  return acts("fail") ? (int)amount : acts("interrupt") ? EINTR : 0;
}
