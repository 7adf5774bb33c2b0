/*
 * format_html.c: a table as one page for a browser, which sorts and searches it without a network.
 *
 * The first HTML_ROWS rows are in it; how many there are is told behind them in the document, and
 * shown above (style: order). No data is anything but text: all is escaped, addresses become links
 * only where they are http or https, and the page may load and send nothing
 * (Content-Security-Policy).
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "table/cell_text.h"
#include "table/write/format.h"
#include "table/write/format_out.h"

#define HTML_ROWS 10000

struct html_writer {
	struct format_writer writer; /* first */
	struct format_out out;
	const struct table *table; /* the reader's, while it reads */
	uint64_t rows;
	struct buf list;
};

static const char style[] =
    ":root{color-scheme:light dark;--line:#8884;--head:#eef1f5;--odd:#8881}\n"
    "@media(prefers-color-scheme:dark){:root{--head:#23272e}}\n"
    "body{display:flex;flex-direction:column;gap:.6em;margin:1em;"
    "font:14px/1.35 system-ui,sans-serif;height:calc(100vh - 2em)}\n"
    "h1,p{margin:0}h1{font-size:1.3em}#note{order:1;opacity:.8}#table{order:2;overflow:auto}\n"
    "input{font:inherit;padding:.25em .5em;width:20em;max-width:100%}\n"
    "table{border-collapse:collapse;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.15em .6em;border-bottom:1px solid var(--line);text-align:left;"
    "vertical-align:top;max-width:40em;overflow-wrap:anywhere}\n"
    "th{position:sticky;top:0;background:var(--head);cursor:pointer;white-space:nowrap}\n"
    "th small{display:block;font-weight:normal;opacity:.7;min-height:1.2em}\n"
    "th[aria-sort=ascending]>span::after{content:\" \\25b2\"}\n"
    "th[aria-sort=descending]>span::after{content:\" \\25bc\"}\n"
    ".n{text-align:right;white-space:nowrap}tbody tr:nth-child(odd){background:var(--odd)}\n";

static const char script[] =
    "const body=document.querySelector('tbody'),all=[...body.rows],"
    "find=document.querySelector('input'),shown=document.querySelector('output'),"
    "heads=[...document.querySelectorAll('th')],"
    "order=new Intl.Collator(undefined,{numeric:true}).compare;\n"
    "const text=all.map(r=>[...r.cells].map(c=>c.textContent).join('\\n').toLowerCase());\n"
    "function look(){const words=find.value.toLowerCase().split(/\\s+/).filter(Boolean);"
    "let n=0;all.forEach((r,i)=>{const is=words.every(w=>text[i].includes(w));"
    "r.hidden=!is;n+=is});shown.textContent=words.length?n+' of '+all.length:''}\n"
    "function sort(i){const h=heads[i],down=h.getAttribute('aria-sort')==='ascending',"
    "number=h.classList.contains('n'),sign=down?-1:1;"
    "heads.forEach(x=>x.removeAttribute('aria-sort'));"
    "h.setAttribute('aria-sort',down?'descending':'ascending');"
    "const rows=all.map((r,k)=>({r,k,v:r.cells[i].textContent}));"
    "rows.sort((a,b)=>(a.v==='')-(b.v==='')||sign*(number?(+a.v>+b.v)-(+a.v<+b.v):"
    "order(a.v,b.v))||a.k-b.k);body.append(...rows.map(x=>x.r))}\n"
    "find.addEventListener('input',look);"
    "heads.forEach((h,i)=>{h.tabIndex=0;h.addEventListener('click',()=>sort(i));"
    "h.addEventListener('keydown',e=>{if(e.key==='Enter')sort(i)})});\n";

static void add_html_text(struct buf *b, const char *s)
{
	if (s)
		buf_add_xml(b, s, strlen(s));
}

static void add_th(struct buf *b, const struct field *f)
{
	buf_adds(b, field_is_number(f) ? "<th class=n title=\"" : "<th title=\"");
	add_html_text(b, f->description);
	if (f->ucd && *f->ucd) {
		buf_adds(b, " (");
		add_html_text(b, f->ucd);
		buf_addc(b, ')');
	}
	buf_adds(b, "\"><span>");
	add_html_text(b, f->name);
	buf_adds(b, "</span><small>");
	add_html_text(b, f->unit);
	buf_adds(b, "</small></th>\n");
}

static bool html_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct html_writer *w = (struct html_writer *)sink;
	struct buf *b = &w->out.text;
	const char *name = t->name && *t->name ? t->name : "Result";

	w->table = t;
	buf_adds(b, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
	add_html_text(b, name);
	buf_addf(b, "</title>\n<style>\n%s</style></head>\n<body>\n<h1>", style);
	add_html_text(b, name);
	buf_adds(b, "</h1>\n");
	if (t->description && *t->description) {
		buf_adds(b, "<p>");
		add_html_text(b, t->description);
		buf_adds(b, "</p>\n");
	}
	buf_adds(b, "<p><input type=\"search\" placeholder=\"Search\" aria-label=\"Search\"> "
		    "<output></output></p>\n<div id=\"table\"><table><thead><tr>\n");
	for (size_t i = 0; i < t->nfields; i++)
		add_th(b, &t->fields[i]);
	buf_adds(b, "</tr></thead><tbody>\n");
	return format_out_row(&w->out, err);
}

/* Whether all of it is one address that is safe to follow. */
static bool is_link_address(const char *s, size_t n)
{
	if (!(n > 7 && strncasecmp(s, "http://", 7) == 0) &&
	    !(n > 8 && strncasecmp(s, "https://", 8) == 0))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == '"' || s[i] == '<' || s[i] == '>')
			return false;
	return true;
}

static void add_html_string(struct html_writer *w, const struct field *f, const struct cell *c)
{
	struct buf *b = &w->out.text;
	const char *s;
	size_t n;

	cell_string(f, c, &w->list, &s, &n);
	if (!is_link_address(s, n)) {
		buf_add_xml(b, s, n);
		return;
	}
	buf_adds(b, "<a rel=\"noreferrer\" href=\"");
	buf_add_xml(b, s, n);
	buf_adds(b, "\">");
	buf_add_xml(b, s, n);
	buf_adds(b, "</a>");
}

static bool html_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct html_writer *w = (struct html_writer *)sink;
	struct buf *b = &w->out.text;

	if (w->rows >= HTML_ROWS)
		return true;
	w->rows++;
	buf_adds(b, "<tr>");
	for (size_t i = 0; i < w->table->nfields; i++) {
		const struct field *f = &w->table->fields[i];

		buf_adds(b, field_is_number(f) ? "<td class=n>" : "<td>");
		if (datatype_is_text(f->type))
			add_html_string(w, f, &cells[i]);
		else
			cell_add_values(b, f, &cells[i]);
	}
	buf_adds(b, "</tr>\n");
	return format_out_row(&w->out, err);
}

static bool html_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct html_writer *w = (struct html_writer *)sink;
	struct buf *b = &w->out.text;

	buf_adds(b, "</tbody></table></div>\n<p id=\"note\">");
	if (end->rows > w->rows)
		buf_addf(b,
			 "The first %" PRIu64 " of %" PRIu64
			 " rows; the other formats have all of them.",
			 w->rows, end->rows);
	else
		buf_addf(b, "%" PRIu64 " row%s.", end->rows, end->rows == 1 ? "" : "s");
	if (end->overflow)
		buf_adds(b, " The service cut the result off: rows are missing.");
	buf_addf(b, "</p>\n<script>\n%s</script>\n</body></html>\n", script);
	return format_out_flush(&w->out, err);
}

static void html_free(struct format_writer *writer)
{
	struct html_writer *w = (struct html_writer *)writer;

	buf_free(&w->out.text);
	buf_free(&w->list);
	free(w);
}

struct format_writer *html_writer_new(int fd)
{
	struct html_writer *w = xcalloc(1, sizeof(*w));

	w->writer.sink = (struct table_sink){.begin = html_begin, .row = html_row, .end = html_end};
	w->writer.free = html_free;
	w->out = (struct format_out){.fd = fd, .what = "HTML"};
	return &w->writer;
}
