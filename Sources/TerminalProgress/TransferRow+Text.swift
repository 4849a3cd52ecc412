// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec

extension TransferRow {
    /// One line for people, as in `layer 3f2a1b9c0d1e  12.3 MB of 50.0 MB  10.1 MB/s  4 s left`.
    package var text: String { "\(name)  \(progress)" }

    /// What it is and the first twelve digits of its digest.
    private var name: String { "\(kind.padded(to: 8)) \(descriptor.digest.encoded.prefix(12))" }

    private var kind: String {
        let type = descriptor.mediaType
        if type.isIndex { return "index" }
        if type.isImageManifest { return "manifest" }
        if type.isImageConfig { return "config" }
        return type.rawValue.contains("layer") || type.rawValue.contains("rootfs") ? "layer" : "blob"
    }

    private var progress: String {
        let size = descriptor.size.asBytes
        switch state {
        case .moving(let speed):
            guard let phase = speed.phase else { return "starting, \(size)" }
            guard speed.bytes < descriptor.size else {
                return "\(phase.participle) \(size), waiting for the end"
            }
            return speed.text(of: descriptor.size)
        case .finished(let duration):
            let seconds = duration.inSeconds
            guard seconds >= 0.1, descriptor.size >= 1_000_000 else { return "done, \(size)" }
            return
                "done, \(size) in \(duration.asClock), \(Int64(Double(descriptor.size) / seconds).asBytes)/s"
        case .mounted(let repository): return "mounted from \(repository), \(size)"
        case .exists: return "already there, \(size)"
        }
    }
}

extension TransferSpeed {
    /// `received 12.3 MB of 50.0 MB, 10.1 MB/s, 4.0 s left`; `size` is nil where nobody knows it.
    func text(of size: Int64?) -> String {
        let parts = [
            "\((phase ?? .receiving).participle) \(bytes.asBytes)" + (size.map { " of \($0.asBytes)" } ?? ""),
            rate.map { "\(Int64($0).asBytes)/s" },
            size.flatMap { remaining(of: $0) }.map { "\($0.asClock) left" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension TransferPhase {
    fileprivate var participle: String { self == .sending ? "sent" : "received" }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}

extension Int64 {
    /// `512 B`, `1.5 MB`: powers of 1,000.
    fileprivate var asBytes: String {
        guard self >= 1_000 else { return "\(self) B" }
        var tenths = self / 100
        for unit in ["kB", "MB", "GB"] {
            if tenths < 10_000 { return "\(tenths / 10).\(tenths % 10) \(unit)" }
            tenths /= 1_000
        }
        return "\(tenths / 10).\(tenths % 10) TB"
    }
}

extension Duration {
    /// `0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`.
    fileprivate var asClock: String {
        let seconds = Int(components.seconds)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        switch seconds {
        case ..<10: return "\(seconds).\(components.attoseconds / 100_000_000_000_000_000) s"
        case ..<60: return "\(seconds) s"
        case ..<3_600: return "\(seconds / 60) min \(two(seconds % 60)) s"
        default: return "\(seconds / 3_600) h \(two(seconds % 3_600 / 60)) min"
        }
    }
}
