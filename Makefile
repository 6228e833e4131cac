# Two commands: `make reproduce` measures everything and judges the claims, `make test` runs the tests. Each first
# installs what is missing. `make help` lists all targets.

# jemalloc measures; OpenBLAS is the rate that training is held against. Vector maths (libmvec) comes with glibc. gnuplot draws
# the plots: labels, scales and shapes of points are a solved problem. SQLite is what results are exported to. The test of the
# report's page opens it in chromium, when that is installed.
# Experiments with other engines that are measured together.
FRAMEWORKS := engines small-networks bfloat16 four-layers
PACKAGES := libjemalloc-dev libopenblas-dev libsqlite3-dev gnuplot-nox

# Release for tests too: one build serves both commands, and debug kernels would crawl. No test imports a module as testable, which
# would compile every module again whenever a test follows a build.
# Plans are made again for each build: of a plan that is kept, what runs before a build is not run, and the program would have the
# commit of an earlier one.
# A module that is imported without being named in Package.swift compiles or not by what happens to be compiled already.
SWIFT_FLAGS := -c release --disable-build-manifest-caching --explicit-target-dependency-import-check error
TEST_FLAGS := $(SWIFT_FLAGS) --disable-testable-imports
# Tests that run build nothing, so that several targets may run at once (make -j2).
RUN_TESTS := swift test $(TEST_FLAGS) --skip-build --ignore-lock
# PORTABLE=1: for any processor with AVX2.
SCRATCH := $(if $(PORTABLE),.build-portable,.build)
UNROLL := $(SCRATCH)/release/unroll

.DEFAULT_GOAL := help

.PHONY: reproduce reproduce-all million-steps predicted-times roofline engines frameworks frameworks-all demo install uninstall \
  report index docs test test-programs test-modules exhaustive torture fuzz check-engines engine-claims memcheck build \
  portable build-tests setup readme lint format benchmark gauge-cost growth page-time outside check-arm check-export \
  check-weights check-pytorch check-schedules characters datasets vowels ctc-weights clean help

## Measures every experiment anew into results/, writes the report and prints the verdicts on the claims; some ten
## minutes on two cores, build included. Ends with 0 when every verdict is the one on record.
reproduce: build
	$(UNROLL) run --fresh experiments/*.yaml
	$(UNROLL) report results
	$(UNROLL) reproduce

## The same at full sizes, in experiments/full; those that need no other size are links there.
reproduce-all: build
	$(UNROLL) run --fresh experiments/full/*.yaml
	$(UNROLL) report results
	$(UNROLL) reproduce --experiments experiments/full

## The exact gradient over a million steps under 64 MiB, and a thousand steps of full unrolling to hold its time per step
## against: about seven minutes. Its gradient is compared with another schedule's, and each pass takes some 90 s.
million-steps: build
	$(UNROLL) run --fresh experiments/large/million-steps.yaml experiments/large/thousand-steps.yaml
	$(UNROLL) plan --hidden 64 --batch 32 --length 1000000 --strategy segmented:length=1024

## Holds predicted times against those of 200 random trials of ten random networks, timed now: some two minutes.
predicted-times: build
	$(UNROLL) plan --grid 200

## Makes .venv-engines, the virtual environment that engines pytorch and jax run in (downloaded, some 500 MB). Versions are
## those of Sources/engines/requirements.txt.
engines: PACKAGES += python3-venv
engines: setup
	python3 -m venv .venv-engines
	.venv-engines/bin/pip install --quiet -r Sources/engines/requirements.txt

## Measures PyTorch and JAX beside unroll, each of experiments/engines into its folder of results: some eight minutes on two cores,
## and what `make engines` downloads.
frameworks: build engines
	$(UNROLL) run $(FRAMEWORKS:%=experiments/engines/%.yaml)
	for name in $(FRAMEWORKS); do $(UNROLL) compare results/$$name --engines || exit 1; done

## The same at full sizes, in experiments/engines/full.
frameworks-all: build engines
	$(UNROLL) run experiments/engines/full/engines.yaml
	$(UNROLL) compare results/engines --engines


## From a build to a picture in a minute: measures one LSTM under five strategies into .demo/, shows the table and opens the page,
## or says where it is.
demo: build
	$(UNROLL) run --fresh experiments/demo/first-picture.yaml --results .demo
	$(UNROLL) compare .demo/first-picture
	$(UNROLL) report --experiments experiments/demo .demo
	@echo "the page, with pictures: file://$(CURDIR)/.demo/report.html"; \
	if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] && command -v xdg-open >/dev/null; then xdg-open .demo/report.html; fi

## Writes pages and pictures of results/ anew: report.md and SVG beside each CSV, README.md, and report.html over all.
report: build
	$(UNROLL) report results

## Writes the manual into .build/manual/site: pages for a browser, from the disk or from any folder of a web server. A link to
## a page or picture that is not there fails, as does whatever else docc warns of.
docs: build
	@command -v docc >/dev/null || { \
	  echo "docs needs docc, which stands next to swift in its toolchain: put that folder in PATH" >&2; exit 69; }
	rm -rf .build/manual
	mkdir -p .build/manual
	.build/release/unroll-manual pages .build/manual/unroll.docc
	docc convert .build/manual/unroll.docc --output-dir .build/manual/site --warnings-as-errors
	.build/release/unroll-manual site .build/manual/site

## Writes experiments/README.md anew: what each experiment asks, its minutes, and what it answered.
index: build
	$(UNROLL) index experiments > experiments/README.md.new && mv experiments/README.md.new experiments/README.md

# Tests of commands start thousands of programs, and those that expect a process to end by itself have Swift Testing wait for any
# child with WNOWAIT: beside one another that wait spins on every program that has ended (a third of a processor's time). Hence two
# processes; no file of CommandTests has such a test.
## Runs all tests, and names those that were skipped for want of something. MAY_SKIP=REGEX fails on any other reason.
test: test-programs test-modules

TESTS = .ci/tests $(if $(MAY_SKIP),--may-skip '$(MAY_SKIP)') $(RUN_TESTS)

## Of the tests, those that start the programs.
test-programs: build-tests
	$(TESTS) --filter '^CommandTests\.'

## All other tests, which are a process by themselves: both may run at once (`make -j2 test`).
test-modules: build-tests
	$(TESTS) --skip '^CommandTests\.'

## Runs the tests whose lists of cases are shortened in `make test`, with all cases: those of the files that use CaseLists.
exhaustive: build-tests
	UNROLL_EXHAUSTIVE=1 .ci/tests $(RUN_TESTS) --filter "$(call LONG_LISTS,Tests/CommandTests)"
	UNROLL_EXHAUSTIVE=1 .ci/tests $(RUN_TESTS) --skip '^CommandTests\.' --filter "$(call LONG_LISTS,Tests)"

# A pattern of the suites in a folder that use CaseLists.
LONG_LISTS = $$(grep -rl --include='*.swift' '^import CaseLists' $(1) | sed 's,.*/,,; s,[+.].*,,' | sort -u | paste -sd '|')

## Builds the programs.
build: setup
	swift build $(SWIFT_FLAGS)

## Builds programs for any processor with AVX2, x86-64-v3, and a measuring program for AVX-512, which is taken where a
## processor has it: what `make install PORTABLE=1` installs.
portable: setup
	UNROLL_MARCH=x86-64-v3 swift build $(SWIFT_FLAGS) --scratch-path .build-portable
	UNROLL_MARCH=x86-64-v4 swift build $(SWIFT_FLAGS) --scratch-path .build-portable-v4 --product unroll-trial
	install .build-portable-v4/release/unroll-trial .build-portable/release/unroll-trial-x86-64-v4

## Compiles the C for aarch64: it alone knows of processors. Swift's own modules for it are in no package of Debian.
check-arm: PACKAGES += libc6-dev-arm64-cross
check-arm: setup
	for file in Sources/CVectorMath/shim.h Sources/CVectorMath/packing.h Sources/CSystem/shim.h Sources/CTerminal/shim.h \
	    Sources/Gauge/*.c; do \
	  $$(dirname $$(command -v swift))/clang --target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include \
	    -ISources/CGauge -ISources/Gauge/include -fsyntax-only -Werror -Wno-pragma-once-outside-header -x c $$file || exit 1; \
	done

## Builds the programs and the tests.
build-tests: setup
	swift build --build-tests $(SWIFT_FLAGS)

# Where `make install` puts what it installs, as in GNU's conventions.
PREFIX := /usr/local
BIN = $(DESTDIR)$(PREFIX)/bin
SHARE = $(DESTDIR)$(PREFIX)/share
# The programs of engines; what Python they run in is for UNROLL_ENGINES to say.
ENGINES = $(SHARE)/unroll/engines
MAN = $(SHARE)/man/man1
# The folders in which bash, zsh and fish look for completions that a package brings.
COMPLETIONS = $(SHARE)/bash-completion/completions/unroll $(SHARE)/zsh/site-functions/_unroll \
  $(SHARE)/fish/vendor_completions.d/unroll.fish

## Installs both programs, their manual pages and completions for bash, zsh and fish under PREFIX, /usr/local by default. DESTDIR
## stands before it in a package being made. They work from any folder, without the sources; they need libjemalloc2, libopenblas0
## and the Swift runtime where it was when they were built.
install: $(if $(PORTABLE),portable,build)
	$(if $(PORTABLE),UNROLL_MARCH=x86-64-v3) swift package --scratch-path $(SCRATCH) generate-manual \
	  --configuration $(notdir $(UNROLL:/unroll=)) --multi-page
	install -d $(BIN) $(MAN) $(dir $(COMPLETIONS))
	install $(UNROLL) $(dir $(UNROLL))unroll-trial $(dir $(UNROLL))libunroll-gauge.so $(BIN)
	$(if $(PORTABLE),install $(dir $(UNROLL))unroll-trial-x86-64-v4 $(BIN))
	install -d $(ENGINES)
	cp -R Sources/engines/. $(ENGINES)
	install -m 644 $(SCRATCH)/plugins/GenerateManual/outputs/unroll/unroll*.1 $(MAN)
	for file in $(COMPLETIONS); do \
	  case $$file in *.fish) shell=fish;; */_unroll) shell=zsh;; *) shell=bash;; esac; \
	  $(UNROLL) --generate-completion-script $$shell > $$file && chmod 644 $$file || exit 1; \
	done

## Removes what `make install` installed under the same PREFIX and DESTDIR.
uninstall:
	rm -f $(BIN)/unroll $(BIN)/unroll-trial $(BIN)/unroll-trial-x86-64-v4 $(BIN)/libunroll-gauge.so
	rm -f $(MAN)/unroll.1 $(MAN)/unroll.*.1 $(COMPLETIONS)
	rm -rf $(SHARE)/unroll

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

## Writes what README.md and the manual show of results/ anew; their pictures are those of `make report`.
readme: build-tests
	UNROLL_RECORD=1 $(RUN_TESTS) --filter DocumentTests

## Full unrolling's rate against this machine's large products, in one run.
benchmark: build
	$(UNROLL) benchmark

## Training steps by size and batch under what this machine does at most, into results/roofline: three minutes on a quiet machine.
roofline: build
	mkdir -p results/roofline
	$(UNROLL) benchmark --roofline --threads 1 --rounds 15 --plot results/roofline/roofline.svg --output results/roofline/roofline.csv \
	  --columns work,batch,hidden,intensity,gigabytes,gflops,roof_gflops,limit,share,serial_share --format markdown \
	  > results/roofline/roofline.md

## What `unroll gauge` costs beside heaptrack and memray (downloaded, some 200 MB with PyTorch): seconds, ratios and bytes left
## on the disk, of a PyTorch training and of a loop of small mallocs; some five minutes on a quiet machine. Tools of other
## people's that are not there are named.
gauge-cost: PACKAGES += python3-venv
gauge-cost: build engines
	.venv-engines/bin/pip install --quiet memray==1.20.0
	python3 experiments/gauge_cost.py $(UNROLL) .venv-engines/bin/python $(ROUNDS)

## What made-up results of 1,000 to 100,000 rows take to compare and to report, and of up to 1,000,000 to export, beside what they
## may: seconds, peak resident memory, picture. Some minutes on a quiet machine; ends with 1 where a target is missed.
growth: build
	@command -v python3 >/dev/null || { echo "growth needs python3: apt-get install -y python3" >&2; exit 69; }
	python3 experiments/growth.py $(UNROLL) $(ROWS)

## Loads exported networks into PyTorch (downloaded, some 200 MB) and compares outputs, loss and gradients.
check-export: PACKAGES += python3-venv
check-export: build engines
	mkdir -p .build/exports
	for cell in elman lstm gru linear peephole elstm mingru minlstm lru slstm layernorm projected:width=6; do \
	  for strategy in full segmented binomial:slots=3 truncated:window=4,stride=2; do \
	    for scalar in float double; do \
	      $(UNROLL) measure --cell $$cell --layers 2 --input 5 --hidden 17 --batch 3 --length 13 --repetitions 1 \
	        --strategy $$strategy --scalar $$scalar --export .build/exports/$$cell-$$strategy-$$scalar.safetensors \
	        > /dev/null || exit 1; \
	      for task in copy:delay=3 reber text:file=Makefile; do \
	        $(UNROLL) measure --cell $$cell --layers 2 --input 256 --hidden 17 --batch 3 --length 13 --repetitions 1 \
	          --strategy $$strategy --scalar $$scalar --task $$task \
	          --export .build/exports/$$cell-$$strategy-$$scalar-$${task%%:*}.safetensors > /dev/null || exit 1; \
	      done; \
	      for task in labelling stream:mean=9 stream:mean=9,em=false; do \
	        $(UNROLL) measure --cell $$cell --layers 2 --input 5 --hidden 17 --batch 3 --length 39 --repetitions 1 \
	          --strategy $$strategy --scalar $$scalar --task $$task \
	          --export .build/exports/$$cell-$$strategy-$$scalar-$$task.safetensors > /dev/null || exit 1; \
	      done; \
	    done; \
	  done; \
	  for strategy in full segmented binomial:slots=3; do \
	    for scalar in float double; do \
	      $(UNROLL) measure --cell $$cell --layers 3 --bidirectional --input 5 --hidden 17 --batch 65 --length 13 \
	        --repetitions 1 --strategy $$strategy --scalar $$scalar \
	        --export .build/exports/bidirectional-$$cell-$$strategy-$$scalar.safetensors > /dev/null || exit 1; \
	    done; \
	    for task in labelling reber; do \
	      $(UNROLL) measure --cell $$cell --layers 2 --bidirectional --input 7 --hidden 17 --batch 5 --length 39 \
	        --repetitions 1 --strategy $$strategy --scalar double --task $$task \
	        --export .build/exports/bidirectional-$$cell-$$strategy-$$task.safetensors > /dev/null || exit 1; \
	    done; \
	  done; \
	done
	.venv-engines/bin/python experiments/peers/check_export.py .build/exports/*.safetensors

## Loads networks and data that PyTorch writes, and trains them on both sides (downloaded, some 200 MB).
check-weights: PACKAGES += python3-venv
check-weights: build engines
	.venv-engines/bin/python experiments/peers/check_weights.py $(UNROLL)

## Makes data sets of what packages ship into .build/datasets (downloaded, some 7 MB). Sources and licences are in
## experiments/datasets.py.
datasets: PACKAGES += python3-venv
datasets: setup
	python3 -m venv .venv-datasets
	.venv-datasets/bin/pip install --quiet numpy==2.4.6 safetensors==0.8.0
	.venv-datasets/bin/pip download --quiet --no-deps --only-binary :all: --dest .build/datasets aeon==1.6.0
	.venv-datasets/bin/python experiments/datasets.py .build/datasets/aeon-1.6.0-py3-none-any.whl .build/datasets

## Trains on one of them, Japanese vowels, by window and strategy, into results/japanese-vowels.
vowels: build datasets
	$(UNROLL) run experiments/datasets/japanese-vowels.yaml
	$(UNROLL) report results/japanese-vowels

## Trains the networks that experiment trained-ctc begins with, one a seed, into experiments/weights: CTC-TR alone, in windows of 512
## steps. Ten seconds; they are in the repository, for another processor's have other bits.
ctc-weights: build
	mkdir -p experiments/weights
	for seed in 1 2 3; do \
	  $(UNROLL) train --cell lstm --input 3 --hidden 32 --batch 1 --length 4096 --task stream:mean=193,em=false \
	    --strategy truncated:window=512,stride=256 --update-each stride --updates 128 --learning-rate 0.003 --seed $$seed \
	    --checkpoint experiments/weights/stream-$$seed.safetensors || exit 1; \
	done

## Trains the character model beside min-char-rnn's architecture in PyTorch (downloaded, some 200 MB), from the same start over
## the same windows, into results/peers: some five minutes. TEXT=FILE takes another text than the GPL.
characters: PACKAGES += python3-venv
characters: build engines
	.venv-engines/bin/python experiments/peers/characters.py $(if $(TEXT),--text '$(TEXT)')

## Kills a sweep 300 times, runner and trial processes, and starts it again each time; then 200 seeded sequences of runs, shards,
## merges, copies and kills by two builds on one folder. The suite does 30 kills and 4 sequences.
torture: build-tests
	UNROLL_KILLS=300 UNROLL_SEQUENCES=200 $(RUN_TESTS) --filter TortureTests

## Builds the package in Tests/Outside, which uses the libraries as somebody else's would, and runs its programs.
outside: setup
	for program in live-bytes own-schedule; do \
	  swift run --package-path Tests/Outside --scratch-path .build-outside $$program || exit 1; \
	done
	@found=$$(swift run --package-path Tests/Outside --scratch-path .build-outside own-schedule forgetful 2>&1 >/dev/null); \
	code=$$?; found=$$(echo "$$found" | tail -1); \
	if [ "$$code:$$found" != "1:own-schedule: at the end 1 saved state and 0 records are alive" ]; then \
	  echo "an invalid schedule: exit $$code, $$found" >&2; exit 1; \
	fi

## Whether the report's pages, of a small run and of all committed results, are ready in a second each. On a quiet machine.
page-time: build-tests
	UNROLL_PAGE_TIME=1 .ci/tests $(RUN_TESTS) --filter 'BrowserTests|ReportCommandTests'

## Gives 20,000 damaged inputs to the programs, the same in every run; the suite does so with 150, `make exhaustive` with 500.
fuzz: build-tests
	UNROLL_FUZZ=$${UNROLL_FUZZ:-20000} $(RUN_TESTS) --filter CommandTests.FuzzTests

## Runs the measured process under Valgrind's memcheck on small shapes. Not under AddressSanitizer, whose malloc takes the
## place of jemalloc's, which every figure comes from. Memcheck leaves jemalloc in its place (nouserintercepts) and hears of
## every tensor from the heaps (UNROLL_MEMCHECK): a tensor used after its end, beyond its end or before it is written is an
## error, and the prediction still has a gap of 0 bytes. What is not a tensor is checked for its values, not its bounds.
## Valgrind knows no AVX-512, and not the newest debugging symbols.
memcheck: PACKAGES += valgrind
memcheck: export UNROLL_MEMCHECK = 1
memcheck: export UNROLL_MARCH = x86-64-v3
memcheck: setup
	swift build $(SWIFT_FLAGS) --product unroll-trial --scratch-path .build-memcheck -debug-info-format none
	{ for cell in elman lstm gru; do \
	    for rest in full segmented binomial:slots=3 truncated:window=4 truncated:window=4,stride=2 \
	      "full layers=2 inputs=resident" "segmented scalar=double hidden=17" "full threads=2 hidden=33 batch=5" \
	      "segmented layers=2 bidirectional=true hidden=17" "binomial:slots=3 layers=3 bidirectional=true" \
	      "segmented task=copy:delay=3" "segmented task=labelling" "truncated:window=4,stride=2 task=stream:mean=9" \
	      "segmented layers=2 bidirectional=true task=labelling" "forward layers=2 hidden=17" \
	      "forward:block=4 hidden=17 scalar=double" "snap:order=1 layers=2"; do \
	      echo "cell=$$cell strategy=$$rest"; \
	    done; \
	  done; \
	  printf '%s\n' "cell=elman strategy=uoro layers=2" "cell=elman strategy=kf hidden=17" "cell=elman strategy=rflo" \
	    "cell=lstm strategy=eprop hidden=17" "cell=slstm strategy=segmented layers=2 hidden=17" \
	    "cell=projected:width=5 strategy=binomial:slots=3 layers=2 bidirectional=true hidden=17" \
	    "cell=mingru strategy=full variant=recompute_gates hidden=17" \
	    "cell=layernorm strategy=segmented layers=2 hidden=17 threads=2" "cell=lru strategy=snap:order=1 hidden=17" \
	    "cell=leapgru:bits=3 strategy=reversible layers=2 hidden=17" \
	    "cell=revlstm:bits=3 strategy=reversible layers=2 hidden=17"; \
	} | while read -r words; do \
	  echo "$$words"; \
	  figures=$$(echo go | valgrind -q --error-exitcode=1 --soname-synonyms=somalloc=nouserintercepts \
	    .build-memcheck/release/unroll-trial measure $$words length=13 input=5 \
	    $$(case "$$words" in *hidden=*) ;; *) echo hidden=8;; esac) \
	    $$(case "$$words" in *batch=*) ;; *) echo batch=3;; esac)) || exit 1; \
	  case "$$figures" in *" prediction_gap_bytes=0 "*) ;; *) echo "no gap of 0: $$figures" >&2; exit 1;; esac; \
	done

## Holds the engines' losses, gradients and bytes against unroll's, and how they answer and refuse.
check-engines: PACKAGES += python3-venv
check-engines: build engines
	for file in Sources/engines/tests/test_*.py; do \
	  UNROLL=$(CURDIR)/$(UNROLL) PYTHONDONTWRITEBYTECODE=1 .venv-engines/bin/python $$file || exit 1; \
	done

## Measures what claims K2 to K5 say of programs in PyTorch, under the gauge, and judges them: a minute on two cores.
engine-claims: PACKAGES += python3-venv
engine-claims: build engines
	PATH=$(CURDIR)/.venv-engines/bin:$$PATH $(UNROLL) reproduce K2 K3 K4 K5

## Runs schedules in PyTorch (Sources/engines/pytorch) and holds gradients, losses, random numbers and records against its
## autograd (downloaded, some 200 MB).
check-pytorch: PACKAGES += python3-venv
check-pytorch: build engines
	cd Sources/engines/pytorch && UNROLL=$(CURDIR)/$(UNROLL) PYTHONDONTWRITEBYTECODE=1 \
	  $(CURDIR)/.venv-engines/bin/python -m unittest tests/test_run.py

## Replays schedules through the checker of checkpoint_schedules, the library of the field's algorithms (downloaded, some
## 30 MB with what it needs).
check-schedules: PACKAGES += python3-venv
check-schedules: build
	@command -v python3 >/dev/null || { echo "check-schedules needs python3: apt-get install -y python3-venv" >&2; exit 69; }
	python3 -m venv .venv-schedules
	.venv-schedules/bin/pip install --quiet -r experiments/peers/schedule-requirements.txt || { \
	  echo "check-schedules needs pip and its package index" >&2; exit 69; }
	.venv-schedules/bin/pip download --quiet --no-deps --no-binary :all: --dest .build/peers checkpoint_schedules==1.0.4
	tar -xzf .build/peers/checkpoint_schedules-1.0.4.tar.gz -C .build/peers
	.venv-schedules/bin/python experiments/peers/check_schedules.py $(UNROLL) \
	  .build/peers/checkpoint_schedules-1.0.4/tests/test_validity.py

## Fails where the format of the Swift sources is not that of .swift-format.
lint:
	swift format lint --strict --recursive Sources Tests Package.swift

## Gives the Swift sources that format.
format:
	swift format --in-place --recursive Sources Tests Package.swift

## Removes what was built and downloaded; results stay.
clean:
	rm -rf .build .build-memcheck .build-outside .demo .venv-engines .venv-schedules .venv-datasets

## Lists the targets, each with the first sentence of its comment.
help:
	@awk ' \
	  /^## / { comment = comment (comment == "" ? "" : " ") substr($$0, 4); next } \
	  comment != "" && match($$0, /^[a-z-]+:/) { \
	    sub(/\. .*/, ".", comment); \
	    line = sprintf("%-16s", substr($$0, 1, RLENGTH - 1)); \
	    count = split(comment, words, " "); \
	    for (i = 1; i <= count; i++) { \
	      if (length(line " " words[i]) > 100) { print line; line = sprintf("%-16s", "") } \
	      line = line " " words[i]; \
	    } \
	    print line; \
	  } \
	  { comment = "" }' $(firstword $(MAKEFILE_LIST))
