// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <stddef.h>
#include <stdint.h>

/// The driver of libFuzzer, which `-sanitize=fuzzer` links.
///
/// Source: FuzzerInterface.h of LLVM; `callback` returns 0.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *bytes, size_t count));
