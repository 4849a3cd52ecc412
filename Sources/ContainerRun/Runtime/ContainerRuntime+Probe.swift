// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import OCISpec
import Synchronization
import SystemPackage

extension ContainerRuntime {
    private static let known = Mutex<ContainerRuntime?>(nil)

    /// The first runtime that runs a trivial container here.
    ///
    /// That is found out once by trying; what worked is remembered in the folder of `roots` until the machine
    /// is started again.
    ///
    /// - Throws: ``ContainerError/noRuntime(_:)`` with what each of them says.
    package static func probe(in roots: RootFileSystems) async throws(ContainerError) -> ContainerRuntime {
        if let runtime = known.withLock({ $0 }) ?? remembered(in: roots) { return runtime }
        var faults: [RuntimeFault] = []
        for name in Name.allCases {
            guard let runtime = installed(name) else {
                faults.append(RuntimeFault(runtime: name.rawValue, reason: "is not installed"))
                continue
            }
            guard let reason = try await runtime.fault(in: roots) else {
                runtime.remember(in: roots)
                return runtime
            }
            faults.append(RuntimeFault(runtime: name.rawValue, reason: reason))
        }
        throw .noRuntime(faults)
    }

    /// The runtime of that name, whether it works or not; nil when it is not installed.
    package static func installed(_ name: Name) -> ContainerRuntime? {
        Program.find(name.rawValue).map { ContainerRuntime(name: name, path: $0) }
    }

    /// Why it cannot run a trivial container; nil when it can.
    package func fault(in roots: RootFileSystems) async throws(ContainerError) -> String? {
        do throws(ContainerError) {
            let root = try await roots.snapshot(of: []).mount()
            var process = ContainerProcess(["/bin/true"])
            // The machine's own program, in a root that has nothing.
            process.mounts = ["/bin", "/lib", "/lib64", "/usr", "/nix", "/gnu"].filter {
                Folder.isFolder(FilePath($0))
            }
            .map { ContainerMount(.bind(FilePath($0)), at: FilePath($0), isReadOnly: true) }
            let words = Words()
            let exit = try await run(process, in: root) { _, bytes in words.add(bytes) }
            return exit.isSuccess ? nil : "a trivial container ended with \(exit.status)\(words.text)"
        } catch .cancelled {
            throw .cancelled
        } catch {
            return "\(error)"
        }
    }

    /// What a container says, as far as it fits into a message.
    private final class Words: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        func add(_ more: [UInt8]) {
            bytes.withLock { bytes in bytes += more.prefix(500 - min(500, bytes.count)) }
        }

        var text: String {
            let text = String(decoding: bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n").joined(
                separator: " ")
            return text.isEmpty ? "" : ": \(text)"
        }
    }

    // MARK: What worked before

    private static func memory(in roots: RootFileSystems) -> FilePath { roots.folder.appending("runtime") }

    private static func remembered(in roots: RootFileSystems) -> ContainerRuntime? {
        guard let bytes = try? WholeFile.read(memory(in: roots), limitBytes: 64 << 10) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count == 2, let name = Name(rawValue: lines[0]), let runtime = installed(name) else {
            return nil
        }
        guard lines[1] == runtime.circumstances else { return nil }
        known.withLock { $0 = runtime }
        return runtime
    }

    private func remember(in roots: RootFileSystems) {
        ContainerRuntime.known.withLock { $0 = self }
        let text = "\(name.rawValue)\n\(circumstances)\n"
        try? WholeFile.write(Array(text.utf8), to: ContainerRuntime.memory(in: roots), durable: false)
    }

    /// What it depends on whether it works: the program, who we are, and the boot.
    private var circumstances: String {
        var status = stat()
        _ = stat(path.string, &status)
        let order = Name.allCases.map(\.rawValue).joined(separator: ",")
        return "\(order) \(path) \(status.st_size) \(status.st_mtim.tv_sec) \(geteuid()) "
            + "\(Privileges.isInUserNamespace) \(StackLabel.boot)"
    }
}
