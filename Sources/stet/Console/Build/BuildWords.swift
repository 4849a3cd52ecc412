// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec

/// How steps and times are spelt, for every way of showing a build.
enum BuildWords {
    /// `[build 2/4] RUN make`, where the first of the four is `FROM`.
    static func title(_ step: BuildStep) -> String { "\(bracket(step)) \(step.text)" }

    private static func bracket(_ step: BuildStep) -> String {
        "[\(words(step.stage)) \(step.number + 1)/\(step.count + 1)]"
    }

    /// `linux/amd64->arm64 build`: the platform is there where it is not this machine's, and all are where there are
    /// several.
    ///
    /// Source: BuildKit, `formatTargetPlatform`.
    private static func words(_ stage: BuildStage) -> String {
        guard let target = stage.target, target != stage.platform else {
            return "\(prefix(stage.platform, isOne: stage.target == nil))\(stage.name)"
        }
        let isSameSystem = target.os == stage.platform.os
        let short = [target.architecture, target.variant].compactMap(\.self).joined(separator: "/")
        return "\(stage.platform)->\(isSameSystem ? short : "\(target)") \(stage.name)"
    }

    /// `[internal] load image debian:12`, `[context files] load https://…`, `[build] unpack debian:12`.
    ///
    /// Source: docker build, for the brackets.
    static func title(_ errand: BuildErrand) -> String {
        let place = errand.place
        switch errand.kind {
        case .image(let platform): return "[internal] load image \(prefix(platform))\(place)"
        case .context: return "[internal] load build context \(place)"
        case .namedContext(let name): return "[context \(name)] load \(place)"
        case .file(let step):
            return "\(bracket(step)) load \(place)"
        case .unpacking(let stage): return "[\(words(stage))] unpack \(place)"
        case .reading(let stage): return "[\(words(stage))] read \(place)"
        case .cacheImport: return "[cache] load \(place)"
        case .cachedLayer(let digest):
            return "[cache] load layer \(digest.encoded.prefix(12)) from \(place)"
        case .recompressing(let digest):
            return "[internal] compress layer \(digest.encoded.prefix(12)) with \(place)"
        case .cacheExport: return "[cache] save to \(place)"
        case .output: return "[internal] write \(place)"
        case .push: return "[internal] push \(place)"
        }
    }

    private static func prefix(_ platform: Platform, isOne: Bool = true) -> String {
        isOne && platform == .host ? "" : "\(platform) "
    }

    static func base(of stage: BuildStage, base: String, steps: Int) -> String {
        "[\(words(stage)) 1/\(steps + 1)] FROM \(base)"
    }

    /// Seconds with one digit after the point: `1.2s`.
    static func seconds(_ duration: Duration) -> String { "\(fraction(duration, digits: 1))s" }

    /// Seconds with as many digits after the point.
    static func fraction(_ duration: Duration, digits: Int) -> String {
        var unit: Int64 = 1
        for _ in 0..<digits { unit *= 10 }
        let attoseconds = 1_000_000_000_000_000_000 / unit
        let parts = duration.components.seconds * unit + duration.components.attoseconds / attoseconds
        guard digits > 0 else { return "\(parts)" }
        return "\(parts / unit).\(String(parts % unit + unit).dropFirst())"
    }
}

/// The lines of what a step writes, which comes in pieces that end anywhere.
struct OutputLines {
    /// A line of more bytes is broken.
    private static let limitBytes = 16 << 10

    private var pending: [BuildStep: [UInt8]] = [:]

    /// The lines that are whole with this piece.
    mutating func add(_ bytes: [UInt8], of step: BuildStep) -> [String] {
        var text = pending[step] ?? []
        text += bytes
        var lines: [String] = []
        var start = text.startIndex
        while let end = text[start...].firstIndex(of: 0x0A) {
            lines.append(Self.line(text[start..<end]))
            start = end + 1
        }
        text.removeFirst(start)
        if text.count > Self.limitBytes {
            lines.append(Self.line(text[...]))
            text = []
        }
        pending[step] = text
        return lines
    }

    /// What is left when the step is over.
    mutating func finish(_ step: BuildStep) -> [String] {
        guard let rest = pending.removeValue(forKey: step), !rest.isEmpty else { return [] }
        return [Self.line(rest[...])]
    }

    /// What stands after the last carriage return: a bar of progress is drawn over itself.
    private static func line(_ bytes: ArraySlice<UInt8>) -> String {
        let line = bytes.last == 0x0D ? bytes.dropLast() : bytes
        let visible = line.lastIndex(of: 0x0D).map { line[($0 + 1)...] } ?? line
        return String(decoding: visible, as: UTF8.self)
    }
}
