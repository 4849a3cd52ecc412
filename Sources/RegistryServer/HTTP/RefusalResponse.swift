// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import Hummingbird
import Immutability

extension Response {
    /// The answer to a change of a tag that a policy forbids: the same bytes for every client, flow and
    /// repetition, and no header beyond the content's type and length and the request's name.
    ///
    /// Written by hand so that the members keep the order of the documentation; nothing in them needs escaping,
    /// by the grammars of repository names, tags, digests and scopes.
    static func refusal(_ refusal: Refusal) -> Response {
        let name = refusal.name
        let detail =
            #"{"repository":"\#(name.repository)","tag":"\#(name.tag)","digest":"\#(refusal.digest)","#
            + #""policy":"\#(refusal.policy)"}"#
        let body = #"{"errors":[{"code":"DENIED","message":"\#(refusal.message)","detail":\#(detail)}]}"#
        return Response(
            status: .conflict, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }
}
