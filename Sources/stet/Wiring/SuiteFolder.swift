// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import Conformance
import Glibc
import SourceText
import SystemPackage

/// The suite as files: scenarios and profiles.
struct SuiteFolder {
    let path: FilePath
    private var isFromVariable = false

    /// The folder given, else `$STET_CONFORMANCE`, else the one that is installed beside this program, else the
    /// one of the source tree that it was built in.
    init(_ name: String?) throws {
        if let given = name ?? Environment.value("STET_CONFORMANCE") {
            path = FilePath(given)
            isFromVariable = name == nil
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

    /// Reads all of it.
    ///
    /// - Throws: Also for a suite that is another version's and cannot be read for that.
    func suites() throws -> [ScenarioSuite] {
        do {
            return try readSuites()
        } catch {
            guard let foreign = foreignVersion else { throw error }
            throw CommandFailure("\(error)\n  hint: \(foreign)", exitCode: CommandFailure.usage)
        }
    }

    /// Why a suite that cannot be read may be another program's, and what to do; nil when nothing says so.
    private var foreignVersion: String? {
        let advice = "use the suite that came with this program, by --suite DIR or without $STET_CONFORMANCE"
        let bytes = try? WholeFile.read(path.appending("version"), limitBytes: 64)
        let version = bytes.map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } }
        if let version, version != Stet.version {
            return "\(path) is the suite of stet \(version), and this is \(Stet.version); \(advice)"
        }
        guard isFromVariable else { return nil }
        return
            "$STET_CONFORMANCE names a suite that this stet (\(Stet.version)) does not understand; \(advice)"
    }

    private func readSuites() throws -> [ScenarioSuite] {
        let list = path.appending("checks.yaml")
        let checks = try WholeFile.size(list) == nil ? nil : Check.load(try text(list))
        return try SuiteLoader.load(files: try texts(in: path.appending("scenarios")), checks: checks)
    }

    /// A profile of the suite by its name, or a file's.
    func profile(_ name: String) throws -> Profile {
        let file = profileFile(name)
        guard WholeFile.size(file) != nil else {
            if isPath(name) {
                throw CommandFailure(
                    "there is no file \(file) to read a profile from", exitCode: CommandFailure.usage)
            }
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
        isPath(name) ? FilePath(name) : path.appending("profiles").appending("\(name).yaml")
    }

    private func isPath(_ name: String) -> Bool { name.contains("/") || name.hasSuffix(".yaml") }

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
