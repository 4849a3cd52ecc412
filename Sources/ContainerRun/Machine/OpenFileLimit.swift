// SPDX-License-Identifier: Apache-2.0

import Glibc

/// How many files this process may have open: some ten for each container that is at work.
///
/// Source: getrlimit(2), `RLIMIT_NOFILE`.
enum OpenFileLimit {
    /// What containers are started with: the limit as this process got it, which it raises for itself.
    ///
    /// Programs that were written for select(2) rely on a low one; nil when it is not known.
    static let ofContainers: UInt64? = {
        var limit = rlimit()
        guard getrlimit(number, &limit) == 0 else { return nil }
        var most = limit
        most.rlim_cur = most.rlim_max
        setrlimit(number, &most)
        return UInt64(limit.rlim_cur)
    }()

    private static let number = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
}
