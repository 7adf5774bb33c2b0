/* http_headers.c: lines of a request's head, which may hold secrets; see transport.h. */
#include <stdlib.h>
#include <string.h>

#include "base/text/list.h"
#include "http/transport.h"

void http_headers_add(struct http_headers *h, char *line)
{
	*LIST_ADD(h->at, h->n) = line;
}

void http_headers_clear(struct http_headers *h)
{
	for (size_t i = 0; i < h->n; i++) {
		explicit_bzero(h->at[i], strlen(h->at[i]));
		free(h->at[i]);
	}
	free(h->at);
	*h = (struct http_headers){0};
}
