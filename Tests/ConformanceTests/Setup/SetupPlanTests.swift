// SPDX-License-Identifier: Apache-2.0

import Conformance
import Testing

@Suite("A dry run with a setup")
struct SetupPlanTests {
    @Test("says what would be asked of the vendor's API, and asks nothing", arguments: Vendor.all)
    func saysWhatWouldBeAsked(vendor: Vendor) throws {
        let api = VendorAPI(vendor)
        let setup = try vendor.setup(over: api)
        var request = try SuiteFiles.request()
        request.mutablePrefix = nil
        let text = try DryRun.render(request, setup: setup)
        let plan = try setup.plan(runID: "run1")
        for call in plan.calls { #expect(text.contains("    \(call.request)\n        \(call.purpose)")) }
        #expect(text.contains("setup, after the run:"))
        let frozen = try #require(plan.places.immutable)
        #expect(text.contains("  in \(frozen)/run1/first-push-docker-schema2"))
        if plan.places.mutable == nil {
            #expect(text.contains("a repository that is mutable, and none was given"))
        }
        #expect(vendor.secrets.allSatisfy { !text.contains($0) })
        #expect(api.requests.isEmpty)
    }
}
