// SPDX-License-Identifier: Apache-2.0

/// Commands of docker that cannot be had without a daemon, and what to do instead.
enum DockerRefusal {
    static let hints = [
        "exec": "make it a step of its own: steps share /workspace and reach each other by name",
        "cp": "let a container copy to /workspace, which all steps share",
        "compose": "write each service as a step with detach: true; steps reach each other by name",
        "save": "docker build --output type=docker,dest=FILE writes an archive",
        "load": "stet copy docker-archive:FILE store:NAME puts an image into the local store before a run",
        "import": "FROM scratch and ADD FILE / in a Dockerfile make an image of an archive",
        "export": "docker build --output FOLDER leaves the files of an image",
        "commit": "a RUN in a Dockerfile does what the container would",
        "create": "docker run -d starts a container", "start": "docker run -d starts a container",
        "restart": "docker stop, and docker run again",
        "pause": "docker kill -s STOP stops the first process of a container",
        "unpause": "docker kill -s CONT lets it go on",
        "attach": "docker logs -f NAME follows what it writes",
        "network": "declare networks under networks: in the task",
        "volume": "-v NAME:/PATH makes a folder that the steps of the run share",
        "logout": "what a step logged in with ends with the run",
        "history": "docker inspect NAME shows how an image is set up",
        "search": "stet tags NAME lists what a repository has",
        "top": "run ps in the container", "stats": "the record of the run has what each step took",
        "events": "stet run --log-format json tells what happens as it happens",
        "info": "stet doctor says what this machine can do",
        "system": "stet doctor says what this machine can do, stet build prune frees space",
        "image prune": "stet store prune frees space", "builder prune": "stet build prune frees space",
        "buildx imagetools": "docker manifest create makes one image of several",
        "buildx bake": "write each target as a build step",
        "buildx create": "there is one builder, which is always there",
        "buildx use": "there is one builder, which is always there",
    ]
}
