// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A build argument that is meant for the builder: no `ARG` need declare it.
///
/// Source: Dockerfile reference, "BuildKit built-in build args".
package enum BuilderArgument: String, CaseIterable, Sendable {
    case sourceDateEpoch = "SOURCE_DATE_EPOCH"
    case inlineCache = "BUILDKIT_INLINE_CACHE"
    case multiPlatform = "BUILDKIT_MULTI_PLATFORM"
    case keepGitFolder = "BUILDKIT_CONTEXT_KEEP_GIT_DIR"
    case sandboxHostname = "BUILDKIT_SANDBOX_HOSTNAME"
    case cacheMountNamespace = "BUILDKIT_CACHE_MOUNT_NS"
    case check = "BUILDKIT_DOCKERFILE_CHECK"
    /// Another front end: there are none here.
    case syntax = "BUILDKIT_SYNTAX"
    /// What a build is called in the history of builds that Docker Desktop shows.
    case buildName = "BUILDKIT_BUILD_NAME"

    /// The value; nil for none, and for an empty one.
    func text(in arguments: [String: String]) -> String? {
        arguments[rawValue].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// As Go reads truth; nil for nothing.
    package func flag(in arguments: [String: String]) throws(InvalidValue) -> Bool? {
        switch text(in: arguments)?.lowercased() {
        case nil: return nil
        case "1", "t", "true": return true
        case "0", "f", "false": return false
        case let value?:
            throw InvalidValue("build argument \(rawValue)", value, "it is neither true nor false")
        }
    }
}

extension BuildRequest {
    /// Seconds since 1970 that images can have: up to the end of the year 9999, the last one of RFC 3339.
    package static let times: ClosedRange<Int64> = 0...253_402_300_799

    /// Does what the arguments for the builder ask for; those of ``BuilderArgument/keepGitFolder`` and
    /// ``BuilderArgument/check`` are for others to obey.
    ///
    /// - Throws: For a value that means nothing.
    package mutating func obeyBuilderArguments() throws(InvalidValue) {
        if let text = BuilderArgument.sourceDateEpoch.text(in: arguments) {
            guard let seconds = Int64(text), Self.times.contains(seconds) else {
                throw InvalidValue(
                    "SOURCE_DATE_EPOCH", text,
                    "it must be a number of seconds since 1970, at most \(Self.times.upperBound) (the year 9999)"
                )
            }
            (created, fileTime) = (seconds, nil)
        }
        if try BuilderArgument.inlineCache.flag(in: arguments) == true { caching.isInline = true }
        if try BuilderArgument.multiPlatform.flag(in: arguments) == true { output.alwaysHasIndex = true }
        if let name = BuilderArgument.sandboxHostname.text(in: arguments) {
            let isName = name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
            guard isName, name.utf8.count <= 64 else {
                throw InvalidValue(
                    "build argument BUILDKIT_SANDBOX_HOSTNAME", name, "it is no name of at most 64 letters")
            }
            running.hostname = name
        }
        running.cacheNamespace = BuilderArgument.cacheMountNamespace.text(in: arguments)
    }

    /// The front end that is asked for and not here; nil where what we are is asked for.
    static func otherFrontEnd(in arguments: [String: String]) -> String? {
        guard let image = BuilderArgument.syntax.text(in: arguments) else { return nil }
        let name = image.prefix { $0 != ":" && $0 != "@" }
        return ["docker/dockerfile", "docker.io/docker/dockerfile", "docker/dockerfile-upstream"]
            .contains(String(name)) ? nil : image
    }
}
