// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import OCISpec
import Synchronization
import SystemPackage

/// The right to one of 256 subnets, `10.83.N.0/24`, on this machine.
///
/// Its file says what is set up in the subnet. Whoever finds such a file without a lock takes that away.
package final class SubnetLease: Sendable {
    let number: Int
    /// For all users of the machine's network; gone with it when the machine is started again.
    static let folder: FilePath = "/run/stet/networks"
    /// Where the network's programs keep their files.
    let configuration: FilePath
    private let file: FilePath
    private let lock: Mutex<FileLock?>
    private let attachments = Mutex<[NetavarkOptions]>([])

    private init(_ number: Int, _ lock: consuming FileLock) {
        self.number = number
        file = SubnetLease.file(number)
        configuration = SubnetLease.folder.appending("\(number).d")
        self.lock = Mutex(lock)
    }

    /// Takes the first subnet that is free.
    ///
    /// Blocks.
    static func first() throws(ContainerError) -> SubnetLease {
        try ContainerError.file { () throws(FileError) in try Folder.create(folder) }
        let routed = SubnetLease.routed()
        for number in 0..<256 where !routed.contains(number) {
            if let lease = try SubnetLease.take(number) {
                lease.clean()
                return lease
            }
        }
        throw .network("all 256 networks from 10.83.0.0/24 to 10.83.255.0/24 are in use")
    }

    /// Takes away what dead processes have set up.
    ///
    /// Blocks, for long only if there is something.
    static func sweep() {
        for name in (try? Folder.names(in: folder)) ?? [] {
            guard let number = Int(name), (WholeFile.size(folder.appending(name)) ?? 0) > 0,
                let lease = try? SubnetLease.take(number)
            else { continue }
            lease.clean()
        }
    }

    /// Says that something is about to be set up.
    func add(_ options: NetavarkOptions) throws(ContainerError) {
        attachments.withLock { $0.append(options) }
        try record()
    }

    func remove(_ options: NetavarkOptions) throws(ContainerError) {
        attachments.withLock { list in list.removeAll { $0 == options } }
        try record()
    }

    /// Says that the firewall has, or is about to get, the subnet's ``PacketRules``.
    func noteRules() throws(ContainerError) {
        try write(SubnetLease.rulesNote)
    }

    /// Says that nothing is set up any more.
    func noteNothing() throws(ContainerError) {
        try write([])
    }

    private static let rulesNote = Array("rules\n".utf8)

    private func record() throws(ContainerError) {
        let list = attachments.withLock { $0 }
        do {
            try write(list.isEmpty ? [] : try JSONDocument.encode(list))
        } catch let error as ContainerError {
            throw error
        } catch {
            throw .network("\(error)")
        }
    }

    /// In place, for the lock is on the file.
    private func write(_ bytes: [UInt8]) throws(ContainerError) {
        try ContainerError.file { () throws(FileError) in
            try FileError.wrap("write", file) {
                let descriptor = try FileDescriptor.open(
                    file, .writeOnly, options: [.truncate, .closeOnExec])
                _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
            }
        }
    }

    private static func file(_ number: Int) -> FilePath { folder.appending("\(number)") }

    /// - Returns: nil when somebody has it.
    private static func take(_ number: Int) throws(ContainerError) -> SubnetLease? {
        let file = file(number)
        do throws(FileError) {
            if WholeFile.size(file) == nil { try WholeFile.write([], to: file, durable: false) }
            guard let lock = try FileLock(trying: file, .exclusive) else { return nil }
            return SubnetLease(number, lock)
        } catch {
            throw .file(error)
        }
    }

    /// The namespaces of dead processes are gone, and netavark cannot take away what it does not find: each
    /// is set up once more, and taken away then.
    private func clean() {
        guard let bytes = try? WholeFile.read(file), !bytes.isEmpty else { return }
        if bytes == SubnetLease.rulesNote { PacketRules(subnet: number).remove() }
        let left = try? JSONDocument.decode([NetavarkOptions].self, from: bytes, noun: "network")
        for options in left ?? [] {
            guard let program = try? Netavark(configuration: configuration),
                let namespace = try? NetworkNamespace.make()
            else { return }
            try? program.setUp(options, in: namespace.file)
            try? program.tearDown(options, in: namespace.file)
        }
        try? record()
        try? Folder.remove(configuration)
    }

    /// Those that the machine has a route to, whoever made it.
    private static func routed() -> Set<Int> {
        let bytes = (try? WholeFile.read("/proc/net/route", limitBytes: 16 << 20)) ?? []
        return routed(in: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads /proc/net/route: the second column is the destination, in hexadecimal digits from the last byte
    /// on.
    package static func routed(in table: String) -> Set<Int> {
        let numbers = table.split(separator: "\n").compactMap { line -> Int? in
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count > 1, fields[1].count == 8, let address = UInt32(fields[1], radix: 16) else {
                return nil
            }
            return address & 0xFFFF == 0x530A ? Int(address >> 16 & 0xFF) : nil
        }
        return Set(numbers)
    }
}
