// SPDX-License-Identifier: Apache-2.0

import Conformance
import OCISpec
import RegistryTransport

/// Azure Container Registry: what is there are locks, for pushes make the repositories.
extension Vendor {
    private static func acr(_ name: String, _ variables: [String: String], _ secrets: [String]) -> Vendor {
        Vendor(
            name: "acr with \(name)", kind: .acr, host: "contoso.azurecr.io", variables: variables,
            secrets: secrets + ["t0ken"], header: ("Authorization", "Bearer t0ken"), answer: acrAnswer)
    }

    static let acr = acr("a refresh token", ["ACR_REFRESH_TOKEN": "r3fresh"], ["r3fresh"])
    static let acrWithPassword = acr(
        "a password", ["ACR_USERNAME": "contoso", "ACR_PASSWORD": "s3cret"],
        ["s3cret", "Y29udG9zbzpzM2NyZXQ="])
    static let acrWithDirectory = acr(
        "a directory's token", ["AZURE_ACCESS_TOKEN": "d1rectory", "AZURE_TENANT_ID": "t1"],
        ["d1rectory", "r3fresh"])

    /// No repository can be deleted with a lock in it.
    private static let acrAnswer: Answer = { request, things in
        guard request.host == "contoso.azurecr.io" else { return (400, "{}") }
        if request.line == "POST /oauth2/exchange" {
            let isGood =
                request.field("grant_type") == "access_token" && request.field("tenant") == "t1"
                && request.field("service") == "contoso.azurecr.io"
                && request.field("access_token") == "d1rectory"
            return isGood ? (200, #"{"refresh_token": "r3fresh"}"#) : (401, "{}")
        }
        if request.line == "GET /acr/v1/_catalog?n=1000" {
            return (200, #"{"repositories": [\#(list(things.filter { !$0.contains("/_") }, #""*""#))]}"#)
        }
        if request.text.contains("registry:catalog") || request.target.contains("registry:catalog") {
            return (200, #"{"access_token": "t0ken"}"#)
        }
        let scope = "scope=repository:stet-certify/"
        if request.line == "POST /oauth2/token" {
            let isGood =
                request.field("grant_type") == "refresh_token" && request.field("refresh_token") == "r3fresh"
                && request.text.contains(scope) && request.text.contains("%2Cmetadata_write")
            return isGood ? (200, #"{"access_token": "t0ken"}"#) : (401, "{}")
        }
        if request.after("GET /oauth2/token?service=contoso.azurecr.io&\(scope)") != nil {
            let isGood = request.headers["Authorization"] == "Basic Y29udG9zbzpzM2NyZXQ="
            return isGood ? (200, #"{"access_token": "t0ken"}"#) : (401, "{}")
        }
        if let part = request.after("PATCH /acr/v1/stet-certify/") {
            guard part.contains("/_tags/") || part.contains("/_manifests/sha256:"),
                let isOpen = request.body?["writeEnabled"], isOpen == request.body?["deleteEnabled"]
            else { return (400, "{}") }
            if isOpen == .bool(true) { things.remove(part) } else { things.insert(part) }
            return (200, "{}")
        }
        guard let name = request.after("DELETE /acr/v1/stet-certify/") else { return (400, "{}") }
        guard things.allSatisfy({ !$0.hasPrefix("\(name)/_") }) else {
            return (405, #"{"errors": [{"code": "UNAUTHORIZED", "message": "it is locked"}]}"#)
        }
        return (202, "{}")
    }
}
