// SPDX-License-Identifier: Apache-2.0

/// How a push was answered.
enum PushAnswer: Sendable {
    /// The manifest was sent; this is its answer.
    case manifest(Exchange)
    /// The push ended before its manifest.
    case upload(UploadStop)

    var exchange: Exchange {
        switch self {
        case .manifest(let exchange): exchange
        case .upload(let stop): stop.exchange
        }
    }
}

/// The answer that ended an upload before its time.
struct UploadStop: Sendable {
    let exchange: Exchange
    /// What is wrong with an answer whose status is right.
    let fault: String?

    init(_ exchange: Exchange, fault: String? = nil) {
        self.exchange = exchange
        self.fault = fault
    }
}
