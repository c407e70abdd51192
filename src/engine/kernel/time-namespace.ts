import { Errno } from '../base/errno.ts';
import { Namespace, type NamespaceOrigin } from './namespace.ts';

/** The clocks that a time namespace may shift (time_namespaces(7)). CLOCK_REALTIME is everybody's. */
export type ShiftedClock = 'monotonic' | 'boottime';

/** A shift: whole seconds, negative for the past, and nanoseconds that are added to them. */
export interface ClockOffset {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** KTIME_SEC_MAX */
const SECONDS_MAX = 9223372036;

/** A time namespace (time_namespaces(7)): how far its monotonic and boot-time clocks are from the machine's. */
export class TimeNamespace extends Namespace {
  readonly kind = 'time';
  readonly offsets: Record<ShiftedClock, ClockOffset>;
  /** A process has entered: the offsets stay as they are. */
  frozen = false;

  /** Offsets begin as those of the maker's children. */
  constructor(origin: NamespaceOrigin, from?: TimeNamespace) {
    super(origin);
    const none = { seconds: 0, nanoseconds: 0 };
    this.offsets = { monotonic: none, boottime: none, ...from?.offsets };
  }

  /**
   * Sets offsets; `now` is the time since boot in seconds, which no clock may fall below. EACCES once a process has entered,
   * ERANGE for a clock before its beginning or past half of what the kernel can count.
   */
  set(offsets: Partial<Record<ShiftedClock, ClockOffset>>, now: number): void {
    for (const { seconds } of Object.values(offsets))
      if (now + seconds < 0 || now + seconds > SECONDS_MAX / 2) throw new Errno('ERANGE');
    if (this.frozen) throw new Errno('EACCES');
    Object.assign(this.offsets, offsets);
  }

  /** The shift of a clock in milliseconds. */
  shift(clock: ShiftedClock): number {
    const { seconds, nanoseconds } = this.offsets[clock];
    return seconds * 1000 + nanoseconds / 1e6;
  }
}
