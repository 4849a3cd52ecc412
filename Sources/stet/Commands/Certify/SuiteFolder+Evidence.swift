// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import OCISpec
import RegistryTransport
import SystemPackage

extension SuiteFolder {
    /// The word for the profile that the registry's own answers tell.
    static let recognised = "auto"

    /// The digest of the scenario files' bytes, one after another in the order of their names.
    func suiteDigest() throws -> Digest {
        let folder = path.appending("scenarios")
        var bytes: [UInt8] = []
        for name in try Folder.names(in: folder).filter({ $0.hasSuffix(".yaml") }).sorted() {
            bytes += try WholeFile.read(folder.appending(name), limitBytes: 1 << 20)
        }
        return Digest(of: bytes)
    }

    /// The digest of a profile's file.
    func profileDigest(_ name: String) throws -> Digest {
        Digest(of: try WholeFile.read(profileFile(name), limitBytes: 1 << 20))
    }

    /// What certificates are compared with.
    func known() throws -> KnownSuite {
        let folder = path.appending("profiles")
        var profiles: [String: Digest] = [:]
        for name in try Folder.names(in: folder).filter({ $0.hasSuffix(".yaml") }) {
            profiles[String(name.dropLast(".yaml".count))] = try profileDigest(folder.appending(name).string)
        }
        return KnownSuite(name: path.string, suite: try suiteDigest(), profiles: profiles)
    }

    /// All profiles of the suite, by name.
    func profiles() throws -> [Profile] {
        let folder = path.appending("profiles")
        return try Folder.names(in: folder).filter { $0.hasSuffix(".yaml") }.sorted().map {
            try profile(folder.appending($0).string)
        }
    }

    /// The profile of the registry at `origin`; the strict one when none knows it.
    func profile(of origin: HTTPURL, over transport: any HTTPTransport) async throws -> Profile {
        let found = try await ProfileRecognition(try profiles()).profile(of: origin, over: transport)
        if let found {
            Terminal.error.line("profile \(found.name): \(found.title)")
            return found
        }
        Terminal.error.line("no profile knows this registry: strict it is")
        return try profile(Profile.strictName)
    }
}
