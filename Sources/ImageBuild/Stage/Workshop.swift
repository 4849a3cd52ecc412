// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import OCISpec
import RegistryTransport
import SystemPackage

/// What all stages of one build for one platform have in common.
struct Workshop: Sendable {
    let source: SourceFile
    /// The Dockerfile's escape character.
    let escape: Character
    let arguments: BuildArguments
    let globalScope: [String: String]
    /// By their index in the Dockerfile; those without a name are not there.
    let stageNames: [Int: String]
    let ignore: DockerIgnore
    var layers: LayerAccess
    /// What `RUN` needs; nil where containers are not to be had.
    let commands: CommandRoom?
    let network: SandboxNetwork
    /// What `RUN` gets.
    let running: BuildRequest.Running
    /// The folder of the build's context.
    let context: FilePath
    /// For `ADD` of URLs; nil where none is to be asked.
    let http: (any HTTPTransport)?
    /// The build's time as images write it.
    let created: String
    /// What the image is for; nil in a build for a single platform.
    let target: Platform?
    let progress: @Sendable (BuildEvent) -> Void

    func shown(_ stage: BuildPlan.Stage) -> BuildStage {
        BuildStage(name: stage.name, platform: stage.platform, target: target)
    }

    /// What a stage begins with, for people.
    func name(of base: BuildPlan.Base) -> String {
        switch base {
        case .scratch: "scratch"
        case .stage(let index): stageNames[index] ?? "stage \(index)"
        case .image(let image): image.familiar
        }
    }

    /// Where a step reads, for people, as in `is not in …`.
    func name(of origin: BuildPlan.Origin) -> String {
        switch origin {
        case .context: "the build context"
        case .stage(let index): stageNames[index].map { "the stage \($0)" } ?? "stage \(index)"
        case .image(let image): "the image \(image.familiar)"
        case .named(_, let name): "the build context \(name)"
        }
    }
}
