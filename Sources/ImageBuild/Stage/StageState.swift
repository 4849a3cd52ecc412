// SPDX-License-Identifier: Apache-2.0

import DockerfileSyntax
import ImageStore
import OCISpec

/// An image in the making: what a stage has become after some of its steps.
struct StageState: Sendable {
    var config: ImageConfig
    /// The base layer first.
    var layers: [Descriptor]
    /// What is known by name at this place.
    var variables: Variables
    /// The configuration's environment is that of ``variables``, entry by entry; a base image may name one twice.
    private var hasOwnEnvironment = false
    /// Stands for the commands so far that may have left what no layer shows: files in a cache mount, or no layer
    /// at all; nil when there was none, or nobody asks.
    ///
    /// What the next command does may depend on it: the cache must not know that one by the files alone.
    private(set) var unseenEffects: ContentHash?
    /// The root filesystem's names after the first ``readLayers`` layers; nil until a step needs them.
    private(set) var tree: FileTree?
    /// How many of `layers` are in ``tree``.
    private(set) var readLayers = 0

    /// Source: BuildKit, whose empty image has this path and working directory.
    static let defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// `FROM scratch`.
    init(scratchFor platform: Platform) {
        var container = ContainerConfig()
        container.env = ["PATH=\(Self.defaultPath)"]
        container.workingDir = "/"
        config = ImageConfig(platform: platform, config: container)
        layers = []
        variables = Variables(environment: container.env ?? [])
        tree = FileTree()
    }

    /// `FROM` an image.
    ///
    /// Members of its configuration that we do not know stay.
    init(_ config: ImageConfig, layers: [Descriptor]) {
        self.config = config
        self.layers = layers.map { ImageFormat.oci.layer($0) }
        var container = config.config ?? ContainerConfig()
        variables = Variables(environment: container.env ?? [])
        if variables.value(of: "PATH") == nil {
            container.env = (container.env ?? []) + ["PATH=\(Self.defaultPath)"]
            variables.set("PATH", to: Self.defaultPath)
        }
        self.config.config = container
    }

    /// The `config` member, which every stage has.
    var container: ContainerConfig {
        get { config.config ?? ContainerConfig() }
        set { config.config = newValue }
    }

    // MARK: In place: a file with thousands of instructions would copy all of it for each

    /// `ENV`.
    mutating func setVariable(_ name: String, to value: String) {
        let index = variables.set(name, to: value)
        if config.config == nil { config.config = ContainerConfig() }
        if !hasOwnEnvironment {
            config.config?.env = variables.environmentEntries
            hasOwnEnvironment = true
        } else if index == config.config?.env?.count {
            config.config?.env?.append("\(name)=\(value)")
        } else {
            config.config?.env?[index] = "\(name)=\(value)"
        }
    }

    /// `LABEL`.
    mutating func setLabel(_ name: String, to value: String) {
        if config.config == nil { config.config = ContainerConfig() }
        if config.config?.labels == nil { config.config?.labels = [:] }
        config.config?.labels?[name] = value
    }

    // MARK: What is not in the configuration

    /// Takes a command that may have left what no layer shows.
    mutating func addUnseenEffect(of command: StepKey) {
        var effects = KeyHasher("unseen effects 1")
        unseenEffects?.add(to: &effects)
        command.shape.add(to: &effects)
        command.content.add(to: &effects)
        unseenEffects = effects.finish()
    }

    /// Takes a tree that has all of `layers`.
    mutating func setTree(_ tree: FileTree) {
        self.tree = tree
        readLayers = layers.count
    }

    /// Always absolute.
    var workingFolder: String { CleanPath.absolute(container.workingDir ?? "/") }
}
