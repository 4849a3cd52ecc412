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
        func value<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
            try container.decodeIfPresent(type, forKey: AnyKey(key.rawValue))
        }
        user = try value(String.self, .user)
        exposedPorts = try value([String: JSONValue].self, .exposedPorts).map { Set($0.keys) }
        env = try value([String].self, .env)
        entrypoint = try value([String].self, .entrypoint)
        cmd = try value([String].self, .cmd)
        volumes = try value([String: JSONValue].self, .volumes).map { Set($0.keys) }
        workingDir = try value(String.self, .workingDir)
        labels = try value([String: String].self, .labels)
        stopSignal = try value(String.self, .stopSignal)
        healthcheck = try value(Healthcheck.self, .healthcheck)
        shell = try value([String].self, .shell)
        onBuild = try value([String].self, .onBuild)
        unknown = try container.unknownMembers(besides: Key.allCases.map(\.rawValue))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(unknown)
        func set(_ value: (some Encodable)?, _ key: Key) throws {
            try container.encodeIfPresent(value, forKey: AnyKey(key.rawValue))
        }
        func keys(_ set: Set<String>?) -> [String: JSONValue]? {
            set.map { Dictionary(uniqueKeysWithValues: $0.map { ($0, .object([:])) }) }
        }
        try set(user, .user)
        try set(keys(exposedPorts), .exposedPorts)
        try set(env, .env)
        try set(entrypoint, .entrypoint)
        try set(cmd, .cmd)
        try set(keys(volumes), .volumes)
        try set(workingDir, .workingDir)
        try set(labels, .labels)
        try set(stopSignal, .stopSignal)
        try set(healthcheck, .healthcheck)
        try set(shell, .shell)
        try set(onBuild, .onBuild)
    }
}
