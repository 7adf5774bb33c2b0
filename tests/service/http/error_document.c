/* error_document.c: see error_document.h. */
#include "tests/service/http/error_document.h"

#include <string.h>

#include "base/quote.h"

const char svc_votable_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\"\n"
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
    " xsi:schemaLocation=\"http://www.ivoa.net/xml/VOTable/v1.3 "
    "http://www.ivoa.net/xml/VOTable/VOTable-1.4.xsd\">\n"
    "<RESOURCE type=\"results\">\n";

void svc_error_document(struct buf *out, const char *message)
{
	buf_adds(out, svc_votable_head);
	buf_adds(out, "<INFO name=\"QUERY_STATUS\" value=\"ERROR\">");
	buf_add_xml(out, message, strlen(message));
	buf_adds(out, "</INFO>\n</RESOURCE>\n</VOTABLE>\n");
}
