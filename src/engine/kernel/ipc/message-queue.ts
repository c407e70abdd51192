import { WaitQueue } from '../../base/wait-queue.ts';
import type { Pid } from '../pid.ts';
import { IpcObject } from './objects.ts';

/** A message: its type, greater than 0, and its text. */
export interface Message {
  type: number;
  data: Uint8Array;
}

/** A message queue (msgget(2)). */
export class MessageQueue extends IpcObject {
  readonly messages: Message[] = [];
  /** Bytes that it may hold. */
  capacity: number;
  bytes = 0;
  lastSender: Pid | undefined;
  lastReceiver: Pid | undefined;
  sendTime = 0;
  receiveTime = 0;
  readonly moved = new WaitQueue();

  constructor(capacity: number, ...rest: ConstructorParameters<typeof IpcObject>) {
    super(...rest);
    this.capacity = capacity;
  }

  hasRoomFor(length: number): boolean {
    return this.bytes + length <= this.capacity && this.messages.length < this.capacity;
  }

  put(message: Message): void {
    this.messages.push(message);
    this.bytes += message.data.length;
    this.moved.wakeAll();
  }

  /** The message that msgrcv(2) would take: the first, the first of a type, or for -N the first of the lowest type up to N. */
  choose(type: number, except: boolean): Message | undefined {
    if (type === 0) return this.messages[0];
    if (type > 0) return this.messages.find((message) => (message.type === type) !== except);
    return this.messages
      .filter((message) => message.type <= -type)
      .reduce<Message | undefined>((best, one) => (best && best.type <= one.type ? best : one), undefined);
  }

  take(message: Message): void {
    this.messages.splice(this.messages.indexOf(message), 1);
    this.bytes -= message.data.length;
    this.moved.wakeAll();
  }

  protected gone(): void {
    this.moved.wakeAll();
  }
}
