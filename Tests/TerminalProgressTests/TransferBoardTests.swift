// SPDX-License-Identifier: Apache-2.0

import ImageStore
import OCISpec
import TerminalProgress
import Testing

@Suite struct TransferBoardTests {
    private func layer(_ number: UInt8, _ size: Int64) -> Descriptor {
        Descriptor(mediaType: .ociLayerGzip, digest: Digest(of: [number]), size: size)
    }

    /// The line of a content after these events, a tenth of a second apart unless told otherwise.
    private func line(
        _ content: Descriptor, every step: Duration = .milliseconds(100), _ events: TransferEvent...
    ) -> String? {
        var board = TransferBoard()
        for (number, event) in events.enumerated() { board.apply(event, at: step * number) }
        return board.rows.first { $0.descriptor == content }?.text
    }

    @Test func aLineSaysWhatItIsHowFarItIsAndHowLongItTakes() {
        let content = layer(1, 50_000_000)
        let name = "layer    \(content.digest.encoded.prefix(12))  "
        #expect(line(content, .started(content)) == name + "starting, 50.0 MB")
        #expect(
            line(content, .started(content), .advanced(content, .sending, bytes: 1_000_000))
                == name + "sent 1.0 MB of 50.0 MB")
        #expect(
            line(
                content, every: .seconds(1), .started(content),
                .advanced(content, .sending, bytes: 10_000_000))
                == name + "sent 10.0 MB of 50.0 MB, 10.0 MB/s, 4.0 s left")
        #expect(
            line(
                content, every: .seconds(1), .started(content),
                .advanced(content, .receiving, bytes: 50_000_000))
                == name + "received 50.0 MB, waiting for the end")
        #expect(
            line(content, every: .seconds(5), .started(content), .finished(content))
                == name + "done, 50.0 MB in 5.0 s, 10.0 MB/s")
    }

    @Test func aLineSaysThatNothingHadToMove() throws {
        let content = layer(1, 512)
        #expect(line(content, .exists(content))?.hasSuffix("already there, 512 B") == true)
        let library = try RepositoryName("library/app")
        #expect(
            line(content, .started(content), .mounted(content, from: library))?.hasSuffix(
                "mounted from library/app, 512 B") == true)
    }

    @Test(arguments: [
        (MediaType.ociIndex, "index    "), (.dockerManifest, "manifest "), (.ociConfig, "config   "),
        (.dockerLayerGzip, "layer    "), (.octetStream, "blob     "),
    ])
    func aLineBeginsWithTheKind(_ type: MediaType, _ start: String) {
        let content = Descriptor(mediaType: type, digest: Digest(of: [1]), size: 1)
        #expect(line(content, .exists(content))?.hasPrefix(start) == true)
    }

    @Test func theRateFollowsTheNetworkAndIsForgottenWhenItStartsAgain() throws {
        let content = layer(1, 1_000_000_000)
        var board = TransferBoard()
        board.apply(.started(content), at: .zero)
        for second in 1...10 {
            board.apply(
                .advanced(content, .receiving, bytes: Int64(second) * 10_000_000), at: .seconds(second))
        }
        guard case .moving(let fast)? = board.rows.first?.state else { return }
        #expect(fast.rate == 10_000_000)
        #expect(fast.remaining(of: 200_000_000) == .seconds(10))
        for second in 11...40 {
            board.apply(
                .advanced(content, .receiving, bytes: 100_000_000 + Int64(second - 10) * 1_000_000),
                at: .seconds(second))
        }
        guard case .moving(let slow)? = board.rows.first?.state else { return }
        #expect(try #require(slow.rate) < 1_100_000)
        board.apply(.advanced(content, .receiving, bytes: 5), at: .seconds(41))
        guard case .moving(let again)? = board.rows.first?.state else { return }
        #expect(again.rate == nil && again.remaining(of: content.size) == nil)
    }

    @Test func rowsStayInTheOrderInWhichTheyBegan() {
        let contents = (1...3).map { layer($0, 10) }
        var board = TransferBoard()
        for content in contents { board.apply(.started(content), at: .zero) }
        board.apply(.finished(contents[0]), at: .seconds(1))
        #expect(board.rows.map(\.descriptor) == contents)
        #expect(board.rows.map(\.isMoving) == [false, true, true])
    }

    @Test func newsOfWhatNeverBeganIsNone() {
        var board = TransferBoard()
        #expect(board.apply(.finished(layer(1, 10)), at: .zero) == nil)
        #expect(board.rows.isEmpty)
    }
}
