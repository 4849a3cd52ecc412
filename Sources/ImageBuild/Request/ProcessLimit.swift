// SPDX-License-Identifier: Apache-2.0

import ContainerRun
package import OCISpec

/// A limit of the kernel for the processes of a `RUN`: `--ulimit`.
///
/// Source: docker buildx build, `--ulimit`; getrlimit(2).
package struct ProcessLimit: Hashable, Sendable, CustomStringConvertible {
    /// As people write it: `nofile`.
    package let name: String
    /// In the unit of the limit; `UInt64.max` is no limit.
    package let soft: UInt64
    package let hard: UInt64

    private static let names: Set<String> = [
        "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss",
        "rtprio", "rttime", "sigpending", "stack",
    ]

    /// Reads `NAME=SOFT[:HARD]`, where -1 is no limit; without HARD it is SOFT.
    ///
    /// - Throws: For a name that the kernel does not have, and for a soft limit above the hard one.
    package init(_ text: String) throws(InvalidValue) {
        let name = text.prefix { $0 != "=" }
        guard name.count < text.count else {
            throw InvalidValue("ulimit", text, "it must be like nofile=1024 or nofile=1024:2048")
        }
        guard Self.names.contains(String(name)) else {
            let names = Self.names.sorted().joined(separator: ", ")
            throw InvalidValue("ulimit", text, "\"\(name)\" is none of \(names)")
        }
        let values = text.dropFirst(name.count + 1).split(separator: ":", omittingEmptySubsequences: false)
        guard values.count <= 2, let soft = Self.number(values[0]),
            let hard = values.count == 2 ? Self.number(values[1]) : soft
        else { throw InvalidValue("ulimit", text, "a limit is a number from -1, which is no limit") }
        guard soft <= hard else {
            throw InvalidValue("ulimit", text, "the soft limit is above the hard one")
        }
        (self.name, self.soft, self.hard) = (String(name), soft, hard)
    }

    private static func number(_ text: Substring) -> UInt64? {
        guard text != "-1" else { return .max }
        return Int64(text).flatMap { $0 >= 0 && text.first != "+" ? UInt64($0) : nil }
    }

    /// As the initialiser reads it.
    package var description: String { "\(name)=\(Self.text(soft)):\(Self.text(hard))" }

    private static func text(_ value: UInt64) -> String { value == .max ? "-1" : "\(value)" }
}

extension BuildRequest.Running {
    /// As a container has them.
    var containerLimits: ContainerLimits {
        var limits = ContainerLimits()
        limits.sharedMemoryBytes = sharedMemoryBytes
        for limit in self.limits {
            limits.resources["RLIMIT_" + limit.name.uppercased()] =
                ContainerLimits.ResourceLimit(soft: limit.soft, hard: limit.hard)
        }
        return limits
    }
}
