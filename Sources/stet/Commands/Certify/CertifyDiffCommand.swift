// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import BlockingIO
import Conformance
import OCISpec
import SystemPackage

/// `stet certify diff`: what got better or worse from one run to another.
struct CertifyDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two runs: what got better, what got worse.",
        discussion: """
            stet certify diff monday/report.json tuesday/report.json
            stet certify diff conformance/expected/stet.json out/report.json --format json

            Exit status: 0 nothing got worse, 1 a case is violated that was not or the level
            is lower, 2 a file cannot be read, 3 cases are only inconclusive or skipped that
            had passed.
            """,
        helpNames: .shortAndLong)

    @Argument(help: "The report.json of the earlier run, or a file of expected verdicts.") var old: String
    @Argument(help: "The report.json of the later run.") var new: String
    @Option(help: "How to print: text or json.") var format = ResultFormat.text

    func run() async throws {
        let comparison = try await CommandFailure.asUsage {
            let baseline = try CertifyFile.baseline(old)
            guard case .report(let result) = try CertifyFile.baseline(new) else {
                throw CommandFailure(
                    "\(new) holds expected verdicts, and no run; name a report.json",
                    exitCode: CommandFailure.usage)
            }
            return baseline.comparison(to: result)
        }
        switch format {
        case .text: Terminal.output.line(ForeignText.shown(comparison.text))
        case .json: Terminal.output.write(try JSONDocument.pretty(comparison))
        }
        if comparison.exitCode != 0 { throw CommandFailure(exitCode: comparison.exitCode) }
    }
}

/// The files that `certify` and its subcommands read.
enum CertifyFile {
    private static let limitBytes = 256 << 20

    static func bytes(_ name: String) throws -> [UInt8] {
        try WholeFile.read(FilePath(name), limitBytes: limitBytes)
    }

    static func text(_ name: String) throws -> String {
        String(decoding: try WholeFile.read(FilePath(name), limitBytes: 1 << 20), as: UTF8.self)
    }

    static func baseline(_ name: String) throws -> Baseline {
        try inFile(name) { try Baseline.read(try bytes(name)) }
    }

    /// Says which file it is that cannot be used.
    static func inFile<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as FileError {
            throw CommandFailure("\(error)", exitCode: CommandFailure.usage)
        } catch let error as InvalidValue {
            // Without the value: a file that is named by mistake may be a key.
            throw CommandFailure(
                "\(name) is no \(error.noun): \(error.reason)", exitCode: CommandFailure.usage)
        } catch {
            throw CommandFailure("\(name): \(error)", exitCode: CommandFailure.usage)
        }
    }
}
