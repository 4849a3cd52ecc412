// SPDX-License-Identifier: Apache-2.0

/// What an image runs on.
///
/// Source: image-spec 1.1, image-index.md, "platform"; the names are Go's GOOS and GOARCH.
package struct Platform: Hashable, Sendable, Codable {
    package var os: String
    package var architecture: String
    package var variant: String?
    package var osVersion: String?
    package var osFeatures: [String]?

    enum CodingKeys: String, CodingKey {
        case os
        case architecture
        case variant
        case osVersion = "os.version"
        case osFeatures = "os.features"
    }

    package init(os: String, architecture: String, variant: String? = nil) {
        self.os = os
        self.architecture = architecture
        self.variant = variant
    }

    /// Reads `os/architecture` or `os/architecture/variant`; the aliases that Docker knows (`x86_64`, `i386`,
    /// `aarch64`, `armhf`) become Go's names, and the default variants of amd64, arm64 and arm are those of
    /// containerd.
    package init(_ text: some StringProtocol) throws(InvalidValue) {
        let parts = text.lowercased().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isWord = { (part: String) in
            !part.isEmpty && part.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
        }
        guard (2...3).contains(parts.count), parts.allSatisfy(isWord) else {
            throw InvalidValue("platform", text, "it must be like linux/amd64 or linux/arm/v7")
        }
        var variant = parts.count == 3 ? parts[2] : nil
        var architecture = parts[1]
        switch architecture {
        case "x86_64", "x86-64": architecture = "amd64"
        case "i386": (architecture, variant) = ("386", nil)
        case "aarch64": architecture = "arm64"
        case "armhf": (architecture, variant) = ("arm", "v7")
        case "armel": (architecture, variant) = ("arm", "v6")
        default: break
        }
        if architecture == "arm" || architecture == "arm64", let number = variant.flatMap(UInt.init) {
            variant = "v\(number)"
        }
        if architecture == "arm", variant == nil { variant = "v7" }
        if architecture == "arm64" && variant == "v8" || architecture == "amd64" && variant == "v1" {
            variant = nil
        }
        self.init(os: parts[0], architecture: architecture, variant: variant)
    }

    /// Linux on the processor that this program was compiled for.
    package static var host: Platform {
        #if arch(arm64)
            Platform(os: "linux", architecture: "arm64")
        #else
            Platform(os: "linux", architecture: "amd64")
        #endif
    }

    /// True when an image for `self` runs where `wanted` is asked for: a processor also runs what is for older
    /// ones of its kind.
    ///
    /// Source: containerd, `platforms.Only`.
    package func satisfies(_ wanted: Platform) -> Bool {
        guard os == wanted.os, architecture == wanted.architecture else { return false }
        if let own = level, let other = wanted.level { return own <= other }
        return (variant ?? defaultVariant) == (wanted.variant ?? wanted.defaultVariant)
    }

    /// N of `amd64/vN`, `arm/vN` and `arm64/vN`: the larger, the newer the processor; nil for other platforms.
    var level: Int? {
        guard let defaultVariant, case let name = variant ?? defaultVariant, name.hasPrefix("v") else {
            return nil
        }
        return Int(name.dropFirst())
    }

    private var defaultVariant: String? {
        switch architecture {
        case "amd64": "v1"
        case "arm64": "v8"
        case "arm": "v7"
        default: nil
        }
    }
}

extension Platform: CustomStringConvertible {
    package var description: String {
        ([os, architecture] + [variant].compactMap(\.self)).joined(separator: "/")
    }
}
