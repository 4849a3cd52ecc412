#pragma once
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

/* A gzip stream and its working memory in one block: isal_zstream holds arrays that Swift does not import. */
struct stet_gzip {
    struct isal_zstream stream;
    uint8_t working[ISAL_DEF_LVL3_DEFAULT];
};

/* Returns NULL when there is no memory. The header has no name, time 0 and "unknown" as its system. */
static inline void *stet_gzip_create(uint32_t level) {
    struct stet_gzip *gzip = (struct stet_gzip *)aligned_alloc(64, (sizeof *gzip + 63) / 64 * 64);
    if (gzip == NULL) return NULL;
    memset(gzip, 0, sizeof *gzip);
    isal_deflate_init(&gzip->stream);
    gzip->stream.gzip_flag = IGZIP_GZIP;
    gzip->stream.flush = NO_FLUSH;
    gzip->stream.level = level;
    gzip->stream.level_buf = gzip->working;
    gzip->stream.level_buf_size = level == 1 ? ISAL_DEF_LVL1_DEFAULT
        : level == 2 ? ISAL_DEF_LVL2_DEFAULT : ISAL_DEF_LVL3_DEFAULT;
    return gzip;
}

static inline void stet_gzip_free(void *gzip) { free(gzip); }

/* What one step did. */
struct stet_gzip_step {
    int status; /* COMP_OK, or one of igzip's negative codes */
    uint32_t consumed;
    uint32_t produced;
    int is_done; /* the trailer has been written */
};

static inline struct stet_gzip_step stet_gzip_step(
    void *handle, const void *input, uint32_t input_count, void *output, uint32_t output_count, int is_last) {
    struct isal_zstream *stream = &((struct stet_gzip *)handle)->stream;
    struct stet_gzip_step step;
    stream->next_in = (uint8_t *)input;
    stream->avail_in = input_count;
    stream->next_out = (uint8_t *)output;
    stream->avail_out = output_count;
    stream->end_of_stream = is_last ? 1 : 0;
    step.status = isal_deflate(stream);
    step.consumed = input_count - stream->avail_in;
    step.produced = output_count - stream->avail_out;
    step.is_done = stream->internal_state.state == ZSTATE_END;
    return step;
}
