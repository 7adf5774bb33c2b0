/* service_error_fuzz.c: any bytes as the body of an error: what comes of it is short UTF-8. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tap/service/service_error.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const types[] = {NULL, "text/html", "text/plain"};

	for (int i = 0; i < 3; i++) {
		char *s = service_error_message(500, types[i], (const char *)data, n);

		if (s && (strlen(s) > 2052 || !utf8_is_valid(s, strlen(s))))
			abort();
		free(s);
	}
	return 0;
}
