import type { Filters } from '../api/filters.ts';
import type { EventMessage } from '../api/system.ts';
import { familiarName, InvalidReference, parseNormalizedNamed } from '../oci/reference.ts';
import { Feed } from './lines.ts';

/** How many past events are kept for `--since` (moby daemon/events: 256). */
const KEPT = 256;

/** What happens, told to whoever listens. */
export class Events {
  readonly #now: () => number;
  readonly #past: EventMessage[] = [];
  readonly #feeds = new Map<Feed<EventMessage>, Filters>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** What is kept, oldest first. */
  get past(): readonly EventMessage[] {
    return this.#past;
  }

  get listeners(): number {
    return this.#feeds.size;
  }

  /** Container and image events repeat themselves in three old fields. */
  log(type: string, action: string, id: string, attributes: Record<string, string>): void {
    const now = this.#now();
    const legacy =
      type === 'container'
        ? { status: action, id, from: attributes['image'] ?? '' }
        : type === 'image'
          ? { status: action, id }
          : {};
    const sorted: Record<string, string> = {};
    for (const name of Object.keys(attributes).sort()) sorted[name] = attributes[name]!;
    const event: EventMessage = {
      ...legacy,
      Type: type,
      Action: action,
      Actor: { ID: id, Attributes: sorted },
      scope: 'local',
      time: Math.floor(now / 1000),
      timeNano: Math.round(now * 1000) * 1000,
    };
    this.#past.push(event);
    if (this.#past.length > KEPT) this.#past.shift();
    for (const [feed, filters] of this.#feeds) if (wanted(event, filters)) feed.push(event);
  }

  /** Events from `since` on, and as they come until `until`; times in ms. */
  subscribe(filters: Filters, since: number | undefined, until: number | undefined): Feed<EventMessage> {
    const feed = new Feed<EventMessage>();
    if (since !== undefined || until !== undefined)
      for (const event of this.#past) {
        const at = event.timeNano / 1e6;
        if (at >= (since ?? 0) && (until === undefined || at <= until) && wanted(event, filters))
          feed.push(event);
      }
    if (until !== undefined && until <= this.#now()) {
      feed.end();
      return feed;
    }
    this.#feeds.set(feed, filters);
    feed.onAbandon = () => this.#feeds.delete(feed);
    return feed;
  }

  unsubscribe(feed: Feed<EventMessage>): void {
    this.#feeds.delete(feed);
    feed.end();
  }
}

/** Filters that ask for one thing. */
const NAMED = ['container', 'network', 'volume', 'daemon', 'plugin', 'node', 'service', 'secret', 'config'];

/** Models moby daemon/events/filter.go. */
function wanted(event: EventMessage, filters: Filters): boolean {
  const { Type, Action, Actor } = event;
  const any = (key: string, test: (value: string) => boolean) =>
    !filters.has(key) || filters.values(key).some(test);
  // Whatever kind of thing it is: an id or a name that begins so.
  const named = (key: string) =>
    any(key, (value) => Actor.ID.startsWith(value) || (Actor.Attributes['name'] ?? '').startsWith(value));
  const image = Actor.Attributes[Type === 'image' ? 'name' : 'image'] ?? '';
  const images = [Actor.ID, image, withoutTag(image)];
  return (
    any('type', (value) => value === Type) &&
    any('event', (value) => Action === value || Action.startsWith(`${value}:`)) &&
    any('scope', (value) => value === event.scope) &&
    NAMED.every(named) &&
    any('image', (value) => images.includes(value)) &&
    filters.values('label').every((label) => {
      const [key = '', wantedValue] = splitOnce(label, '=');
      const value = Actor.Attributes[key];
      return value !== undefined && (wantedValue === undefined || value === wantedValue);
    })
  );
}

function withoutTag(image: string): string {
  try {
    return familiarName(parseNormalizedNamed(image));
  } catch (error) {
    if (!(error instanceof InvalidReference)) throw error;
    return image;
  }
}

export function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
