// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Glibc
import SystemPackage

extension TestFolder {
    /// Puts an image `busybox` into the store of whoever has this folder as home.
    func makeBusybox() async throws {
        let names = try await Program("busybox")("--list").output.split(separator: "\n").map(String.init)
        let bin = path.appending("base").appending("bin")
        try Folder.create(bin)
        try WholeFile.write(try WholeFile.read("/bin/busybox"), to: bin.appending("busybox"), mode: 0o755)
        for name in names where name != "busybox" {
            let link = bin.appending(name)
            guard symlink("busybox", link.string) == 0 else { throw FileError("link", link, .current) }
        }
        try write("FROM scratch\nCOPY bin/ /bin/\nENV PATH=/bin\nCMD [\"sh\"]\n", "base/Dockerfile")
        let built = try await Program.stet(home: path)(
            "build", "-t", "docker.io/library/busybox:latest", path.appending("base").string)
        guard built.status == 0 else { throw BaseFailed(result: built) }
    }

    struct BaseFailed: Error {
        let result: ProgramResult
    }

    /// A context with a task of these steps, run with an id and further arguments.
    func run(
        steps: String, id: String = "1", _ arguments: [String] = [], files: [String: String] = [:]
    ) async throws -> ProgramResult {
        try write("version: v1.1.0\n\(steps)\n", "work/task.yaml")
        for (name, text) in files { try write(text, "work/\(name)") }
        let context = path.appending("work").string
        return try await Program.stet(home: path).run(
            ["run", "-f", "\(context)/task.yaml", "--id", id] + arguments + [context])
    }
}
