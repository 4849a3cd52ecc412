// SPDX-License-Identifier: Apache-2.0

import Glibc
package import SystemPackage

extension Errno {
    /// What the last failed C call of this thread left behind.
    package static var current: Errno { Errno(rawValue: errno) }
}
