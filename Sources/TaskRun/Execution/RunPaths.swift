// SPDX-License-Identifier: Apache-2.0

/// Where containers of steps find what they share.
enum RunPaths {
    static let workspace = "/workspace"
    /// Of every step; has the credentials that the run was given.
    static let home = "/acb/home"
    /// A file of this folder takes the outputs of a step.
    static let outputs = "/acb/outputs"
}
