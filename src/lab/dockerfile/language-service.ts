import { DockerfileLanguageServiceFactory } from 'dockerfile-language-service';
import type { HubImages } from './hub-images.ts';
import type { Completion, HoverText, Place, Problem, Span } from './protocol.ts';

/** What `dockerfile-language-service` says, in the editor's terms. */
export interface LanguageService {
  problems(text: string): Problem[];
  complete(place: Place): Promise<Completion[]>;
  hover(place: Place): HoverText | undefined;
}

interface LspRange {
  start: { line: number; character: number };
  end: { line: number; character: number };
}

const SNIPPET = 2;
const ERROR = 1;
/** `ValidationSeverity.IGNORE`: our build checks say it, in Docker's words. */
const IGNORE = 0;
const OURS = {
  deprecatedMaintainer: IGNORE,
  directiveCasing: IGNORE,
  emptyContinuationLine: IGNORE,
  instructionCasing: IGNORE,
  instructionCmdMultiple: IGNORE,
  instructionEntrypointMultiple: IGNORE,
  instructionHealthcheckMultiple: IGNORE,
  instructionWorkdirRelative: IGNORE,
};

/** @param images whose names are offered after FROM */
export function languageService(images: HubImages): LanguageService {
  const service = DockerfileLanguageServiceFactory.createLanguageService();
  service.setCapabilities({
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
    hover: { contentFormat: ['markdown'] },
  });
  return {
    problems: (text) =>
      service.validate(text, OURS).map(({ message, range, severity }) => ({
        severity: severity === ERROR ? 'error' : 'warning',
        message,
        span: spanOf(range),
      })),
    async complete(place) {
      const named = await imagesAt(place, images);
      if (named !== undefined) return named;
      const items = await service.computeCompletionItems(place.text, positionOf(place));
      return items.flatMap((item): Completion[] => {
        const { textEdit, insertTextFormat, label } = item;
        if (textEdit === undefined || !('range' in textEdit)) return [];
        const { newText, range } = textEdit;
        const text = insertTextFormat === SNIPPET ? newText : newText.replace(/[\\$}]/g, '\\$&');
        const { documentation } = service.resolveCompletionItem(item);
        const told = typeof documentation === 'string' ? documentation : documentation?.value;
        return [{ label, text, span: spanOf(range), ...(told && { documentation: told }) }];
      });
    },
    hover(place) {
      const hover = service.computeHover(place.text, positionOf(place));
      if (hover === null || typeof hover.contents !== 'object' || !('value' in hover.contents))
        return undefined;
      const markdown = hover.contents.value;
      return { markdown, ...(hover.range && { span: spanOf(hover.range) }) };
    },
  };
}

/** After FROM the images of the simulated Hub, after the colon their tags; undefined elsewhere. */
async function imagesAt({ text, line, column }: Place, images: HubImages): Promise<Completion[] | undefined> {
  const before = (text.split(/\r?\n/)[line - 1] ?? '').slice(0, column - 1);
  const [, written] = /^\s*from\s+(?:--\S+\s+)*(\S*)$/i.exec(before) ?? [];
  if (written === undefined) return undefined;
  const [name = '', tag] = written.split(':');
  const start = column - (tag === undefined ? name : tag).length;
  const span: Span = { startLine: line, startColumn: start, endLine: line, endColumn: column };
  try {
    const words = tag === undefined ? await images.names() : await images.tags(name);
    return words.map((label) => ({ label, text: label, span }));
  } catch {
    // Without the Hub nothing is offered.
    return [];
  }
}

const positionOf = ({ line, column }: Place) => ({ line: line - 1, character: column - 1 });

const spanOf = ({ start, end }: LspRange): Span => ({
  startLine: start.line + 1,
  startColumn: start.character + 1,
  endLine: end.line + 1,
  endColumn: end.character + 1,
});
