#pragma once
#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Waiting for many files at once: epoll(7), each file for one answer only. */

/* epoll_event; the header that has it defines types that the C library's own headers define too. */
struct stet_wait_event {
    uint32_t events;
    uint64_t data;
}
#ifdef __x86_64__
__attribute__((packed))
#endif
;

static inline int stet_wait_list(void) { return (int)syscall(SYS_epoll_create1, 02000000 /* O_CLOEXEC */); }

/* Asks for `token` when the file can be read, or when nothing will come of it any more. */
static inline int stet_wait_add(int list, int file, uint64_t token) {
    struct stet_wait_event event = {.events = 0x40000001 /* EPOLLIN, EPOLLONESHOT */, .data = token};
    return (int)syscall(SYS_epoll_ctl, list, 1 /* EPOLL_CTL_ADD */, file, &event);
}

static inline int stet_wait_remove(int list, int file) {
    struct stet_wait_event event = {.events = 0, .data = 0};
    return (int)syscall(SYS_epoll_ctl, list, 2 /* EPOLL_CTL_DEL */, file, &event);
}

/* Waits for the next ones, and gives their tokens: how many there are, at most 64. */
static inline int stet_wait_next(int list, uint64_t *tokens) {
    struct stet_wait_event events[64];
    long count;
    do count = syscall(SYS_epoll_pwait, list, events, 64, -1, 0, 8);
    while (count < 0 && errno == EINTR);
    for (long index = 0; index < count; index++) tokens[index] = events[index].data;
    return (int)count;
}
