// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// The name of an annotation, and what of an image has it.
///
/// Source: docker buildx build, `--annotation`; BuildKit, the `annotation` keys of exporters.
package struct ImageAnnotation: Hashable, Sendable, CustomStringConvertible {
    package enum Level: String, CaseIterable, Sendable {
        case manifest
        case index
        /// Of a manifest, where an index names it.
        case manifestDescriptor = "manifest-descriptor"
        /// Of an index, where a layout names it.
        case indexDescriptor = "index-descriptor"
    }

    package let level: Level
    /// nil for every platform.
    package let platform: Platform?
    package let name: String

    package init(_ level: Level, _ name: String, of platform: Platform? = nil) {
        self.level = level
        self.platform = platform
        self.name = name
    }

    /// As ``parse(_:)`` reads it.
    package var description: String { "\(level.rawValue)\(platform.map { "[\($0)]" } ?? ""):\(name)" }

    /// Reads `[LEVEL[\[PLATFORM\]],…:]NAME`; a bare name is the manifest's.
    package static func parse(_ text: String) throws(InvalidValue) -> [ImageAnnotation] {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return [ImageAnnotation(.manifest, try name(text[...], in: text))] }
        let name = try name(parts[1], in: text)
        var annotations: [ImageAnnotation] = []
        for place in parts[0].split(separator: ",", omittingEmptySubsequences: false) {
            annotations.append(try ImageAnnotation(name, at: place, in: text))
        }
        return annotations
    }

    /// Reads the key of an output: `annotation[-LEVEL][\[PLATFORM\]].NAME`.
    ///
    /// - Returns: nil for another key.
    static func parse(key: String) throws(InvalidValue) -> ImageAnnotation? {
        let parts = key.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("annotation") else { return nil }
        let name = try name(parts[1], in: key)
        let place = parts[0].dropFirst("annotation".count)
        if place.first == "-" { return try ImageAnnotation(name, at: place.dropFirst(), in: key) }
        guard place.isEmpty || place.first == "[" else { return nil }
        return try ImageAnnotation(name, at: "manifest" + place, in: key)
    }

    /// `place` is `LEVEL` or `LEVEL[PLATFORM]`.
    private init(_ name: String, at place: some StringProtocol, in text: String) throws(InvalidValue) {
        let word = String(place.prefix { $0 != "[" })
        guard let level = Level(rawValue: word) else {
            let levels = Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidValue("annotation", text, "\"\(word)\" is none of \(levels)")
        }
        let platform = place.dropFirst(word.count)
        guard !platform.isEmpty else {
            self.init(level, name)
            return
        }
        guard platform.last == "]" else {
            throw InvalidValue("annotation", text, "the platform is written \(word)[linux/amd64]:NAME")
        }
        self.init(level, name, of: try Platform(partial: platform.dropFirst().dropLast()))
    }

    private static func name(_ name: Substring, in text: String) throws(InvalidValue) -> String {
        guard !name.isEmpty else { throw InvalidValue("annotation", text, "it has no name") }
        return String(name)
    }
}
