import { type CompileError, CompileErrors } from './compile-error.ts';
import { type Node, variablesOf } from './syntax.ts';
import { kindOf } from './value.ts';
import { shown } from './write.ts';

/** The names that may be used at a place. */
interface Names {
  variables: ReadonlySet<string>;
  /** `NAME/ARITY` */
  functions: ReadonlySet<string>;
  labels: ReadonlySet<string>;
}

/** Looks for names that nothing defines, in the order of the text. Throws `CompileErrors`. */
export function check(
  text: string,
  node: Node,
  functions: Iterable<string>,
  variables: Iterable<string>,
): void {
  const errors: CompileError[] = [];
  visit(node, { variables: new Set(variables), functions: new Set(functions), labels: new Set() }, errors);
  if (errors.length > 0) throw new CompileErrors(text, errors);
}

const plus = (set: ReadonlySet<string>, ...more: string[]): ReadonlySet<string> => new Set([...set, ...more]);

function visit(node: Node, names: Names, errors: CompileError[]): void {
  const each = (...nodes: (Node | undefined)[]) => {
    for (const inner of nodes) if (inner) visit(inner, names, errors);
  };
  switch (node.type) {
    case 'variable':
      if (!names.variables.has(node.name))
        errors.push({ message: `$${node.name} is not defined`, at: node.at });
      return;
    case 'break':
      if (!names.labels.has(node.name))
        errors.push({ message: `$*label-${node.name} is not defined`, at: node.at });
      return;
    case 'call': {
      const name = `${node.name}/${node.args.length}`;
      if (!names.functions.has(name)) errors.push({ message: `${name} is not defined`, at: node.at });
      each(...node.args);
      return;
    }
    case 'define': {
      const { name, params, body } = node.definition;
      const functions = plus(names.functions, `${name}/${params.length}`);
      const plain = params.map((param) => param.replace('$', ''));
      const bound = params.filter((param) => param.startsWith('$')).map((param) => param.slice(1));
      visit(
        body,
        {
          ...names,
          functions: plus(functions, ...plain.map((param) => `${param}/0`)),
          variables: plus(names.variables, ...bound),
        },
        errors,
      );
      visit(node.body, { ...names, functions }, errors);
      return;
    }
    case 'label':
      visit(node.body, { ...names, labels: plus(names.labels, node.name) }, errors);
      return;
    case 'as':
    case 'reduce':
    case 'foreach': {
      each(node.source);
      const inner = { ...names, variables: plus(names.variables, ...node.patterns.flatMap(variablesOf)) };
      if (node.type === 'as') visit(node.body, inner, errors);
      else {
        each(node.start);
        visit(node.update, inner, errors);
        if (node.type === 'foreach' && node.extract) visit(node.extract, inner, errors);
      }
      return;
    }
    case 'string':
      each(...node.parts.filter((part) => typeof part !== 'string'));
      return;
    case 'object':
      for (const { key, value, at } of node.entries) {
        if (key.type === 'literal' && typeof key.value !== 'string')
          errors.push({ message: `Cannot use ${kindOf(key.value)} (${shown(key.value)}) as object key`, at });
        each(key, value);
      }
      return;
    case 'index':
      each(node.target, node.key);
      return;
    case 'slice':
      each(node.target, node.from, node.to);
      return;
    case 'iterate':
      each(node.target);
      return;
    case 'array':
    case 'negate':
      each(node.body);
      return;
    case 'pipe':
    case 'comma':
    case 'binary':
    case 'and':
    case 'or':
    case 'alternative':
    case 'assign':
      each(node.left, node.right);
      return;
    case 'if':
      each(node.condition, node.then, node.otherwise);
      return;
    case 'try':
      each(node.body, node.handler);
      return;
    default:
  }
}
