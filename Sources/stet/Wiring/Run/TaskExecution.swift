// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import OCISpec
import RegistryClient
import SystemPackage
import TaskFile
import TaskRun

/// One run of a plan on this machine: everything that it needs, made before and gone after it.
struct TaskExecution: Sendable {
    let plan: RunPlan
    let identity: RunIdentity
    let mask: SecretMask
    let source: RunContextSource
    let records: RunRecordFolder
    let settings: RunSettings
    let connection: ConnectionOptions
    /// Of the run, for the credentials that steps find at home.
    let registry: String
    let show: @Sendable (RunEvent) -> Void

    /// Runs to the end, and writes the record whatever happens.
    func run() async throws -> (record: RunRecord, file: FilePath) {
        let stamp = UTCTime(secondsSinceEpoch: WallClock.now()).stamp
        let logFolder = RunRecordFolder.logFolder(of: identity.id, startedAt: stamp)
        let logs = try RunLogs(
            in: records.place(logFolder), secrets: mask.texts, linesAtOnce: settings.linesAtOnce, next: show)
        let executor = try await executor()
        let runner = TaskRunner(
            executor: executor, clock: ContinuousClock(), now: WallClock.now, limits: settings.limits,
            mask: mask, events: { logs.take($0) })
        let record = try await Interruption.watch { await runner.run(plan, as: identity) }
        // The networks go away meanwhile.
        let records = records
        let written = await BlockingThread.result {
            Result {
                let whole = record.with(logs: logs.close(), in: logFolder)
                return (whole, try records.write(whole))
            }
        }
        await executor.close()
        return try written.get()
    }

    private func executor() async throws -> any StepExecutor {
        let store = try ImageLayout(creating: UserFolder.imageStore)
        let credentials = RunCredentials(ConnectionOptions.lookup)
        let registries = try connection.connector(lookup: credentials.lookup)
        let data = try UserFolder.data
        let folder = try await workFolder(in: data.appending("work"))
        var context = RunContext(
            folder: folder?.workspace ?? source.folder ?? "/nonexistent", platform: settings.platform,
            created: try BuildTime.seconds(source.git), commit: source.git.commit)
        if let folder, folder.workspace != source.folder { context.original = source.folder }
        context.fileTime = Environment.value("SOURCE_DATE_EPOCH") == nil ? 0 : nil
        var images = ImageStepExecutor(store: store, registries: registries, context: context)
        let cache = BuildCache(data.appending("build-cache"))
        images.site.cache = cache
        images.site.commands = CommandRoom(roots: data.appending("rootfs"), cacheMounts: cache.mounts)
        images.site.http = try connection.transport()
        images.agents = settings.agents
        guard let folder else { return images }
        var site = ContainerSite(
            rootFolder: data.appending("rootfs"), store: store, registries: registries, folder: folder,
            credentials: credentials)
        site.knownRegistries = plan.registries.union([registry])
        site.platform = settings.platform
        site.volumes = plan.volumes
        site.networks = plan.networks
        site.containerNames = plan.containerNames
        return TaskStepExecutor(images: images, containers: site)
    }

    /// The folders that containers share; nil where no step needs them.
    private func workFolder(in parent: FilePath) async throws -> RunFolder? {
        guard plan.needsWorkspace || source.folder == nil else { return nil }
        let workspace: RunFolder.Workspace =
            if let folder = source.folder {
                settings.isInPlace || source.isFetched ? .inPlace(folder.absolute) : .copy(of: folder)
            } else {
                .empty
            }
        return try await BlockingThread.run { try RunFolder(in: parent, workspace) }
    }
}

/// What the command line says of a run besides its task.
struct RunSettings: Sendable {
    var platform = Platform.host
    var limits = RunLimits()
    var isInPlace = false
    /// Sockets of agents that builds may ask for, by id.
    var agents: [String: FilePath] = [:]
    /// Of what a step writes at once, how many lines are worth looking at.
    var linesAtOnce = Int.max
}

extension FilePath {
    /// From the root, for what does not know the current folder.
    fileprivate var absolute: FilePath {
        isAbsolute ? self : Environment.currentFolder.pushing(self).lexicallyNormalized()
    }
}
