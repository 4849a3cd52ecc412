// SPDX-License-Identifier: Apache-2.0

/// The name of an instruction, in the case that the documentation uses.
package enum Keyword: String, CaseIterable, Sendable {
    case add = "ADD"
    case arg = "ARG"
    case cmd = "CMD"
    case copy = "COPY"
    case entrypoint = "ENTRYPOINT"
    case env = "ENV"
    case expose = "EXPOSE"
    case from = "FROM"
    case healthcheck = "HEALTHCHECK"
    case label = "LABEL"
    case maintainer = "MAINTAINER"
    case onbuild = "ONBUILD"
    case run = "RUN"
    case shell = "SHELL"
    case stopsignal = "STOPSIGNAL"
    case user = "USER"
    case volume = "VOLUME"
    case workdir = "WORKDIR"

    /// The flags that the instruction takes.
    ///
    /// Source: Dockerfile reference 1.x, the section of each instruction.
    var flags: [Flag.Specification] {
        switch self {
        case .from: [.value("platform")]
        case .copy:
            [
                .value("from"), .value("chown"), .value("chmod"), .switch("link"), .switch("parents"),
                .values("exclude"),
            ]
        case .add:
            [
                .value("chown"), .value("chmod"), .switch("link"), .values("exclude"), .value("checksum"),
                .switch("keep-git-dir"), .switch("unpack"),
            ]
        case .run: [.values("mount"), .value("network"), .value("security"), .values("device")]
        case .healthcheck:
            [
                .value("interval"), .value("timeout"), .value("start-period"), .value("start-interval"),
                .value("retries"),
            ]
        default: []
        }
    }

    /// May be followed by `<<NAME` documents.
    var takesDocuments: Bool { self == .run || self == .copy || self == .add }
}
