// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import ImageBuild
import ImageStore
import LayerArchive
import OCISpec
import RegistryTransport
import Synchronization
import SystemPackage
import Testing

/// What is told of the work of a build besides its steps.
@Suite struct ErrandTests {
    /// The errands that came to an end, with how.
    private func errands(_ events: [BuildEvent]) -> [String] {
        events.compactMap { event in
            guard case .over(let errand, let end) = event else { return nil }
            let word =
                switch end {
                case .done: "done"
                case .cached: "cached"
                case .failed: "failed"
                }
            switch errand.kind {
            case .image: return "image \(errand.place) \(word)"
            case .reading(let stage): return "\(stage.name) reads \(errand.place) \(word)"
            case .unpacking(let stage): return "\(stage.name) unpacks \(errand.place) \(word)"
            case .file(let step): return "step \(step.number) loads \(errand.place) \(word)"
            case .cacheImport: return "cache from \(errand.place) \(word)"
            case .cachedLayer: return "layer from \(errand.place) \(word)"
            case .cacheExport: return "cache to \(errand.place) \(word)"
            case .recompressing: return "layer with \(errand.place) \(word)"
            default: return "\(errand.kind) \(word)"
            }
        }
    }

    private func contents(_ events: [BuildEvent]) -> [TransferEvent] {
        events.compactMap { if case .moving(_, .content(let content)) = $0 { content } else { nil } }
    }

    // MARK: Images

    @Test func theCopyOfAnImageIsTold() async throws {
        let other = try BuildFixture().file("a", "A")
        let image = try await other.build("FROM scratch\nCOPY a /") { $0.tags = [try Reference("there:1")] }
        let layer = try #require(try await other.manifest(image).layers.first)
        let fixture = try BuildFixture()
        _ = try await fixture.build("FROM base\nLABEL x=1") {
            $0.namedContexts["base"] = .layout(other.store.folder, name: nil)
        }
        let moved = contents(fixture.events)
        #expect(moved.contains(.started(layer)) && moved.contains(.finished(layer)))
        #expect(errands(fixture.events).count == 1)
    }

    @Test func whatAContentAdvancesIsToldNowAndThen() throws {
        let time = Mutex(ContinuousClock.now)
        let told = Mutex<[TransferEvent]>([])
        let errand = BuildErrand(.push, "r.io/app:1")
        let progress = { @Sendable (event: BuildEvent) in
            if case .moving(errand, .content(let event)) = event { told.withLock { $0.append(event) } }
        }
        let news = ErrandNews(of: errand, to: progress, now: { time.withLock(\.self) })
        let one = Descriptor(mediaType: .ociLayerGzip, digest: Digest(of: [1]), size: 100)
        let two = Descriptor(mediaType: .ociLayerGzip, digest: Digest(of: [2]), size: 100)
        let report = news.settings.report
        report(.started(one))
        for bytes in 1...5 {
            report(.advanced(one, .sending, bytes: Int64(bytes)))
            time.withLock { $0 += .milliseconds(40) }
        }
        report(.advanced(two, .sending, bytes: 1))
        report(.finished(one))
        #expect(
            told.withLock(\.self) == [
                .started(one), .advanced(one, .sending, bytes: 1), .advanced(one, .sending, bytes: 4),
                .advanced(two, .sending, bytes: 1), .finished(one),
            ])
    }

    // MARK: Layers below

    private func based(
        _ entries: [(LayerEntry, String)] = [LayerEntry.file("m", "M")]
    ) async throws
        -> BuildFixture
    {
        let fixture = try BuildFixture().file("a", "A")
        try await fixture.addImage("base:1", layers: [entries])
        return fixture
    }

    @Test func theNamesOfABaseAreReadOnceAndBesideTheStep() async throws {
        let fixture = try await based()
        _ = try await fixture.build("FROM base:1 AS one\nCOPY a /b\nCOPY a /c\nFROM one\nCOPY a /d")
        #expect(errands(fixture.events) == ["image base:1 done", "one reads base:1 done"])
        let order = fixture.events.compactMap { event -> String? in
            switch event {
            case .step(let step) where step.number == 1: "step"
            case .began(let errand): errand.place
            case .ended(let step, _) where step.number == 1: "end"
            default: nil
            }
        }
        #expect(order == ["base:1", "step", "base:1", "end", "step", "end"])
    }

    @Test func whatACacheKnowsOfABaseIsNotRead() async throws {
        let fixture = try await based()
        _ = try await fixture.cachedBuild("FROM base:1\nCOPY a /b")
        let log = Mutex<[BuildEvent]>([])
        let builder = ImageBuilder(fixture.site(runs: false)) { event in log.withLock { $0.append(event) } }
        _ = try await builder.build(try fixture.request("FROM base:1\nCOPY a /c"))
        #expect(errands(log.withLock(\.self)) == ["image base:1 done"])
    }

    @Test func theLayersOfAnImageThatIsCopiedFromAreReadToo() async throws {
        let fixture = try await based()
        _ = try await fixture.build("FROM scratch AS app\nCOPY --from=base:1 /m /m")
        #expect(errands(fixture.events) == ["image base:1 done", "app reads base:1 done"])
    }

    @Test func aBaseThatCannotBeReadIsAFailedErrand() async throws {
        let fixture = try BuildFixture().file("a", "A")
        try await fixture.addImage(
            "base:1", config: { $0.rootfs.diffIDs = [Digest(of: [1])] },
            layers: [[LayerEntry.file("m", "M")]])
        await #expect(throws: BuildError.self) {
            _ = try await fixture.build("FROM base:1 AS app\nCOPY a /")
        }
        #expect(errands(fixture.events).last == "app reads base:1 failed")
    }

    // MARK: Files

    /// Is busy once.
    private final class BusyWeb: HTTPTransport {
        private let asked = Mutex(0)

        func send(
            _ request: HTTPRequest, receiving body: ResponseBody
        ) async throws(TransportError) -> HTTPResponse {
            let count = asked.withLock { asked in
                asked += 1
                return asked
            }
            guard count > 1, case .sink(let sink) = body else {
                return HTTPResponse(status: 503, headers: ["Retry-After": "0"])
            }
            sink.expect(3)
            do {
                for byte in Array("abc".utf8) { try withUnsafeBytes(of: byte) { try sink.append($0) } }
            } catch {
                throw TransportError(.sinkFailed, request, "\(error)", cause: error)
            }
            return HTTPResponse(status: 200)
        }
    }

    private func movements(_ events: [BuildEvent]) -> [BuildMovement] {
        events.compactMap { if case .moving(_, let movement) = $0 { movement } else { nil } }
    }

    @Test func aFileFromAServerIsTold() async throws {
        let fixture = try BuildFixture()
        let image = try await fixture.build("FROM scratch\nADD https://u:p@w.io/x /", web: BusyWeb())
        #expect(errands(fixture.events) == ["step 1 loads https://w.io/x done"])
        let moved = movements(fixture.events)
        #expect(moved.first == .retrying("the server answered 503"))
        #expect(moved.last == .file(bytes: 3, of: 3))
        #expect(try await fixture.entries(image) == ["x file 600 0:0 abc"])
    }

    @Test func aContextFromAServerIsToldToo() async throws {
        let fixture = try BuildFixture()
        let resolver = BuildContextResolver(scratch: fixture.root.appending("tmp"), http: BusyWeb())
        let told = Mutex<[BuildEvent]>([])
        let context = try await BuildErrand(.context, "https://w.io/x").report(
            to: { event in told.withLock { $0.append(event) } },
            { try await resolver.resolve(.parse("https://w.io/x"), $0) })
        #expect(context.dockerfile == "abc")
        let moved = movements(told.withLock(\.self))
        #expect(moved.first == .retrying("the server answered 503"))
        #expect(moved.last == .file(bytes: 3, of: 3))
    }

    // MARK: Caches

    @Test func whatGoesToACacheAndComesFromOneIsTold() async throws {
        let text = "FROM scratch\nCOPY a /"
        let here = try BuildFixture().file("a", "A")
        let folder = here.root.appending("export")
        let told = Mutex<[BuildEvent]>([])
        let report = { @Sendable (event: BuildEvent) in told.withLock { $0.append(event) } }
        _ = try await ImageBuilder(here.site(runs: false), progress: report).build(
            try here.request(text) { $0.caching.exports = [.folder(folder)] })
        #expect(errands(told.withLock(\.self)) == ["cache to \(folder) done"])
        let layer = contents(told.withLock(\.self)).first { $0.descriptor.mediaType == .ociLayerGzip }
        #expect(layer != nil)
        told.withLock { $0 = [] }
        let there = try BuildFixture().file("a", "A")
        _ = try await ImageBuilder(there.site(runs: false), progress: report).build(
            try there.request(text) { $0.caching.imports = [.folder(folder)] })
        #expect(
            errands(told.withLock(\.self)) == ["cache from \(folder) done", "layer from \(folder) done"])
        #expect(contents(told.withLock(\.self)).contains { $0.descriptor == layer?.descriptor })
    }
}
