#pragma once
#include <stdint.h>

/* scmp_arg_cmp of libseccomp: what an argument of a system call is compared with. */
struct stet_filter_argument {
    uint32_t index;
    int32_t comparison;
    uint64_t first, second;
};

typedef void *(*stet_filter_init)(uint32_t action);
typedef uint32_t (*stet_filter_find_architecture)(const char *name);
typedef int (*stet_filter_add_architecture)(void *filter, uint32_t architecture);
typedef int (*stet_filter_find_call)(const char *name);
typedef int (*stet_filter_add_rule)(
    void *filter, uint32_t action, int call, unsigned count, const struct stet_filter_argument *arguments);
typedef int (*stet_filter_export)(const void *filter, int file);
typedef void (*stet_filter_release)(void *filter);
typedef const unsigned *(*stet_filter_version)(void);
