// SPDX-License-Identifier: Apache-2.0

/// Why a session cannot be written to.
enum UploadError: Error {
    case unknown
    /// Another request is writing to it.
    case busy
}
