/** `--platform linux/arm64` as the API's JSON; undefined when it is not given. */
export function platformQuery(text: string): string | undefined {
  if (text === '') return undefined;
  const [os, architecture, variant] = text.toLowerCase().split('/');
  return JSON.stringify({ architecture, os, ...(variant === undefined ? {} : { variant }) });
}
