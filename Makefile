# SPDX-License-Identifier: Apache-2.0
#
# One build serves everything: the demo, the tests and what is installed are the release configuration.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
SWIFT_BUILD = swift build -c release
# Tests start servers, containers and builds: more of them at once than this only wait for each other.
# What failed is said once more at the end.
SWIFT_TEST = SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=6 Scripts/test.sh -c release --skip-build
STET = .build/release/stet

.PHONY: help setup build test unit integration demo certify check lint format bench fuzz clean install

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

setup: ## install the Debian packages that are missing (with sudo where not root)
	@Scripts/setup.sh

build: setup ## build everything, tests included
	@$(SWIFT_BUILD) --build-tests

test: build ## run every test
	@$(SWIFT_TEST)
	@Scripts/newer-peers.sh --missing
	@Scripts/debian-root.sh --missing

unit: build ## run the tests that need no other program
	@$(SWIFT_TEST) --skip IntegrationTests

integration: build ## run the tests against skopeo, umoci and docker-registry
	@$(SWIFT_TEST) --filter IntegrationTests

demo: build ## build an image, push it, be refused, certify the registry
	@Scripts/demo.sh $(STET)

check: lint ## the arrows between the targets, file sizes, lint
	@Scripts/check-arrows.py
	@Scripts/check-sizes.sh

lint: ## the format, strictly
	@swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## bring every file into the format
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

bench: build ## measure beside docker, buildah, umoci, skopeo and docker-registry, in one run
	@Benchmarks/run.sh $(STET)

fuzz: setup ## feed templates, aliases and Dockerfiles to libFuzzer, 60 seconds each
	@Fuzz/run.sh

clean: ## remove what was built
	@rm -rf .build

install: setup ## put stet and its suite under PREFIX (default /usr/local)
	@$(SWIFT_BUILD) --product stet
	@install -D -m 755 -s $(STET) $(DESTDIR)$(PREFIX)/bin/stet
	@mkdir -p $(DESTDIR)$(PREFIX)/share/stet/conformance
	@cp -R conformance/scenarios conformance/profiles conformance/checks.yaml conformance/version $(DESTDIR)$(PREFIX)/share/stet/conformance/
	@echo "installed $(DESTDIR)$(PREFIX)/bin/stet"
