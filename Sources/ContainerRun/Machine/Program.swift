// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import CLinux
import Glibc
import SystemPackage

/// A program of this machine that does a piece of work for us, without a shell.
struct Program: Sendable {
    /// How it is called in messages.
    let name: String
    let path: FilePath

    struct Outcome: Sendable {
        /// 0 to 255, or 128 and a signal's number.
        let status: Int32
        let output: [UInt8]
        let error: [UInt8]

        /// Its last words, for a message.
        var errorText: String {
            let text = String(decoding: error.isEmpty ? output : error, as: UTF8.self)
            let lines = text.split(separator: "\n").suffix(3).joined(separator: "; ")
            return lines.isEmpty ? "it ended with status \(status)" : lines
        }
    }

    /// A program on PATH, or in one of the folders where administrators' programs are.
    ///
    /// - Throws: ``ContainerError/invalid(_:)`` when there is none.
    init(_ name: String) throws(ContainerError) {
        guard let path = Program.find(name) else { throw .invalid("there is no program \(name) on PATH") }
        self.name = name
        self.path = path
    }

    init(name: String, path: FilePath) {
        self.name = name
        self.path = path
    }

    /// Where a program is; nil when it is nowhere.
    static func find(_ name: String, also folders: [String] = []) -> FilePath? {
        let search = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
        for folder in search + ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"] + folders {
            let path = FilePath(folder).appending(name)
            if path.isAbsolute, access(path.string, X_OK) == 0, !Folder.isFolder(path) { return path }
        }
        return nil
    }

    /// Under which number a program finds the file that it gets besides.
    static let extraDescriptor: Int32 = 3

    /// Runs it to its end.
    ///
    /// Blocks; its output is small.
    func run(
        _ arguments: [String], input: [UInt8], extra: OpenFile? = nil
    ) throws(ContainerError) -> Outcome {
        let files = try (0..<3).map { _ throws(ContainerError) in try MemoryFile() }
        try files[0].fill(input)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, file.raw, Int32(number))
        }
        if let extra { posix_spawn_file_actions_adddup2(&actions, extra.raw, Program.extraDescriptor) }
        var process = pid_t()
        let vector = CStrings([path.string] + arguments)
        let status = posix_spawn(&process, path.string, &actions, nil, vector.pointers, environ)
        guard status == 0 else {
            throw .system(operation: "start \(path)", Errno(rawValue: status), advice: nil)
        }
        var end: Int32 = 0
        while waitpid(process, &end, 0) < 0, Errno.current == .interrupted {}
        let code = end & 0x7F == 0 ? end >> 8 & 0xFF : 128 + (end & 0x7F)
        return Outcome(status: code, output: try files[1].content(), error: try files[2].content())
    }
}

/// Strings as C programs get them: pointers, and a null behind the last.
final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() { pointers[index] = strdup(string) }
        pointers[strings.count] = nil
    }

    deinit {
        for index in 0..<count { free(pointers[index]) }
        pointers.deallocate()
    }
}
