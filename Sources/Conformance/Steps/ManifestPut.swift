// SPDX-License-Identifier: Apache-2.0

import ImageStore
import LocatedYAML
import OCISpec
import RegistryTransport
import SourceText

/// The last request of a push, and how it differs from the flow's own.
///
/// - `tag: v1`, or `by: digest`; `query: tag=v1` may go with both;
/// - `headers: {If-Match: "*"}` are sent in addition, or in place of the flow's; `$digest` in a value is the digest
///   of the image that the tag shows, `$type` is the media type of the manifest, `$TYPE` the same in capitals; an
///   empty value leaves the flow's own header out;
/// - `coding: gzip` sends the manifest compressed, and says so; `coding: identity` says that it is not;
/// - `framing: chunked` sends the manifest without its length;
/// - `blobs: none` sends nothing but the manifest.
struct ManifestPut: Sendable {
    static let keys = ["tag", "by", "query", "headers", "framing", "coding", "blobs"]

    private enum Framing: String, CaseIterable { case length, chunked }
    private enum Coding: String, CaseIterable { case identity, gzip }
    private enum Blobs: String, CaseIterable { case all, none }
    private enum Naming: String, CaseIterable { case tag, digest }

    /// nil for a push by digest.
    let tag: Tag?
    private let query: String?
    private let headers: [(name: String, value: String)]
    private let framing: Framing
    private let coding: Coding?
    private let blobs: Blobs

    init(_ fields: Fields, _ place: YAMLValue) throws(Diagnostic) {
        let naming: Naming = try fields["by"]?.word("way of naming a manifest") ?? .tag
        tag = naming == .tag ? try fields.required("tag").tag() : nil
        if naming == .digest, let tag = fields["tag"] {
            throw Diagnostic(
                at: tag.location, "a push by digest has no tag",
                hint: "query: tag=v1 asks for one all the same"
            )
        }
        query = try fields["query"]?.string("the query")
        headers = try fields.headers()
        framing = try fields["framing"]?.word("framing") ?? .length
        coding = try fields["coding"]?.word("coding of a content")
        blobs = try fields["blobs"]?.word("choice of blobs") ?? .all
    }

    /// True when nothing but the tag's state can be a reason to refuse it.
    var isPlain: Bool {
        query == nil && headers.isEmpty && framing == .length && coding == nil && blobs == .all
    }

    func push(
        _ image: TestImage, _ subject: PushSubject, in run: CaseRun
    ) async throws(TransportError) -> PushAnswer {
        let (pusher, repository) = (subject.pusher(in: run), subject.repository(in: run))
        if isPlain {
            return try await pusher.push(image, as: name(of: image), of: repository, over: run.wire)
        }
        if blobs == .all,
            let stop = try await pusher.uploadContent(of: image, to: repository, over: run.wire)
        {
            return .upload(stop)
        }
        let wire = pusher.manner.wire(run.wire)
        var request = pusher.manifestRequest(image, name(of: image), repository, over: wire)
        request.url.query = query
        if framing == .chunked { request.framing = .chunked }
        if let coding {
            request.headers["Content-Encoding"] = coding.rawValue
            if coding == .gzip { request.body = .bytes(TestArchive.gzip(image.manifest.bytes)) }
        }
        for (name, value) in headers {
            request.headers[name] = try await filled(value, image, repository, in: run)
        }
        return .manifest(try await wire.send(request))
    }

    private func name(of image: TestImage) -> RegistryRoute.ManifestReference {
        tag.map { .tag($0) } ?? .digest(image.manifest.digest)
    }

    /// A header's value with what stands in for its variables; nil for none.
    private func filled(
        _ value: String, _ image: TestImage, _ repository: RepositoryName, in run: CaseRun
    ) async throws(TransportError) -> String? {
        if value.isEmpty { return nil }
        let type = image.manifest.mediaType
        let text = value.replacing("$type", with: type).replacing("$TYPE", with: type.uppercased())
        guard text.contains("$digest") else { return text }
        return text.replacing("$digest", with: try await standing(repository, in: run))
    }

    private func standing(
        _ repository: RepositoryName, in run: CaseRun
    ) async throws(TransportError) -> String {
        guard let tag else { return "" }
        guard case .shows(let digest, _) = try await run.wire.state(of: .manifest(repository, .tag(tag)))
        else { return "" }
        return "\(digest)"
    }
}

extension ManifestPut: CustomStringConvertible {
    /// For people: `v1`, `its digest?tag=v1`.
    var description: String {
        let name = (tag?.rawValue ?? "its digest") + (query.map { "?\($0)" } ?? "")
        let fields = headers.map { $0.value.isEmpty ? "without \($0.name)" : "\($0.name): \($0.value)" }
        return
            ([name] + fields + (framing == .chunked ? ["in chunks"] : [])
            + (coding.map { ["coded as \($0.rawValue)"] } ?? [])
            + (blobs == .none ? ["without its blobs"] : [])).joined(separator: ", ")
    }
}
