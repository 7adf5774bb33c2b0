# tapfs: make demo, make check; `make help` lists the rest.

VERSION := 0.1.0
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
AR      ?= ar

# make SANITIZE=address,undefined check    (or thread); kept apart in build/
SANITIZE ?=
comma := ,
B := build$(if $(SANITIZE),/$(subst $(comma),-,$(SANITIZE)))

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wconversion -Wno-sign-conversion
WERROR   ?= $(if $(CI),-Werror)
OPT      ?= -O2 -g
# What tables need, and what the program needs beside it.
table_pkgs := libxml-2.0 libuv sqlite3 inih libxxhash cairo cfitsio yaml-0.1 zlib
PKGS     := fuse3 libcurl $(table_pkgs)
pkgflags  = $(shell pkg-config --cflags $(1) 2>/dev/null)
pkglibs   = $(shell pkg-config --libs $(1) 2>/dev/null)

# What turns a mistake in memory into an end instead of a way in; FORTIFY would hide some from a
# sanitizer.
HARDENED := -fPIE -fstack-protector-strong -fstack-clash-protection \
            $(if $(filter x86_64,$(shell uname -m)),-fcf-protection) \
            $(if $(SANITIZE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
override CFLAGS += -std=gnu11 $(OPT) $(WARNINGS) $(WERROR) -I. -D_GNU_SOURCE -DFUSE_USE_VERSION=314 \
          -DTAPFS_VERSION='"$(VERSION)"' -DTAPFS_ETC='"$(PREFIX)/share/tapfs"' \
          -DTAPFS_LIBEXEC='"$(PREFIX)/libexec/tapfs"' $(HARDENED) \
          $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer) -MMD -MP
override LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -pthread

c_of      = $(sort $(shell find $(1) -name "*.c"))
# Two libraries: tables, which know of no network and no mount, and the program upon them.
table_src := $(call c_of,base cache table)
lib_src  := $(filter-out fs/main.c,$(call c_of,http tap fs))
libs     := $(B)/libtapfs.a $(B)/libtable.a
svc_src  := $(filter-out tests/service/main.c,$(call c_of,tests/service))

# Each value of each row passes through these.
hot_src  := $(wildcard table/*.c table/votable/*.c table/links/*.c table/write/*.c base/text/*.c) base/buf.c base/quote.c base/utf8.c
$(hot_src:%.c=$(B)/obj/%.o): OPT := $(OPT:-O2=-O3)
unit_src := $(call c_of,tests/unit)
bench_src := $(wildcard tests/bench/*.c)
tool_src := $(wildcard tests/e2e/*.c)
preload  := $(patsubst %.c,$(B)/%.so,$(wildcard tests/preload/*.c))
obj       = $(patsubst %.c,$(B)/obj/%.o,$(1))

.PHONY: all demo valgrind soak interop check deps lint lint-quick install bench pairs clean help unit e2e format
all: $(B)/tapfs $(B)/tapfs-demo

help:
	@sed -n 's/^## //p' Makefile etc/targets.mk tests/fuzz/fuzz.mk

include etc/targets.mk tests/fuzz/fuzz.mk

$(B)/tapfs: $(call obj,fs/main.c) $(libs)
	$(CC) $(LDFLAGS) -o $@ $^ $(call pkglibs,$(PKGS)) -lm

$(B)/tapfs-demo: $(call obj,tests/service/main.c) $(B)/libservice.a $(libs)
	$(CC) $(LDFLAGS) -o $@ $^ $(call pkglibs,libmicrohttpd $(PKGS)) -lm

$(B)/libtable.a: $(call obj,$(table_src))
$(B)/libtapfs.a: $(call obj,$(lib_src))
$(B)/libservice.a: $(call obj,$(svc_src))
%.a:
	@rm -f $@
	$(AR) rcs $@ $^

$(B)/tests/unit/all: $(call obj,$(unit_src)) $(B)/libservice.a $(libs)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(call pkglibs,criterion libmicrohttpd $(PKGS)) -lm

# Of the library of tables alone: neither libcurl nor libfuse.
$(B)/tests/bench/%: $(B)/obj/tests/bench/%.o $(B)/libtable.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(call pkglibs,$(table_pkgs)) -lm

$(B)/tests/preload/%.so: tests/preload/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(OPT) $(WARNINGS) $(WERROR) -D_GNU_SOURCE -shared -fPIC -o $@ $< -ldl

$(B)/tests/e2e/%: $(B)/obj/tests/e2e/%.o $(libs)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(call pkglibs,$(PKGS)) -lm

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(call pkgflags,$(PKGS)) -c -o $@ $<

## make clean       remove build/
clean:
	rm -rf build

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
