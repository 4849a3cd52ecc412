// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Which file it is, under whatever name.
struct FileIdentity: Hashable {
    let device: UInt64
    let inode: UInt64

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}
