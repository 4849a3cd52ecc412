// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import TOMLKit

/// A table of a file that is being read: knows its place, and which of its keys have been asked for.
struct TOMLSection {
    let file: FilePath
    /// Empty for the whole file.
    private let place: String
    private let table: TOMLTable
    private var asked: Set<String> = []

    /// Reads a whole file.
    init(_ text: String, file: FilePath) throws(RegistriesConfError) {
        do {
            self.init(file: file, place: "", table: try TOMLTable(string: text))
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            throw RegistriesConfError(file, "line \(begin.line), column \(begin.column)", error.description)
        } catch {
            throw RegistriesConfError(file, nil, "it is not TOML")
        }
    }

    private init(file: FilePath, place: String, table: TOMLTable) {
        self.file = file
        self.place = place
        self.table = table
    }

    mutating func string(_ key: String) throws(RegistriesConfError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { throw error(key, "it must be a string") }
        return text
    }

    mutating func flag(_ key: String) throws(RegistriesConfError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.bool else { throw error(key, "it must be true or false") }
        return flag
    }

    mutating func strings(_ key: String) throws(RegistriesConfError) -> [String]? {
        guard let value = value(key) else { return nil }
        var strings: [String] = []
        for item in try array(value, key, of: "strings") {
            guard let text = item.string else { throw error(key, "it must be an array of strings") }
            strings.append(text)
        }
        return strings
    }

    /// The tables of `[[key]]`; none when there is no such key.
    mutating func tables(_ key: String) throws(RegistriesConfError) -> [TOMLSection] {
        guard let value = value(key) else { return [] }
        var tables: [TOMLSection] = []
        for (index, item) in try array(value, key, of: "tables: [[\(path(key))]]").enumerated() {
            guard let table = item.table else {
                throw error(key, "it must be an array of tables: [[\(path(key))]]")
            }
            tables.append(TOMLSection(file: file, place: "\(path(key))[\(index)]", table: table))
        }
        return tables
    }

    /// The strings of the table `[key]`, sorted by name.
    mutating func stringTable(_ key: String) throws(RegistriesConfError) -> [(name: String, value: String)] {
        guard let value = value(key) else { return [] }
        guard let table = value.table else { throw error(key, "it must be a table: [\(path(key))]") }
        var section = TOMLSection(file: file, place: path(key), table: table)
        var members: [(name: String, value: String)] = []
        for name in table.keys.sorted() {
            if let text = try section.string(name) { members.append((name, text)) }
        }
        return members
    }

    func has(_ key: String) -> Bool { table.contains(key: key) }

    /// Keys that are known and mean nothing to us.
    mutating func ignore(_ keys: [String]) { asked.formUnion(keys) }

    /// One for each key that nobody has asked for.
    var warnings: [RegistriesConfError] {
        table.keys.sorted().filter { !asked.contains($0) }.map { error($0, "unknown key, ignored") }
    }

    func error(_ key: String, _ reason: String) -> RegistriesConfError {
        RegistriesConfError(file, path(key), reason)
    }

    private mutating func value(_ key: String) -> (any TOMLValueConvertible)? {
        asked.insert(key)
        return table[key]
    }

    private func array(
        _ value: any TOMLValueConvertible, _ key: String, of items: String
    ) throws(RegistriesConfError) -> [any TOMLValueConvertible] {
        guard let array = value.array else { throw error(key, "it must be an array of \(items)") }
        return Array(array)
    }

    private func path(_ key: String) -> String {
        let isPlain = key.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
        let name = isPlain && !key.isEmpty ? key : "\"\(key)\""
        return place.isEmpty ? name : "\(place).\(name)"
    }
}
