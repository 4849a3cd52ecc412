// SPDX-License-Identifier: Apache-2.0

import ContainerRun
import Testing

@Suite struct ContainerRuntimeNameTests {
    @Test func runcIsPreferred() {
        #expect(ContainerRuntimeName.allCases.first == .runc)
    }
}
