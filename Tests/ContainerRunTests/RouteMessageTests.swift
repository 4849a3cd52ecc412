// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import Testing

/// What is said to the kernel, byte for byte, as ip(8) says it.
@Suite struct RouteMessageTests {
    @Test(arguments: [
        (
            RouteMessage.switchOn(2),
            "20000000 1000 0500 01000000 00000000" + "00000000 02000000 01000000 01000000"
        ),
        (
            RouteMessage.removeLink("stet0-2"),
            "2c000000 1100 0500 01000000 00000000" + "00000000 00000000 00000000 00000000"
                + "0c00 0300 73746574302d3200"
        ),
        (
            // A name is padded, and its length is not.
            RouteMessage.find("lo"),
            "28000000 1200 0500 01000000 00000000" + "00000000 00000000 00000000 00000000"
                + "0700 0300 6c6f00 00"
        ),
        (
            RouteMessage.makeCable("stet0-2", peer: "eth0", in: 17),
            "64000000 1000 0506 01000000 00000000" + "00000000 00000000 01000000 01000000"
                + "0c00 0300 73746574302d3200" + "3800 1200" + "0800 0100 76657468" + "2c00 0200"
                + "2800 0100"
                + "00000000 00000000 00000000 00000000" + "0900 0300 6574683000 000000" + "0800 1c00 11000000"
        ),
        (
            RouteMessage.addAddress((10, 83, 0, 1), peer: (10, 83, 0, 2), prefix: 32, to: 3),
            "28000000 1400 0506 01000000 00000000" + "02200000 03000000" + "0800 0200 0a530001"
                + "0800 0100 0a530002"
        ),
        (
            RouteMessage.addAddress((10, 83, 0, 2), prefix: 24, to: 2),
            "28000000 1400 0506 01000000 00000000" + "02180000 02000000" + "0800 0200 0a530002"
                + "0800 0100 0a530002"
        ),
        (
            RouteMessage.addDefaultRoute(through: (10, 83, 0, 1), on: 2),
            "2c000000 1800 0506 01000000 00000000" + "02000000 fe040001 00000000" + "0800 0500 0a530001"
                + "0800 0400 02000000"
        ),
    ])
    func aMessageHasTheKernelsForm(message: RouteMessage, hexadecimal: String) {
        #expect(message.bytes(acknowledged: true) == bytes(hexadecimal))
    }

    @Test func whoAsksForAnAnswerWantsNoReceiptToo() {
        #expect(RouteMessage.find("lo").bytes(acknowledged: false)[6] == 1)
    }

    @Test(arguments: [
        ("14000000 0200 0000 01000000 05000000 00000000 00000000", Int32(0), UInt32?.none),
        ("14000000 0200 0000 01000000 05000000 efffffff 00000000", 17, nil),
        ("20000000 1000 0000 01000000 05000000 00000100 07010000 43100100", 0, 263),
    ])
    func anAnswerIsRead(hexadecimal: String, failure: Int32, index: UInt32?) throws {
        let answer = try #require(RouteMessage.Answer(bytes(hexadecimal)))
        #expect(answer.failure == failure)
        #expect(answer.index == index)
    }

    @Test(arguments: [
        "", "14000000 0200", "14000000 0300 0000 01000000 05000000 00000000 00000000",
        "20000000 1100 0000 01000000 05000000 00000100 07010000",
    ])
    func whatIsNoAnswerIsRefused(hexadecimal: String) {
        #expect(RouteMessage.Answer(bytes(hexadecimal)) == nil)
    }

    private func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.filter { $0 != " " })
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(digits[$0...($0 + 1)]), radix: 16)
        }
    }
}
