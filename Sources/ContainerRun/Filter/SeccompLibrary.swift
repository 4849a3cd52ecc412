// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc

/// libseccomp, which the OCI runtimes use: loaded when a filter is made, which is seldom.
///
/// Source: seccomp_init(3), seccomp_rule_add(3), seccomp_export_bpf(3).
struct SeccompLibrary: Sendable {
    private let makeFilter: stet_filter_init
    private let findArchitecture: stet_filter_find_architecture
    private let addArchitecture: stet_filter_add_architecture
    private let findCall: stet_filter_find_call
    private let addRule: stet_filter_add_rule
    private let export: stet_filter_export
    private let release: stet_filter_release
    /// What the filters that it makes depend on.
    let version: String

    /// nil where there is none: then the runtime makes its filters itself.
    static let system = SeccompLibrary()

    private init?() {
        guard let library = dlopen("libseccomp.so.2", RTLD_NOW | RTLD_LOCAL) else { return nil }
        func function<Function>(_ name: String, _ type: Function.Type) -> Function? {
            dlsym(library, "seccomp_" + name).map { unsafeBitCast($0, to: type) }
        }
        guard let makeFilter = function("init", stet_filter_init.self),
            let findArchitecture = function("arch_resolve_name", stet_filter_find_architecture.self),
            let addArchitecture = function("arch_add", stet_filter_add_architecture.self),
            let findCall = function("syscall_resolve_name", stet_filter_find_call.self),
            let addRule = function("rule_add_array", stet_filter_add_rule.self),
            let export = function("export_bpf", stet_filter_export.self),
            let release = function("release", stet_filter_release.self),
            let version = function("version", stet_filter_version.self), let numbers = version()
        else { return nil }
        self.makeFilter = makeFilter
        self.findArchitecture = findArchitecture
        self.addArchitecture = addArchitecture
        self.findCall = findCall
        self.addRule = addRule
        self.export = export
        self.release = release
        self.version = (0..<3).map { String(numbers[$0]) }.joined(separator: ".")
    }

    /// The program that the kernel runs at each system call; nil when the library refuses a part of the profile.
    func program(of profile: SeccompProfile) -> [UInt8]? {
        guard let filter = makeFilter(profile.defaultAction.number(profile.defaultErrnoRet)) else {
            return nil
        }
        defer { release(filter) }
        for name in profile.architectures {
            let known = findArchitecture(String(name.dropFirst("SCMP_ARCH_".count)).lowercased())
            let isThere = known != 0 && [0, -EEXIST].contains(addArchitecture(filter, known))
            guard isThere else { return nil }
        }
        for rule in profile.syscalls {
            for name in rule.names where !add(rule, to: name, in: filter) { return nil }
        }
        guard let file = try? MemoryFile(), export(filter, file.raw) == 0 else { return nil }
        return try? file.content()
    }

    private func add(_ rule: SeccompProfile.Rule, to name: String, in filter: UnsafeMutableRawPointer) -> Bool
    {
        let call = findCall(name)
        // A library that is older than the call: whoever makes it is refused.
        guard call != SeccompLibrary.unknownCall else { return true }
        let arguments = (rule.args ?? []).map(\.native)
        let status = arguments.withUnsafeBufferPointer {
            addRule(filter, rule.action.number(rule.errnoRet), call, UInt32($0.count), $0.baseAddress)
        }
        return status == 0
    }

    private static let unknownCall: Int32 = -1
}

extension SeccompProfile.Action {
    /// As the kernel has it.
    fileprivate func number(_ status: UInt32?) -> UInt32 {
        switch self {
        case .allow: 0x7FFF_0000
        case .refuse: 0x0005_0000 | (status ?? UInt32(EPERM))
        }
    }
}

extension SeccompProfile.Argument {
    fileprivate var native: stet_filter_argument {
        let comparison: Int32 =
            switch op {
            case .notEqual: 1
            case .equal: 4
            case .masked: 7
            }
        return stet_filter_argument(index: index, comparison: comparison, first: value, second: valueTwo)
    }
}
