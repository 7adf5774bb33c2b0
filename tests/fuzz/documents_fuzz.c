/* documents_fuzz.c: any bytes as bodies that are mended, taken apart or judged by their beginning.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/text/first_bytes.h"
#include "base/text/multipart.h"
#include "base/text/xml_mend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *begin = (const char *)data;
	struct xml_mend mend = {0};
	struct multipart_part part;
	struct multipart m;

	for (size_t i = 0, given; i < n; i += 7)
		xml_mend(&mend, begin + i, n - i < 7 ? n - i : 7, n - i <= 7, &given);
	xml_mend_clear(&mend);
	if (multipart_begin(&m, "multipart/mixed; boundary=b", data, n))
		while (multipart_next(&m, &part))
			if (part.data < begin || part.data + part.n > begin + n)
				abort();
	multipart_end(&m);
	first_bytes_fit("fits", data, n);
	first_bytes_fit("csv", data, n);
	return 0;
}
