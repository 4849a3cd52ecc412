// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import SystemPackage
import Testing

/// The reports as other programs read them.
@Suite struct CertifyReportPeerTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    /// Debian's own, which has Debian's modules, whatever else is on PATH.
    private static let python = Program(path: "/usr/bin/python3")

    private func report(_ name: String) -> String {
        folder.path.appending("report").appending(name).string
    }

    /// A registry that overwrites: reports with much to tell.
    private func certify() async throws {
        let folder = folder.path
        let result = try await Peers.withDockerRegistry(in: folder) { registry in
            try await Program.stet(home: folder)(
                "certify", registry, "--report", folder.appending("report").string,
                "--only", "protocol,overwrite-same-flow,overwrite-across-flows,race-readers")
        }
        try #require(result.status == 1, "\(result)")
    }

    @Test func browsersAndReadersOfXMLTakeThem() async throws {
        try await certify()
        let script = """
            import html5lib, sys
            parser = html5lib.HTMLParser(strict=True)
            page = parser.parse(open(sys.argv[1], encoding='utf-8').read())
            ids = [element.get('id') for element in page.iter() if element.get('id')]
            assert len(ids) == len(set(ids)), 'an id stands twice'
            links = [element.get('href') for element in page.iter() if element.get('href')]
            assert all(link[1:] in ids for link in links), links
            """
        let page = try await Self.python("-c", script, report("report.html"))
        #expect(page.status == 0, "\(page)")
        let tests = """
            import sys, xml.etree.ElementTree as tree
            root = tree.parse(sys.argv[1]).getroot()
            kinds = {'failure': 'failures', 'error': 'errors', 'skipped': 'skipped'}
            for suite in root:
                cases = suite.findall('testcase')
                assert int(suite.get('tests')) == len(cases), suite.get('name')
                for kind, count in kinds.items():
                    assert int(suite.get(count)) == sum(len(case.findall(kind)) for case in cases), kind
            for count in ('tests', 'failures', 'errors'):
                assert int(root.get(count)) == sum(int(suite.get(count)) for suite in root), count
            # What junit-10.xsd has for all suites together.
            assert set(root.attrib) <= {'name', 'time', 'tests', 'failures', 'errors'}, root.attrib
            badge = tree.parse(sys.argv[2]).getroot()
            assert badge.find('{http://www.w3.org/2000/svg}title').text == 'write-once: protocol'
            """
        let read = try await Self.python("-c", tests, report("junit.xml"), report("badge.svg"))
        #expect(read.status == 0, "\(read)")
    }
}
