// SPDX-License-Identifier: Apache-2.0

import Conformance
import RegistryTransport
import Testing

@Suite("The settings of a setup")
struct SetupSettingsTests {
    private static let swr = ["HW_PROJECT_ID": "p", "SWR_INSTANCE_ID": "i"]
    private static let region = ["HW_REGION_NAME": "eu-west-101"]
    private static let gitlab = ["GITLAB_TOKEN": "t", "GITLAB_GROUP": "g"]
    private static let gar = ["GAR_PROJECT": "p", "GAR_LOCATION": "europe-west1"]

    private static let missing: [(SetupKind, [String: String], String)] = [
        (.stet, [:], "STET_ADMIN_TOKEN"), (.harbor, [:], "HARBOR_USERNAME"),
        (.harbor, ["HARBOR_USERNAME": "a"], "HARBOR_PASSWORD"), (.quay, [:], "QUAY_ORGANIZATION"),
        (.quay, ["QUAY_ORGANIZATION": "a"], "QUAY_TOKEN"), (.ecr, [:], "AWS_REGION"),
        (.ecr, ["AWS_REGION": "eu-west-1"], "AWS_ACCESS_KEY_ID"),
        (.ecr, ["AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a"], "AWS_SECRET_ACCESS_KEY"),
        (.acr, [:], "ACR_REFRESH_TOKEN"), (.acr, ["ACR_USERNAME": "a"], "ACR_PASSWORD"),
        (.acr, ["ACR_REFRESH_TOKEN": ""], "ACR_REFRESH_TOKEN"), (.swr, [:], "HW_PROJECT_ID"),
        (.swr, ["HW_PROJECT_ID": "p"], "SWR_INSTANCE_ID"), (.swr, swr, "HW_REGION_NAME"),
        (.swr, swr.merging(region) { $1 }, "HW_ACCESS_KEY"),
        (.swr, swr.merging(region) { $1 }.merging(["HW_ACCESS_KEY": "a"]) { $1 }, "HW_SECRET_KEY"),
        (.gar, [:], "GAR_PROJECT"), (.gar, ["GOOGLE_CLOUD_PROJECT": "p"], "GAR_LOCATION"),
        (.gitlab, [:], "GITLAB_TOKEN"), (.gitlab, ["GITLAB_TOKEN": "t"], "GITLAB_GROUP"),
        (.gitlab, gitlab, "GITLAB_URL"), (.exec, [:], "STET_SETUP_PROGRAM"),
    ]

    private func error(_ kind: SetupKind, _ variables: [String: String]) -> String {
        let api = ScriptedAdmin { _, _ in (200, "{}") }
        let error = #expect(throws: SetupError.self) { try kind.scripted(api, variables) }
        #expect(api.calls.isEmpty)
        return error?.description ?? ""
    }

    @Test("one that is missing is named, before anything is sent", arguments: missing)
    func isNamed(kind: SetupKind, variables: [String: String], name: String) {
        #expect(error(kind, variables).hasPrefix("$\(name) is not set: "))
    }

    @Test(
        "an address that is none is named",
        arguments: [
            (
                SetupKind.swr, swr.merging(["SWR_ENDPOINT": "swr.test"]) { $1 },
                "$SWR_ENDPOINT: invalid URL \"swr.test\""
            ),
            (
                .gitlab, gitlab.merging(["GITLAB_URL": "ftp://x"]) { $1 },
                "$GITLAB_URL: invalid URL \"ftp://x\""
            ),
            (
                .gar,
                gar.merging([
                    "GOOGLE_OAUTH_ACCESS_TOKEN": "t",
                    "CLOUDSDK_API_ENDPOINT_OVERRIDES_ARTIFACTREGISTRY": "nonsense",
                ]) { $1 }, "$CLOUDSDK_API_ENDPOINT_OVERRIDES_ARTIFACTREGISTRY: invalid URL \"nonsense\""
            ),
            (
                .ecr,
                [
                    "AWS_REGION": "r", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s",
                    "AWS_ENDPOINT_URL_ECR": "http://a@b",
                ], "$AWS_ENDPOINT_URL_ECR: invalid URL"
            ),
        ])
    func isNoAddress(kind: SetupKind, variables: [String: String], message: String) {
        let text = error(kind, variables)
        #expect(text.hasPrefix(message), "\(text)")
    }

    @Test(
        "a file with Google's credentials is read with care",
        arguments: [
            ("s3cret, no JSON", "key.json is no JSON"), (#"{"a": "s3cret"}"#, "key.json has no \"type\""),
            (#"{"type": "external_account", "b": "s3cret"}"#, "key.json is of the type \"external_account\""),
            (#"{"type": "authorized_user", "client_id": "s3cret"}"#, "key.json has no \"client_secret\""),
            (#"{"type": "service_account", "private_key": ""}"#, "key.json: key.json has no \"private_key\""),
            (#"{"type": "service_account", "private_key": "s3cret"}"#, "key.json: "),
            (#"{"type": "authorized_user", "token_uri": "here"}"#, "key.json: token_uri: invalid URL"),
        ])
    func keyFile(text: String, message: String) throws {
        var settings = SetupSettings(
            HTTPURL(.https, "r.test", "/"), over: ScriptedAdmin { _, _ in (200, "{}") })
        settings.variable = {
            Self.gar.merging(["GOOGLE_APPLICATION_CREDENTIALS": "key.json"]) { $1 }[$0]
        }
        settings.file = { _ in text }
        let ready = settings
        let error = #expect(throws: SetupError.self) { try SetupKind.gar.adapter(ready) }
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
        #expect(error?.description.contains("s3cret") == false)
    }

    @Test func onlyGooglesOwnMachinesAreSpokenToWithoutTLS() {
        for kind in SetupKind.allCases where kind != .gar {
            #expect(kind.plainHosts { _ in "x" }.isEmpty)
        }
        #expect(SetupKind.gar.plainHosts { _ in nil } == ["metadata.google.internal"])
        #expect(
            SetupKind.gar.plainHosts { $0 == "GCE_METADATA_HOST" ? "169.254.169.254" : nil } == [
                "169.254.169.254"
            ])
    }
}
