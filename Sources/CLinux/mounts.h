#pragma once
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * System calls without the C library's headers for them: a type that those define would belong to this module
 * too, and Swift would ask everybody to import it.
 */

/* Namespaces, which the C library shows only to those who ask for all that GNU has. */
static const int stet_new_mounts = 0x00020000;  /* CLONE_NEWNS */
/* A thread that shares its working folder with others cannot join another mount namespace. */
static const int stet_own_folder = 0x00000200; /* CLONE_FS */
static const int stet_new_users = 0x10000000;   /* CLONE_NEWUSER */
static const int stet_new_network = 0x40000000; /* CLONE_NEWNET */

static inline int stet_unshare(int namespaces) { return (int)syscall(SYS_unshare, namespaces); }
static inline int stet_setns(int file, int namespace) { return (int)syscall(SYS_setns, file, namespace); }

/* Nothing that this mount namespace mounts reaches others; what they mount still comes in. */
static inline int stet_keep_mounts_private(void) {
    const unsigned long flags = 1UL << 19 /* MS_SLAVE */ | 1UL << 14 /* MS_REC */;
    return (int)syscall(SYS_mount, "none", "/", 0, flags, 0);
}

static inline int stet_mount(const char *source, const char *target, const char *type, const char *options) {
    return (int)syscall(SYS_mount, source, target, type, 0UL, options);
}

/* A file in memory without a name, closed when a program is executed. */
static inline int stet_memory_file(void) {
    return (int)syscall(SYS_memfd_create, "stet", 1U /* MFD_CLOEXEC */);
}
