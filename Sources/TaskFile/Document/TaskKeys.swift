// SPDX-License-Identifier: Apache-2.0

/// The keys of the language.
package enum TaskKeys {
    package static let task = [
        "version", "steps", "stepTimeout", "workingDirectory", "env", "secrets", "volumes", "networks",
        "alias",
    ]
    package static let alias = ["src", "values", "directive"]
    package static let secret = ["id", "keyvault", "clientID"]
    package static let volume = ["name", "secret"]
    package static let mount = ["name", "mountPath"]
    package static let network = ["name", "driver", "ipv6", "skipCreation", "isDefault"]
    package static let step = [
        "id", "cmd", "build", "push", "when", "workingDirectory", "disableWorkingDirectoryOverride",
        "entryPoint",
        "env", "ports", "expose", "network", "user", "privileged", "isolation", "cpus", "volumeMounts",
        "detach",
        "keep", "pull", "cmdDownloadRetries", "cmdDownloadRetryDelay", "startDelay", "timeout", "retries",
        "retryDelay", "retryOnErrors", "repeat", "ignoreErrors", "cache", "exitedWith", "exitedWithout",
        "outputs", "tags",
    ]

    /// Keys that documentation or habit suggest.
    static let explainedInTask = [
        "totalTimeout": "it was removed from the language; limit steps with stepTimeout",
        "credentials": "credentials come from outside the file",
    ]
    static let explainedInStep = [
        "secret": "files reach a step through volumes and volumeMounts",
        "if": "steps are conditional through template actions: {{if …}}",
        "args": "arguments follow the image in cmd",
        "shell": "a step has no shell; run one in the container: cmd: IMAGE sh -c '…'",
        "name": "a step's name is its id",
    ]
}
