// SPDX-License-Identifier: Apache-2.0

/// The kernel's calls by what they are good for.
///
/// Left out are those that load code into the kernel, change the clock, mount, make namespaces, look into
/// other processes' secrets, or have been the way out of too many containers (io_uring, userfaultfd, key
/// rings).
///
/// Source: syscalls(2), and the list in Docker's documentation of what its profile refuses and why.
enum SystemCalls {
    /// In the order of their groups.
    static let harmless = groups.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }

    /// What a capability is for, and without it is refused.
    static let byCapability: KeyValuePairs = [
        "CAP_DAC_READ_SEARCH": ["open_by_handle_at"],
        "CAP_SYS_ADMIN": [
            "bpf", "clone", "clone3", "fanotify_init", "fsconfig", "fsmount", "fsopen", "fspick",
            "lookup_dcookie",
            "mount", "mount_setattr", "move_mount", "open_tree", "perf_event_open", "quotactl", "quotactl_fd",
            "setdomainname", "sethostname", "setns", "syslog", "umount", "umount2", "unshare",
        ],
        "CAP_SYS_BOOT": ["reboot"],
        "CAP_SYS_MODULE": ["delete_module", "finit_module", "init_module"],
        "CAP_SYS_PACCT": ["acct"],
        "CAP_SYS_PTRACE": ["kcmp", "pidfd_getfd", "process_madvise"],
        "CAP_SYS_RAWIO": ["ioperm", "iopl"],
        "CAP_SYS_TIME": ["clock_settime", "clock_settime64", "settimeofday", "stime"],
        "CAP_SYS_TTY_CONFIG": ["vhangup"],
        "CAP_SYS_NICE": ["get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"],
        "CAP_SYSLOG": ["syslog"],
        "CAP_BPF": ["bpf"],
        "CAP_PERFMON": ["perf_event_open"],
    ]

    private static let groups = [
        // Files and folders.
        """
        _llseek access arm_fadvise64_64 cachestat chdir chmod chown chown32 close close_range
        copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fadvise64_64 fallocate fchdir
        fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr
        flock fremovexattr fsetxattr fstat fstat64 fstatat fstatat64 fstatfs fstatfs64 fsync ftruncate
        ftruncate64 futimesat getcwd getdents getdents64 getxattr getxattrat ioctl lchown lchown32
        lgetxattr link linkat listmount listxattr listxattrat llistxattr llseek lremovexattr lseek
        lsetxattr lstat lstat64 memfd_create memfd_secret mkdir mkdirat mknod mknodat mq_unlink
        name_to_handle_at newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64
        pwritev pwritev2 read readahead readlink readlinkat readv removexattr removexattrat rename
        renameat renameat2 rmdir sendfile sendfile64 setxattr setxattrat splice stat stat64 statfs
        statfs64 statmount statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs tee
        truncate truncate64 umask unlink unlinkat utime utimensat utimensat_time64 utimes vmsplice write
        writev
        """,
        // Waiting and events.
        """
        _newselect epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd
        eventfd2 fanotify_mark inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel
        io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit ioprio_get
        ioprio_set poll ppoll ppoll_time64 pselect6 pselect6_time64 select signalfd signalfd4
        timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64
        """,
        // Memory.
        """
        brk cacheflush madvise map_shadow_stack membarrier mincore mlock mlock2 mlockall mmap mmap2
        mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect
        remap_file_pages
        """,
        // Network.
        """
        accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg
        recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair
        """,
        // Messages between processes.
        """
        ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend
        mq_timedsend_time64 msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64
        shmat shmctl shmdt shmget
        """,
        // Time.
        """
        adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime
        clock_gettime64 clock_nanosleep clock_nanosleep_time64 futex_time64 getitimer gettimeofday
        nanosleep rt_sigtimedwait rt_sigtimedwait_time64 sched_rr_get_interval_time64 setitimer time
        timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime
        timer_settime64 times
        """,
        // Identity and rights.
        """
        arch_prctl capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32
        getpgid getresgid getresgid32 getresuid getresuid32 getuid getuid32 landlock_add_rule
        landlock_create_ruleset landlock_restrict_self prctl seccomp setfsgid setfsgid32 setfsuid
        setfsuid32 setgid setgid32 setgroups setgroups32 setpgid setregid setregid32 setresgid setresgid32
        setresuid setresuid32 setreuid setreuid32 setuid setuid32
        """,
        // Processes, signals and the rest.
        """
        arm_sync_file_range breakpoint chroot execve execveat exit exit_group fork futex futex_requeue
        futex_wait futex_waitv futex_wake get_robust_list get_thread_area getcpu getpgrp getpid getppid
        getpriority getrandom getrlimit getrusage getsid gettid kill modify_ldt pause pidfd_open
        pidfd_send_signal prlimit64 process_mrelease process_vm_readv process_vm_writev ptrace
        restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn
        rt_sigsuspend rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity
        sched_getattr sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity
        sched_setattr sched_setparam sched_setscheduler sched_yield set_robust_list set_thread_area
        set_tid_address set_tls setpriority setrlimit setsid sigaltstack sigprocmask sigreturn sysinfo
        tgkill tkill ugetrlimit uname uretprobe vfork wait4 waitid waitpid
        """,
    ]
}
