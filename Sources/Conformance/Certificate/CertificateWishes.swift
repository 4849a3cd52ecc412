// SPDX-License-Identifier: Apache-2.0

package import OCISpec
import RegistryTransport

/// What a reader asks of a certificate whose signature is good; nil asks nothing.
package struct CertificateWishes: Sendable {
    package var level: Level?
    /// `host[:port]`, or a URL.
    package var registry: String?
    /// Of the `report.json` that it was made from.
    package var report: Digest?
    /// Whether the refusals must be those of the strict profile.
    package var isStrict = false
    /// The files that it must have been made with.
    package var suite: KnownSuite?

    package init() {}
}

extension CertificateStatement {
    /// What a certificate does not say, one clause for each wish that it leaves open.
    package func lacks(_ wishes: CertificateWishes) -> [String] {
        var lacks: [String] = []
        if let wanted = wishes.level {
            let reached = certificate.level.flatMap { Level(rawValue: $0) }
            if reached.map({ $0 < wanted }) ?? true {
                lacks.append("it certifies \(certificate.level ?? "no level"), not \(wanted.rawValue)")
            }
        }
        if let wanted = wishes.registry, !subject.isRegistry(wanted) {
            lacks.append("it is about \(subject.name), not \(wanted)")
        }
        if let wanted = wishes.report {
            let report = predicate.configuration.first { $0.name == "report.json" }
            if report?.digest[wanted.algorithmName] != wanted.encoded {
                lacks.append("it was made from another report")
            }
        }
        if wishes.isStrict, certificate.kind != Kind.strict.rawValue {
            lacks.append("it is \(certificate.kind): by the profile \(certificate.profile)")
        }
        if let suite = wishes.suite {
            lacks += inputs.filter { suite.knows($0) != true }.map { resource in
                let digest = resource.digest.map { "\($0.key):\($0.value)" }.sorted().joined(separator: ", ")
                return "it was made with another \(resource.name) than that of \(suite.name): \(digest)"
            }
        }
        return lacks
    }

    /// The suite and the profile, which say what the certificate means.
    private var inputs: [Resource] { predicate.configuration.filter { $0.name != "report.json" } }

    /// The certificate for a person, a line for each fact.
    ///
    /// - Parameter suite: The files at hand; nil where there are none.
    /// - Returns: What it says, and whether it was made with these files.
    package func text(comparedTo suite: KnownSuite?) -> String {
        let facts =
            [
                ("registry", subject.name),
                ("level", certificate.level ?? "none"),
                ("kind", "\(certificate.kind), by the profile \(certificate.profile)"),
                ("issued", "\(certificate.issuedOn) by \(certificate.tool), run \(certificate.runID)"),
                (
                    "scenarios",
                    "\(predicate.passedTests.count) passed, \(predicate.failedTests.count) violated, "
                        + "\(predicate.warnedTests.count) not decided"
                ),
            ] + inputs.map { ($0.name, line($0, suite)) }
            + certificate.statements.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let width = facts.map(\.0.count).max() ?? 0
        return facts.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value
        }.joined(separator: "\n")
    }

    /// For people: `sha256:…, that of conformance`.
    private func line(_ resource: Resource, _ suite: KnownSuite?) -> String {
        let digest = resource.digest.map { "\($0.key):\($0.value)" }.sorted().joined(separator: ", ")
        guard let suite else { return "\(digest), compared with nothing: no suite is at hand" }
        return switch suite.knows(resource) {
        case true?: "\(digest), that of \(suite.name)"
        case false?: "\(digest), UNKNOWN: not that of \(suite.name)"
        case nil: "\(digest), UNKNOWN: \(suite.name) has none of that name"
        }
    }
}

extension CertificateStatement.Subject {
    /// Whether this names the registry `wanted`.
    ///
    /// Without a scheme, either is meant. What stands under a path is another registry.
    fileprivate func isRegistry(_ wanted: String) -> Bool {
        guard let own = try? HTTPURL(name) else { return name == wanted }
        let named = wanted.contains("://") ? wanted : "\(own.scheme.rawValue)://\(wanted)"
        guard let other = try? HTTPURL(named) else { return false }
        return own.hasSameOrigin(as: other) && own.folder == other.folder
    }
}

extension HTTPURL {
    /// The path with a slash at its end.
    fileprivate var folder: String { path.hasSuffix("/") ? path : path + "/" }
}
