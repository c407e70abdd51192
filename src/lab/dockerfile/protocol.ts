import type { Client } from '../client.ts';

/** What passes between the editor and the worker that knows Dockerfiles. Lines and columns begin at 1. */
export interface Span {
  startLine: number;
  startColumn: number;
  endLine: number;
  /** The column after the last character. */
  endColumn: number;
}

export interface Edit {
  span: Span;
  text: string;
}

/** A change that mends a problem, where it is plain what is meant. */
export interface Fix {
  /** What it does; the editor has the words. */
  does: 'write' | 'remove-lines' | 'remove';
  /** What it writes or removes. */
  what: string;
  edits: Edit[];
}

export interface Problem {
  severity: 'error' | 'warning';
  /** In Docker's words, where Docker says it. */
  message: string;
  span: Span;
  /** The build check that found it, and where that is explained. */
  rule?: { name: string; url: string };
  fix?: Fix;
}

export interface Completion {
  label: string;
  /** With `${1:…}` where something is to be filled in. */
  text: string;
  span: Span;
  documentation?: string;
}

export interface HoverText {
  markdown: string;
  span?: Span;
}

export interface Place {
  text: string;
  line: number;
  column: number;
}

export interface DockerfileMethods {
  /** `ignore`: what `.dockerignore` beside it says. */
  check: [{ text: string; ignore?: string }, Problem[]];
  complete: [Place, Completion[]];
  hover: [Place, HoverText | undefined];
}

export type DockerfileClient = Client<DockerfileMethods, { problem: { message: string } }>;
