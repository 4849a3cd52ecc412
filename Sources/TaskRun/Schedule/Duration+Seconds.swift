// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// In seconds, to the millisecond.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000
    }

    /// `3 s`, `1.5 s`.
    package var written: String {
        let seconds = inSeconds
        return (Int(exactly: seconds).map { "\($0)" } ?? "\(seconds)") + " s"
    }
}
