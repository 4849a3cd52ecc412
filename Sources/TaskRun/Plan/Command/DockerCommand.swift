// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import SourceText

/// What `cmd: docker …` asks for, as far as it can be had without a daemon.
package enum DockerCommand: Hashable, Sendable {
    case build(BuildAction)
    case run(CommandAction)
    case pull([String])
    /// A name without a tag and digest means `latest`.
    case push([Reference])
    case tag(String, as: Reference)
    /// Of the local store, or those whose name begins with the text.
    case images(String?)
    case removeImages([String])
    /// Containers of this run: the names of their steps.
    case stop([String])
    case kill([String])
    case remove([String])
    case logs(String, lastLines: Int?)
    case list
    case inspect([String])
    case login(Login)
    case createManifest(Reference, of: [String])
    case pushManifest(Reference)
    case inspectManifest(String)
    case version

    /// - Note: The password is a secret: nothing shows it.
    package struct Login: Hashable, Sendable {
        let registry: String
        let user: String
        let password: String
    }

    /// What the command line calls it.
    package var name: String {
        switch self {
        case .build: "build"
        case .run: "run"
        case .pull: "pull"
        case .push: "push"
        case .tag: "tag"
        case .images: "images"
        case .removeImages: "rmi"
        case .stop: "stop"
        case .kill: "kill"
        case .remove: "rm"
        case .logs: "logs"
        case .list: "ps"
        case .inspect: "inspect"
        case .login: "login"
        case .createManifest: "manifest create"
        case .pushManifest: "manifest push"
        case .inspectManifest: "manifest inspect"
        case .version: "version"
        }
    }

    /// Everything that is served, for hints.
    static let names = [
        "build", "run", "pull", "push", "tag", "images", "rmi", "stop", "kill", "rm", "logs", "ps", "inspect",
        "login", "manifest", "version",
    ]
}
