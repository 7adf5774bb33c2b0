/* uws_fuzz.c: any bytes as a job document, a job list and an availability. */
#include <stddef.h>
#include <stdint.h>

#include "tap/uws/uws.h"
#include "tap/vosi/availability.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct uws_job *job = uws_job_parse((const char *)data, n, NULL);

	if (job)
		uws_result_href(job);
	uws_job_free(job);
	uws_joblist_free(uws_joblist_parse((const char *)data, n, NULL));
	availability_free(availability_parse((const char *)data, n, NULL));
	return 0;
}
