// SPDX-License-Identifier: Apache-2.0

package import BlockingIO
package import LayerArchive
package import OCISpec
package import SystemPackage

/// A container could not be run, or its root file system could not be made.
package enum ContainerError: Error, Hashable, Sendable {
    /// The operating system refused something that we asked of a file.
    case file(FileError)
    /// A layer of an image cannot be unpacked.
    case layer(LayerError)
    /// A base image names other contents than it has.
    case wrongDiffID(layer: FilePath, expected: Digest, actual: Digest)
    /// The operating system refused something else: what was tried, and what to do about it.
    case system(operation: String, Errno, advice: String?)
    /// No OCI runtime works here: what each of those that were looked for says.
    case noRuntime([RuntimeFault])
    /// The container's program cannot be executed: not found (127) or not executable (126).
    case cannotExecute(program: String, reason: String, exitCode: Int32)
    /// The runtime refused to start the container: its own words.
    case runtime(name: String, reason: String)
    /// The process asks for something that cannot be had.
    case invalid(String)
    /// An image is for another processor, and nothing here can emulate it.
    case foreignPlatform(Platform)
    /// A network cannot be made: why, and what to do.
    case network(String)
    /// The task was cancelled; the container is gone.
    case cancelled
}

extension ContainerError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .layer(let error): "\(error)"
        case .wrongDiffID(let layer, let expected, let actual):
            "the image lies about its layer \(layer.lastComponent?.string ?? layer.string): its "
                + "configuration says diffID \(expected), and the layer has \(actual)"
        case .system(let operation, let errno, let advice):
            "cannot \(operation): \(errno)" + (advice.map { "; \($0)" } ?? "")
        case .noRuntime(let faults):
            "no container runtime works here: " + faults.map(\.description).joined(separator: "; ")
                + "; install runc (apt-get install runc) and see `stet doctor`"
        case .cannotExecute(let program, let reason, _): "cannot execute \"\(program)\": \(reason)"
        case .runtime(let name, let reason): "\(name) cannot start the container: \(reason)"
        case .invalid(let reason): reason
        case .foreignPlatform(let platform):
            "this machine cannot run \(platform): install an emulator (apt-get install qemu-user-static) or "
                + "build for \(Platform.host)"
        case .network(let reason): reason
        case .cancelled: "cancelled"
        }
    }
}

/// Why a runtime is of no use.
package struct RuntimeFault: Hashable, Sendable, CustomStringConvertible {
    package let runtime: String
    package let reason: String

    package var description: String { "\(runtime): \(reason)" }
}

extension ContainerError {
    /// Runs what throws errors of files.
    static func file<Value>(_ body: () throws(FileError) -> Value) throws(ContainerError) -> Value {
        do {
            return try body()
        } catch {
            throw .file(error)
        }
    }

    /// Runs what throws errors of layers.
    static func layer<Value: ~Copyable>(
        _ body: () throws(LayerError) -> Value
    ) throws(ContainerError) -> Value {
        do {
            return try body()
        } catch {
            throw .layer(error)
        }
    }

    /// Runs what blocks on a thread of its own.
    static func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () -> Result<Value, ContainerError>
    ) async throws(ContainerError) -> Value {
        try await BlockingThread.result(body).get()
    }
}
