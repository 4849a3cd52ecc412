// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
package import TaskFile

/// Reads secrets from where they are.
package struct SecretReader: Sendable {
    /// Of a secret in a file, or of what a program prints.
    static let limitBytes = 1 << 20

    private let environment: @Sendable (_ name: String) -> String?
    private let runProgram: @Sendable (_ words: [String]) async throws -> [UInt8]
    private let vault: KeyVaultClient?

    /// - Parameters:
    ///   - environment: The caller's variables.
    ///   - vault: nil refuses secrets of key vaults.
    ///   - runProgram: Runs a program found on PATH and gives what it printed; throws when it fails.
    package init(
        environment: @escaping @Sendable (String) -> String?, vault: KeyVaultClient?,
        runProgram: @escaping @Sendable ([String]) async throws -> [UInt8]
    ) {
        self.environment = environment
        self.vault = vault
        self.runProgram = runProgram
    }

    /// - Throws: What is wrong with the place; never the secret.
    package func read(_ place: SecretPlace) async throws(TaskResolveError) -> String {
        switch place {
        case .environment(let name):
            guard let value = environment(name) else {
                throw TaskResolveError("the environment variable \(name) is not set")
            }
            return value
        case .file(let path):
            do {
                return try text(
                    try await BlockingThread.runGivingUp {
                        try WholeFile.read(FilePath(path), limitBytes: Self.limitBytes)
                    }, of: path)
            } catch let error as TaskResolveError {
                throw error
            } catch {
                throw TaskResolveError("\(error)")
            }
        case .command(let words):
            do {
                return try text(try await runProgram(words), of: words.first ?? "")
            } catch let error as TaskResolveError {
                throw error
            } catch {
                throw TaskResolveError("the program \(words.first ?? "") failed: \(error)")
            }
        case .keyVault(let secret):
            guard let vault else { throw TaskResolveError("key vaults cannot be reached here") }
            return try await vault.read(secret)
        }
    }

    /// Without one line feed at the end.
    private func text(_ bytes: [UInt8], of place: String) throws(TaskResolveError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TaskResolveError("what \(place) has is no UTF-8 text")
        }
        return text.last?.isNewline == true ? String(text.dropLast()) : text
    }
}
