// SPDX-License-Identifier: Apache-2.0

package import RegistryTransport

/// What the adapters need to reach a registry as its operator.
package struct SetupSettings: Sendable {
    package let registry: HTTPURL
    /// Adds no credentials.
    package let transport: any HTTPTransport
    /// The variables of the environment, where operators keep their secrets; nil for one that is not set.
    package var variable: @Sendable (String) -> String? = { _ in nil }
    /// The text of a file that a variable names.
    package var file: @Sendable (String) throws -> String = { _ in throw SetupError("there are no files here")
    }
    /// Now, in seconds since 1970.
    package var now: @Sendable () -> Int64 = { 0 }
    /// Now, as `20150830T123600Z`.
    package var timestamp: @Sendable () -> String = { "" }
    /// Waits, where an API wants to be asked again.
    package var pause: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    /// Names the program of `exec`.
    package static let programVariable = "STET_SETUP_PROGRAM"
    /// Runs it.
    package var programs: (any ClientPrograms)?

    package init(_ registry: HTTPURL, over transport: any HTTPTransport) {
        self.registry = registry
        self.transport = transport
    }

    /// nil also for a variable that is empty, as CI systems leave those that are not set.
    func optional(_ name: String) -> String? {
        guard let value = variable(name), !value.isEmpty else { return nil }
        return value
    }

    func required(_ name: String, _ what: String) throws(SetupError) -> String {
        guard let value = optional(name) else { throw SetupError("$\(name) is not set: \(what)") }
        return value
    }

    /// Where an API is: the URL in a variable, else the usual one; without a slash at its end.
    func endpoint(_ name: String, _ usual: HTTPURL) throws(SetupError) -> HTTPURL {
        guard let text = optional(name) else { return usual }
        do {
            var url = try HTTPURL(text)
            while url.path.hasSuffix("/") { url.path.removeLast() }
            return url
        } catch {
            throw SetupError("$\(name): \(error)")
        }
    }
}
