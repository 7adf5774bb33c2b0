/* capabilities_fuzz.c: any bytes as a capabilities document. */
#include <stddef.h>
#include <stdint.h>

#include "tap/vosi/capabilities.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct capabilities *c = capabilities_parse((const char *)data, n, NULL);

	if (c) {
		capabilities_choose_votable_format(c, true);
		capabilities_url(c, "ivo://ivoa.net/std/TAP");
		capabilities_has_upload(c);
	}
	capabilities_free(c);
	return 0;
}
