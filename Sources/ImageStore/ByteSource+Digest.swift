// SPDX-License-Identifier: Apache-2.0

package import OCISpec

extension ByteSource {
    /// Hashes the whole content.
    ///
    /// Blocks; `checkCancellation` is called now and then, and what it throws ends the work.
    package func digest(
        _ algorithm: DigestAlgorithm = .sha256, checkCancellation: () throws -> Void = {}
    ) throws -> Digest {
        var digester = Digester(algorithm)
        try forEachPiece {
            try checkCancellation()
            digester.update($0)
        }
        return digester.digest()
    }
}
