// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The root of the command line.
struct Stet: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "stet",
        abstract: "Let it stand: build and push images, certify and serve registries with write-once tags.",
        discussion: """
            Three verbs carry the rest:
              stet run -f task.yaml --id 1 .     runs ACR Tasks YAML: builds images and pushes them
              stet certify localhost:5000        checks that a registry lets no published tag be overwritten
              stet serve --write-once            is such a registry
            Without --registry, run and certify use an embedded registry on this machine.
            """,
        version: version,
        subcommands: [
            RunCommand.self, RunsCommand.self, TaskCommand.self, CertifyCommand.self, ServeCommand.self,
            PolicyCommand.self, AuditCommand.self, CollectCommand.self,
            BuildCommand.self, BuildPrune.self,
            PushCommand.self, PullCommand.self, CopyCommand.self, InspectCommand.self, TagsCommand.self,
            DeleteCommand.self, StoreCommand.self, LoginCommand.self, LogoutCommand.self, RenderCommand.self,
            DoctorCommand.self,
        ])
}
