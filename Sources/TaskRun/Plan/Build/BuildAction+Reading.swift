// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
package import SourceText
package import TaskFile

extension BuildAction {
    /// Understands the text of a step.
    ///
    /// - Parameters:
    ///   - text: The flags, with the place that diagnostics name.
    ///   - options: Where relative paths start, and what arguments without a value get.
    ///   - volumes: Those of the task, for secrets in files that the step mounts.
    /// - Throws: A diagnostic at the text of the step.
    package init(
        _ text: Located<BuildArguments>, options: ContainerOptions, volumes: [TaskVolume] = []
    ) throws(Diagnostic) {
        let site = BuildTextSite(options: options, volumes: volumes, location: text.location)
        let written = text.value
        do {
            for name in written.tags {
                let tag = try BuildRequest.parseTag(name)
                if !image.names.contains(tag) { image.names.append(tag) }
            }
            platforms = try BuildRequest.parsePlatforms(written.platforms)
            context = try site.context(written.context)
            dockerfile = try site.dockerfile(written.dockerfile, isRemote: isRemote)
            namedContexts = try site.namedContexts(written.namedContexts)
            cacheSources = try written.cacheSources.map { try site.cache($0) }
            for text in written.cacheTargets {
                if let target = try site.cacheTarget(text) {
                    cacheTargets.append(target)
                    if try CacheTarget.ignoresErrors(text) { optionalCacheTargets.insert(target) }
                    if let name = try CacheTarget.forcedCompression(text) {
                        forcedCacheCompressions.insert(name)
                    }
                } else {
                    hasInlineCache = true
                }
            }
            running = try Running(written, at: site)
            results = try written.results.map { try site.destination($0) }
            for (key, value) in Self.table(written.annotations, missing: { _ in "" }) {
                for annotation in try ImageAnnotation.parse(key) { image.annotations[annotation] = value }
            }
            for result in results { try image.add(result.settings) }
            idFile = try written.idFile.map { try site.path($0) }
            metadataFile = try written.metadataFile.map { try site.path($0) }
        } catch let error as Diagnostic {
            throw error
        } catch {
            throw Diagnostic(at: text.location, "\(error)")
        }
        target = written.target
        arguments = Self.table(written.buildArguments) { site.variable($0) }
        labels = Self.table(written.labels) { _ in "" }
        usesNoCache = written.usesNoCache
        uncachedStages = Set(written.uncachedStages.map { $0.lowercased() })
        pulls = written.pulls
    }

    private var isRemote: Bool {
        if case .remote = context { true } else { false }
    }

    /// The last one of a name counts; a bare name counts only if `missing` has a value for it.
    private static func table(
        _ assignments: [BuildArguments.Assignment], missing: (String) -> String?
    ) -> [String: String] {
        var table: [String: String] = [:]
        for assignment in assignments {
            table[assignment.name] = assignment.value ?? missing(assignment.name)
        }
        return table
    }
}

extension BuildAction.Running {
    fileprivate init(_ written: BuildArguments, at site: BuildTextSite) throws {
        if let name = written.network {
            guard let network = RunNetwork(rawValue: name == "bridge" ? "default" : name) else {
                throw site.problem(
                    "the build flag \"--network \(name)\" cannot be had: RUN reaches default, none or host",
                    hint: "the networks of a task are for its cmd steps")
            }
            self.network = network
            if network == .host { entitlements.insert(.networkHost) }
        }
        for name in written.entitlements.flatMap({ $0.split(separator: ",") }) {
            guard let entitlement = Entitlement(rawValue: String(name)) else {
                throw site.problem(
                    "the build flag \"--allow \(name)\" is not known",
                    hint: "there are \(Entitlement.allCases.map(\.rawValue).joined(separator: " and "))")
            }
            entitlements.insert(entitlement)
        }
        hosts = try written.hosts.map { try ExtraHost($0) }
        limits = try written.resourceLimits.map { try ProcessLimit($0) }
        sharedMemoryBytes = try written.sharedMemory.map { try ByteCount.parse($0) }
        for text in written.secrets {
            let (id, secret) = try site.secret(text)
            secrets[id] = secret
        }
        for text in written.agents { agents.insert(try site.agent(text)) }
    }
}
