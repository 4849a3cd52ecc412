// SPDX-License-Identifier: Apache-2.0

/// How a container of an image runs: the `config` member of an image's configuration.
///
/// Members that this type does not know survive decoding and encoding.
///
/// Source: image-spec 1.1, config.md; `Healthcheck`, `Shell` and `OnBuild` are Docker's.
package struct ContainerConfig: Hashable, Sendable {
    package var user: String?
    /// Keys are `port/protocol`.
    package var exposedPorts: Set<String>?
    /// `NAME=value`, in the order of definition.
    package var env: [String]?
    package var entrypoint: [String]?
    package var cmd: [String]?
    /// Absolute paths.
    package var volumes: Set<String>?
    package var workingDir: String?
    package var labels: [String: String]?
    package var stopSignal: String?
    package var healthcheck: Healthcheck?
    package var shell: [String]?
    package var onBuild: [String]?
    /// Everything else in the object, by name.
    package var unknown: [String: JSONValue] = [:]

    package init() {}

    /// Docker's health check; the durations are nanoseconds.
    package struct Healthcheck: Hashable, Sendable, Codable {
        /// `["NONE"]`, `["CMD", …]` or `["CMD-SHELL", text]`.
        package var test: [String]?
        package var interval: Int64?
        package var timeout: Int64?
        package var startPeriod: Int64?
        package var startInterval: Int64?
        package var retries: Int?

        package init(test: [String]) {
            self.test = test
        }

        enum CodingKeys: String, CodingKey {
            case test = "Test"
            case interval = "Interval"
            case timeout = "Timeout"
            case startPeriod = "StartPeriod"
            case startInterval = "StartInterval"
            case retries = "Retries"
        }
    }
}

extension ContainerConfig: Codable {
    private enum Key: String, CaseIterable {
        case user = "User"
        case exposedPorts = "ExposedPorts"
        case env = "Env"
        case entrypoint = "Entrypoint"
        case cmd = "Cmd"
        case volumes = "Volumes"
        case workingDir = "WorkingDir"
        case labels = "Labels"
        case stopSignal = "StopSignal"
        case healthcheck = "Healthcheck"
        case shell = "Shell"
        case onBuild = "OnBuild"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        user = try container.value(String.self, Key.user)
        exposedPorts = try container.value([String: JSONValue].self, Key.exposedPorts).map { Set($0.keys) }
        env = try container.value([String].self, Key.env)
        entrypoint = try container.value([String].self, Key.entrypoint)
        cmd = try container.value([String].self, Key.cmd)
        volumes = try container.value([String: JSONValue].self, Key.volumes).map { Set($0.keys) }
        workingDir = try container.value(String.self, Key.workingDir)
        labels = try container.value([String: String].self, Key.labels)
        stopSignal = try container.value(String.self, Key.stopSignal)
        healthcheck = try container.value(Healthcheck.self, Key.healthcheck)
        shell = try container.value([String].self, Key.shell)
        onBuild = try container.value([String].self, Key.onBuild)
        unknown = try container.unknownMembers(besides: Key.allCases.map(\.rawValue))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(unknown)
        func keys(_ set: Set<String>?) -> [String: JSONValue]? {
            set.map { Dictionary(uniqueKeysWithValues: $0.map { ($0, .object([:])) }) }
        }
        try container.set(user, Key.user)
        try container.set(keys(exposedPorts), Key.exposedPorts)
        try container.set(env, Key.env)
        try container.set(entrypoint, Key.entrypoint)
        try container.set(cmd, Key.cmd)
        try container.set(keys(volumes), Key.volumes)
        try container.set(workingDir, Key.workingDir)
        try container.set(labels, Key.labels)
        try container.set(stopSignal, Key.stopSignal)
        try container.set(healthcheck, Key.healthcheck)
        try container.set(shell, Key.shell)
        try container.set(onBuild, Key.onBuild)
    }
}
