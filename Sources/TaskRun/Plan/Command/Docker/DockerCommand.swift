// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import TaskFile

/// What `cmd: docker …` asks for, as far as it can be had without a daemon.
package enum DockerCommand: Hashable, Sendable {
    case build(BuildAction)
    case run(CommandAction)
    /// nil: the platform of the run.
    case pull([String], platform: Platform?)
    /// A name without a tag and digest means `latest`.
    case push([Reference])
    case tag(String, as: Reference)
    /// Of the local store; of a repository, or of one name, where there is an operand.
    case images(String?, DockerListing)
    case removeImages([String])
    /// Containers of this run, by their names: the ids of their steps.
    case stop([String], grace: Duration)
    case kill([String], ContainerSignal)
    /// `isForced`: those that run too.
    case remove([String], isForced: Bool)
    case wait([String])
    case logs(String, DockerLogs)
    case list(DockerListing)
    case ports(String)
    case inspect([String], DockerFormat?)
    case login(Login)
    case createManifest(Reference, of: [String], amends: Bool)
    case annotateManifest(Reference, member: String, ManifestNotes)
    /// `isPurged`: it leaves the local store afterwards.
    case pushManifest(Reference, isPurged: Bool)
    case removeManifests([Reference])
    case inspectManifest(String)
    case version

    /// - Note: The password is a secret: nothing shows it.
    package struct Login: Hashable, Sendable {
        let registry: String
        let user: String
        let password: String
    }

    /// What `docker manifest annotate` sets; nil leaves what is there.
    package struct ManifestNotes: Hashable, Sendable {
        var os: String?
        var architecture: String?
        var variant: String?
        var osVersion: String?
        var osFeatures: [String]?
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
        case .wait: "wait"
        case .logs: "logs"
        case .list: "ps"
        case .ports: "port"
        case .inspect: "inspect"
        case .login: "login"
        case .createManifest: "manifest create"
        case .annotateManifest: "manifest annotate"
        case .pushManifest: "manifest push"
        case .removeManifests: "manifest rm"
        case .inspectManifest: "manifest inspect"
        case .version: "version"
        }
    }

    /// Everything that is served, for hints.
    static let names = [
        "build", "run", "pull", "push", "tag", "images", "rmi", "stop", "kill", "rm", "wait", "logs", "ps",
        "port", "inspect", "login", "manifest", "version",
    ]
}

/// How `docker images` and `docker ps` are to be printed, and what of it.
package struct DockerListing: Hashable, Sendable {
    /// `-a`: of containers, those too that have ended.
    var isComplete = false
    /// `-q`: nothing but what identifies each.
    var isQuiet = false
    /// `--digests`: a column more.
    var showsDigests = false
    /// `--no-trunc`: nothing is cut.
    var isUncut = false
    /// `-n`, `-l`: so many at most, the latest ones; they count as `-a` does.
    var count: Int?
    var format: DockerFormat?
    /// Values by name: one of each name must hold.
    var filters: [String: [String]] = [:]
}

/// What of its output a container is asked for.
package struct DockerLogs: Hashable, Sendable {
    /// `-f`: until the container ends.
    var follows = false
    /// `--tail`; nil for all that is kept.
    var lastLines: Int?
}
