// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport

/// Says what an answer to a write means.
struct AnswerJudge: Sendable {
    let profile: Profile

    enum Meaning: Sendable {
        case accepted
        /// Turned down, in whichever dialect.
        case refused
        /// Neither yes nor no: the registry's own failure.
        case faulty(String)
        /// Nothing about the registry: credentials, a limit, a gateway.
        case undetermined(String)
    }

    func meaning(of answer: PushAnswer) -> Meaning {
        switch answer {
        case .manifest(let exchange): meaning(of: exchange)
        case .upload(let stop):
            if let fault = stop.fault {
                .faulty("the upload was answered \(stop.exchange.summary), but \(fault)")
            } else {
                meaning(of: stop.exchange)
            }
        }
    }

    func meaning(of exchange: Exchange) -> Meaning {
        switch exchange.status {
        case 200..<300: .accepted
        case let status where status == profile.denial.status: .refused
        case let status where AnswerJudge.isNobodysFault(status):
            .undetermined("the answer was \(exchange.summary), which says nothing about tags")
        case 400..<500: .refused
        default: .faulty("the answer was \(exchange.summary)")
        }
    }

    /// Missing credentials, rate limits, time-outs and gateways, which a registry that keeps its promise has, too.
    static func isNobodysFault(_ status: Int) -> Bool {
        [401, 407, 408, 429, 502, 503, 504].contains(status)
    }

    /// In which ways a refusal differs from the profile's; empty when it is as declared.
    func departures(of answer: PushAnswer, repository: RepositoryName, tag: Tag?) -> [String] {
        guard case .manifest(let exchange) = answer else {
            return ["it came at the upload of a blob, where nobody knows which tag is meant"]
        }
        return departures(of: exchange, repository: repository, tag: tag)
    }

    private func departures(of exchange: Exchange, repository: RepositoryName, tag: Tag?) -> [String] {
        let denial = profile.denial
        let headers = exchange.response.headers
        var departures: [String] = []
        if let wanted = denial.status, exchange.status != wanted {
            departures.append("the status is not \(wanted)")
        }
        if let wanted = denial.contentType, essence(headers["Content-Type"]) != wanted {
            departures.append("the content type is \(headers["Content-Type"] ?? "missing"), not \(wanted)")
        }
        for name in denial.forbiddenHeaders where headers[name] != nil {
            departures.append("the header \(name) misleads clients")
        }
        departures += AnswerJudge.faults(of: exchange, limitBytes: denial.limitBytes)
        guard let body = ErrorBody(exchange.response.body), let error = body.errors.first else {
            if denial.code != nil { departures.append(AnswerJudge.lack(in: exchange.response.body)) }
            return departures
        }
        if body.errors.count > 1 { departures.append("the body has \(body.errors.count) errors, not one") }
        if let code = denial.code, error.code != code { departures.append("the code is not \(code)") }
        for name in denial.messageNames {
            guard let text = name == .tag ? tag?.rawValue : repository.rawValue else { continue }
            if error.message?.contains(text) != true {
                departures.append("the message does not name the \(name)")
            }
        }
        return departures
    }

    /// Why no error could be read out of a body.
    private static func lack(in body: [UInt8]) -> String {
        if ByteOrderMark.begins(body) {
            return "the body begins with a byte order mark, at which clients stop reading"
        }
        let value = try? JSONDocument.decode(JSONValue.self, from: body, noun: "body")
        return value == nil ? "the body is not JSON" : "the body has no errors"
    }

    /// What no refusal may do, whatever its status and code are.
    ///
    /// Source: distribution-spec 1.1, "Pushing Manifests": Docker-Content-Digest is the digest of what was stored.
    private static func faults(of exchange: Exchange, limitBytes: Int?) -> [String] {
        var faults: [String] = []
        if let reason = exchange.cut {
            faults.append("it was cut short each time that it was asked for: \(reason)")
        }
        if case .bytes(let sent)? = exchange.request.body,
            let text = exchange.response.headers["Docker-Content-Digest"], let digest = try? Digest(text),
            digest == digest.algorithm.map({ Digest(of: sent, algorithm: $0) })
        {
            faults.append("Docker-Content-Digest names the image that was refused")
        }
        let size = exchange.response.body.count
        if let limitBytes, size > limitBytes {
            faults.append("the body has \(size) bytes, which is more than \(limitBytes)")
        }
        return faults
    }

    private func essence(_ type: String?) -> String? {
        type.flatMap { try? MediaType($0) }?.rawValue
    }
}
