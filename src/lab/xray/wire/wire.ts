import { CALL_RECORD, type RecordedCall } from '../../../engine/daemon/call-record.ts';
import type { Simulation } from '../../../engine/world/simulation.ts';
import { type BodyText, bodyText } from './body-text.ts';
import { type CurlLine, curlLine } from './curl-line.ts';
import { masked } from './secrets.ts';

/** One call of the Engine API. */
export interface WireCall {
  id: number;
  method: string;
  path: string;
  /** Names and values, as they read. */
  query: [string, string][];
  /** Of the answer, where one has come. */
  status?: number;
  /** When it came, on the machine's clock, ms. */
  at: number;
  /** How long it took, ms; absent while it is under way. */
  took?: number;
  /** Whether the answer is sent whole, comes piece by piece, or the connection has left HTTP. */
  is: 'answer' | 'stream' | 'hijack';
  requestBytes: number;
  responseBytes: number;
}

/** A command, and what it asked of the daemon. */
export interface WireCommand {
  key: string;
  /** Empty where nobody knows who called: over TCP. */
  argv: string[];
  pid?: number;
  at: number;
  /** In order. */
  calls: WireCall[];
}

/** All that is known of a call. */
export interface WireCallDetail {
  request: BodyText;
  response: BodyText;
  /** What came over the connection after it had left HTTP. */
  input?: BodyText;
  curl: CurlLine;
}

/** What the daemon has been asked: the commands, the newest first. */
export function wireView(simulation: Simulation): WireCommand[] {
  const commands = new Map<string, WireCommand>();
  for (const call of recorded(simulation)) {
    const { caller } = call;
    const key = caller ? `${caller.pid} ${caller.startTime}` : 'unknown';
    let command = commands.get(key);
    if (command === undefined) {
      command = {
        key,
        argv: [...(caller?.argv ?? [])],
        ...(caller && { pid: caller.pid }),
        at: call.started,
        calls: [],
      };
      commands.set(key, command);
    }
    command.calls.push(callView(call));
  }
  return [...commands.values()].reverse();
}

/** A call with its bodies; undefined where it is not kept any more. */
export function wireCall(simulation: Simulation, id: number): WireCallDetail | undefined {
  const found = recorded(simulation).find((one) => one.id === id);
  if (found === undefined) return undefined;
  const call = masked(found);
  const type = call.headers.find(([name]) => name === 'Content-Type')?.[1];
  return {
    request: bodyText(call.request, type),
    response: bodyText(call.response, call.contentType),
    ...(call.input && { input: bodyText(call.input, undefined) }),
    curl: curlLine(call),
  };
}

/** The calls of the daemon that runs now, the oldest first. */
function recorded({ host }: Simulation): readonly RecordedCall[] {
  for (const { published } of host.kernel.tasks) {
    const record = published.get(CALL_RECORD);
    if (record) return record() as readonly RecordedCall[];
  }
  return [];
}

function callView(call: RecordedCall): WireCall {
  const { id, method, target, status, started, ended, input, streamed } = call;
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/.exec(target) ?? [];
  return {
    id,
    method,
    path,
    query: [...new URLSearchParams(query)],
    ...(status !== undefined && { status }),
    at: started,
    ...(ended !== undefined && { took: ended - started }),
    is: input ? 'hijack' : streamed ? 'stream' : 'answer',
    requestBytes: call.request.bytes,
    responseBytes: call.response.bytes,
  };
}
