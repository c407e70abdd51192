import { defineHastPlugin, defineMdastPlugin } from 'satteri';
import { shortCode } from './components/inline-code.ts';

/**
 * Makes a ```` ```console ```` fence a `<Console>` element. Words after the language are its properties:
 * ```` ```console machine=web norun ````.
 */
export const consoleFences = defineMdastPlugin({
  name: 'drydock-console-fences',
  code(node, context) {
    if (node.lang !== 'console') return;
    const words = (node.meta ?? '').split(/\s+/).filter(Boolean);
    const attributes = words.map((word) => {
      const [name = '', value] = word.split('=');
      return { type: 'mdxJsxAttribute' as const, name, value: value ?? null };
    });
    context.replaceNode(node, {
      type: 'mdxJsxFlowElement',
      name: 'Console',
      attributes: [{ type: 'mdxJsxAttribute', name: 'source', value: node.value }, ...attributes],
      children: [],
    });
  },
});

/**
 * Lets a heading carry its own anchor, as an MDX comment at its end that begins with `#`. Lessons use it so that
 * both languages have the same anchors.
 */
export const headingAnchors = defineMdastPlugin({
  name: 'drydock-heading-anchors',
  heading(node, context) {
    const last = node.children.at(-1);
    if (last?.type !== 'mdxTextExpression') return;
    const anchor = /^\s*\/\*\s*#([\w-]+)\s*\*\/\s*$/.exec(last.value)?.[1];
    if (!anchor) return;
    const before = node.children.at(-2);
    if (before?.type === 'text') context.setProperty(before, 'value', before.value.trimEnd());
    context.removeNode(last);
    context.setProperty(node, 'data', { hProperties: { id: anchor } });
  },
});

/** Marks the inline code that is short enough to stay on one line. */
export const shortInlineCode = defineHastPlugin({
  name: 'drydock-short-inline-code',
  element: {
    filter: ['code'],
    visit(node, context) {
      const parent = context.parent(node);
      if (parent?.type === 'element' && parent.tagName === 'pre') return;
      if (context.textContent(node).length <= shortCode) context.setProperty(node, 'className', ['short']);
    },
  },
});
