import { conflict, invalidParameter, notFound } from '../error.ts';
import type { Container } from './container.ts';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** The containers there are, and what names them (moby container/view.go). */
export class ContainerStore {
  readonly #byId = new Map<string, Container>();
  /** Name to id; a name may be reserved before its container stands. */
  readonly #names = new Map<string, string>();

  /** Takes a name for an id, or says who has it. */
  reserve(name: string, id: string): void {
    const bare = name.replace(/^\//, '');
    if (!NAME.test(bare))
      throw invalidParameter(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    const holder = this.#names.get(bare);
    if (holder !== undefined && holder !== id)
      throw conflict(
        `Conflict. The container name "/${bare}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
      );
    this.#names.set(bare, id);
  }

  release(name: string): void {
    this.#names.delete(name);
  }

  hasName(name: string): boolean {
    return this.#names.has(name);
  }

  add(container: Container): void {
    this.#byId.set(container.id, container);
  }

  remove(container: Container): void {
    this.#byId.delete(container.id);
    this.#names.delete(container.name);
  }

  /** In order of creation, the newest last. */
  all(): Container[] {
    return [...this.#byId.values()];
  }

  /** By id, by name, by the beginning of an id. */
  get(text: string): Container {
    const found = this.find(text);
    if (found) return found;
    if (text === '') throw invalidParameter('invalid name or ID supplied: ""');
    throw notFound(`No such container: ${text}`);
  }

  find(text: string): Container | undefined {
    if (text === '') return undefined;
    const exact = this.#byId.get(text) ?? this.#byId.get(this.#names.get(text.replace(/^\//, '')) ?? '');
    if (exact) return exact;
    if (!/^[a-f0-9]+$/.test(text)) return undefined;
    const found = this.all().filter(({ id }) => id.startsWith(text));
    if (found.length > 1) throw invalidParameter(`multiple IDs found with provided prefix: ${text}`);
    return found[0];
  }
}
