// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
package import SourceText

/// Why there is no image.
///
/// The context is as it was, and the store too, but for base images.
package enum BuildError: Error, CustomStringConvertible {
    /// The Dockerfile or the ignore file is wrong, or asks for what cannot be done here.
    case invalid(Diagnostics)
    /// The operating system refused something.
    case file(FileError)
    /// An image that the Dockerfile names could not be had: the place of the name, and why.
    case baseImage(Diagnostic, cause: any Error)
    /// The store or a layer in it failed.
    case store(any Error)
    case cancelled

    package var description: String {
        switch self {
        case .invalid(let diagnostics): diagnostics.description
        case .file(let error): error.description
        case .baseImage(let diagnostic, _): diagnostic.description
        case .store(let error): "\(error)"
        case .cancelled: "the build was cancelled"
        }
    }

    static func invalid(_ diagnostic: Diagnostic) -> BuildError { .invalid(Diagnostics(diagnostic)) }

    /// Runs what a store does and keeps its error as the cause.
    static func wrapStore<Value>(
        _ body: () async throws -> Value
    ) async throws(BuildError) -> Value {
        do {
            return try await body()
        } catch let error as BuildError {
            throw error
        } catch let error as FileError {
            throw .file(error)
        } catch is CancellationError {
            throw .cancelled
        } catch {
            throw .store(error)
        }
    }
}

/// Something that an instruction asks for and cannot have; the one who knows the place makes a diagnostic of it.
struct Problem: Error, Hashable {
    let message: String
    var hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
