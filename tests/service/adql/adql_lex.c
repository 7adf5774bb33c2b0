/*
 * adql_lex.c: ADQL text as tokens, each with its line and column.
 *
 * `at` is the place of *next. Comments (-- to the end of the line) and white
 * space are skipped in front of a token.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "tests/service/adql/adql_ast.h"

void adql_fail(struct adql *a, struct adql_place at, const char *fmt, ...)
{
	va_list ap;
	char *what;

	va_start(ap, fmt);
	what = xvasprintf(fmt, ap);
	va_end(ap);
	a->error = arena_printf(&a->arena, "Line %d, column %d: %s", at.line, at.column, what);
	free(what);
	longjmp(a->failed, 1);
}

static void skip(struct adql_lexer *l)
{
	unsigned char c = (unsigned char)*l->next++;

	if (c == '\n') {
		l->at.line++;
		l->at.column = 1;
	} else if ((c & 0xc0) != 0x80) {
		l->at.column++;
	}
}

static void skip_blanks(struct adql_lexer *l)
{
	for (;;) {
		if (isspace((unsigned char)*l->next)) {
			skip(l);
		} else if (l->next[0] == '-' && l->next[1] == '-') {
			while (*l->next && *l->next != '\n')
				skip(l);
		} else {
			return;
		}
	}
}

/* 'it''s' or "a""b": the quote is doubled inside. */
static const char *quoted(struct adql_lexer *l, char quote, struct adql_place at)
{
	struct text out = {.arena = &l->adql->arena};
	size_t n;

	text_add(&out, "");
	skip(l);
	for (;;) {
		if (!*l->next)
			adql_fail(l->adql, at, "this %s has no closing quote",
				  quote == '"' ? "quoted name" : "text");
		if (*l->next == quote) {
			skip(l);
			if (*l->next != quote)
				return text_str(&out);
		}
		n = utf8_length((const unsigned char *)l->next, strlen(l->next));
		if (!n)
			adql_fail(l->adql, l->at, "this is no character of UTF-8");
		if (n == 1 && iscntrl((unsigned char)*l->next) && !isspace((unsigned char)*l->next))
			adql_fail(l->adql, l->at, "a control character cannot stand here");
		text_addn(&out, l->next, n);
		while (n--)
			skip(l);
	}
}

static struct adql_token number(struct adql_lexer *l, struct adql_token t)
{
	const char *start = l->next;
	const char *p = start;

	t.kind = TOKEN_NUMBER;
	t.is_integer = true;
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && isxdigit((unsigned char)p[2])) {
		for (p += 2; isxdigit((unsigned char)*p); p++)
			;
		if (strtoull(start, NULL, 16) > INT64_MAX)
			adql_fail(l->adql, t.at, "a hexadecimal number has at most 63 bits");
	} else {
		for (; isdigit((unsigned char)*p); p++)
			;
		if (*p == '.') {
			t.is_integer = false;
			for (p++; isdigit((unsigned char)*p); p++)
				;
		}
		if (*p == 'e' || *p == 'E') {
			const char *e = p + 1;

			if (*e == '+' || *e == '-')
				e++;
			if (isdigit((unsigned char)*e)) {
				t.is_integer = false;
				for (p = e; isdigit((unsigned char)*p); p++)
					;
			}
		}
	}
	t.text = arena_strndup(&l->adql->arena, start, (size_t)(p - start));
	while (l->next < p)
		skip(l);
	if (isalpha((unsigned char)*p) || *p == '_')
		adql_fail(l->adql, t.at,
			  "\"%s%c\" is no number, and a name must begin with a letter", t.text, *p);
	return t;
}

static struct adql_token operator_token(struct adql_lexer *l, struct adql_token t)
{
	static const char *const ops[] = {"||", "<=", ">=", "<>", "!=", "(", ")", ",", ".",
					  "*",  "+",  "-",  "/",  "=",  "<", ">", ";"};
	size_t n = 1;

	t.kind = TOKEN_OP;
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++) {
		size_t len = strlen(ops[i]);

		if (!strncmp(l->next, ops[i], len)) {
			t.text = ops[i];
			while (len--)
				skip(l);
			return t;
		}
	}
	while (((unsigned char)l->next[n] & 0xc0) == 0x80)
		n++;
	if (*l->next == '_')
		adql_fail(l->adql, t.at,
			  "a name that begins with \"_\" must stand in double quotes");
	adql_fail(l->adql, t.at, "\"%.*s\" cannot stand here", (int)n, l->next);
}

struct adql_token adql_lex(struct adql_lexer *l)
{
	struct adql_token t = {.kind = TOKEN_END, .text = ""};
	const char *start;

	skip_blanks(l);
	t.at = l->at;
	if (!*l->next)
		return t;
	if (isalpha((unsigned char)*l->next)) {
		for (start = l->next; isalnum((unsigned char)*l->next) || *l->next == '_';)
			skip(l);
		t.kind = TOKEN_NAME;
		t.text = arena_strndup(&l->adql->arena, start, (size_t)(l->next - start));
		return t;
	}
	if (*l->next == '\'' || *l->next == '"') {
		t.kind = *l->next == '"' ? TOKEN_QUOTED : TOKEN_STRING;
		t.text = quoted(l, *l->next, t.at);
		if (t.kind == TOKEN_QUOTED && !*t.text)
			adql_fail(l->adql, t.at, "a quoted name is empty");
		return t;
	}
	if (isdigit((unsigned char)*l->next) ||
	    (*l->next == '.' && isdigit((unsigned char)l->next[1])))
		return number(l, t);
	return operator_token(l, t);
}
