#pragma once
#include "mounts.h"
#include <errno.h>

/* A program that is started in namespaces of its own. File descriptors are -1 where there is none. */
struct stet_launch {
    const char *program;
    char *const *arguments;
    char *const *environment;
    int input, output, error;
    /* Joined before anything else; the program gets a copy of its own, unless it shares it. */
    int mount_namespace;
    int shares_mounts;
    int network_namespace;
    /* Where to begin, in that mount namespace. */
    const char *folder;
    /* A mount that the program shall not see, where there is one and it may go; or 0. */
    const char *hidden;
    /* How many files it may have open, until it asks for more; 0 is as many as the caller. */
    uint64_t open_files;
};

/* What a launch was at when it failed. */
enum stet_launch_step {
    stet_launch_clone, stet_launch_mounts, stet_launch_network, stet_launch_proc, stet_launch_folder,
    stet_launch_files, stet_launch_execute
};

struct stet_launch_result {
    /* The program's number here, and a descriptor that becomes readable when it ends. */
    int pid, pidfd;
    int step, error;
};

static inline void stet_mask_signals(const uint64_t *mask, uint64_t *before) {
    syscall(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, mask, before, sizeof *mask);
}

/* A program inherits which signals are ignored. */
static inline void stet_reset_signals(void) {
    const uint64_t unset[8] = {0};
    for (int number = 1; number < 65; number++) syscall(SYS_rt_sigaction, number, unset, 0, sizeof(uint64_t));
}

/* In the child: only system calls. Answers only when something has failed. */
static inline int stet_launched(const struct stet_launch *launch, int *step) {
    *step = stet_launch_mounts;
    if (launch->mount_namespace >= 0 && stet_setns(launch->mount_namespace, stet_new_mounts) != 0)
        return errno;
    const int is_alone = !launch->shares_mounts;
    if (is_alone && (stet_unshare(stet_new_mounts) != 0 || stet_keep_mounts_private() != 0)) return errno;
    *step = stet_launch_network;
    if (launch->network_namespace >= 0 && stet_setns(launch->network_namespace, stet_new_network) != 0)
        return errno;
    /* The numbers in /proc must be those of the new process namespace. */
    *step = stet_launch_proc;
    const unsigned long restricted = 14; /* no set-user-id, no devices, no programs */
    if (is_alone && syscall(SYS_mount, "proc", "/proc", "proc", restricted, 0) != 0) return errno;
    const unsigned long detached = 2; /* MNT_DETACH */
    if (is_alone && launch->hidden) (void)syscall(SYS_umount2, launch->hidden, detached);
    *step = stet_launch_folder;
    if (chdir(launch->folder) != 0) return errno;
    *step = stet_launch_files;
    if (dup2(launch->input, 0) < 0 || dup2(launch->output, 1) < 0 || dup2(launch->error, 2) < 0) return errno;
    uint64_t limit[2];
    const int files = 7; /* RLIMIT_NOFILE */
    if (launch->open_files && syscall(SYS_prlimit64, 0, files, 0, limit) == 0) {
        limit[0] = launch->open_files;
        (void)syscall(SYS_prlimit64, 0, files, limit, 0);
    }
    *step = stet_launch_execute;
    syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
    execve(launch->program, launch->arguments, launch->environment);
    return errno;
}

/*
 * Starts a program as the first process of a new process namespace: when it ends, the kernel ends all others
 * in there, and when the calling thread ends, the kernel ends it. Its mounts go away with it.
 *
 * The calling thread must live as long as the process does.
 */
static inline struct stet_launch_result stet_start(const struct stet_launch *launch) {
    struct stet_launch_result result = {.pid = -1, .pidfd = -1, .step = stet_launch_clone, .error = 0};
    int report[2];
    if (syscall(SYS_pipe2, report, 02000000 /* O_CLOEXEC */) != 0) {
        result.error = errno;
        return result;
    }
    const uint64_t all = ~UINT64_C(0), none = 0;
    uint64_t before = 0;
    stet_mask_signals(&all, &before);
    /* CLONE_NEWPID, CLONE_PIDFD, SIGCHLD */
    const unsigned long flags = 0x20000000 | 0x00001000 | 17;
    long pid = syscall(SYS_clone, flags, 0, &result.pidfd, 0, 0);
    if (pid == 0) {
        syscall(SYS_prctl, 1 /* PR_SET_PDEATHSIG */, 9 /* SIGKILL */, 0, 0, 0);
        stet_reset_signals();
        stet_mask_signals(&none, 0);
        setsid();
        int failure[2] = {0, 0};
        failure[1] = stet_launched(launch, &failure[0]);
        (void)!write(report[1], failure, sizeof failure);
        _exit(127);
    }
    int error = errno;
    stet_mask_signals(&before, 0);
    close(report[1]);
    int failure[2];
    if (pid < 0) {
        result.error = error;
    } else {
        result.pid = (int)pid;
        ssize_t count;
        while ((count = read(report[0], failure, sizeof failure)) < 0 && errno == EINTR) {}
        if (count == sizeof failure) {
            result.step = failure[0];
            result.error = failure[1];
            while (syscall(SYS_wait4, result.pid, 0, 0, 0) < 0 && errno == EINTR) {}
            close(result.pidfd);
        }
    }
    close(report[0]);
    return result;
}

/* A pipe whose ends are closed when a program is executed. */
static inline int stet_pipe(int *ends) { return (int)syscall(SYS_pipe2, ends, 02000000 /* O_CLOEXEC */); }

/* Sends a signal to a process that is known by its pidfd, whatever has become of its number. */
static inline int stet_signal(int pidfd, int number) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, number, 0, 0);
}
