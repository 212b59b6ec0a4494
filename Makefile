PYTHON ?= python3
VENV := .venv
REQUIREMENTS := $(wildcard Protos/generate/requirements.txt Tests/*/requirements.txt)
GENERATED := Sources/CCallbackProtos Sources/CallbackMessages/Generated \
  Tests/Samples/CSampleProtos Tests/Samples/SampleMessages

.PHONY: help venv protos check-protos

help: ## Shows what can be made.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(VENV)/installed ## Makes the Python environment for the generator and the tests.

$(VENV)/installed: $(REQUIREMENTS)
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --disable-pip-version-check \
	  $(addprefix -r ,$(REQUIREMENTS))
	touch $@

protos: venv ## Generates C and Swift from the proto files.
	$(VENV)/bin/python Protos/generate/generate.py --protos Protos \
	  --c-out Sources/CCallbackProtos --swift-out Sources/CallbackMessages/Generated
	$(VENV)/bin/python Protos/generate/generate.py --protos Tests/Samples/Protos \
	  --provided Protos --provider CallbackMessages --registry SampleTypes \
	  --c-out Tests/Samples/CSampleProtos --swift-out Tests/Samples/SampleMessages

check-protos: protos ## Fails when the generated code is not what the proto files say.
	git diff --exit-code -- $(GENERATED)
	test -z "$$(git status --porcelain -- $(GENERATED))"
