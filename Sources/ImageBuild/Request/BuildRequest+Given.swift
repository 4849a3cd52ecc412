// SPDX-License-Identifier: Apache-2.0

import Glibc
import OCISpec
import SystemPackage

extension BuildRequest.Running {
    /// Looks whether there is what secrets and agents are read from: a cache may know every step that would ask.
    ///
    /// - Throws: For a file that is not there, and for an agent that is no socket.
    func checkGiven() throws(InvalidValue) {
        for (identity, source) in secrets.sorted(by: { $0.key < $1.key }) {
            guard case .file(let file) = source else { continue }
            do {
                _ = try Self.kind(of: file)
            } catch {
                throw InvalidValue("secret", identity, "\(file): \(error)")
            }
        }
        for (identity, socket) in agents.sorted(by: { $0.key < $1.key }) {
            let kind: mode_t
            do {
                kind = try Self.kind(of: socket)
            } catch {
                throw InvalidValue("ssh agent", identity, "\(socket): \(error)")
            }
            guard kind == S_IFSOCK else {
                let advice = "give a key to an agent with ssh-add, and name the agent's socket"
                throw InvalidValue("ssh agent", identity, "\(socket) is no socket; \(advice)")
            }
        }
    }

    private static func kind(of file: FilePath) throws(Errno) -> mode_t {
        var status = stat()
        guard stat(file.string, &status) == 0 else { throw Errno(rawValue: errno) }
        return status.st_mode & S_IFMT
    }
}
