# What can be done with this checkout. `make help` lists it.

MAKEFLAGS += --no-print-directory
JOBS := -j$(shell nproc)

.PHONY: help deps deps-ops build run migrate format generate lint test bench clean \
        test-unit test-sql test-server test-api test-openapi test-isolation test-attack test-restore test-dba test-db \
        test-memory memory soak-memory soak-isolation \
        test-fuzz soak-fuzz \
        soak soak-sanitize
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22

deps: ## install the Debian packages that build, run, lint and test need
	@docker/local/deps.sh run test
	@command -v npm >/dev/null || docker/local/deps.sh npm

deps-ops: ## install the packages of the failover, backup and monitoring exercises
	@docker/local/deps.sh ops

build: sql/06_common_password_list.sql ## compile the extension and the server
	@$(MAKE) $(JOBS) -s -C extension
	@$(MAKE) $(JOBS) -s -C server

# Debian's Python, whatever other one comes first: it has Debian's list.
sql/06_common_password_list.sql: docker/local/common_passwords.py
	@/usr/bin/python3 $< >$@

run: ## serve Rowhouse on http://localhost:8080 with a private PostgreSQL, until Ctrl-C
	@docker/local/run.sh

migrate: build ## bring the schema up to date: the local one, or the one of ROWHOUSE_ADMIN_URL
	@docker/local/migrate.sh

format: ## lay out the C++ as lint wants it
	@find extension/src server/src tests \( -name build -o -name node_modules \) -prune -o -name "*.[ch]pp" -print | xargs -r clang-format -i

generate: ## write the files that are made from the code: .env.example, docs/api.md, docs/endpoint-audit.md
	@tests/harness/with_cluster.sh generate -- tests/generate.sh --write

lint: ## check layout, layers, sizes, C++ and shell
	@tests/lint.sh

test: ## run all tests
	@tests/run.sh

test-unit: ## the pure C++ core, also under ASan and UBSan
	@tests/run.sh unit sanitize

test-fuzz: ## made up inputs for the parsers, spoiled requests for the database
	@tests/run.sh fuzz mutated

soak-fuzz: build ## the same, FUZZ_SECONDS (120) for each parser and 500000 requests, from another seed
	@$(MAKE) $(JOBS) -s -C tests/fuzz
	@FUZZ_SECONDS=$${FUZZ_SECONDS:-120} prove --verbose --exec '' tests/fuzz/run.sh
	@$(MAKE) $(JOBS) -s -C tests/mutated
	@ROWHOUSE_MUTATED_REQUESTS=500000 ROWHOUSE_MUTATED_SEED=$$(date +%s) tests/harness/with_cluster.sh mutated -- tests/mutated/build/mutated_test

test-sql: ## the database, with pgTAP
	@tests/run.sh sql

test-server: ## the server's own parts
	@tests/run.sh server

test-api: ## the API over HTTP
	@tests/run.sh api

test-openapi: ## the OpenAPI document, and the server against it
	@tests/run.sh openapi

test-isolation: ## every operation with ids of others, and one protection of each kind removed
	@tests/run.sh isolation mutants

soak-isolation: build ## every operation's latency, and each protection of every object removed, some minutes
	@$(MAKE) $(JOBS) -s -C tests/isolation
	@ROWHOUSE_TEST_SOAK=1 tests/harness/with_cluster.sh --serve soak -- tests/isolation/build/isolation_test
	@tests/harness/with_cluster.sh soak -- tests/isolation/mutants.sh --all

soak: build ## mixed load through outages, crowds, slow clients and all other soaks, an hour or so
	@docker/local/deps.sh soak
	@tests/soak/run.sh

soak-sanitize: build ## the server and its hardest tests under ASan, UBSan and TSan, some minutes
	@tests/soak/sanitize.sh

test-attack: ## what a hostile client or a stolen login would try
	@tests/run.sh attack

test-restore: ## dump, restore and upgrade of a whole database
	@tests/run.sh restore

test-dba: ## the extension alone, on a stock PostgreSQL
	@tests/run.sh dba

test-db: ## pgTAP on a test database of yours: DATABASE_URL_TEST=… RLS_TEST=1 make test-db
	@tests/dba/test_db.sh

test-memory: ## every function in C under valgrind, and often enough that a leak would show
	@tests/run.sh memory

soak-memory: build ## the same, a million calls of each, half an hour
	@ROWHOUSE_TEST_SOAK=1 tests/memory/run.sh

memory: soak-memory

bench: ## measure HTTP against the bare SQL, as ratios of one run
	@tests/bench/run.sh

clean: ## remove what was built
	@$(MAKE) -s -C extension clean
	@$(MAKE) -s -C server clean
	@rm -rf tests/build tests/*/build
