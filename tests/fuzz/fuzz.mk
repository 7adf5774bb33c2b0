# fuzz.mk: make fuzz FUZZ_SECONDS=60: each parser under libFuzzer with ASan and UBSan.
# What it finds is added to tests/fuzz/corpus/NAME, with a fix.

FUZZ_SECONDS ?= 60
fuzz_names := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
fuzz_src   := $(wildcard tap/votable*.c tap/capabilities*.c tap/number*.c tap/decimal*.c) tap/vosi/availability.c \
              $(wildcard tap/table_*.c tap/column_*.c) table/adql_words.c table/read/delimited.c table/read/ecsv_cell.c \
              $(wildcard tap/cell_*.c) $(patsubst %,tap/format_%.c,csv ecsv fits html json out txt votable) table/write/fits_column.c cache/file.c table/votable/crew.c base/text/isotime.c tap/service/service_error.c table/table.c tap/vosi/tableset.c \
              $(wildcard tap/descriptor*.c) table/links/datalink.c base/text/mime.c tap/datalink/soda.c base/text/url.c \
              tap/vosi/tableset_type.c base/utf8.c tap/uws/uws.c base/text/xml.c base/buf.c base/clock.c base/error.c base/mem.c

.PHONY: fuzz
## make fuzz        the parsers against bytes at random, FUZZ_SECONDS each
fuzz: $(patsubst %,build/fuzz/%,$(fuzz_names))
	@for f in $(fuzz_names); do \
		dict=tests/fuzz/$$f.dict; [ -f $$dict ] || dict=tests/fuzz/xml.dict; \
		mkdir -p build/fuzz/found/$$f tests/fuzz/corpus/$$f; \
		build/fuzz/$$f -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=2048 \
			-print_final_stats=1 -verbosity=0 -dict=$$dict -artifact_prefix=build/fuzz/$$f- \
			build/fuzz/found/$$f tests/fuzz/corpus/$$f || exit 1; \
	done

build/fuzz/%: tests/fuzz/%_fuzz.c $(fuzz_src)
	@mkdir -p $(@D)
	clang -std=gnu11 -O1 -g -I. -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined $(call pkgflags,libxml-2.0 libcurl cfitsio libxxhash yaml-0.1) -o $@ $^ \
		$(call pkglibs,libxml-2.0 libcurl cfitsio libxxhash yaml-0.1) -lm

# ADQL: the demo service's translator, down to the rows that SQLite gives.
adql_src := $(wildcard tests/service/adql_*.c tests/service/write_*.c) table/adql_words.c \
            $(patsubst %,tests/service/%.c,arena catalog catalogues content formats functions geometry \
              images light_curves obscore params synthetic tap_schema wcs) base/buf.c base/error.c base/mem.c base/utf8.c

build/fuzz/adql: tests/fuzz/adql_fuzz.c $(adql_src)
	@mkdir -p $(@D)
	clang -std=gnu11 -O1 -g -I. -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined \
		-fno-sanitize-recover=undefined $(call pkgflags,sqlite3) -o $@ $^ $(call pkglibs,sqlite3) -lm
