// SPDX-License-Identifier: Apache-2.0

import ImageBuild
import OCISpec
import RegistryTransport
import Testing

@Suite struct WebAddressTests {
    /// A text, the URL that is asked, and what the server is shown: `user:word` is dXNlcjp3b3Jk.
    @Test(
        arguments: [
            ("https://h.io/x", "https://h.io/x", nil), ("http://h.io:80/x#part", "http://h.io:80/x", nil),
            ("https://user:word@h.io/x?q=1", "https://h.io/x?q=1", "Basic dXNlcjp3b3Jk"),
            ("https://user%3Aword@h.io", "https://h.io/", "Basic dXNlcjp3b3JkOg=="),
            ("https://user:a%40b@h.io/x", "https://h.io/x", "Basic dXNlcjphQGI="),
            ("https://user:a:b@h.io/x", "https://h.io/x", "Basic dXNlcjphOmI="),
            ("https://user:a@b@h.io/x", "https://h.io/x", "Basic dXNlcjphQGI="),
            ("https://user@h.io/x", "https://h.io/x", "Basic dXNlcjo="),
            ("https://:word@h.io/x", "https://h.io/x", "Basic OndvcmQ="),
            ("https://user:%zz@h.io/x", "https://h.io/x", "Basic dXNlcjoleno="),
            ("https://h.io/a@b", "https://h.io/a@b", nil),
            ("https://h.io/?to=a@b", "https://h.io/?to=a@b", nil),
        ] as [(String, String, String?)])
    func aURLSaysWhoAsks(text: String, url: String, authorization: String?) throws {
        let address = try WebAddress(text)
        #expect(address.url == (try HTTPURL(url)))
        #expect(address.authorization == authorization)
        #expect(!"\(address)".contains("word"))
    }

    @Test(arguments: [
        "", "h.io/x", "ftp://user:word@h.io/x", "https://user:word@/x", "https://user:word@h.io/ x",
    ])
    func otherTextsAreRefusedWithoutThePassword(text: String) {
        let error = #expect(throws: InvalidValue.self) { try WebAddress(text) }
        #expect(!"\(error.map { "\($0)" } ?? "")".contains("word"))
    }
}
