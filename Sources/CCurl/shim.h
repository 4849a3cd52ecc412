// SPDX-License-Identifier: Apache-2.0
//
// libcurl's variadic functions, one typed wrapper for each kind of argument.

#pragma once
#include <curl/curl.h>

static inline CURLcode stet_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stet_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stet_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode stet_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// What the libcurl at hand is.
static inline const curl_version_info_data *stet_curl_version(void) {
    return curl_version_info(CURLVERSION_NOW);
}

/// Bytes that libcurl copies.
static inline CURLcode stet_curl_set_copied_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
    return curl_easy_setopt(handle, option, &blob);
}

typedef size_t (*stet_curl_bytes_function)(char *bytes, size_t size, size_t count, void *context);
typedef int (*stet_curl_seek_function)(void *context, curl_off_t offset, int origin);

static inline CURLcode stet_curl_set_bytes_function(CURL *handle, CURLoption option, stet_curl_bytes_function f) {
    return curl_easy_setopt(handle, option, f);
}

static inline CURLcode stet_curl_set_seek_function(CURL *handle, stet_curl_seek_function f) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, f);
}

static inline CURLcode stet_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode stet_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode stet_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

/// The handle and result of a finished transfer, or NULL when no message is left.
static inline CURL *stet_curl_multi_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}
