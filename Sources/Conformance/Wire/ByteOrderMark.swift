// SPDX-License-Identifier: Apache-2.0

/// The mark that some programs put before a text, and that nobody may put before JSON.
///
/// Our own reader skips it; those of docker, containerd, skopeo and crane stop there.
///
/// Source: RFC 8259, section 8.1.
enum ByteOrderMark {
    static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0xEF, 0xBB, 0xBF]) }
}
