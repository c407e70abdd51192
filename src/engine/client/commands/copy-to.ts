import type { HttpClientResponse } from '../../net/http/message.ts';
import type { Output } from '../files/output.ts';

/** Asks, writes the whole of the answer, and closes the output whatever happens. */
export async function copyTo(output: Output, ask: () => Promise<HttpClientResponse>): Promise<undefined> {
  try {
    const { body } = await ask();
    for (let bytes = await body.read(); bytes !== null; bytes = await body.read()) await output.write(bytes);
  } finally {
    await output.close();
  }
  return undefined;
}
