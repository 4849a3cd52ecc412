// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport

/// Google Artifact Registry: repositories with a switch, and operations that take their time.
extension Vendor {
    private static func gar(_ name: String, _ variables: [String: String], found: Things = []) -> Vendor {
        Vendor(
            name: "gar \(name)", kind: .gar, host: "europe-west1-docker.pkg.dev",
            variables: ["GAR_PROJECT": "example.com:p1"].merging(variables) { $1 },
            secrets: ["s3cret", "cl1ent", "r3fresh"], found: found, answer: garAnswer)
    }

    static let gar = gar("with a token", ["GOOGLE_OAUTH_ACCESS_TOKEN": "s3cret"])
    static let garExisting = gar(
        "in a repository that there is", ["GOOGLE_OAUTH_ACCESS_TOKEN": "s3cret", "GAR_REPOSITORY": "images"],
        found: ["images"])
    static let garOnMachine = gar("on a machine of its own", [:])
    static let garOfPerson = gar(
        "with a person's credentials", ["GOOGLE_APPLICATION_CREDENTIALS": "person.json"])

    static let personFile = """
        {"type": "authorized_user", "client_id": "c1", "client_secret": "cl1ent", "refresh_token": "r3fresh"}
        """

    private static let token = #"{"access_token": "s3cret", "expires_in": 3599}"#

    /// A repository is there by its name, and `NAME!` while its tags are immutable.
    private static let garAnswer: Answer = { request, things in
        if request.line == "GET /computeMetadata/v1/instance/service-accounts/default/token" {
            let isGood =
                request.host == "metadata.google.internal" && request.headers["Metadata-Flavor"] == "Google"
            return isGood ? (200, token) : (403, "{}")
        }
        if request.line == "POST /token" {
            let isGood =
                request.host == "oauth2.googleapis.com" && request.field("grant_type") == "refresh_token"
                && request.field("refresh_token") == "r3fresh" && request.field("client_secret") == "cl1ent"
            return isGood ? (200, token) : (401, "{}")
        }
        guard request.host == "artifactregistry.googleapis.com" else { return (400, "{}") }
        let base = "/v1/projects/example.com:p1/locations/europe-west1"
        let operation = "projects/example.com:p1/locations/europe-west1/operations/1"
        if request.line == "GET /v1/\(operation)" {
            return (200, #"{"name": "\#(operation)", "done": true}"#)
        }
        let begun = #"{"name": "\#(operation)"}"#
        if let name = request.after("POST \(base)/repositories?repositoryId=") {
            guard request.body?["format"] == .string("DOCKER") else { return (400, "{}") }
            things.insert(name)
            if request.body?["dockerConfig"]?["immutableTags"] == .bool(true) { things.insert("\(name)!") }
            return (200, begun)
        }
        if request.line == "GET \(base)/repositories?pageSize=1000" {
            let names = things.filter { !$0.contains("!") }
            return (200, #"{"repositories": [\#(list(names, #"{"name": "projects/p/repositories/*"}"#))]}"#)
        }
        guard request.target.hasPrefix("\(base)/repositories/") else { return (400, "{}") }
        let rest = request.target.dropFirst("\(base)/repositories/".count)
        let name = String(rest.prefix { $0 != "?" && $0 != "/" })
        guard things.contains(name) else { return (404, #"{"error": {"message": "there is none"}}"#) }
        switch (request.method, rest.dropFirst(name.count)) {
        case ("GET", ""): return (200, #"{"dockerConfig": {}}"#)
        case ("PATCH", "?updateMask=dockerConfig.immutableTags"):
            let isOn = request.body?["dockerConfig"]?["immutableTags"] == .bool(true)
            if isOn { things.insert("\(name)!") } else { things.remove("\(name)!") }
            return (200, "{}")
        case ("DELETE", _) where things.contains("\(name)!"):
            return (400, #"{"error": {"message": "tags are immutable", "status": "FAILED_PRECONDITION"}}"#)
        case ("DELETE", ""):
            things.remove(name)
            return (200, begun)
        case ("DELETE", let package): return package.hasPrefix("/packages/") ? (200, begun) : (404, "{}")
        default: return (400, "{}")
        }
    }
}
