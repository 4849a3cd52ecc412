// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import TerminalProgress
import Testing

@Suite struct TransferLogTests {
    private let large = Descriptor(mediaType: .ociLayerGzip, digest: Digest(of: [1]), size: 100_000_000)
    private let small = Descriptor(mediaType: .ociConfig, digest: Digest(of: [2]), size: 999_999)

    private func lines(_ events: [(TransferEvent, Duration)]) -> [String] {
        var log = TransferLog()
        return events.compactMap { log.line(for: $0.0, at: $0.1) }.map {
            $0.split(separator: "  ").last.map(String.init) ?? ""
        }
    }

    @Test func aLargeContentIsToldNowAndThenAndWhenItIsDone() {
        var events: [(TransferEvent, Duration)] = [(.started(large), .zero)]
        for second in 1...11 {
            events.append(
                (.advanced(large, .receiving, bytes: Int64(second) * 5_000_000), .seconds(second)))
        }
        events.append((.finished(large), .seconds(20)))
        #expect(
            lines(events) == [
                "received 25.0 MB of 100.0 MB, 5.0 MB/s, 15 s left",
                "received 50.0 MB of 100.0 MB, 5.0 MB/s, 10 s left", "done, 100.0 MB in 20 s, 5.0 MB/s",
            ])
    }

    @Test func whatIsSmallOrThereAlreadyIsNotTold() {
        #expect(
            lines([
                (.exists(large), .zero), (.started(small), .zero),
                (.advanced(small, .sending, bytes: 5), .seconds(9)), (.finished(small), .seconds(10)),
            ]).isEmpty)
    }

    @Test func aContentThatIsMountedIsTold() throws {
        let library = try RepositoryName("library/app")
        #expect(
            lines([(.started(large), .zero), (.mounted(large, from: library), .zero)]) == [
                "mounted from library/app, 100.0 MB"
            ])
    }

    @Test func whatHasMovedIsCounted() throws {
        let third = Descriptor(mediaType: .ociLayerGzip, digest: Digest(of: [3]), size: 7)
        var board = TransferBoard()
        let events: [TransferEvent] = [
            .exists(third), .started(small), .started(large), .advanced(large, .receiving, bytes: 1_000),
            .finished(small),
        ]
        for event in events { board.apply(event, at: .zero) }
        #expect(board.movedBytes == 1_000_999)
    }

    // MARK: Files of which only the server knows something

    @Test func aFileSaysHowFarItIs() {
        var row = DownloadRow(since: .seconds(10))
        #expect(row.text == "received 0 B")
        row.reach(1_000_000, of: nil, at: .seconds(11))
        #expect(row.text == "received 1.0 MB, 1.0 MB/s")
        row.reach(2_000_000, of: 4_000_000, at: .seconds(12))
        #expect(row.text == "received 2.0 MB of 4.0 MB, 1.0 MB/s, 2.0 s left")
        row.reach(9, of: nil, at: .seconds(13))
        #expect(row.text == "received 9 B")
    }
}
