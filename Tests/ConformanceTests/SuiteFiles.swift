// SPDX-License-Identifier: Apache-2.0

import Conformance
import FoundationEssentials
import OCISpec
import RegistryTransport

/// The suite of the source tree.
enum SuiteFiles {
    /// The folder of the package.
    static let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let conformance = package.appending(path: "conformance")

    static func suites() throws -> [ScenarioSuite] {
        let folder = conformance.appending(path: "scenarios").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".yaml")
        }
        return try SuiteLoader.load(files: names.sorted().map { try text("scenarios/\($0)") })
    }

    static func profile(_ name: String = "strict") throws -> Profile {
        try Profile.load(text("profiles/\(name).yaml"))
    }

    static func text(_ path: String) throws -> NamedText {
        NamedText(
            name: path, text: try String(contentsOf: conformance.appending(path: path), encoding: .utf8))
    }

    /// The whole suite against a registry at `http://registry.test`.
    static func request(_ suites: [ScenarioSuite]? = nil) throws -> CertifyRequest {
        var request = CertifyRequest(
            registry: HTTPURL(.http, "registry.test", "/"), profile: try profile(),
            suites: try suites ?? self.suites(), runID: "run1")
        request.mutablePrefix = try RepositoryName("open")
        return request
    }
}
