/*
 * datalink_fuzz.c: any bytes as a DataLink document: what is written of it is read again as the
 * same. The first line is a name of a cut-out.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/links/datalink.h"
#include "tap/datalink/soda.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void again(const struct link_list *links)
{
	CLEANUP_BUF struct buf xml = BUF_INIT;
	CLEANUP_BUF struct buf a = BUF_INIT;
	CLEANUP_BUF struct buf b = BUF_INIT;
	struct link_list twice;

	datalink_write(links, &xml);
	if (!datalink_parse(buf_str(&xml), xml.len, &twice, NULL))
		abort();
	links_name(&twice);
	links_csv(links, &a);
	links_csv(&twice, &b);
	if (twice.n != links->n || twice.services.n != links->services.n ||
	    strcmp(buf_str(&a), buf_str(&b)) != 0)
		abort();
	link_list_clear(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *end = n ? memchr(data, '\n', n) : NULL;
	CLEANUP_FREE char *name = end ? xstrndup((const char *)data, (size_t)(end - data)) : NULL;
	struct soda_request request;
	struct link_list links;

	if (!end)
		return 0;
	if (datalink_parse((const char *)end + 1, n - (size_t)(end + 1 - data), &links, NULL)) {
		links_name(&links);
		again(&links);
		if (soda_request(&links.services, "id", name, &request, NULL))
			soda_request_clear(&request);
	}
	link_list_clear(&links);
	return 0;
}
