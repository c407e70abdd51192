/**
 * One line of comma-separated values with RFC 4180 quotes, as Go's encoding/csv reads it.
 * Throws with the package's texts.
 *
 * @param blamesQuote a quote without its fellow is told of where it stands, as tonistiigi/go-csvvalue does, and not at the line's end
 */
export function csvFields(line: string, blamesQuote = false): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let field = '';
      at++;
      for (;;) {
        const end = line.indexOf('"', at);
        if (end < 0)
          throw new Error(
            `parse error on line 1, column ${(blamesQuote ? at : line.length) + 1}: extraneous or missing " in quoted-field`,
          );
        field += line.slice(at, end);
        at = end + 1;
        if (line[at] !== '"') break;
        field += '"';
        at++;
      }
      fields.push(field);
      if (at >= line.length) return fields;
      if (line[at] !== ',')
        throw new Error(`parse error on line 1, column ${at}: extraneous or missing " in quoted-field`);
      at++;
    } else {
      const comma = line.indexOf(',', at);
      const field = comma < 0 ? line.slice(at) : line.slice(at, comma);
      const bare = field.indexOf('"');
      if (bare >= 0)
        throw new Error(`parse error on line 1, column ${at + bare + 1}: bare " in non-quoted-field`);
      fields.push(field);
      if (comma < 0) return fields;
      at = comma + 1;
    }
  }
}
