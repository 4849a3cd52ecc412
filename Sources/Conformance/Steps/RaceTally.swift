// SPDX-License-Identifier: Apache-2.0

import OCISpec
import RegistryTransport

/// The answers of a race, sorted.
struct RaceTally {
    struct Told {
        let name: String
        let image: TestImage?
        let tag: Tag
        let isByParameter: Bool
        let exchange: Exchange
    }

    private(set) var accepted: [Told] = []
    private(set) var refused: [Told] = []
    private(set) var faulty: StepEnd?
    private(set) var unknown: StepEnd?
    /// True when the request that deletes was accepted.
    private(set) var isDeleted = false
    let writers: Int

    init(_ outcome: RaceOutcome, _ judge: AnswerJudge) {
        writers = outcome.entries.count { $0.image != nil }
        var putOff: StepEnd?
        for entry in outcome.entries {
            switch entry.answer {
            case .failure(let error):
                unknown = .inconclusive("\(entry.name) got no answer: \(error)", nil)
            case .success(let exchange):
                let told = Told(
                    name: entry.name, image: entry.image, tag: entry.tag, isByParameter: entry.isByParameter,
                    exchange: exchange)
                switch judge.meaning(of: exchange) {
                case .accepted where entry.image == nil: isDeleted = true
                case .accepted where entry.isByParameter && exchange.response.headers["OCI-Tag"] == nil: break
                case .accepted: accepted.append(told)
                case .refused where entry.image == nil: break
                case .refused:
                    refused.append(told)
                    // What a delete has left may lack more than the tag.
                    guard outcome.standing == nil, !entry.isByParameter,
                        let reason = judge.foreignReason(of: exchange)
                    else { break }
                    faulty = .violated(
                        "\(entry.name) lost, and must be refused because the tag stands; it was told \(reason)",
                        exchange)
                case .faulty(let reason): faulty = .violated("\(entry.name): \(reason)", exchange)
                // Who may not delete is refused.
                case .undetermined where entry.image == nil && exchange.status == 401: break
                // A limit: the registry did not look at it, and the race goes on without it.
                case .undetermined where entry.image != nil && exchange.status == 429:
                    putOff = .inconclusive("too few writers were let in: \(exchange.summary)", exchange)
                case .undetermined(let reason): unknown = .inconclusive(reason, exchange)
                }
            }
        }
        // Whoever should have won may be among those that were put off.
        if accepted.isEmpty || accepted.count + refused.count < 2 { unknown = unknown ?? putOff }
    }
}
