# Test files are compiled in two bundles, one for each core: most of a test file's time goes into
# headers that it shares with its neighbours. Included by a Makefile that sets `build` and compiles
# $(build)/%.o from $(build)/%.cpp; gives `bundles`, which stand for all *_test.cpp of its folder.

bundled := $(sort $(wildcard *_test.cpp))
bundles := bundle_0 bundle_1
part = $(shell printf '%s\n' $(bundled) | awk 'NR % 2 == $*')

$(bundles:%=$(build)/%.cpp): $(build)/bundle_%.cpp: FORCE
	@mkdir -p $(@D)
	@printf '#include "$(CURDIR)/%s"\n' $(part) | cmp -s - $@ || \
	    printf '#include "$(CURDIR)/%s"\n' $(part) >$@

FORCE:
.PHONY: FORCE
