PYTHON ?= python3
VENV := .venv
REQUIREMENTS := $(wildcard Protos/generate/requirements.txt Sources/*/Generate/requirements.txt \
  Tests/*/requirements.txt)
GENERATED := Sources/CCallbackProtos Sources/CallbackMessages/Generated \
  Sources/CRPCProtos Sources/RPCMessages \
  Tests/Samples/CSampleProtos Tests/Samples/SampleMessages Tests/Samples/Golden \
  Tests/Interop/CInteropProtos Tests/Interop/InteropMessages \
  Benchmarks/rpc/CBenchProtos Benchmarks/rpc/BenchMessages Sources/WorldZones/Generated \
  docs/API.md docs/ERRORS.md

# What builds it, and what the tests use beside that. Debian 12's names.
PACKAGES := libprotobuf-c-dev protobuf-c-compiler libnghttp2-dev libsqlite3-dev \
  libpq-dev libphonenumber-dev zlib1g-dev pkg-config g++ python3
DEB_PACKAGES := dpkg-dev
TEST_PACKAGES := python3-venv git curl nghttp2-client nghttp2-server postgresql procps \
  strace systemd $(DEB_PACKAGES) \
  libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
BENCH_PACKAGES := nghttp2-client libgrpc++-dev libprotobuf-dev protobuf-compiler \
  protobuf-compiler-grpc linux-perf

# With the Swift runtime linked in: what is built runs where there is no Swift.
RELEASE := swift build -c release --static-swift-stdlib

.PHONY: help setup test-setup venv build release demo test test-hostile simulate mutations interop-grpcpp bench-core \
  bench-rpc check \
  check-protos check-contract lint protos zones clean bench-directory bench-resolve \
  bench-log test-crash

help: ## Shows what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Installs what is missing as root; otherwise says what to install, and stops.
define install
	@missing=; for package in $(1); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q '^install ok' \
	    || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ]; then \
	  echo "Installing$$missing"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing \
	    >/dev/null; \
	elif [ -n "$$missing" ]; then \
	  echo "Some Debian packages are missing. Install them as root, then try again:"; \
	  echo "  apt-get install$$missing"; exit 1; fi
	@command -v swift >/dev/null || { \
	  echo "swift is missing: install Swift 6.3 (swift.org/install) and put it on the PATH."; exit 1; }
endef

setup: ## Installs the Debian packages that a build needs (as root; otherwise names them).
	$(call install,$(PACKAGES))

test-setup: ## The same, with what the tests need.
	$(call install,$(PACKAGES) $(TEST_PACKAGES))

build: setup ## Builds callbackd and callbackctl for trying out and testing.
	swift build --product callbackd
	swift build --product callbackctl

release: setup ## Builds them for use, into .build/release.
	$(RELEASE) --product callbackd
	$(RELEASE) --product callbackctl

.PHONY: install deb
install: ## Installs what `make release` has built, under DESTDIR.
	packaging/install.sh .build/release "$(DESTDIR)"

deb: ## Makes a Debian package of them, into .build/packages.
	$(call install,$(PACKAGES) $(DEB_PACKAGES))
	$(MAKE) --no-print-directory release
	packaging/debian/build.sh .build/release .build/packages

demo: build ## Shows callbacks from request to outcome, with real commands over the socket.
	$(PYTHON) Tests/Demo/demo.py

test: test-setup venv interop-grpcpp ## Runs all tests.
	swift build --build-tests
	swift test --skip-build --no-parallel
	$(VENV)/bin/python -m pytest -q Tests/GeneratorTests Tests/ContractTests Tests/HTTP2Tests \
	  Tests/Interop Tests/HostileTests Tests/DirectoryTests
	Tests/Fuzz/run.sh 30

test-hostile: test-setup venv ## Attacks the server with every time-out at its default.
	swift build --product interop-server
	HOSTILE=full $(VENV)/bin/python -m pytest -q Tests/HostileTests

FUZZ_SECONDS ?= 600

.PHONY: fuzz
fuzz: test-setup ## Fuzzes messages and connections for FUZZ_SECONDS (600).
	Tests/Fuzz/run.sh $(FUZZ_SECONDS)

bench-rpc: ## Measures what a call costs the server, beside grpc++; the machine should be idle.
	$(call install,$(PACKAGES) $(BENCH_PACKAGES))
	$(RELEASE) --product bench-rpc-server
	Benchmarks/rpc/Cpp/build.sh .build/bench-rpc
	$(PYTHON) Benchmarks/rpc/run.py --ours .build/release/bench-rpc-server \
	  --grpcpp .build/bench-rpc --rounds 7 --out Benchmarks/rpc/RESULTS.md

bench-resolve: ## Measures what ResolveCaller costs, beside grpc++; the machine should be idle.
	$(call install,$(PACKAGES) $(BENCH_PACKAGES))
	$(RELEASE) --product callbackd
	$(RELEASE) --product callbackctl
	Benchmarks/rpc/Cpp/build.sh .build/bench-rpc
	Benchmarks/resolve/Load/build.sh .build/bench-resolve
	$(PYTHON) Benchmarks/resolve/run.py --daemon .build/release/callbackd \
	  --ctl .build/release/callbackctl --load .build/bench-resolve/resolve-load \
	  --grpcpp .build/bench-rpc --rounds 7 --out Benchmarks/resolve/RESULTS.md

bench-core: setup ## Measures what the rules cost a command as the call center grows.
	$(RELEASE) --product bench-core
	.build/release/bench-core --out Benchmarks/core/RESULTS.md \
	  --machine "$$(date +%F), $$(nproc) cores of $$(grep -m1 -oP 'model name\s*: \K.*' /proc/cpuinfo)"

SEEDS ?= 2000

simulate: ## Plays SEEDS (2000) simulated runs and the lines of queueing theory.
	$(RELEASE) --product simulate
	.build/release/simulate --seeds $(SEEDS) --theory 100000

mutations: ## Breaks the core in one place at a time: the simulation has to notice each. Takes long.
	$(PYTHON) Tests/Simulation/mutations.py

interop-grpcpp: ## Builds the client of grpc++ that the interop tests run.
	Tests/Interop/Cpp/build.sh .build/interop

bench-directory: setup ## Imports a million records and looks numbers up among them, against the goals.
	$(RELEASE) --product directory-benchmark
	.build/release/directory-benchmark

test-crash: test-setup ## Kills 500 processes under load, and damages every byte of a log. Takes long.
	swift build --build-tests
	CRASH_ROUNDS=500 swift test --skip-build --no-parallel --filter CrashTests
	DAMAGE=full swift test --skip-build --no-parallel --filter 'DamageTests|LostTailTests'

ROUNDS ?= 20

.PHONY: test-order
test-order: test-setup ## Kills daemons under clients for ROUNDS (20) rounds, and holds every answer to the log.
	swift build --build-tests
	ORDER_ROUNDS=$(ROUNDS) swift test --skip-build --no-parallel --filter OrderTests

.PHONY: test-hosts
test-hosts: test-setup ## Three daemons on one PostgreSQL: kills, pauses, restarts and cuts under load.
	swift build --build-tests
	HOSTS=full swift test --skip-build --no-parallel --filter 'ClusterTests|PostgresEventLogTests'

bench-log: setup ## Measures durable requests, lifecycles, restarts and history; the machine should be idle.
	$(RELEASE) --product callbackd
	$(RELEASE) --product load-benchmark
	$(RELEASE) --product log-benchmark
	sh Benchmarks/log/run.sh

check: check-protos check-contract lint ## Checks generated code, contract and format.

BASELINE := Protos/baseline.binpb

check-contract: venv ## Checks the protos against the rules for protos, and against the baseline.
	cd Protos && ../$(VENV)/bin/buf lint
	$(if $(wildcard $(BASELINE)),cd Protos && ../$(VENV)/bin/buf breaking \
	  --against ../$(BASELINE))

.PHONY: release-contract
release-contract: check-contract ## Moves the baseline to the contract as it is; then commit it.
	cd Protos && ../$(VENV)/bin/buf build -o ../$(BASELINE)

lint: ## Checks the format.
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks

clean: ## Removes what was built.
	rm -rf .build $(VENV)

venv: $(VENV)/installed ## Makes the Python environment for the generator and the tests.

$(VENV)/installed: $(REQUIREMENTS)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check \
	  $(addprefix -r ,$(REQUIREMENTS))
	touch $@

protos: venv ## Generates C and Swift from the proto files.
	$(VENV)/bin/python Protos/generate/generate.py --protos Protos --except grpc/ \
	  --c-out Sources/CCallbackProtos --swift-out Sources/CallbackMessages/Generated
	$(VENV)/bin/python Protos/generate/generate.py --protos Protos \
	  --only grpc/health/v1/ --only grpc/reflection/v1/ --registry RPCTypes \
	  --c-out Sources/CRPCProtos --swift-out Sources/RPCMessages
	$(VENV)/bin/python Protos/generate/generate.py --protos Tests/Samples/Protos \
	  --provided Protos --provider CallbackMessages --registry SampleTypes \
	  --c-out Tests/Samples/CSampleProtos --swift-out Tests/Samples/SampleMessages
	$(VENV)/bin/python Protos/generate/generate.py --protos Tests/Interop/Protos \
	  --provided Protos --registry InteropTypes \
	  --c-out Tests/Interop/CInteropProtos --swift-out Tests/Interop/InteropMessages
	$(VENV)/bin/python Protos/generate/generate.py --protos Benchmarks/rpc/Protos \
	  --provided Protos --registry BenchTypes \
	  --c-out Benchmarks/rpc/CBenchProtos --swift-out Benchmarks/rpc/BenchMessages
	$(VENV)/bin/python Protos/generate/golden.py --protos Protos --protos Tests/Samples/Protos \
	  --except grpc/ --out Tests/Samples/Golden/vectors.tsv
	$(VENV)/bin/python Protos/generate/reference.py --protos Protos --out docs

zones: venv ## Generates which time zones numbers are in, out of libphonenumber's data.
	$(VENV)/bin/python Sources/WorldZones/Generate/zones.py \
	  --out Sources/WorldZones/Generated/ZonePrefixes.swift

check-protos: protos zones ## Fails when the generated code is not what the proto files say.
	git diff --exit-code -- $(GENERATED)
	test -z "$$(git status --porcelain -- $(GENERATED))"
