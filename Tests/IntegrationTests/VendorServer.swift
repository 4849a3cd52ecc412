// SPDX-License-Identifier: Apache-2.0

import ScriptedHTTP
import Synchronization

/// A vendor's API and its registry on one loopback port: the registry takes every push, and shows nothing of it.
final class VendorServer: Sendable {
    typealias Answer = @Sendable (ScriptedServer.Request) -> (Int, String)?

    private let server: ScriptedServer

    /// Starts to answer; `answer` is the API's, and nil is 404.
    ///
    /// `onPush` hears of each manifest PUT before its answer.
    init(onPush: @escaping @Sendable () -> Void = {}, _ answer: @escaping Answer) throws {
        server = try ScriptedServer { request in
            let json = ["Content-Type: application/json"]
            guard request.line.contains(" /v2/"), !request.line.contains("/instances/") else {
                let (status, body) = answer(request) ?? (404, "{}")
                return ScriptedServer.answer(status, json, body)
            }
            switch request.line.prefix(while: { $0 != " " }) {
            case "GET" where request.line == "GET /v2/": return ScriptedServer.answer(200, json, "{}")
            case "POST": return ScriptedServer.answer(202, ["Location: /v2/upload/1"])
            case "PATCH": return ScriptedServer.answer(202, ["Location: /v2/upload/1"])
            case "PUT":
                if request.line.contains("/manifests/") { onPush() }
                return ScriptedServer.answer(201, ["Location: /v2/x"])
            case "DELETE": return ScriptedServer.answer(204)
            default: return ScriptedServer.answer(404, json, "{}")
            }
        }
    }

    var address: String { "http://127.0.0.1:\(server.port)" }

    /// What the API was asked, without what the registry was.
    var requests: [ScriptedServer.Request] {
        server.requests.filter { !$0.line.contains(" /v2/") || $0.line.contains("/instances/") }
    }

    /// `METHOD target` of each, the run's own name as `RUN`.
    var lines: [String] {
        requests.map { request in
            var line = request.line
            // 20261121-090000z-ab3
            let pattern = /[0-9]{8}-[0-9]{6}z-[0-9a-z]+/
            line.replace(pattern, with: "RUN")
            return line
        }
    }
}
