// SPDX-License-Identifier: Apache-2.0

/// The keys of the language.
enum TaskKeys {
    static let task = [
        "version", "steps", "stepTimeout", "workingDirectory", "env", "secrets", "volumes", "networks",
        "alias",
    ]
    static let alias = ["src", "values", "directive"]
    static let secret = ["id", "keyvault", "clientID"]
    static let volume = ["name", "secret"]
    static let mount = ["name", "mountPath"]
    static let network = ["name", "driver", "ipv6", "skipCreation", "isDefault"]
    static let step = [
        "id", "cmd", "build", "push", "when", "workingDirectory", "disableWorkingDirectoryOverride",
        "entryPoint",
        "env", "ports", "expose", "network", "user", "privileged", "isolation", "cpus", "volumeMounts",
        "detach",
        "keep", "pull", "cmdDownloadRetries", "cmdDownloadRetryDelay", "startDelay", "timeout", "retries",
        "retryDelay", "retryOnErrors", "repeat", "ignoreErrors", "cache", "exitedWith", "exitedWithout",
        "tags",
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
    /// Keys that are read everywhere and do nothing anywhere.
    static let withoutEffect = ["exitedWith", "exitedWithout"]
}
