// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// One instruction of a Dockerfile, typed; nothing in it is expanded yet.
package struct Instruction: Hashable, Sendable {
    package let keyword: Keyword
    /// Of the keyword.
    package let location: SourceLocation
    /// The instruction on one line: the keyword in capitals, continuations joined, comments gone.
    package let text: String
    package let action: Action

    package indirect enum Action: Hashable, Sendable {
        case add(CopyInstruction)
        case arg([ArgumentDeclaration])
        case cmd(CommandForm)
        case copy(CopyInstruction)
        case entrypoint(CommandForm)
        case env([Assignment])
        case expose(Word)
        case from(FromInstruction)
        case healthcheck(HealthcheckInstruction)
        case label([Assignment])
        case maintainer(Word)
        case onbuild(Instruction)
        case run(RunInstruction)
        case shell([String])
        case stopsignal(Word)
        case user(Word)
        case volume([Word])
        case workdir(Word)
    }
}

/// `NAME=value` of `ENV` and `LABEL`.
package struct Assignment: Hashable, Sendable {
    package let name: Word
    package let value: Word
}

/// `NAME` or `NAME=default` of `ARG`.
package struct ArgumentDeclaration: Hashable, Sendable {
    package let name: Word
    package let defaultValue: Word?
}

/// `FROM [--platform=P] IMAGE [AS NAME]`.
package struct FromInstruction: Hashable, Sendable {
    /// A stage, `scratch` or an image.
    package let image: Word
    package let platform: Word?
    /// Lower-cased: stage names are matched without regard to case.
    package let name: Word?
}

/// `COPY` and `ADD`.
package struct CopyInstruction: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case path(Word)
        case document(HereDocument)
    }

    /// At least one.
    package let sources: [Source]
    package let destination: Word
    package let options: Options

    package struct Options: Hashable, Sendable {
        /// A stage, an image or a named context; nil for the build context.
        package let from: Word?
        package let owner: Word?
        package let mode: Word?
        package let isLinked: Bool
        package let keepsParents: Bool
        package let excludes: [Word]
        package let checksum: Word?
        package let keepsGitFolder: Bool
        /// Whether archives are unpacked; nil for the instruction's own habit.
        package let unpacks: Bool?
    }
}

/// `RUN`.
package struct RunInstruction: Hashable, Sendable {
    package let command: CommandForm
    package let documents: [HereDocument]
    package let mounts: [Word]
    package let network: Word?
    package let security: Word?
    package let devices: [Word]
}

/// `HEALTHCHECK`.
package enum HealthcheckInstruction: Hashable, Sendable {
    /// `NONE`: no check, not even the base image's.
    case disabled
    case check(CommandForm, Timing)

    /// What is nil is left to the runtime.
    package struct Timing: Hashable, Sendable {
        package let interval: Duration?
        package let timeout: Duration?
        package let startPeriod: Duration?
        package let startInterval: Duration?
        package let retries: Int?
    }
}
