// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage

/// What a stack's folder says about itself: the chain below, and the boot of the machine in which it was
/// made.
struct StackLabel {
    let parent: Digest?

    var text: String { "\(parent.map(\.description) ?? "none") \(StackLabel.boot)\n" }

    /// Names the time since the machine was started.
    static let boot: String = {
        let bytes = try? WholeFile.read("/proc/sys/kernel/random/boot_id", limitBytes: 4096)
        return bytes.map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } } ?? "unknown"
    }()
}
