// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Synchronization

extension LegalRegistry {
    /// What stands before a registry, and what it says of the one request.
    static let passing = [
        counting("a request id in each message") { number, answer in
            answer.message(" (request 3f2504e0-4f89-41d3-9a0c-\(1000 + number)05e82c33)")
        },
        counting("a time in each message") { number, answer in
            answer.message(" at 2026-11-21T15:\(10 + number % 50):07Z")
        },
        counting("a load balancer's headers now and then") { number, answer in
            var answer = answer
            if number % 2 == 0 { answer.headers["Set-Cookie"] = "node=\(number)" }
            if number % 3 == 0 { answer.headers["Alt-Svc"] = "h3=\":443\"" }
            if number % 5 == 0 { answer.headers["X-Served-By"] = "cache-\(number)" }
            if number % 7 == 0 { answer.headers["X-Azure-Ref"] = "0\(number)" }
            if number % 11 == 0 { answer.headers["X-Envoy-Upstream-Service-Time"] = "\(number)" }
            return answer
        },
        LegalRegistry("400 to ?tag=") { request, answer in
            request.url.member("tag") == nil || answer.isSuccess
                ? answer : .error(400, "UNSUPPORTED", "no query")
        },
    ]

    /// Those that do not take each type of manifest.
    static let choosy = [
        LegalRegistry("OCI types only", taking: { $0.contains("oci") }),
        LegalRegistry("Docker types only", taking: { $0.contains("docker") && !$0.contains("v1") }),
        LegalRegistry("no indexes and lists", taking: { !$0.contains("index") && !$0.contains("list") }),
    ]

    private init(_ name: String, taking isTaken: @escaping @Sendable (String) -> Bool) {
        self.init(
            name,
            request: { request in
                var request = request
                // Without a type it is no manifest, and nothing becomes of it.
                if request.isManifestPut, let type = request.headers["Content-Type"], !isTaken(type) {
                    request.headers["Content-Type"] = nil
                }
                return request
            },
            answer: { request, answer in
                guard request.isManifestPut, let type = request.headers["Content-Type"], !isTaken(type) else {
                    return answer
                }
                return .error(415, "MANIFEST_INVALID", "\(type) is not supported")
            })
    }

    /// Changes the refusals of a correct registry by their number.
    private static func counting(
        _ name: String, _ change: @escaping @Sendable (Int, HTTPResponse) -> HTTPResponse
    ) -> LegalRegistry {
        let numbers = Numbers()
        return LegalRegistry(name) { _, answer in
            answer.status == 409 ? change(numbers.next(), answer) : answer
        }
    }
}

/// Counts from 1.
private final class Numbers: Sendable {
    private let last = Mutex(0)

    func next() -> Int {
        last.withLock { last in
            last += 1
            return last
        }
    }
}

extension HTTPResponse {
    /// The same with something behind its message.
    func message(_ end: String) -> HTTPResponse {
        var answer = self
        let text = String(decoding: body, as: UTF8.self)
        answer.body = Array(text.replacing(" already exists", with: " already exists\(end)").utf8)
        return answer
    }
}
