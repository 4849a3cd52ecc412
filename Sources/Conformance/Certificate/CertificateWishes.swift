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

    package init() {}
}

extension CertificateStatement {
    /// What a certificate does not say, one clause for each wish that it leaves open.
    package func lacks(_ wishes: CertificateWishes) -> [String] {
        let certificate = predicate.certificate
        var lacks: [String] = []
        if let wanted = wishes.level {
            let reached = certificate.level.flatMap { Level(rawValue: $0) }
            if reached.map({ $0 < wanted }) ?? true {
                lacks.append("it certifies \(certificate.level ?? "no level"), not \(wanted.rawValue)")
            }
        }
        if let wanted = wishes.registry, !subject.contains(where: { $0.isRegistry(wanted) }) {
            let names = subject.map(\.name).joined(separator: ", ")
            lacks.append("it is about \(names), not \(wanted)")
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
        return lacks
    }

    /// The certificate for a person, a line for each fact.
    package var text: String {
        let certificate = predicate.certificate
        let facts =
            [
                ("registry", subject.map(\.name).joined(separator: ", ")),
                ("level", certificate.level ?? "none"),
                ("kind", "\(certificate.kind), by the profile \(certificate.profile)"),
                ("issued", "\(certificate.issuedOn) by \(certificate.tool), run \(certificate.runID)"),
                (
                    "scenarios",
                    "\(predicate.passedTests.count) passed, \(predicate.failedTests.count) violated, "
                        + "\(predicate.warnedTests.count) not decided"
                ),
            ] + certificate.statements.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let width = facts.map(\.0.count).max() ?? 0
        return facts.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value
        }.joined(separator: "\n")
    }
}

extension CertificateStatement.Resource {
    /// Whether this names the registry `wanted`; without a scheme, either is meant.
    fileprivate func isRegistry(_ wanted: String) -> Bool {
        guard let own = try? HTTPURL(name) else { return name == wanted }
        guard wanted.contains("://") else { return own.authority.lowercased() == wanted.lowercased() }
        guard let other = try? HTTPURL(wanted) else { return false }
        return own.hasSameOrigin(as: other) && own.path == other.path
    }
}
