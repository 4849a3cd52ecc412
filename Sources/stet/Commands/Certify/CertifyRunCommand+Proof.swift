// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Conformance
import OCISpec
import RegistryTransport

extension CertifyRunCommand {
    /// The profile that `--profile auto` finds.
    func recognised(at origin: HTTPURL, over transport: any HTTPTransport) async throws -> Profile {
        do {
            return try await SuiteFolder(suite).profile(of: origin, over: transport)
        } catch let error as TransportError {
            throw CommandFailure("\(CertifyError.unreachable(error))", exitCode: CommandFailure.inconclusive)
        }
    }

    /// Writes, signs and publishes what the options ask for.
    func prove(_ result: CertifyResult, _ proof: CertifyProof, _ folder: ReportFolder?) async throws {
        try await CommandFailure.asFailure {
            try proof.writeBaseline(result)
            let files = try SuiteFolder(suite)
            let certificate = try proof.certificate(
                result, suite: try files.suiteDigest(),
                profile: try files.profileDigest(profileName(of: result)))
            guard let certificate else { return }
            try folder?.write(certificate, as: CertifyProof.certificateName)
            try await proof.publish(certificate, through: try connection.connector())
        }
    }

    /// That of the signal after an interruption; else the worse of the level's and the baseline's, 1 before 3.
    ///
    /// Without `--require`, a baseline alone decides.
    func status(_ result: CertifyResult, _ compared: Int32?) -> Int32 {
        let reached = result.exitCode(requiring: require ?? .sealed)
        guard result.stopped != .interrupted else { return CommandFailure.interrupted }
        guard let compared else { return reached }
        let statuses = require == nil ? [compared] : [reached, compared]
        return statuses.contains(CommandFailure.failed) ? CommandFailure.failed : statuses.max() ?? compared
    }

    /// What was given with `--profile`, or was recognised in its place.
    private func profileName(of result: CertifyResult) -> String {
        profile == SuiteFolder.recognised ? result.profile : profile
    }
}
