// SPDX-License-Identifier: Apache-2.0

package import OCISpec

/// A stage as it is told: what it is called, and for which platform it is carried out.
package struct BuildStage: Hashable, Sendable {
    /// Its name, else `stage-NUMBER`.
    package let name: String
    /// Where its commands run.
    package let platform: Platform
    /// What the image that it is carried out for is for; nil in a build for a single platform.
    package let target: Platform?
}
