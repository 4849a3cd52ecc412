// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import TaskFile
import TaskRun
import Testing

@Suite struct StepLogFileTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func log(of count: Int, limit: Int) throws -> (text: String, omitted: Int, names: [String]) {
        var file = try StepLogFile(folder.path.appending("s.log"), limitBytes: limit)
        let bytes = (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        for start in stride(from: 0, to: count, by: 7) {
            try file.append(Array(bytes[start..<min(start + 7, count)]))
        }
        try file.close()
        let text = String(decoding: try WholeFile.read(file.path), as: UTF8.self)
        return (text, file.omittedBytes, try folder.names())
    }

    @Test(arguments: [0, 10, 40, 41, 79])
    func whatFitsIsWhole(count: Int) throws {
        let log = try log(of: count, limit: 80)
        #expect(log.text.count == count)
        #expect(log.omitted == 0)
        #expect(log.names == ["s.log"])
    }

    @Test(arguments: [101, 200, 5_000])
    func whatDoesNotFitKeepsItsBeginningAndItsEnd(count: Int) throws {
        let log = try log(of: count, limit: 80)
        let whole = String(decoding: (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 26) }, as: UTF8.self)
        #expect(log.text.hasPrefix(String(whole.prefix(40))))
        #expect(log.text.hasSuffix(String(whole.suffix(20))))
        #expect(log.omitted > 0 && log.text.contains("\(log.omitted) bytes are left out"))
        #expect(log.names == ["s.log"])
    }

    @Test func theLogsOfStepsAreMaskedAndComeAsLines() throws {
        let shown = Notes()
        let logs = try RunLogs(in: folder.path.appending("logs"), secrets: ["hunter2"]) { event in
            if case .step(let id, .line(let text, let stream)) = event {
                shown.add("\(id) \(stream.rawValue) \(text)")
            }
        }
        let id = StepID("a/b")
        logs.take(.step(id, .wrote(Array("say hun".utf8), .output)))
        logs.take(.step(id, .wrote(Array("ter2\nrest".utf8), .output)))
        logs.take(.step(id, .wrote(Array("oops\n".utf8), .error)))
        logs.take(.stepFinished(id, .failed(StepFailure("it said ***")), duration: .zero))
        let summary = try #require(logs.close()[id])
        #expect(shown.all == ["a/b stdout say ***", "a/b stderr oops", "a/b stdout rest"])
        let text = String(
            decoding: try WholeFile.read(folder.path.appending("logs").appending(summary.file)), as: UTF8.self
        )
        #expect(text == "say ***\nrestoops\nfailed: it said ***\n")
        #expect(summary.file == "a%2fb.log")
    }
}
