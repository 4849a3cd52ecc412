// SPDX-License-Identifier: Apache-2.0

/// Which system calls a container may make, in the words of an OCI runtime.
///
/// A call that nothing here allows fails with EPERM. In effect the profile is Docker's: what a program needs,
/// and nothing that changes the machine.
///
/// Source: runtime-spec 1.0.2, config-linux.md, "Seccomp".
struct SeccompProfile: Encodable, Equatable {
    var defaultAction = Action.refuse
    var defaultErrnoRet: UInt32? = 1
    var architectures: [String]
    var syscalls: [Rule]

    enum Action: String, Encodable {
        case allow = "SCMP_ACT_ALLOW"
        case refuse = "SCMP_ACT_ERRNO"
    }

    struct Rule: Encodable, Equatable {
        var names: [String]
        var action = Action.allow
        /// EPERM unless it is said.
        var errnoRet: UInt32?
        var args: [Argument]?
    }

    struct Argument: Encodable, Equatable {
        enum Comparison: String, Encodable {
            case equal = "SCMP_CMP_EQ"
            case notEqual = "SCMP_CMP_NE"
            /// `value` is the mask and `valueTwo` what must be left.
            case masked = "SCMP_CMP_MASKED_EQ"
        }

        var index: UInt32 = 0
        var value: UInt64
        var valueTwo: UInt64 = 0
        var op: Comparison
    }

    /// The profile for a container that has `capabilities`: some of them are of no use without their calls.
    init(capabilities: Set<String>) {
        #if arch(arm64)
            architectures = ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"]
        #else
            architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"]
        #endif
        syscalls = [Rule(names: SystemCalls.harmless)]
        syscalls += SeccompProfile.personalities.map { value in
            Rule(names: ["personality"], args: [Argument(value: value, op: .equal)])
        }
        syscalls.append(
            Rule(
                names: ["socket"],
                args: [Argument(value: SeccompProfile.virtualMachineSockets, op: .notEqual)]))
        if !capabilities.contains("CAP_SYS_ADMIN") {
            syscalls.append(
                Rule(names: ["clone"], args: [Argument(value: SeccompProfile.newNamespaces, op: .masked)]))
            // Its flags are out of reach: a program that is told that there is no such call takes clone.
            syscalls.append(Rule(names: ["clone3"], action: .refuse, errnoRet: 38))
        }
        for (capability, names) in SystemCalls.byCapability where capabilities.contains(capability) {
            syscalls.append(Rule(names: names))
        }
    }

    /// PER_LINUX, PER_LINUX32, both with UNAME26, and the question which one it is.
    ///
    /// Source: personality(2).
    private static let personalities: [UInt64] = [0, 0x8, 0x20000, 0x20008, 0xFFFF_FFFF]
    /// AF_VSOCK, which knows no namespaces.
    private static let virtualMachineSockets: UInt64 = 40
    /// The CLONE_NEW… flags of clone(2).
    private static let newNamespaces: UInt64 = 0x7E02_0000
}
