// SPDX-License-Identifier: Apache-2.0

/// Task files that nobody wrote.
package enum TaskText {
    /// A file of one `cmd` step, as `az acr run --cmd` makes it.
    ///
    /// The working directory is the image's. Whatever the command has in it stays what it is; aliases in it
    /// are replaced. Without `timeoutSeconds` the step has the default limit.
    package static func oneStep(command: String, timeoutSeconds: Int? = nil) -> String {
        """
        version: v1.1.0
        steps:
          - cmd: \(JSONText.quoted(command, escapesHTML: false))
            disableWorkingDirectoryOverride: true
        \(timeoutSeconds.map { "    timeout: \($0)\n" } ?? "")
        """
    }
}
