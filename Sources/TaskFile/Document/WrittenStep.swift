// SPDX-License-Identifier: Apache-2.0

import LocatedYAML
import SourceText

/// The keys of a step that validation is about, as they are written.
struct WrittenStep {
    struct Mount {
        let volume: String
        let path: String
        let location: SourceLocation
    }

    let location: SourceLocation
    /// At the step when the file names none.
    let id: Located<StepID>
    /// Nil when absent or empty, as for `build`.
    let command: Located<String>?
    let build: Located<String>?
    let push: [Located<String>]
    let when: [Located<String>]
    let mounts: [Mount]
    let retries: Located<Int>?
    let repetitions: Located<Int>?
    let cache: Located<String>?
    let outputs: [Located<String>]
    let isDetached: Bool

    init(_ value: YAMLValue, at index: Int, with reader: inout DocumentReader) {
        location = reader.origin(value)
        let written = reader.string("id", in: value)
        if let written, !written.value.isEmpty {
            id = Located(StepID(written.value), at: written.location)
        } else {
            id = Located(StepID(defaultAt: index), at: location)
        }
        command = reader.string("cmd", in: value).flatMap { $0.value.isEmpty ? nil : $0 }
        build = reader.string("build", in: value).flatMap { $0.value.isEmpty ? nil : $0 }
        push = reader.strings("push", in: value)
        when = reader.strings("when", in: value)
        retries = reader.integer("retries", in: value)
        repetitions = reader.integer("repeat", in: value)
        cache = reader.string("cache", in: value)
        outputs = reader.strings("outputs", in: value)
        isDetached = reader.boolean("detach", in: value)
        var mounts: [Mount] = []
        for mount in reader.list("volumeMounts", in: value) {
            reader.warnOfUnknownKeys(in: mount, known: TaskKeys.mount, of: "a volume mount")
            mounts.append(
                Mount(
                    volume: reader.string("name", in: mount)?.value ?? "",
                    path: reader.string("mountPath", in: mount)?.value ?? "", location: reader.origin(mount)))
        }
        self.mounts = mounts
    }
}
