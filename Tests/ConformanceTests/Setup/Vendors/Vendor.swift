// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport
import Testing

/// A registry's own API, as its reference describes it, and how its operator reaches it.
struct Vendor: Sendable, CustomTestStringConvertible {
    /// What is there, and what must not be any more in the end.
    typealias Things = Set<String>
    typealias Answer = @Sendable (VendorRequest, inout Things) -> (Int, String)

    let name: String
    let kind: SetupKind
    var host = "registry.test"
    let variables: [String: String]
    /// What must never be shown.
    var secrets = ["s3cret"]
    /// What every request must have, but for those of token servers.
    var header: (name: String, part: String) = ("Authorization", "Bearer s3cret")
    /// What is there before the run, and afterwards.
    var found: Things = []
    let answer: Answer

    var testDescription: String { name }

    /// The adapter, reached over a transport.
    func setup(over transport: any HTTPTransport) throws -> any RegistrySetup {
        try kind.scripted(transport, host: host, variables)
    }

    static let all = [
        stet, harbor, ecr, quay, swr, swrWithToken, acr, acrWithPassword, acrWithDirectory, gar, garExisting,
        garOnMachine, garOfPerson, gitlab,
    ]

    /// The elements of a JSON array: `form` for each name, which takes the place of its asterisk.
    static func list(_ names: some Sequence<String>, _ form: String) -> String {
        names.sorted().map { form.replacing("*", with: $0) }.joined(separator: ", ")
    }

    /// Who is let do as the operator is, by what he shows as a password to the registry.
    var operatorAsUser: Credentials {
        .basic(user: kind == .quay ? "$oauthtoken" : "ops", password: "s3cret")
    }

    /// Those that can be told what to do by a run, without a program.
    static let refusals = [401, 403, 404, 409, 429, 500]
}

/// A request as an API reads it.
struct VendorRequest: Sendable {
    let method: String
    /// With the query.
    let target: String
    let host: String
    let headers: HTTPHeaders
    let text: String

    init(_ request: HTTPRequest) {
        method = request.method.rawValue
        target = request.url.path + (request.url.query.map { "?\($0)" } ?? "")
        host = request.url.authority
        headers = request.headers
        text = String(decoding: request.body?.inMemory ?? [], as: UTF8.self)
    }

    var line: String { "\(method) \(target)" }

    var body: JSONValue? {
        try? JSONDocument.decode(JSONValue.self, from: Array(text.utf8), noun: "request")
    }

    /// What comes after `prefix` in `METHOD target`; nil for any other request.
    func after(_ prefix: String) -> String? {
        line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
    }

    /// A member of the form.
    func field(_ name: String) -> String? {
        text.split(separator: "&").first { $0.hasPrefix("\(name)=") }.map {
            String($0.dropFirst(name.count + 1))
        }
    }
}
