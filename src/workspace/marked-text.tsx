/** A short text of an exercise: `code` in backticks, paragraphs by empty lines. */
export function MarkedText({ text, inline = false }: { text: string; inline?: boolean }) {
  if (inline) return <span>{pieces(text)}</span>;
  return (
    <>
      {text
        .trim()
        .split(/\n\s*\n/)
        .map((paragraph) => (
          <p key={paragraph}>{pieces(paragraph)}</p>
        ))}
    </>
  );
}

function pieces(text: string) {
  return text.split(/`([^`]+)`/).map((piece, at) => (at % 2 ? <code key={`${at}`}>{piece}</code> : piece));
}
