// SPDX-License-Identifier: Apache-2.0

import BlockingIO
package import OCISpec
import SystemPackage

/// Programs for other processors.
///
/// Source: the kernel's Documentation/admin-guide/binfmt-misc.rst.
package enum Emulation {
    private static let registrations: FilePath = "/proc/sys/fs/binfmt_misc"

    /// What the emulators of QEMU are called for Go's names of processors.
    private static let emulators: KeyValuePairs = [
        "amd64": "x86_64", "arm64": "aarch64", "arm": "arm", "386": "i386", "ppc64le": "ppc64le",
        "s390x": "s390x",
        "riscv64": "riscv64", "mips64le": "mips64el", "loong64": "loongarch64",
    ]

    /// - Throws: ``ContainerError/foreignPlatform(_:)`` when programs for `platform` do not run here.
    package static func check(_ platform: Platform) throws(ContainerError) {
        guard platform.os == "linux" else { throw .foreignPlatform(platform) }
        if isNative(platform.architecture) || emulated().contains(platform.architecture) { return }
        throw .foreignPlatform(platform)
    }

    /// The processors that are emulated here, by Go's names.
    package static func emulated() -> [String] {
        emulators.filter { _, name in
            let file = registrations.appending("qemu-\(name)")
            let bytes = (try? WholeFile.read(file, limitBytes: 64 << 10)) ?? []
            return String(decoding: bytes, as: UTF8.self).hasPrefix("enabled")
        }.map(\.key)
    }

    /// A 64-bit processor of these families also runs the programs of the 32-bit ones.
    private static func isNative(_ architecture: String) -> Bool {
        let host = Platform.host.architecture
        return architecture == host || (host == "amd64" && architecture == "386")
    }
}
