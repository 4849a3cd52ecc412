// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import SystemPackage
import TaskFile

extension TaskOptions {
    /// Larger than any task file, and small enough to hold several times.
    private static let fileLimitBytes = 4 << 20

    /// The text of the task file, and the name that diagnostics show.
    func text() async throws -> (String, name: String) { (try await Self.text(file), file) }

    /// Everything that the task's text can refer to.
    func inputs(registry: String, git: GitMetadata) async throws -> TaskInputs {
        let started = UTCTime(secondsSinceEpoch: WallClock.now())
        var run = RunVariables(id: id ?? RunID.make(started), registry: registry, started: started)
        run.architecture = Platform.host.architecture
        run.commit = git.commit
        run.branch = git.branch
        run.taskName = name ?? run.taskName
        var inputs = TaskInputs(run: run)
        if let values { try inputs.addValues(await Self.text(values), file: values) }
        for assignment in set { try inputs.set(assignment) }
        for assignment in setJson { try inputs.setJSON(assignment) }
        for assignment in setSecret { try inputs.setSecret(assignment) }
        for assignments in env { try inputs.addEnvironment(assignments) }
        for file in UserFolder.aliasFiles where WholeFile.size(file) != nil {
            try inputs.addAliases(await Self.text(file.string), file: file.string)
        }
        for assignment in alias { try inputs.setAlias(assignment) }
        for name in allowEnv { inputs.allowedEnvironment[name] = Environment.value(name) ?? "" }
        inputs.network = network
        var chance = SystemRandomNumberGenerator()
        inputs.seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &chance) }
        return inputs
    }

    /// Where the secrets of the task come from, as far as the command line says.
    func secretPlaces() async throws -> SecretPlaces {
        var places = SecretPlaces()
        if let secrets { places = try SecretPlaces.parse(await Self.text(secrets), file: secrets) }
        for flag in secret { try places.add(flag) }
        return places
    }

    private static func text(_ file: String) async throws -> String {
        let bytes = try await GivenFile.read(file, limitBytes: fileLimitBytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure("\(file): it is not UTF-8 text", exitCode: CommandFailure.usage)
        }
        return text
    }
}

/// Names for runs that got none.
enum RunID {
    /// Sorts by time; the random end keeps runs of the same second apart.
    static func make(_ started: UTCTime) -> String {
        let random = String(UInt32.random(in: 0..<(1 << 20)), radix: 36)
        return "\(started.stamp)-\(random)"
    }
}
