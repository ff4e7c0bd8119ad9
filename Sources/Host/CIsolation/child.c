#define _GNU_SOURCE
#include "CIsolation.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// MARK: - The parent's side

// Above every descriptor that the child is given a number for, so that no copy overwrites another's source.
#define FIRST_FREE 16

static int32_t lifted(int32_t descriptor) {
  return descriptor < 0 ? -1 : fcntl(descriptor, F_DUPFD_CLOEXEC, FIRST_FREE);
}

static int prepare(posix_spawn_file_actions_t *actions, int channel, int output, int inputs, int outputs) {
  int error = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  if (!error) error = posix_spawn_file_actions_adddup2(actions, output, 1);
  if (!error) error = posix_spawn_file_actions_adddup2(actions, output, 2);
  if (!error) error = posix_spawn_file_actions_adddup2(actions, channel, CI_CHANNEL);
  if (!error && inputs >= 0) error = posix_spawn_file_actions_adddup2(actions, inputs, CI_INPUTS);
  if (!error && outputs >= 0) error = posix_spawn_file_actions_adddup2(actions, outputs, CI_OUTPUTS);
  return error;
}

static int spawn(
    const char *program, char *const arguments[], char *const environment[],
    const posix_spawn_file_actions_t *actions, pid_t *process) {
  posix_spawnattr_t attributes;
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  int error = posix_spawnattr_init(&attributes);
  if (error) return error;
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  error = posix_spawn(process, program, actions, &attributes, arguments, environment);
  posix_spawnattr_destroy(&attributes);
  return error;
}

int32_t ci_start(
    const char *program, char *const arguments[], char *const environment[], int32_t inputs, int32_t outputs,
    ci_child *child) {
  int channel[2], output[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) != 0) return errno;
  if (pipe2(output, O_CLOEXEC) != 0) {
    const int error = errno;
    close(channel[0]);
    close(channel[1]);
    return error;
  }
  int theirs[4] = {
      lifted(channel[1]), lifted(output[1]), lifted(inputs), lifted(outputs)};
  close(channel[1]);
  close(output[1]);
  int error = theirs[0] < 0 || theirs[1] < 0 || (inputs >= 0 && theirs[2] < 0) || (outputs >= 0 && theirs[3] < 0)
                  ? EMFILE
                  : 0;
  pid_t process = 0;
  posix_spawn_file_actions_t actions;
  if (!error) error = posix_spawn_file_actions_init(&actions);
  if (!error) {
    error = prepare(&actions, theirs[0], theirs[1], theirs[2], theirs[3]);
    if (!error) error = spawn(program, arguments, environment, &actions, &process);
    posix_spawn_file_actions_destroy(&actions);
  }
  for (int i = 0; i < 4; i++) {
    if (theirs[i] >= 0) close(theirs[i]);
  }
  if (error) {
    close(channel[0]);
    close(output[0]);
    return error;
  }
  fcntl(output[0], F_SETFL, O_NONBLOCK);
  child->process = process;
#ifdef SYS_pidfd_open
  child->descriptor = (int32_t)syscall(SYS_pidfd_open, process, 0);
#else
  child->descriptor = -1;
#endif
  child->channel = channel[0];
  child->output = output[0];
  return 0;
}

// MARK: - The child's side

// A sanitizer takes more addresses than there is memory.
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
enum { LIMITS_DATA = 0 };
#else
enum { LIMITS_DATA = 1 };
#endif

static void limit(int resource, rlim_t most) {
  struct rlimit now;
  if (getrlimit(resource, &now) != 0) return;
  if (now.rlim_max < most) most = now.rlim_max;
  const struct rlimit next = {most, most};
  setrlimit(resource, &next);
}

void ci_settle(void) {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);  // what it prints is read line by line
  limit(RLIMIT_CORE, 0);
  const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
  if (LIMITS_DATA && pages > 0 && size > 0) limit(RLIMIT_DATA, (rlim_t)pages * (rlim_t)size / 2);
  const int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    // Where it is refused, the kernel chooses by size.
    if (write(score, "1000", 4) < 0) errno = 0;
    close(score);
  }
  for (int descriptor = CI_CHANNEL; descriptor <= CI_OUTPUTS; descriptor++) {
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  }
#ifdef SYS_close_range
  if (syscall(SYS_close_range, CI_OUTPUTS + 1, ~0U, 0) != 0) errno = 0;  // what was left open by mistake
#endif
}

int32_t ci_is_child(void) {
  struct stat status;
  return fstat(CI_CHANNEL, &status) == 0 && S_ISSOCK(status.st_mode);
}

static double grace_period;

static void *watch_parent(void *unused) {
  // Without events asked for, poll ends when the other side has gone, or the descriptor has.
  struct pollfd channel = {CI_CHANNEL, 0, 0};
  while (poll(&channel, 1, -1) < 0 && errno == EINTR) {
  }
  struct timespec left = {(time_t)grace_period, (long)((grace_period - (double)(time_t)grace_period) * 1e9)};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
  kill(0, SIGKILL);
  return unused;
}

int32_t ci_end_with_parent(double grace) {
  grace_period = grace;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the plugin's signals are for its own threads
  pthread_t thread;
  const int error = pthread_create(&thread, NULL, watch_parent, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (!error) pthread_detach(thread);
  return error;
}

int32_t ci_interrupt_with_starter(int32_t starter) {
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0) return errno;
  if (getppid() != starter) raise(SIGTERM);  // it was faster
  return 0;
}
