// SPDX-License-Identifier: Apache-2.0

import ImageStore
import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// `send: {method: PUT, path: manifests/%76%31, image: b}`: one request as it is written, for what no client sends.
///
/// `path` is taken literally, after the repository's own. The body is the manifest of an image, whose blobs are
/// uploaded first, or one of ``Payload``.
struct SendStep: StepAction {
    private enum Payload: String, CaseIterable {
        case empty
        /// Bytes that are no JSON.
        case garbage
        /// One byte more than 4 MiB, which registries must take.
        case oversized
    }

    private let method: HTTPRequest.Method
    private let path: String
    private let subject: PushSubject?
    private let payload: Payload
    private let place: Place
    private let headers: [(name: String, value: String)]
    private let expect: AnswerExpectation

    init(_ source: StepSource) throws(Diagnostic) {
        let fields = try Fields(
            source.value, "send", known: ["method", "path", "body", "headers"] + PushSubject.keys)
        let method = try fields.required("method")
        let word = try method.string("the method")
        let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
        guard let method = HTTPRequest.Method(rawValue: word) else {
            throw Diagnostic(at: method.location, "unknown method \"\(word)\"", hint: meant(word, known))
        }
        self.method = method
        path = try fields.required("path").string("the path")
        subject = fields["image"] == nil ? nil : try PushSubject(fields, source.names)
        payload = try fields["body"]?.word("body") ?? .empty
        place = try fields.place()
        headers = try fields.headers()
        expect = try AnswerExpectation(
            try source.requiredExpect("refused, or either"), allowing: AnswerExpectation.ofWrite)
    }

    var places: [Place] { [place] }
    var flows: [FlowReference] { subject.map { [$0.flow] } ?? [] }

    /// All of it once more where the registry answers with another address.
    func estimate(in run: CaseRun, _ sizes: ImageSizes) -> TrafficEstimate {
        let content = TrafficEstimate(bytes: SendStep.bytes(payload).count, requests: 1)
        return ((subject?.estimate(in: run, sizes) ?? TrafficEstimate()) + content) * 2
    }

    func describe(in run: CaseRun) -> String { "\(method.rawValue) \(path)\(place.clause)" }

    func run(in run: inout CaseRun) async throws(TransportError) -> StepEnd {
        let repository = run.repository(of: place)
        var request = HTTPRequest(method, run.wire.url(path: "/v2/\(repository)/\(path)"))
        request.body = .bytes([])
        if let subject {
            let image = subject.image(in: &run)
            let pusher = subject.pusher(in: run)
            if let stop = try await pusher.uploadContent(of: image, to: repository, over: run.wire) {
                return .unprepared(
                    Finding("the blobs were not taken: \(stop.exchange.summary)", stop.exchange))
            }
            request.headers["Content-Type"] = image.manifest.mediaType
            request.body = .bytes(image.manifest.bytes)
        } else if payload != .empty {
            request.headers["Content-Type"] = MediaType.ociManifest.rawValue
            request.body = .bytes(SendStep.bytes(payload))
        }
        for (name, value) in headers { request.headers[name] = value }
        let exchange = try await answer(to: request, over: run.wire)
        let push = AnsweredPush(
            answer: .manifest(exchange), repository: repository, tag: nil, place: place)
        return await expect.judge(push, in: run)
    }

    /// Follows a redirect once, with the same request: where a router cleans paths up, what stands behind it decides.
    private func answer(to given: HTTPRequest, over wire: Wire) async throws(TransportError) -> Exchange {
        let exchange = try await wire.send(given)
        guard exchange.response.isRedirect, let next = exchange.location,
            next.hasSameOrigin(as: given.url)
        else { return exchange }
        var request = given
        request.url = next
        return try await wire.send(request)
    }

    private static func bytes(_ payload: Payload) -> [UInt8] {
        switch payload {
        case .empty: []
        case .garbage: Array("{\"schemaVersion\": 2, \"layers\": [".utf8)
        case .oversized: [UInt8](repeating: UInt8(ascii: " "), count: (4 << 20) + 1)
        }
    }
}
