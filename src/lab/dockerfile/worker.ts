/// <reference lib="webworker" />
// First: what comes after it looks for Buffer when it is loaded.
import './buffer.ts';
import { answerCalls } from '../client.ts';
import { checkDockerfile } from './build-checks.ts';
import { hubImages } from './hub-images.ts';
import { languageService } from './language-service.ts';
import type { DockerfileMethods } from './protocol.ts';

/** The worker that knows Dockerfiles: it checks them as a build does, and helps to write them. */

declare const self: DedicatedWorkerGlobalScope;

const images = hubImages(async (path) => {
  const response = await fetch(`/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
});
const service = languageService(images);

answerCalls<DockerfileMethods>(self, {
  async check({ text, ignore }) {
    if (text.trim() === '') return [];
    const { problems, isAccepted } = await checkDockerfile(text, images.config, ignore);
    const taken = new Set(problems.map(({ span }) => span.startLine));
    const others = service.problems(text).filter(({ severity, span }) => {
      // What a build takes is no error, whatever else may be said of it.
      if (severity === 'error' && isAccepted) return false;
      return !taken.has(span.startLine) || severity === 'warning';
    });
    return [...problems, ...others];
  },
  complete: (place) => service.complete(place),
  hover: (place) => service.hover(place),
});
