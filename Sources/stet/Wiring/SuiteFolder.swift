// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import Glibc
import SourceText
import SystemPackage

/// The suite as files: scenarios and profiles.
struct SuiteFolder {
    let path: FilePath

    /// The folder given, else `$STET_CONFORMANCE`, else the one that is installed beside this program, else the
    /// one of the source tree that it was built in.
    init(_ given: String?) throws {
        if let given = given ?? Environment.value("STET_CONFORMANCE") {
            path = FilePath(given)
            guard Folder.isFolder(path.appending("scenarios")) else {
                throw CommandFailure("\(given) has no folder scenarios", exitCode: CommandFailure.usage)
            }
            return
        }
        let program = SuiteFolder.program
        var places = [
            program.removingLastComponent().removingLastComponent().pushing("share/stet/conformance")
        ]
        var folder = program
        while folder.removeLastComponent(), !folder.isEmpty, folder.components.count > 0 {
            places.append(folder.appending("conformance"))
        }
        guard let found = places.first(where: { Folder.isFolder($0.appending("scenarios")) }) else {
            throw CommandFailure(
                "the conformance suite is not installed; name its folder with --suite or $STET_CONFORMANCE",
                exitCode: CommandFailure.usage)
        }
        path = found
    }

    func suites() throws -> [ScenarioSuite] {
        let list = path.appending("checks.yaml")
        let checks = try WholeFile.size(list) == nil ? nil : Check.load(try text(list))
        return try SuiteLoader.load(files: try texts(in: path.appending("scenarios")), checks: checks)
    }

    /// A profile of the suite by its name, or a file's.
    func profile(_ name: String) throws -> Profile {
        let file = profileFile(name)
        guard WholeFile.size(file) != nil else {
            let known = try texts(in: path.appending("profiles")).map { text in
                String(text.name.split(separator: "/").last?.dropLast(".yaml".count) ?? "")
            }
            let hint = nearestWord(to: name, in: known).map { "did you mean \"\($0)\"?" }
            throw CommandFailure(
                "there is no profile \"\(name)\"; \(hint ?? "there are \(known.joined(separator: ", "))")",
                exitCode: CommandFailure.usage)
        }
        return try Profile.load(try text(file))
    }

    func profileFile(_ name: String) -> FilePath {
        let isFile = name.contains("/") || name.hasSuffix(".yaml")
        return isFile ? FilePath(name) : path.appending("profiles").appending("\(name).yaml")
    }

    private func texts(in folder: FilePath) throws -> [NamedText] {
        try Folder.names(in: folder).filter { $0.hasSuffix(".yaml") }.map { try text(folder.appending($0)) }
    }

    private func text(_ file: FilePath) throws -> NamedText {
        // A pipe would be waited for.
        var status = stat()
        guard stat(file.string, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure("\(file) is no regular file", exitCode: CommandFailure.usage)
        }
        let bytes = try WholeFile.read(file, limitBytes: 1 << 20)
        return NamedText(name: file.string, text: String(decoding: bytes, as: UTF8.self))
    }

    private static var program: FilePath {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        return FilePath(
            String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}
