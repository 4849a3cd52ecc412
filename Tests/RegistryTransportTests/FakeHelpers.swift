// SPDX-License-Identifier: Apache-2.0

import RegistryTransport
import Synchronization

/// A credential helper in memory, for as many programs as are named.
final class FakeHelpers: Sendable {
    struct Missing: Error {}

    struct Entry {
        var user: String
        var secret: String
    }

    /// By program, then by server.
    private let entries: Mutex<[String: [String: Entry]]>
    private let log = Mutex([String]())

    init(_ entries: [String: [String: Entry]]) {
        self.entries = Mutex(entries)
    }

    /// `program action server` of every call, in order.
    var calls: [String] { log.withLock { $0 } }

    func entry(_ program: String, _ server: String) -> Entry? { entries.withLock { $0[program]?[server] } }

    var limits: ProgramLimits {
        ProgramLimits(running: { try self.run($0, $1, $2) })
    }

    private func run(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> ProgramResult {
        let text = String(decoding: input, as: UTF8.self)
        let action = arguments.joined(separator: " ")
        let server = action == "store" ? field("ServerURL", text) : text
        log.withLock { $0.append("\(program) \(action) \(server)") }
        return try entries.withLock { entries in
            guard let known = entries[program] else { throw Missing() }
            switch action {
            case "get":
                guard let entry = known[server] else {
                    return answer(1, "credentials not found in native keychain\n")
                }
                return answer(
                    0, #"{"ServerURL":"\#(server)","Username":"\#(entry.user)","Secret":"\#(entry.secret)"}"#)
            case "store":
                entries[program]?[server] = Entry(
                    user: field("Username", text), secret: field("Secret", text))
                return answer(0, "")
            case "erase":
                entries[program]?[server] = nil
                return answer(0, "")
            case "list":
                let list = known.map { #""\#($0.key)":"\#($0.value.user)""# }.joined(separator: ",")
                return answer(0, "{\(list)}")
            default: return answer(2, "")
            }
        }
    }

    private func answer(_ status: Int32, _ text: String) -> ProgramResult {
        ProgramResult(status: status, output: Array(text.utf8))
    }

    /// The value of a member, read without a JSON parser: a second opinion on what was written.
    private func field(_ name: String, _ json: String) -> String {
        guard let range = json.firstRange(of: "\"\(name)\":\"") else { return "?" }
        return String(json[range.upperBound...].prefix { $0 != "\"" })
    }
}
