# fuzz.mk: make fuzz FUZZ_SECONDS=60: each parser under libFuzzer with ASan and UBSan.
# What it finds is added to tests/fuzz/corpus/NAME, with a fix.

FUZZ_SECONDS ?= 60
fuzz_names := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
fuzz_src   := $(call c_of,base cache table tap/vosi) tap/uws/uws.c tap/service/service_error.c tap/datalink/soda.c
fuzz_pkgs  := libxml-2.0 cfitsio libxxhash yaml-0.1 libuv sqlite3 inih cairo zlib
fuzz_flags := -std=gnu11 -O1 -g -MMD -MP -I. -D_GNU_SOURCE -DTAPFS_VERSION='"fuzz"' -DTAPFS_ETC='"etc"' -DTAPFS_LIBEXEC='"build"' \
              -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
fuzz_lib   := build/fuzz/libtapfs.a

# ADQL: the demo service's translator, down to the rows that SQLite gives.
adql_src := $(call c_of,tests/service/adql tests/service/data) tests/service/tap/formats.c tests/service/http/error_document.c \
            $(wildcard tests/service/tap/write_*.c)

.PHONY: fuzz
.SECONDARY:
## make fuzz        the parsers against bytes at random, FUZZ_SECONDS each
fuzz: $(patsubst %,build/fuzz/%,$(fuzz_names))
	@for f in $(fuzz_names); do \
		dict=tests/fuzz/$$f.dict; [ -f $$dict ] || dict=tests/fuzz/xml.dict; \
		mkdir -p build/fuzz/found/$$f tests/fuzz/corpus/$$f; \
		build/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 \
			-print_final_stats=1 -verbosity=0 -dict=$$dict -artifact_prefix=build/fuzz/$$f- \
			build/fuzz/found/$$f tests/fuzz/corpus/$$f || exit 1; \
	done

# Compiled once for all of them.
build/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	clang $(fuzz_flags) $(call pkgflags,$(fuzz_pkgs)) -c -o $@ $<

$(fuzz_lib): $(fuzz_src:%.c=build/fuzz/obj/%.o)
build/fuzz/libadql.a: $(adql_src:%.c=build/fuzz/obj/%.o)

build/fuzz/%: build/fuzz/obj/tests/fuzz/%_fuzz.o $(fuzz_lib)
	clang -fsanitize=fuzzer,address,undefined -pthread -o $@ $^ $(call pkglibs,$(fuzz_pkgs)) -lm

build/fuzz/adql: build/fuzz/obj/tests/fuzz/adql_fuzz.o build/fuzz/libadql.a $(fuzz_lib)
	clang -fsanitize=fuzzer,address,undefined -pthread -o $@ $^ $(call pkglibs,$(fuzz_pkgs)) -lm

-include $(shell find build/fuzz -name '*.d' 2>/dev/null)
