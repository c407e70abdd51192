import { Namespace } from './namespace.ts';

/** An IPC namespace (ipc_namespaces(7)). */
export class IpcNamespace extends Namespace {
  readonly kind = 'ipc';
}
