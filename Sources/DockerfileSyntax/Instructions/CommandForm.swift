// SPDX-License-Identifier: Apache-2.0

/// What `RUN`, `CMD`, `ENTRYPOINT` and a health check execute.
package enum CommandForm: Hashable, Sendable {
    /// `["program", "argument"]`: no shell in between.
    case exec([String])
    /// A line for the image's shell.
    case shell(String)
}
