// SPDX-License-Identifier: Apache-2.0

package import OCISpec

extension Platform {
    /// Reads what a person says of a platform: also `arm64` for Linux, `linux` for this machine's processor, and
    /// `local`.
    ///
    /// Source: containerd, `platforms.Parse`; docker buildx build, `--platform`.
    package init(partial text: some StringProtocol) throws(InvalidValue) {
        let word = text.lowercased()
        if word == "local" {
            self = .host
        } else if Self.systems.contains(word) {
            try self.init("\(word)/\(Platform.host.architecture)")
        } else if Self.architectures.contains(word) {
            try self.init("\(Platform.host.os)/\(word)")
        } else {
            try self.init(text)
        }
    }

    /// Names of Go, and what ``init(_:)`` takes for them.
    private static let systems: Set<String> = [
        "aix", "android", "darwin", "dragonfly", "freebsd", "illumos", "ios", "js", "linux", "netbsd",
        "openbsd", "plan9", "solaris", "wasip1", "windows",
    ]
    private static let architectures: Set<String> = [
        "386", "i386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64",
        "ppc64le",
        "riscv64", "s390x", "wasm", "x86_64", "x86-64", "aarch64", "armhf", "armel",
    ]
}

extension BuildRequest {
    /// Reads the platforms of an option, which may be given more than once, and have several by commas.
    ///
    /// - Returns: Each once, in the order of the text.
    package static func parsePlatforms(_ texts: [String]) throws(InvalidValue) -> [Platform] {
        var platforms: [Platform] = []
        for text in texts.flatMap({ $0.split(separator: ",") }) {
            let platform = try Platform(partial: text.trimmingBlanks)
            if !platforms.contains(platform) { platforms.append(platform) }
        }
        return platforms
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
