# Two commands: `make reproduce` measures everything and judges the claims, `make test` runs the tests. Each first
# installs what is missing.

# jemalloc measures; OpenBLAS multiplies what fills no vector and is the rate that training is held against. Vector maths
# (libmvec) comes with glibc. gnuplot draws the plots: labels, scales and shapes of points are a solved problem. The test of
# the report's page opens it in chromium, when that is installed.
PACKAGES := libjemalloc-dev libopenblas-dev gnuplot-nox

# Release for tests too: one build serves both commands, and debug kernels would crawl.
SWIFT_FLAGS := -c release
UNROLL := .build/release/unroll

.PHONY: reproduce report test build setup readme lint format benchmark check-export clean

## Measures every experiment anew into results/ and prints the verdicts on the claims; under ten minutes on two cores.
reproduce: build
	$(UNROLL) run --fresh experiments/*.yaml
	$(UNROLL) reproduce

## Writes pages and pictures of results/ anew: report.md and SVG beside each CSV, README.md, and report.html over all.
report: build
	$(UNROLL) report results

## Runs all tests.
test: setup
	swift test $(SWIFT_FLAGS)

build: setup
	swift build $(SWIFT_FLAGS)

## Installs the Debian packages that are missing, or says how.
setup:
	@missing=""; \
	for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then root=""; \
	elif command -v sudo >/dev/null; then root="sudo"; \
	else echo "missing:$$missing; run as root: apt-get update && apt-get install -y$$missing" >&2; exit 69; fi; \
	echo "installing$$missing"; \
	$$root apt-get update -qq && $$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing || { \
	  echo "could not install; run as root: apt-get update && apt-get install -y$$missing" >&2; exit 69; }

## Writes the tables in README.md anew from results/; its pictures are those of `make report`.
readme: build
	UNROLL_RECORD=1 swift test $(SWIFT_FLAGS) --filter ReadmeTests

## Full unrolling's rate against this machine's large products, in one run.
benchmark: build
	$(UNROLL) benchmark

## Loads exported networks into PyTorch (downloaded, some 200 MB) and compares outputs, loss and gradients.
check-export: PACKAGES += python3-venv
check-export: build
	python3 -m venv .venv-torch
	.venv-torch/bin/pip install --quiet -r experiments/peers/requirements.txt
	mkdir -p .build/exports
	for cell in elman lstm gru; do \
	  for strategy in full segmented binomial:slots=3 truncated:window=4,stride=2; do \
	    for scalar in float double; do \
	      $(UNROLL) measure --cell $$cell --layers 2 --input 5 --hidden 17 --batch 3 --length 13 --repetitions 1 \
	        --strategy $$strategy --scalar $$scalar --export .build/exports/$$cell-$$strategy-$$scalar.safetensors \
	        > /dev/null || exit 1; \
	    done; \
	  done; \
	done
	.venv-torch/bin/python experiments/peers/check_export.py .build/exports/*.safetensors

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

format:
	swift format --in-place --recursive Sources Tests Package.swift

clean:
	rm -rf .build .venv-torch
