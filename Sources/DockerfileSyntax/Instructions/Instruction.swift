// SPDX-License-Identifier: Apache-2.0

package import SourceText

/// One instruction of a Dockerfile, typed; nothing in it is expanded yet.
package struct Instruction: Hashable, Sendable {
    package let keyword: Keyword
    /// The keyword as it was written.
    package let spelling: String
    /// Of the keyword.
    package let location: SourceLocation
    /// The lines of the file that it takes, its here-documents included; counted from 1.
    package let lines: ClosedRange<Int>
    /// The comment on the line before it, without `#` and blanks around.
    package let comment: String?
    /// The instruction on one line: the keyword in capitals, continuations joined, comments gone.
    package let text: String
    package let action: Action

    /// What an image keeps of a trigger: the text as it was written and the here-documents that belong to it.
    package var trigger: String {
        let text = spelling + text.dropFirst(keyword.rawValue.count)
        let documents: [HereDocument]
        switch action {
        case .run(let run): documents = run.documents
        case .add(let copy), .copy(let copy): documents = copy.documents
        default: documents = []
        }
        return documents.reduce(text) { $0 + "\n" + $1.content + $1.opening.name }
    }

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
    /// False for the old form `NAME value`.
    package let hasEqualsSign: Bool
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
    /// `AS` and the name as they were written.
    package let nameSpelling: NameSpelling?

    package struct NameSpelling: Hashable, Sendable {
        package let keyword: String
        package let name: String
    }
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

    /// Those of `sources` that are here-documents.
    package var documents: [HereDocument] {
        sources.compactMap { source in
            guard case .document(let document) = source else { return nil }
            return document
        }
    }

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
