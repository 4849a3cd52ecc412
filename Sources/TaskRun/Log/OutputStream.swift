// SPDX-License-Identifier: Apache-2.0

/// Which of its two streams a step wrote to.
package enum OutputStream: String, Hashable, Sendable, Codable {
    case output = "stdout"
    case error = "stderr"
}
