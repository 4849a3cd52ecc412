// SPDX-License-Identifier: Apache-2.0

/// What a task file can know about the run that it is part of: `.Run` of its templates.
package struct RunVariables: Hashable, Sendable {
    /// What the run is called; also `.Build.ID`.
    package var id: String
    /// Host, or host and port, that images are pushed to.
    package var registry: String
    /// The moment that the run started, for `.Run.Date`.
    package var started: UTCTime
    package var os = "linux"
    package var osVersion = ""
    package var architecture = "amd64"
    package var commit = ""
    package var branch = ""
    package var repository = ""
    package var gitTag = ""
    package var triggeredBy = "Manual"
    package var taskName = "quickrun"
    package var sharedVolume = ""

    package init(id: String, registry: String, started: UTCTime) {
        self.id = id
        self.registry = registry
        self.started = started
    }

    /// The registry up to its first dot.
    package var registryName: String { String(registry.prefix { $0 != "." }) }

    var template: [String: TemplateValue] {
        [
            "ID": .text(id), "Registry": .text(registry), "RegistryName": .text(registryName),
            "Date": .text(started.stamp), "OS": .text(os), "OSVersion": .text(osVersion),
            "Architecture": .text(architecture), "Commit": .text(commit), "Branch": .text(branch),
            "Repository": .text(repository), "GitTag": .text(gitTag), "TriggeredBy": .text(triggeredBy),
            "TaskName": .text(taskName), "SharedVolume": .text(sharedVolume),
        ]
    }
}
