// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// What all steps of a run work on.
package struct RunContext: Sendable {
    /// The folder that steps know as `/workspace`.
    ///
    /// It is only read.
    package let folder: FilePath
    /// What images are built for, where a step does not say.
    package let platform: Platform
    /// The time of images and of what is in them, in seconds since 1970: `SOURCE_DATE_EPOCH`, else the time
    /// of the context's last commit, else 0.
    package let created: Int64
    /// What the person calls the folder when it is a copy; nil when it is the folder itself.
    package var original: FilePath?
    /// The time of files in images; nil for that of the images.
    package var fileTime: Int64?
    /// The commit that the context is at; empty when it is not known.
    package let commit: String

    package init(folder: FilePath, platform: Platform = .host, created: Int64 = 0, commit: String = "") {
        self.folder = folder
        self.platform = platform
        self.created = created
        self.commit = commit
    }

    /// A message with the names that the person knows in place of those of the copy.
    func shown(_ message: String) -> String {
        guard let original else { return message }
        return message.replacing("\(folder)/", with: original == "." ? "" : "\(original)/")
    }
}
