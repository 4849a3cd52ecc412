// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import RegistryTransport
import Synchronization

/// A registry that takes blobs in sessions, strictly, and suffers the faults that a test wants.
final class SessionRegistry: HTTPTransport {
    enum Fault: Sendable {
        /// The connection breaks when so many bytes of the body have come; the session keeps them.
        case breaks(afterBytes: Int)
        /// The request is carried out, and its answer gets lost.
        case losesAnswer
        /// Nothing is carried out.
        case status(Int, code: String? = nil)
        /// The session is thrown away, and the connection breaks.
        case forgets
    }

    struct Rules: Sendable {
        var minimumChunk: Int64?
        /// Longer bodies are refused with 413.
        var bodyLimit = Int64.max
        /// `Location` has scheme and host.
        var hasAbsoluteLocations = false
        /// How a blob is answered that has come whole.
        var storedStatus = 201
        /// It is answered so, and not kept.
        var losesBlobs = false
        /// Repositories that blobs can be mounted from.
        var mountable: Set<String> = []
    }

    private struct State {
        var sessions: [String: [UInt8]] = [:]
        var blobs: [Digest: [UInt8]] = [:]
        var lines: [String] = []
        var opened = 0
        /// Each request must use the location of the answer before.
        var requestNumber = 0
    }

    private let rules: Rules
    private let fault: @Sendable (_ line: String) -> Fault?
    private let state = Mutex(State())

    init(_ rules: Rules = Rules(), fault: @escaping @Sendable (_ line: String) -> Fault? = { _ in nil }) {
        self.rules = rules
        self.fault = fault
    }

    /// `METHOD path`, and after the path the `Content-Range` or how many bytes the body had, of every request.
    var lines: [String] { state.withLock { $0.lines } }

    func blob(_ digest: Digest) -> [UInt8]? { state.withLock { $0.blobs[digest] } }

    func add(_ bytes: [UInt8]) -> Digest {
        let digest = Digest(of: bytes)
        state.withLock { $0.blobs[digest] = bytes }
        return digest
    }

    func send(
        _ request: HTTPRequest, receiving body: ResponseBody
    ) async throws(TransportError) -> HTTPResponse {
        let bytes: [UInt8]
        do {
            bytes = try request.body?.readAll() ?? []
        } catch {
            throw TransportError(.badRequest, request, "\(error)")
        }
        let line = line(of: request, bytes)
        let fault = fault(line)
        let answer = state.withLock { state in
            state.lines.append(line)
            return self.answer(request, bytes, fault, &state)
        }
        guard let answer else { throw TransportError(.interrupted, request, "connection reset") }
        return answer
    }

    private func line(of request: HTTPRequest, _ bytes: [UInt8]) -> String {
        let range = request.headers["Content-Range"].map { " \($0)" }
        let mark = range ?? (request.method == .put ? " +\(bytes.count)" : "")
        return "\(request.method.rawValue) \(request.url.path)\(mark)"
    }

    /// nil for an answer that does not come.
    private func answer(
        _ request: HTTPRequest, _ bytes: [UInt8], _ fault: Fault?, _ state: inout State
    ) -> HTTPResponse? {
        let session = String(request.url.path.split(separator: "/").last ?? "")
        switch fault {
        case .status(let status, let code): return error(status, code)
        case .breaks(let count):
            state.sessions[session]? += bytes.prefix(count)
            return nil
        case .forgets:
            state.sessions[session] = nil
            return nil
        case .losesAnswer:
            _ = carryOut(request, bytes, session, &state)
            return nil
        case nil: return carryOut(request, bytes, session, &state)
        }
    }

    private func carryOut(
        _ request: HTTPRequest, _ bytes: [UInt8], _ name: String, _ state: inout State
    ) -> HTTPResponse {
        guard bytes.count <= rules.bodyLimit else { return error(413, nil) }
        switch request.method {
        case .head:
            return HTTPResponse(status: (try? Digest(name)).flatMap { state.blobs[$0] } == nil ? 404 : 200)
        case .post: return open(request, &state)
        case .get, .put, .patch, .delete: break
        }
        guard let held = state.sessions[name] else { return error(404, "BLOB_UPLOAD_UNKNOWN") }
        if request.method == .get { return progress(204, name, &state) }
        if let range = request.headers["Content-Range"] {
            guard range == "\(held.count)-\(held.count + bytes.count - 1)" else { return error(416, nil) }
        }
        state.sessions[name] = held + bytes
        guard request.method == .put else { return progress(202, name, &state) }
        state.sessions[name] = nil
        let digest = Digest(of: held + bytes)
        guard request.url.query?.contains("&digest=\(digest)") == true else {
            return error(400, "DIGEST_INVALID")
        }
        if !rules.losesBlobs { state.blobs[digest] = held + bytes }
        return HTTPResponse(status: rules.storedStatus, headers: ["Docker-Content-Digest": "\(digest)"])
    }

    private func open(_ request: HTTPRequest, _ state: inout State) -> HTTPResponse {
        let query = request.url.query ?? ""
        if rules.mountable.contains(where: { query.hasSuffix("&from=\($0)") }) {
            return HTTPResponse(status: 201)
        }
        state.opened += 1
        let name = "s\(state.opened)"
        state.sessions[name] = []
        return progress(202, name, &state)
    }

    private func progress(_ status: Int, _ name: String, _ state: inout State) -> HTTPResponse {
        let count = state.sessions[name]?.count ?? 0
        state.requestNumber += 1
        let path = "/v2/app/blobs/uploads/\(name)?_state=\(state.requestNumber)"
        var response = HTTPResponse(
            status: status,
            headers: [
                "Location": (rules.hasAbsoluteLocations ? "https://r.io" : "") + path,
                "Range": "0-\(max(0, count - 1))",
            ])
        response.headers["OCI-Chunk-Min-Length"] = rules.minimumChunk.map { "\($0)" }
        return response
    }

    private func error(_ status: Int, _ code: String?) -> HTTPResponse {
        let body = code.map { #"{"errors":[{"code":"\#($0)"}]}"# } ?? ""
        return HTTPResponse(status: status, body: Array(body.utf8))
    }
}
