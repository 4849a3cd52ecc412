// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The time of day, which goes into names and records, never into images.
enum WallClock {
    /// Seconds since 1970.
    static func now() -> Int { time(nil) }
}
