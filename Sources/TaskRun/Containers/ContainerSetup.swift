// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ContainerRun
import ImageBuild
import OCISpec
import SystemPackage
import TaskFile

/// What an action and an image say of a container, as its process.
struct ContainerSetup {
    let action: CommandAction
    let image: ImageConfig
    let folder: RunFolder
    let volumes: [String: TaskVolume]
    /// Those of all containers of the run, which are on this machine where nobody may make networks.
    var neighbours: [String] = []

    /// `outputs`: the file that takes what the step leaves to later ones.
    func process(
        in root: MountedRoot, attachment: NetworkAttachment?, outputs: FilePath?
    ) throws -> ContainerProcess {
        var process = ContainerProcess(try arguments())
        process.environment = (image.config?.env ?? []) + action.environment
        process.workingFolder = FilePath(action.workingDirectory ?? image.config?.workingDir.nonEmpty ?? "/")
        process.user = try UserDirectory(of: root).user(action.user ?? image.config?.user ?? "")
        process.hostname = action.hostname ?? Self.hostname(action.name)
        process.mounts = try mounts()
        if let outputs {
            let path = "\(RunPaths.outputs)/outputs"
            process.mounts.append(ContainerMount(.bind(outputs), at: FilePath(path)))
            process.environment.append("STET_OUTPUTS=\(path)")
        }
        process.hosts = action.extraHosts.map { HostEntry($0.address, [$0.name]) }
        process.network =
            switch action.network {
            case .none: .none
            case .host: .host
            case .named: attachment.map { .bridge($0) } ?? .host
            }
        if case .named = action.network, attachment == nil, !neighbours.isEmpty {
            process.hosts.append(HostEntry("127.0.0.1", neighbours))
        }
        process.security = security
        process.limits.cpus = action.cpus
        process.limits.memoryBytes = action.memoryBytes
        process.limits.sharedMemoryBytes = action.sharedMemoryBytes
        for limit in action.limits {
            process.limits.resources["RLIMIT_" + limit.name.uppercased()] =
                ContainerLimits.ResourceLimit(soft: limit.soft, hard: limit.hard)
        }
        return process
    }

    private func arguments() throws(StepFailure) -> [String] {
        let config = image.config
        let words: [String]
        if let entryPoint = action.entryPoint {
            words = (entryPoint.isEmpty ? [] : [entryPoint]) + action.arguments
        } else {
            let rest = action.arguments.isEmpty ? config?.cmd ?? [] : action.arguments
            words = (config?.entrypoint ?? []) + rest
        }
        guard !words.isEmpty else {
            throw StepFailure("the image \(action.image) has no command of its own, and the step gives none")
        }
        return words
    }

    private func mounts() throws -> [ContainerMount] {
        var mounts = [
            ContainerMount(.bind(folder.workspace), at: FilePath(RunPaths.workspace)),
            ContainerMount(.bind(folder.home), at: FilePath(RunPaths.home)),
        ]
        for volume in action.volumes {
            mounts.append(
                ContainerMount(
                    .bind(try source(of: volume)), at: FilePath(volume.path), isReadOnly: volume.isReadOnly))
        }
        for path in action.temporaryFolders {
            mounts.append(ContainerMount(.tmpfs(sizeBytes: nil, mode: 0o1777), at: FilePath(path)))
        }
        return mounts
    }

    private func source(of volume: CommandAction.Volume) throws -> FilePath {
        switch volume.source {
        case .files(let name):
            guard let declared = volumes[name] else { throw StepFailure("there is no volume \"\(name)\"") }
            return try folder.files(of: declared)
        case .scratch(let name): return try folder.scratch(name)
        case .workspace(let path):
            let place = path == "." ? folder.workspace : folder.workspace.appending(path)
            if !Folder.isFolder(place), WholeFile.size(place) == nil { try Folder.create(place) }
            return place
        }
    }

    private var security: ContainerSecurity {
        var security = ContainerSecurity()
        security.isPrivileged = action.isPrivileged
        security.hasReadOnlyRoot = action.isReadOnly
        for name in action.addedCapabilities { security.capabilities.formUnion(Self.capabilities(name)) }
        for name in action.droppedCapabilities {
            security.capabilities.subtract(
                name.uppercased() == "ALL" ? security.capabilities : Self.capabilities(name))
        }
        return security
    }

    /// As Docker's flags spell them: `NET_ADMIN`, `CAP_NET_ADMIN`.
    private static func capabilities(_ name: String) -> Set<String> {
        let upper = name.uppercased()
        return [upper.hasPrefix("CAP_") ? upper : "CAP_" + upper]
    }

    /// A step's id as a host name: what cannot be in one becomes `-`.
    private static func hostname(_ name: String) -> String {
        String(
            name.prefix(63).map {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") ? $0 : "-"
            })
    }
}

extension String? {
    fileprivate var nonEmpty: String? { self?.isEmpty == false ? self : nil }
}
