#pragma once
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

/* O_PATH, which the C library shows only to those who ask for all that GNU has. */
static const uint64_t stet_open_path = 010000000;

/* glibc has no wrapper for openat2(2), and Swift imports no variadic functions. */
static inline int stet_openat2(int folder, const char *path, uint64_t flags, uint64_t resolve) {
    struct open_how how = {.flags = flags, .mode = 0, .resolve = resolve};
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
}

static inline dev_t stet_makedev(uint32_t major, uint32_t minor) { return makedev(major, minor); }
static inline uint32_t stet_major(dev_t device) { return major(device); }
static inline uint32_t stet_minor(dev_t device) { return minor(device); }
