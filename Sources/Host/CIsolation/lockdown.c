// A filter of system calls: a list of those that fail with EPERM, and a few whose arguments decide.
#define _GNU_SOURCE
#include "CIsolation.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define WRITING (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)

#define NAMESPACES                                                                                       \
  (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define NEWEST 462  // the last system call that this filter was written for

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define LOAD_ARGUMENT(i) LOAD(offsetof(struct seccomp_data, args[i]))  // the lower half: little-endian
#define IF_EQUAL(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), yes, no)
#define IF_AT_LEAST(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, (unsigned)(value), yes, no)
#define IF_ANY_BIT(value, yes, no) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (unsigned)(value), yes, no)
#define RETURN(value) BPF_STMT(BPF_RET | BPF_K, (value))
#define ALLOW RETURN(SECCOMP_RET_ALLOW)
#define DENY RETURN(SECCOMP_RET_ERRNO | EPERM)
#define UNKNOWN RETURN(SECCOMP_RET_ERRNO | ENOSYS)

static const int denied[] = {
    // Opening by ways that the filter cannot look into.
    SYS_open_by_handle_at, SYS_io_uring_setup,
#ifdef SYS_openat2
    SYS_openat2,
#endif
#ifdef SYS_creat
    SYS_creat,
#endif
    // What folders hold, and files by name.
    SYS_truncate, SYS_unlinkat, SYS_renameat2, SYS_mkdirat, SYS_mknodat, SYS_linkat, SYS_symlinkat, SYS_fchmodat,
    SYS_fchownat, SYS_fchmod, SYS_fchown, SYS_utimensat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr,
    SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_mount, SYS_umount2, SYS_chroot, SYS_pivot_root,
    SYS_mq_open, SYS_mq_unlink, SYS_shmget, SYS_msgget, SYS_semget,
#ifdef SYS_open_tree
    SYS_open_tree, SYS_move_mount, SYS_fsopen, SYS_fsmount, SYS_fspick,
#endif
#ifdef SYS_mount_setattr
    SYS_mount_setattr,
#endif
    452,  // fchmodat2
    SYS_flock, SYS_fanotify_init,
#ifdef SYS_renameat
    SYS_renameat,
#endif
#ifdef SYS_unlink
    SYS_unlink, SYS_rmdir, SYS_rename, SYS_mkdir, SYS_mknod, SYS_link, SYS_symlink, SYS_chmod, SYS_chown,
    SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
    // The network.
    SYS_socket, SYS_connect, SYS_bind, SYS_listen,
    // Other processes.
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_tkill, SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
#ifdef SYS_pidfd_send_signal
    SYS_pidfd_send_signal,
#endif
#ifdef SYS_pidfd_getfd
    SYS_pidfd_getfd,
#endif
    SYS_setsid, SYS_setpgid, SYS_setpriority, SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr,
    SYS_ioprio_set, SYS_move_pages, SYS_migrate_pages, SYS_kcmp, SYS_userfaultfd, SYS_settimeofday,
    SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex, SYS_setdomainname, SYS_syslog, SYS_swapon, SYS_swapoff,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
    440,  // process_madvise
    SYS_setns, SYS_unshare, SYS_bpf, SYS_perf_event_open, SYS_keyctl, SYS_add_key,
    SYS_request_key, SYS_acct, SYS_quotactl, SYS_reboot, SYS_sethostname,
};

#define DENIED (sizeof denied / sizeof denied[0])

#ifdef ARCHITECTURE

static int is_there(void) {
  // Asks for a filter at no address: EFAULT where there are filters.
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) == -1 && errno == EFAULT;
}

int32_t ci_can_lock_down(void) { return is_there(); }

int32_t ci_lock_down(void) {
  if (!is_there()) return ENOSYS;
  const unsigned self = (unsigned)getpid();
  struct sock_filter program[2 * DENIED + 72] = {
      LOAD(offsetof(struct seccomp_data, arch)),
      IF_EQUAL(ARCHITECTURE, 1, 0),
      UNKNOWN,
      LOAD(offsetof(struct seccomp_data, nr)),
      IF_AT_LEAST(NEWEST + 1, 0, 1),  // what is not known here, and the calls of x32
      UNKNOWN,
      IF_EQUAL(SYS_clone3, 0, 1),  // its flags are out of sight; the C library then takes clone
      UNKNOWN,
      // Threads and processes, but no namespaces.
      IF_EQUAL(SYS_clone, 0, 4),
      LOAD_ARGUMENT(0),
      IF_ANY_BIT(NAMESPACES, 0, 1),
      DENY,
      ALLOW,
      // Whom a descriptor's signals are for, and which.
      IF_EQUAL(SYS_fcntl, 0, 6),
      LOAD_ARGUMENT(1),
      IF_EQUAL(F_SETOWN, 2, 0),
      IF_EQUAL(F_SETSIG, 1, 0),
      IF_EQUAL(F_SETOWN_EX, 0, 1),
      DENY,
      ALLOW,
      // The same, a terminal's input, and a file's attributes, through ioctl.
      IF_EQUAL(SYS_ioctl, 0, 7),
      LOAD_ARGUMENT(1),
      IF_EQUAL(FIOSETOWN, 3, 0),
      IF_EQUAL(SIOCSPGRP, 2, 0),
      IF_EQUAL(TIOCSTI, 1, 0),
      IF_EQUAL(FS_IOC_SETFLAGS, 0, 1),
      DENY,
      ALLOW,
      // Opening a file to read it.
      IF_EQUAL(SYS_openat, 0, 4),
      LOAD_ARGUMENT(2),
      IF_ANY_BIT(WRITING, 0, 1),
      DENY,
      ALLOW,
#ifdef SYS_open
      IF_EQUAL(SYS_open, 0, 4),
      LOAD_ARGUMENT(1),
      IF_ANY_BIT(WRITING, 0, 1),
      DENY,
      ALLOW,
#endif
      // Signals, limits and cores for itself, or for its group.
      IF_EQUAL(SYS_kill, 3, 0),
      IF_EQUAL(SYS_prlimit64, 2, 0),
      IF_EQUAL(SYS_sched_setaffinity, 1, 0),
      IF_EQUAL(SYS_tgkill, 0, 5),
      LOAD_ARGUMENT(0),
      IF_EQUAL(self, 2, 0),
      IF_EQUAL(0, 1, 0),
      DENY,
      ALLOW,
  };
  unsigned short length = 0;
  while (program[length].code != 0 || program[length].k != 0) length++;
  for (size_t i = 0; i < DENIED; i++) {
    program[length++] = (struct sock_filter)IF_EQUAL(denied[i], 0, 1);
    program[length++] = (struct sock_filter)DENY;
  }
  program[length++] = (struct sock_filter)ALLOW;
  const struct sock_fprog filter = {length, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  const long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
  return result == 0 ? 0 : result > 0 ? EAGAIN : errno;
}

#else

int32_t ci_can_lock_down(void) { return 0; }
int32_t ci_lock_down(void) { return ENOSYS; }

#endif
