/** Gives the reader a file, as a link with `download` does. */
export function giveFile(name: string, content: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([content as Uint8Array<ArrayBuffer>]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun, or will in this task's wake.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
