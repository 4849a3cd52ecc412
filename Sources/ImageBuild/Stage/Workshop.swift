// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax

/// What all stages of one build have in common.
struct Workshop: Sendable {
    let source: SourceFile
    /// The Dockerfile's escape character.
    let escape: Character
    let arguments: BuildArguments
    let globalScope: [String: String]
    let ignore: DockerIgnore
    let layers: LayerAccess
    /// The build's time as images write it.
    let created: String
    let progress: @Sendable (BuildEvent) -> Void
}
