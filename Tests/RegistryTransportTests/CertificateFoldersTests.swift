// SPDX-License-Identifier: Apache-2.0

import BlockingIO
import RegistryTransport
import SystemPackage
import Testing

@Suite struct CertificateFoldersTests {
    private let folder: TemporaryFolder
    private var first: FilePath { folder.path.appending("first") }
    private var second: FilePath { folder.path.appending("second") }

    init() throws {
        folder = try TemporaryFolder(in: "/tmp", prefix: "stet-test-")
    }

    private func write(_ text: String, _ path: FilePath) throws {
        try Folder.create(path.removingLastComponent())
        try WholeFile.write(Array(text.utf8), to: path, durable: false)
    }

    private func read(_ authority: String = "r.io:5000") throws -> HostCertificates {
        try CertificateFolders([first, second]).certificates(for: authority)
    }

    @Test func authoritiesAndAPairAreFound() throws {
        let host = first.appending("r.io:5000")
        try write("one", host.appending("a.crt"))
        try write("two", host.appending("b.crt"))
        try write("c", host.appending("client.cert"))
        try write("k", host.appending("client.key"))
        try write("other", host.appending("README"))
        let found = try read()
        #expect(String(decoding: found.authorities, as: UTF8.self) == "one\ntwo\n")
        #expect(
            found.client
                == ClientCertificate(
                    certificate: host.appending("client.cert"), key: host.appending("client.key")))
    }

    @Test func theFirstFolderOfARegistryCountsAlone() throws {
        try write("far", second.appending("r.io:5000").appending("a.crt"))
        #expect(try String(decoding: read().authorities, as: UTF8.self) == "far\n")
        try Folder.create(first.appending("r.io:5000"))
        #expect(try read() == HostCertificates())
    }

    @Test(arguments: ["r.io", "r.io:5001", "..", "r.io:5000/x", ""])
    func otherRegistriesHaveNothing(authority: String) throws {
        try write("one", first.appending("r.io:5000").appending("a.crt"))
        try write("stray", first.appending("a.crt"))
        #expect(try read(authority) == HostCertificates())
    }

    @Test(arguments: [("client.cert", "client.key is missing"), ("client.key", "client.cert is missing")])
    func halfAPairIsAnErrorThatNamesTheOtherHalf(file: String, words: String) throws {
        try write("x", first.appending("r.io:5000").appending(file))
        #expect {
            _ = try read()
        } throws: { "\($0)".contains(words) && "\($0)".contains(first.string) }
    }

    @Test func oneFolderMayStandForAllRegistries() throws {
        try write("one", first.appending("a.crt"))
        let only = CertificateFolders(only: first)
        for name in ["r.io", "q.io:1"] {
            #expect(try !only.certificates(for: name).authorities.isEmpty)
        }
    }

    @Test func theUsersFolderIsWhereXDGSays() throws {
        try write("mine", folder.path.pushing("containers/certs.d/r.io/a.crt"))
        for variable in ["XDG_CONFIG_HOME", "HOME"] {
            let base = variable == "HOME" ? folder.path.removingLastComponent() : folder.path
            let folders = CertificateFolders { $0 == variable ? base.string : nil }
            let found = try folders.certificates(for: "r.io").authorities
            #expect(found.isEmpty == (variable == "HOME"))
        }
    }
}
