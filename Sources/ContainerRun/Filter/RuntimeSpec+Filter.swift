// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import SystemPackage

extension RuntimeSpec {
    /// What crun takes in the place of the profile, which stays for those that do not know it.
    ///
    /// Source: crun(1), "EXTENSIONS TO OCI".
    private static let filterAnnotation = "run.oci.seccomp_bpf_data"

    /// Adds the profile's filter as the kernel has it, so that the runtime need not make it.
    ///
    /// Blocks.
    mutating func addFilter(from folder: FilePath) {
        guard let profile = linux.seccomp, let program = SeccompCache.program(of: profile, in: folder) else {
            return
        }
        annotations = [RuntimeSpec.filterAnnotation: Data(program).base64EncodedString()]
    }
}
