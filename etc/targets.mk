# targets.mk: what people and CI call; included by the Makefile.

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# Debian packages, each with the pkg-config name or the command that shows it is there.
DEPS := pkg:fuse3=libfuse3-dev pkg:libcurl=libcurl4-openssl-dev pkg:libxml-2.0=libxml2-dev \
        pkg:libuv=libuv1-dev pkg:sqlite3=libsqlite3-dev pkg:inih=libinih-dev \
        pkg:libxxhash=libxxhash-dev pkg:cairo=libcairo2-dev pkg:zlib=zlib1g-dev pkg:cfitsio=libcfitsio-dev pkg:yaml-0.1=libyaml-dev pkg:libmicrohttpd=libmicrohttpd-dev \
        pkg:criterion=libcriterion-dev \
        file:/usr/include/uthash.h=uthash-dev cmd:fusermount3=fuse3 cmd:cc=gcc cmd:ar=binutils \
        cmd:prove=perl cmd:curl=curl cmd:setfattr=attr cmd:pgrep=procps cmd:bindfs=bindfs cmd:inotifywait=inotify-tools cmd:mountpoint=util-linux \
        cmd:rsync=rsync cmd:nano=nano cmd:tmux=tmux cmd:gio=libglib2.0-bin cmd:python3=python3 \
        file:/usr/lib/python3/dist-packages/astropy=python3-astropy

## make deps        install the Debian packages that are missing (sudo where not root)
deps:
	@etc/deps.sh "$(SUDO)" $(DEPS)

# deps may bring pkg-config itself and the flags: build in a make of its own, afterwards.
## make demo        the whole tour: build, start, mount at ./sky, query, show
demo: deps
	@$(MAKE) --no-print-directory all
	@etc/demo.sh $(B)

## make check       build, unit tests, and the tests through a real mount
check: deps
	@$(MAKE) --no-print-directory all $(B)/tests/bench/convert lint-quick unit e2e

# Criterion finds no room for its arena beside ThreadSanitizer's shadow memory; unit tests run one
# thread each, so the tests through a mount are what that sanitizer has to see.
unit: $(B)/tests/unit/all
	$(if $(findstring thread,$(SANITIZE)),@echo "unit tests: not under ThreadSanitizer",$(B)/tests/unit/all --jobs 2)

## make valgrind    the unit tests under valgrind
valgrind: $(B)/tests/unit/all
	valgrind --quiet --error-exitcode=9 --trace-children=yes $(B)/tests/unit/all --jobs 1

## make e2e         the tests through a real mount (T=pattern: some of them)
T ?= *
e2e: all $(preload) $(patsubst %.c,$(B)/%,$(tool_src))
	@B=$(abspath $(B)) prove --timer --exec 'timeout -k 9 240 bash' tests/e2e/$(T).t

## make soak        long: a crowd of programs and random changes of files, for SOAK_SECONDS (600) each; 200 kills
SOAK_SECONDS ?= 600
soak: all $(preload) $(patsubst %.c,$(B)/%,$(tool_src))
	@B=$(abspath $(B)) CROWD_SECONDS=$(SOAK_SECONDS) FSX_SECONDS=$(SOAK_SECONDS) KILLS=200 \
	    prove --timer --verbose --exec 'timeout -k 9 7200 bash' tests/e2e/crowd.t tests/e2e/fsx.t \
	    tests/e2e/kill.t

## make random      2,000 random tables there and back, judged by astropy, and 500 texts
random: $(B)/tests/bench/convert
	@B=$(abspath $(B)) RANDOM_TABLES=2000 RANDOM_TEXTS=500 bash tests/interop/random.t

## make lint        includes go down the floors, sizes, banned calls, formatting
lint: lint-quick
	clang-format --dry-run --Werror $$(git ls-files '*.[ch]')
lint-quick:
	@etc/lint.sh $(B)/obj

## make interop     judged by stilts, pyvo, astroquery, astropy and GAVO DaCHS, installed where missing (T=pattern)
interop: deps
	@$(MAKE) --no-print-directory all $(B)/tests/bench/convert $(preload)
	@B=$(abspath $(B)) T='$(T)' tests/interop/run.sh

format:
	clang-format -i $$(git ls-files '*.[ch]')

## make bench       measures against peers in one run
bench: all $(patsubst %.c,$(B)/%,$(bench_src))
	@B=$(abspath $(B)) tests/bench/run.sh
	@B=$(abspath $(B)) tests/bench/files.sh

## make pairs       this build beside an older one, in pairs (OLD=its build folder)
pairs: all $(B)/tests/bench/convert
	@B=$(abspath $(B)) OLD=$(abspath $(OLD)) tests/bench/pairs.sh

## make install     PREFIX (/usr/local), DESTDIR
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/libexec/tapfs \
	    $(DESTDIR)$(PREFIX)/share/tapfs/demo $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/lib/systemd/user
	install $(B)/tapfs $(DESTDIR)$(PREFIX)/bin/tapfs
	ln -sf ../bin/tapfs $(DESTDIR)$(PREFIX)/sbin/mount.fuse.tapfs
	install $(B)/tapfs-demo $(DESTDIR)$(PREFIX)/libexec/tapfs/tapfs-demo
	install -m 644 etc/services.ini etc/tapfs.ini $(DESTDIR)$(PREFIX)/share/tapfs/
	install -m 644 tests/service/data/*.csv $(DESTDIR)$(PREFIX)/share/tapfs/demo/
	install -m 644 etc/tapfs.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	sed 's|/usr/local/share|$(PREFIX)/share|' etc/tapfs.ini.5 >$(DESTDIR)$(PREFIX)/share/man/man5/tapfs.ini.5
	sed 's|/usr/local/bin|$(PREFIX)/bin|' etc/tapfs@.service >$(DESTDIR)$(PREFIX)/lib/systemd/user/tapfs@.service
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 644 etc/completions/tapfs.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/tapfs
