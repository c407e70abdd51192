import { fileURLToPath } from 'node:url';

/** Where random sessions are kept as a real engine answered them, one a line. */
export const recordedSessions = fileURLToPath(new URL('../recordings/sessions.jsonl', import.meta.url));
