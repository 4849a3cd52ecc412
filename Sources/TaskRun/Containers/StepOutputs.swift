// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage

/// What a step wrote for later ones: lines `NAME=VALUE`, the last one of a name counts.
struct StepOutputs {
    static let limitBytes = 64 << 10

    /// Of the names that the step declares.
    private(set) var values: [String: String] = [:]
    /// Names that it does not declare, each once.
    private(set) var unknown: [String] = []

    /// Reads the file.
    ///
    /// Blocks.
    init(_ file: FilePath, declared: [String]) throws(StepFailure) {
        let bytes: [UInt8]
        do {
            bytes = try WholeFile.read(file, limitBytes: Self.limitBytes)
        } catch {
            throw StepFailure(
                "the outputs of the step cannot be read, they may have \(Self.limitBytes) bytes: \(error)")
        }
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let name = String(line.prefix { $0 != "=" })
            guard name.count < line.count, declared.contains(name) else {
                if !unknown.contains(name) { unknown.append(name) }
                continue
            }
            values[name] = String(line.dropFirst(name.count + 1))
        }
        for name in declared where values[name] == nil {
            throw StepFailure("the step did not write its output \"\(name)\" to $STET_OUTPUTS")
        }
    }
}
