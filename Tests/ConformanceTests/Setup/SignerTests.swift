// SPDX-License-Identifier: Apache-2.0

import Conformance
import ImageStore
import RegistryTransport
import Testing

@Suite("Signatures of requests")
struct SignerTests {
    /// Source: AWS Signature Version 4 test suite, get-vanilla and post-vanilla.
    @Test(arguments: [
        (HTTPRequest.Method.get, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (.post, "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    ])
    func awsSignaturesAreThePublishedOnes(method: HTTPRequest.Method, signature: String) {
        let signer = AWSSigner(
            accessKey: "AKIDEXAMPLE", secretKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            sessionToken: nil, region: "us-east-1", service: "service")
        var request = HTTPRequest(method, HTTPURL(.https, "example.amazonaws.com", "/"))
        signer.sign(&request, body: [], at: "20150830T123600Z")
        #expect(request.headers["Authorization"]?.hasSuffix("Signature=\(signature)") == true)
    }

    private static let huawei: [(String, String, String, HTTPHeaders, String)] = [
        (
            "GET", "/v2/p1/instances/i1/immutabletagrules?limit=100&offset=0", "", [:],
            "SignedHeaders=host;x-sdk-date, Signature=cbaa0002c28dd5a9b663d07e8e6372f62cb768cca78fe391f9f50901ebada952"
        ),
        (
            "POST", "/v2/p1/instances/i1/namespaces", #"{"namespace_name":"n"}"#,
            ["Content-Type": "application/json", "X-Project-Id": "p1"],
            "SignedHeaders=content-type;host;x-project-id;x-sdk-date, Signature=28d730561754759357e10b2e5b54e6457458811b61ed349cbcc62dbdf85727b7"
        ),
        (
            "DELETE", "/v2/p1/instances/i1/namespaces/n/repositories/a%252Fb", "", [:],
            "SignedHeaders=host;x-sdk-date, Signature=848a7f76a5da20e07265556aca2469ea623bf470b460cec65ed4504c1ef4570f"
        ),
    ]

    /// What huaweicloudsdkcore 3.1.219 makes of the same requests.
    @Test(arguments: huawei)
    func huaweiSignaturesAreThoseOfItsKit(
        method: String, target: String, body: String, headers: HTTPHeaders, end: String
    ) throws {
        let signer = HuaweiSigner(accessKey: "AKEXAMPLE", secretKey: "SKEXAMPLE", securityToken: nil)
        var request = HTTPRequest(
            try #require(HTTPRequest.Method(rawValue: method)),
            try HTTPURL("https://swr-api.eu-west-101.myhuaweicloud.com\(target)"), headers: headers)
        signer.sign(&request, body: Array(body.utf8), at: "20261121T090000Z")
        #expect(request.headers["Authorization"] == "SDK-HMAC-SHA256 Access=AKEXAMPLE, \(end)")
        #expect(request.headers["X-Sdk-Date"] == "20261121T090000Z")
    }

    @Test func tokensOfASessionAreSigned() {
        var request = HTTPRequest(.get, HTTPURL(.https, "h.test", "/"))
        HuaweiSigner(accessKey: "a", secretKey: "s", securityToken: "t").sign(
            &request, body: [], at: "20261121T090000Z")
        #expect(request.headers["X-Security-Token"] == "t")
        #expect(request.headers["Authorization"]?.contains(";x-security-token,") == true)
        AWSSigner(accessKey: "a", secretKey: "s", sessionToken: "u", region: "r", service: "s").sign(
            &request, body: [], at: "20261121T090000Z")
        #expect(request.headers["X-Amz-Security-Token"] == "u")
        #expect(request.headers["Authorization"]?.contains("x-amz-security-token") == true)
    }
}
