// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
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
    let progress: @Sendable (BuildEvent) -> Void

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
