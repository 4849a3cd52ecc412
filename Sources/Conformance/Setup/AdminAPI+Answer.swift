// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

extension AdminAPI {
    /// What an API said, without what it was told.
    struct Answer: Sendable {
        let status: Int
        /// nil when the body is no JSON.
        let body: JSONValue?
        /// `METHOD URL`.
        let place: String
        /// By which a change can be asked for of just what was seen (`If-Match`).
        let entityTag: String?
        private let advice: Advice

        init(_ response: HTTPResponse, to request: HTTPRequest, _ advice: Advice) {
            status = response.status
            body = try? JSONDocument.decode(JSONValue.self, from: response.body, noun: "answer")
            place = "\(request)"
            entityTag = response.headers["ETag"]
            self.advice = advice
        }

        /// What the registry says about itself, on one line and bounded.
        var words: String { message ?? HTTPStatus.line(status) }

        /// What went wrong, with the request, the status, and what can be done.
        var failure: SetupError {
            let hint: String? =
                switch status {
                case 401: advice.login
                case 403: advice.rights
                default: nil
                }
            return SetupError(
                "\(place) was answered \(HTTPStatus.line(status))\(message.map { ": \($0)" } ?? "")"
                    + (hint.map { "\n  hint: \($0)" } ?? ""))
        }

        /// A member that a program cannot go on without.
        func required(_ path: String...) throws(SetupError) -> JSONValue {
            var value = body
            for name in path { value = value?[name] }
            guard let value, value != .null else {
                throw SetupError("\(place) was answered without \"\(path.joined(separator: "."))\"")
            }
            return value
        }

        /// The same, for text.
        func text(_ path: String) throws(SetupError) -> String {
            guard let text = try required(path).string else {
                throw SetupError("\(place) was answered with a \"\(path)\" that is no text")
            }
            return text
        }

        /// Only what is known to be a message: other members may be secrets.
        private var message: String? {
            let errors = body?["errors"]?.array?.compactMap { $0["message"]?.string ?? $0.string } ?? []
            let single = ["message", "Message", "error_message", "error_msg", "error_description"].compactMap
            {
                Answer.flat(body?[$0])
            }
            let nested = [body?["error"]?["message"]?.string ?? body?["error"]?.string].compactMap { $0 }
            let text = (errors + single + nested).joined(separator: "; ")
            return text.isEmpty ? nil : ForeignText.line(text)
        }

        /// Text, a list of texts, or lists by the members that they are about, as GitLab has them.
        private static func flat(_ value: JSONValue?) -> String? {
            switch value {
            case .string(let text): text
            case .array(let items): items.compactMap { flat($0) }.joined(separator: ", ")
            case .object(let members):
                members.sorted { $0.key < $1.key }.compactMap { name, value in
                    flat(value).map { "\(name) \($0)" }
                }.joined(separator: "; ")
            default: nil
            }
        }
    }
}
