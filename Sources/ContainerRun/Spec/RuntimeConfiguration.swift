// SPDX-License-Identifier: Apache-2.0

package import OCISpec
package import SystemPackage

/// What an OCI runtime is told about a process.
package enum RuntimeConfiguration {
    /// The content of `config.json` for a container in `root` on a machine.
    package static func json(
        for process: ContainerProcess, in root: FilePath, on machine: MachineRights
    ) throws(InvalidValue) -> [UInt8] {
        let surroundings = RuntimeSpec.Surroundings(
            root: root, cgroup: machine.isInUserNamespace ? nil : "/stet/name", files: [], machine: machine)
        return try JSONDocument.encode(RuntimeSpec(process, in: surroundings))
    }
}
