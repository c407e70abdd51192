import { evaluateExpression } from './arithmetic-expansion.ts';
import { substituteCommand } from './command-substitution.ts';
import { expandToText } from './expand.ts';
import { emitValue, type FieldBuilder } from './fields.ts';
import { emitParameter } from './parameter-expansion.ts';
import { processSubstitution } from './process-substitution.ts';
import type { Shell } from './shell.ts';
import type { Segment } from './syntax/tree.ts';
import { homeDirectory } from './tilde.ts';

/** Expands the segments of a word one after another, each by its own rule. `whole` says that no fields are split. */
export async function expandInto(
  shell: Shell,
  segments: readonly Segment[],
  builder: FieldBuilder,
  whole = false,
): Promise<void> {
  for (const segment of segments) {
    switch (segment.kind) {
      case 'text':
        if (segment.quoted) builder.quoted(segment.text);
        else if (segment.split && !whole) builder.split(segment.text);
        else builder.literal(segment.text);
        break;
      case 'tilde':
        builder.quoted(await homeDirectory(shell, segment.user));
        break;
      case 'parameter':
        await emitParameter(shell, segment.parameter, segment.quoted, builder, whole);
        break;
      case 'command':
        emitValue(await substituteCommand(shell, segment), segment.quoted, builder);
        break;
      case 'arithmetic': {
        const value = await evaluateExpression(shell, await expandToText(shell, segment.body));
        emitValue(String(value), segment.quoted, builder);
        break;
      }
      case 'process':
        builder.quoted(await processSubstitution(shell, segment));
        break;
    }
  }
}
