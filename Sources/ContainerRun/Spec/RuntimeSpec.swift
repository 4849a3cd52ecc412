// SPDX-License-Identifier: Apache-2.0

/// What an OCI runtime is told about a container: the file `config.json` of a bundle.
///
/// Only what we say is here; a member that is nil is not written.
///
/// Source: runtime-spec 1.0.2, config.md and config-linux.md.
struct RuntimeSpec: Encodable, Equatable {
    var ociVersion = "1.0.2"
    var hostname: String
    var process: Process
    var root: Root
    var mounts: [Mount]
    var linux: Linux
    /// For one runtime or another; the others do not mind.
    var annotations: [String: String]?

    struct Process: Encodable, Equatable {
        var terminal = false
        var user: User
        var args: [String]
        var env: [String]
        var cwd: String
        var capabilities: Capabilities
        var rlimits: [Limit]?
        var noNewPrivileges: Bool
    }

    struct User: Encodable, Equatable {
        var uid: UInt32
        var gid: UInt32
        var additionalGids: [UInt32]?
    }

    struct Capabilities: Encodable, Equatable {
        var bounding: [String]
        var effective: [String]
        var permitted: [String]
    }

    struct Limit: Encodable, Equatable {
        var type: String
        var soft: UInt64
        var hard: UInt64
    }

    struct Root: Encodable, Equatable {
        var path: String
        var readonly: Bool
    }

    struct Mount: Encodable, Equatable {
        var destination: String
        var type: String
        var source: String
        var options: [String]
    }

    struct Linux: Encodable, Equatable {
        var namespaces: [Namespace]
        /// Settings of the kernel, for the container's own namespaces.
        var sysctl: [String: String]?
        var cgroupsPath: String?
        var resources: Resources?
        var devices: [Device]?
        var seccomp: SeccompProfile?
        var maskedPaths: [String]
        var readonlyPaths: [String]
    }

    struct Namespace: Encodable, Equatable {
        var type: String
    }

    struct Resources: Encodable, Equatable {
        var devices: [DeviceRule]
        var cpu: CPU?
        var memory: Memory?
        var pids: Pids?
    }

    struct DeviceRule: Encodable, Equatable {
        var allow: Bool
        var access = "rwm"
        var type: String?
        var major: Int64?
        var minor: Int64?
    }

    /// `quota` and `period` in microseconds.
    struct CPU: Encodable, Equatable {
        var quota: Int64
        var period: UInt64
    }

    /// In bytes; `swap` is memory and swap together.
    struct Memory: Encodable, Equatable {
        var limit: Int64
        var swap: Int64?
    }

    struct Pids: Encodable, Equatable {
        var limit: Int64
    }

    struct Device: Encodable, Equatable {
        var path: String
        /// `c` or `b`.
        var type: String
        var major: Int64
        var minor: Int64
        var fileMode: UInt32
        var uid: UInt32
        var gid: UInt32
    }
}
