/* place.c: see place.h. */
#include "base/text/place.h"

bool text_place_of(const char *text, size_t characters, struct text_place *p)
{
	*p = (struct text_place){1, 1};
	for (; *text && characters; text++) {
		if (!text_begins_character(*text))
			continue;
		characters--;
		p->column++;
		if (*text == '\n')
			*p = (struct text_place){p->line + 1, 1};
	}
	return !characters;
}

bool text_has_line(const char *text, unsigned line)
{
	for (; line > 1 && *text; text++)
		line -= *text == '\n';
	return line == 1;
}

size_t text_place_offset(const char *text, struct text_place p)
{
	const char *at = text;

	for (; p.line > 1 && *at; at++)
		p.line -= *at == '\n';
	for (; p.column > 1 && *at && *at != '\n'; at++)
		p.column -= text_begins_character(at[1]);
	return (size_t)(at - text);
}

size_t text_characters(const char *text, size_t n)
{
	size_t characters = 0;

	for (size_t i = 0; i < n && text[i]; i++)
		characters += text_begins_character(text[i]);
	return characters;
}
