// SPDX-License-Identifier: Apache-2.0

package import ImageStore

/// Where the body of an answer goes.
package enum ResponseBody: Sendable {
    /// Into ``HTTPResponse/body``, at most so many bytes.
    case memory(limitBytes: Int)
    /// Into a sink when the answer is what was asked for: 200, or to a request with `Range` a 206 that begins where
    /// the range does. Other answers (errors, a 200 to a `Range`) go into memory, at most 64 KiB.
    case sink(any BlobSink)

    /// Enough for a manifest (4 MiB is what registries must take) or a page of tags.
    package static let document = ResponseBody.memory(limitBytes: 8 << 20)
}
