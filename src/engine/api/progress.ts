/** One line of the streams that pull, push, load and build answer with. Models moby `pkg/jsonmessage`. */
export interface ProgressMessage {
  stream?: string;
  status?: string;
  progressDetail?: { current?: number; total?: number; hidecounts?: boolean; units?: string };
  progress?: string;
  id?: string;
  error?: string;
  errorDetail?: { code?: number; message: string };
  aux?: unknown;
}
