# brhost: build, try and test. `make help` lists the targets.

.DEFAULT_GOAL := help
.PHONY: help deps build install uninstall demo test fuzz faults sanitize soak benchmarks format lint clean

PREFIX ?= /usr/local

brhost := .build/release/brhost
demo := runs/demo
sources := Package.swift Sources Tests

help: ## List the targets.
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

deps: ## Install the system libraries that are missing (Debian: apt-get, with sudo where needed).
	@scripts/dependencies.sh

build: deps ## Build the program and its plugins.
	swift build -c release

install: $(if $(shell command -v swift 2>/dev/null),build) ## Put program, plugins and header below PREFIX (default: /usr/local).
	@DESTDIR='$(DESTDIR)' scripts/install.sh install '$(PREFIX)'

uninstall: ## Remove what was installed below PREFIX, and nothing else.
	@DESTDIR='$(DESTDIR)' scripts/install.sh uninstall '$(PREFIX)'

demo: build ## Compare plain training, reweighting and class weights on small digits, and write the report.
	$(brhost) compare --dataset digits-lt --strategies erm,gamma-threshold:temp=12.8,class-balanced --seeds 1-3 \
	  --epochs 15 --out $(demo)

test: ## Build everything and run the tests; the exit status is the verdict.
	@scripts/dependencies.sh test
	@scripts/test-readers.sh
	swift build -c release --build-tests
	@scripts/test.sh

fuzz: ## Fuzz every reader of files for SECONDS in all (default: 60), or TARGET=NAME alone.
	@scripts/dependencies.sh
	@scripts/fuzz.sh '$(or $(SECONDS),60)' '$(TARGET)'

faults: ## Fail every call on files, memory, threads and processes, one after another (an hour).
	@scripts/dependencies.sh test
	swift build -c release --build-tests
	BRHOST_FAULTS=all swift test -c release --skip-build --filter FaultTests

sanitize: ## Run the commands under the thread and the address sanitizer, in builds of their own (20 minutes).
	@scripts/dependencies.sh test
	@scripts/sanitize.sh

STEPS ?= 10000
soak: build ## Train STEPS steps (default: 10000) and fail where memory, descriptors or threads grow.
	@python3 scripts/soak.py $(STEPS)

benchmarks: deps ## Measure brhost beside PyTorch, with data=FOLDER also the start on cifar10-lt (10 minutes).
	@python3 -m unittest discover --quiet --start-directory Benchmarks
	@Benchmarks/run $(if $(data),--data '$(data)')

format: ## Format the Swift sources in place.
	swift format --in-place --recursive $(sources)

lint: ## Check the Swift sources' format.
	swift format lint --strict --recursive $(sources)

clean: ## Remove what was built; runs and data stay.
	rm -rf .build
