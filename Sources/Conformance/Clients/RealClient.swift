// SPDX-License-Identifier: Apache-2.0

import SystemPackage

/// A client of another project that pushes images.
package enum RealClient: String, CaseIterable, Codable, Sendable {
    case docker, podman, buildah, skopeo, crane, oras, regctl

    /// One call of a program.
    struct Call: Sendable {
        let program: String
        let arguments: [String]

        init(_ program: String, _ arguments: String...) {
            self.program = program
            self.arguments = arguments
        }
    }

    /// The programs that push an image, the last one being the push itself.
    ///
    /// - Parameters:
    ///   - image: Where it lies.
    ///   - target: `host:port/repository:tag`, spoken to without TLS.
    ///   - scratch: A folder for what the client keeps.
    /// - Returns: The calls in their order.
    func calls(pushing image: ImageFolder, to target: String, scratch: String) -> [Call] {
        let layout = "oci:\(image.layout.string):image"
        let store = ["--root", "\(scratch)/\(rawValue)", "--runroot", "\(scratch)/\(rawValue)-run"]
        let host = target.prefix { $0 != "/" }
        switch self {
        case .docker:
            return [
                Call("docker", "load", "--input", image.archive.string),
                Call("docker", "tag", image.name, target), Call("docker", "push", target),
            ]
        case .podman, .buildah:
            let driver = store + ["--storage-driver", "vfs"]
            return [
                Call(rawValue, all: driver + ["pull", layout]),
                Call(
                    rawValue, all: driver + ["push", "--tls-verify=false", image.id, "docker://\(target)"]),
            ]
        case .skopeo:
            return [Call("skopeo", "copy", "--dest-tls-verify=false", layout, "docker://\(target)")]
        case .crane: return [Call("crane", "push", "--insecure", image.layout.string, target)]
        case .oras:
            return [
                Call(
                    "oras", "cp", "--from-oci-layout", "\(image.layout.string):image", "--to-plain-http",
                    target)
            ]
        case .regctl:
            return [
                Call(
                    "regctl", "--host", "reg=\(host),tls=disabled", "image", "copy",
                    "ocidir://\(image.layout.string):image", target)
            ]
        }
    }
}

extension RealClient.Call {
    init(_ program: String, all arguments: [String]) {
        self.program = program
        self.arguments = arguments
    }
}

/// Runs programs of this machine.
package protocol ClientPrograms: Sendable {
    /// Runs a program to its end, or for as long as programs may take here.
    ///
    /// What one has started ends with it when it is given up, and when the task is cancelled.
    ///
    /// - Parameters:
    ///   - program: A word that is looked for on PATH, or a path: what has a slash.
    ///   - arguments: Without the program's own name.
    ///   - variables: What its environment has besides what this process has.
    /// - Returns: nil when there is no such program.
    /// - Throws: When it cannot be run, or the task is cancelled.
    func run(
        _ program: String, _ arguments: [String], adding variables: [String: String]
    ) async throws(SetupError) -> ClientOutcome?
}

extension ClientPrograms {
    /// The same in the environment of this process.
    func run(_ program: String, _ arguments: [String]) async throws(SetupError) -> ClientOutcome? {
        try await run(program, arguments, adding: [:])
    }
}

/// What a program did.
package struct ClientOutcome: Sendable {
    package let status: Int32
    /// What a person would have read, of both outputs.
    package let text: String
    /// How long it was waited for; nil for one that came to its own end.
    package let unendedAfter: Duration?

    package init(status: Int32, text: String, unendedAfter: Duration? = nil) {
        self.status = status
        self.text = text
        self.unendedAfter = unendedAfter
    }
}
