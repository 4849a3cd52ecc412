// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport
import Testing

@Suite struct HTTPURLTests {
    @Test(arguments: [
        ("https://r.io", "https://r.io/"),
        ("http://127.0.0.1:5000/v2/?a=b", "http://127.0.0.1:5000/v2/?a=b"),
        ("HTTPS://R.io/x?", "https://R.io/x?"),
        ("https://[::1]:5000/x", "https://[::1]:5000/x"),
        ("https://r.io?a=b", "https://r.io/?a=b"),
    ])
    func aURLIsReadAndWritten(text: String, written: String) throws {
        #expect(try HTTPURL(text).description == written)
    }

    @Test(arguments: [
        "", "r.io", "ftp://r.io/", "https://", "https:///x", "https://u:p@r.io/", "https://r.io/#x",
        "http://r.io/a b",
    ])
    func whatIsNoURLOfARegistryIsRefused(text: String) {
        #expect(throws: InvalidValue.self) { try HTTPURL(text) }
    }

    @Test(arguments: [
        ("https://b.io/y?s=1", "https://b.io/y?s=1"),
        ("//b.io/y", "https://b.io/y"),
        ("/y?s=1", "https://a.io/y?s=1"),
        ("y", "https://a.io/v2/y"),
        ("?s=1", "https://a.io/v2/x?s=1"),
        ("/y?next=http://b.io/z", "https://a.io/y?next=http://b.io/z"),
    ])
    func aLocationIsResolvedAgainstTheRequest(location: String, target: String) throws {
        #expect(try url("https://a.io/v2/x?q=1").resolving(location).description == target)
    }

    @Test func aParameterIsAddedEncoded() throws {
        let plain = try url("https://a.io/x").adding("digest", "sha256:ab")
        #expect(plain.description == "https://a.io/x?digest=sha256:ab")
        #expect(plain.adding("t", "a b&c+é").query == "digest=sha256:ab&t=a%20b%26c%2B%C3%A9")
    }

    @Test(arguments: [
        ("http://localhost:1/", true), ("http://127.9.9.9/", true), ("http://[::1]:5/", true),
        ("http://127.0.0.1.evil.io/", false), ("http://128.0.0.1/", false), ("http://localhost.io/", false),
    ])
    func onlyThisMachineIsLoopback(text: String, isLoopback: Bool) throws {
        #expect(try url(text).isLoopback == isLoopback)
    }

    @Test func theDefaultPortIsTheSameOrigin() throws {
        #expect(try url("https://A.io:443/x").hasSameOrigin(as: url("https://a.io/y")))
        #expect(try !url("https://a.io/").hasSameOrigin(as: url("http://a.io/")))
        #expect(try !url("https://a.io:1/").hasSameOrigin(as: url("https://a.io:2/")))
    }

    @Test(arguments: [
        "https://user:secret@r.io/", "ftp://user:secret@r.io/", "https://r.io/a b?sig=secret",
        "https://user:sec@ret@r.io/x",
    ])
    func aRefusedURLShowsNoSecret(text: String) throws {
        let error = #expect(throws: InvalidValue.self) { try HTTPURL(text) }
        let words = try #require(error.map { "\($0)" })
        #expect(words.contains("r.io"))
        #expect(!words.contains("sec"))
    }

    @Test func aQueryIsNotShown() throws {
        #expect(try url("https://a.io/x?sig=secret").redacted == "https://a.io/x?…")
    }
}
