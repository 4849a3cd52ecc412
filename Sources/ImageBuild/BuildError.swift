// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
import ContainerRun
import DockerfileSyntax
import LayerArchive
package import SourceText

/// Why there is no image.
///
/// The context is as it was, and the store too, but for base images.
package enum BuildError: Error, CustomStringConvertible {
    /// The Dockerfile or the ignore file is wrong, or asks for what cannot be done here.
    case invalid(Diagnostics)
    /// The operating system refused something.
    case file(FileError)
    /// Something that an instruction asks for was refused, by the operating system or for what is in a layer or an
    /// archive: the place of the instruction, and what was refused.
    case instruction(Diagnostic, cause: any Error)
    /// An image that the Dockerfile names could not be had: the place of the name, and why.
    case baseImage(Diagnostic, cause: any Error)
    /// The command of a `RUN` did not succeed.
    case command(FailedCommand)
    /// The store or a layer in it failed.
    case store(any Error)
    case cancelled

    package var description: String {
        switch self {
        case .invalid(let diagnostics): diagnostics.description
        case .file(let error): error.description
        case .instruction(let diagnostic, _), .baseImage(let diagnostic, _): diagnostic.description
        case .command(let failure): failure.description
        case .store(let error): "\(error)"
        case .cancelled: "the build was cancelled"
        }
    }

    static func invalid(_ diagnostic: Diagnostic) -> BuildError { .invalid(Diagnostics(diagnostic)) }

    /// The same error, with the place of what it is about where it is one of the operating system, of a layer, or of
    /// something that cannot be had.
    func located(at location: SourceLocation, in source: SourceFile) -> BuildError {
        let (message, cause): (String, any Error)
        switch self {
        case .file(let error): (message, cause) = (error.description, error)
        case .store(LayerError.file(let error)): (message, cause) = (error.description, error)
        case .store(let error as LayerError): (message, cause) = (error.description, error)
        case .store(let problem as Problem):
            return .invalid(source.error(at: location, problem.message, hint: problem.hint))
        default: return self
        }
        return .instruction(source.error(at: location, message), cause: cause)
    }

    /// The same error with the lines around the instruction, where it is about one of `source`.
    func surrounded(by source: SourceFile, around instruction: Instruction) -> BuildError {
        func surrounded(_ diagnostic: Diagnostic) -> Diagnostic {
            let (location, lines) = (diagnostic.location, instruction.lines)
            let isHere = location.file == source.name && lines.contains(location.line)
            return isHere ? diagnostic.surrounded(by: source.lines(around: lines)) : diagnostic
        }
        switch self {
        case .invalid(let diagnostics):
            return .invalid(
                Diagnostics(surrounded(diagnostics.all[0]), diagnostics.all.dropFirst().map(surrounded)))
        case .instruction(let diagnostic, let cause):
            return .instruction(surrounded(diagnostic), cause: cause)
        case .baseImage(let diagnostic, let cause): return .baseImage(surrounded(diagnostic), cause: cause)
        default: return self
        }
    }

    /// The same error, at the place of an image's name where it is one of its layers that cannot be used.
    func blaming(_ image: ImageName, in source: SourceFile) -> BuildError {
        let cause: any Error
        switch self {
        case .store(let error as LayerError): cause = error
        case .baseImage(_, let error as ContainerError): cause = error
        default: return self
        }
        return .baseImage(
            source.error(at: image.location, "the image \(image.familiar) cannot be used: \(cause)"),
            cause: cause)
    }

    /// What it says about texts, in their order; empty for what is about none.
    package var diagnostics: [Diagnostic] {
        switch self {
        case .invalid(let diagnostics): diagnostics.all
        case .instruction(let diagnostic, _), .baseImage(let diagnostic, _): [diagnostic]
        case .command(let failure): [failure.diagnostic]
        default: []
        }
    }

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
struct Problem: Error, Hashable, CustomStringConvertible {
    let message: String
    var hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message.shownName
        self.hint = hint
    }

    var description: String { message }
}
