import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/**
 * No option is passed over in silence: each that a table declares is looked at by the code that reads the table, or is named there
 * as refused (`not simulated`) or as inert (nothing that it could change, with the reason in a comment).
 *
 * The sources are read as trees. An option counts as looked at if its name stands as a literal somewhere in the declarations that the
 * table's user leads to: an argument of `given.has`, a `case`, a key of a map, a letter of a string that is searched. So a
 * literal that is there for another purpose can hide a gap, but nothing that is read is reported.
 */
const ROOT = import.meta.dirname;
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => join(ROOT, name));

/** One file: what it declares at the top, and where the names come from that it imports. */
interface Module {
  declarations: Map<string, ts.Node>;
  imports: Map<string, { file: string; name: string }>;
}

const modules = new Map<string, Module>(files.map((file) => [file, moduleOf(file)]));

function moduleOf(file: string): Module {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const module: Module = { declarations: new Map(), imports: new Map() };
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const from = resolve(dirname(file), (statement.moduleSpecifier as ts.StringLiteral).text);
      const names = statement.importClause?.namedBindings;
      if (names && ts.isNamedImports(names))
        for (const { name, propertyName } of names.elements)
          module.imports.set(name.text, { file: from, name: (propertyName ?? name).text });
    } else if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations)
        eachName(declaration.name, (name) => module.declarations.set(name, declaration));
    } else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
      module.declarations.set(statement.name.text, statement);
  }
  return module;
}

function eachName(name: ts.BindingName, use: (name: string) => void): void {
  if (ts.isIdentifier(name)) use(name.text);
  else for (const element of name.elements) if (ts.isBindingElement(element)) eachName(element.name, use);
}

function visit(node: ts.Node, use: (node: ts.Node) => boolean | undefined): void {
  if (use(node) === false) return;
  ts.forEachChild(node, (child) => visit(child, use));
}

const propertyOf = (node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined => {
  for (const property of node.properties)
    if (ts.isPropertyAssignment(property) && property.name.getText() === name) return property.initializer;
  return undefined;
};

const isTable = (node: ts.Node): node is ts.ObjectLiteralExpression =>
  ts.isObjectLiteralExpression(node) &&
  ['short', 'long'].some((name) => {
    const value = propertyOf(node, name);
    return value !== undefined && (ts.isStringLiteral(value) || ts.isObjectLiteralExpression(value));
  });

/** A place in the sources. */
interface Place {
  file: string;
  node: ts.Node;
}

const keyOf = (name: ts.PropertyName): string => ('text' in name ? name.text : name.getText());

/** What an identifier stands for, if that is declared at the top of one of the files. */
function resolved(file: string, name: string): Place | undefined {
  const module = modules.get(file)!;
  const own = module.declarations.get(name);
  if (own) return { file, node: own };
  const imported = module.imports.get(name);
  const node = imported && modules.get(imported.file)?.declarations.get(imported.name);
  return node && { file: imported!.file, node };
}

/** What every program uses: to follow it would join them all. */
const isCommon = (file: string): boolean =>
  /userland\/(utility|files|utilities)\.ts$|userland\/lib\//.test(file);

/** All declarations that some lead to. */
function reachable(from: readonly Place[]): Place[] {
  const seen = new Map<ts.Node, Place>();
  const todo = [...from];
  for (let place = todo.pop(); place; place = todo.pop()) {
    if (seen.has(place.node)) continue;
    seen.set(place.node, place);
    const { file } = place;
    visit(place.node, (node) => {
      const found = ts.isIdentifier(node) ? resolved(file, node.text) : undefined;
      if (found && !isCommon(found.file)) todo.push(found);
      return undefined;
    });
  }
  return [...seen.values()];
}

/** The code that uses what is only data, through other data if need be. */
function usersOf(place: Place, name: string): Place[] {
  const users: Place[] = [];
  for (const [file, { declarations }] of modules)
    for (const [other, node] of declarations) {
      if (node === place.node) continue;
      let uses = false;
      visit(node, (inner) => {
        if (ts.isIdentifier(inner) && inner.text === name) uses ||= resolved(file, name)?.node === place.node;
        return undefined;
      });
      if (!uses) continue;
      // Who parses need not be who looks at the outcome: all of the file counts.
      const all = [...declarations.values()].map((each) => ({ file, node: each }));
      users.push(...(isCode(node) ? all : usersOf({ file, node }, other)));
    }
  return users;
}

/** Whether a declaration does something, beside what its tables are made with. */
function isCode(node: ts.Node): boolean {
  let found = false;
  visit(node, (inner) => {
    found ||= ts.isFunctionLike(inner);
    return !found && !isTable(inner);
  });
  return found;
}

/** The names that code looks for. */
function literalsOf(places: readonly Place[]): Set<string> {
  const found = new Set<string>();
  const letters = (text: string) => [...text].forEach((letter) => void found.add(letter));
  for (const { node: top } of places)
    visit(top, (node) => {
      if (isTable(node)) return false;
      if (ts.isStringLiteralLike(node)) {
        found.add(node.text);
        const { parent } = node;
        const isSearched =
          ts.isPropertyAccessExpression(parent) && ['includes', 'indexOf'].includes(parent.name.text);
        if (isSearched || ts.isSpreadElement(parent)) letters(node.text);
      } else if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node))
        found.add(keyOf(node.name));
      else if (ts.isRegularExpressionLiteral(node)) {
        const text = node.text.replaceAll('\\d', '[0-9]');
        for (const [, first, last] of text.matchAll(/\[(\d)-(\d)\]/g))
          for (let digit = Number(first); digit <= Number(last); digit++) found.add(String(digit));
        for (const [, set] of text.matchAll(/\[([a-zA-Z]+)\]/g)) letters(set!);
        for (const [word] of text.matchAll(/[a-z][a-z-]*/g)) found.add(word);
      }
      return undefined;
    });
  return found;
}

/** The strings of a list, with those of strings and lists that are spread in it. */
function stringsOf(list: ts.Expression | undefined): string[] {
  if (!list || !ts.isArrayLiteralExpression(list)) return [];
  return list.elements.flatMap((element) => {
    if (ts.isStringLiteral(element)) return [element.text];
    if (!ts.isSpreadElement(element)) return [];
    const inner = element.expression;
    return ts.isStringLiteral(inner) ? [...inner.text] : stringsOf(inner);
  });
}

function declared(table: ts.ObjectLiteralExpression): { names: Set<string>; excused: Set<string> } {
  const names = new Set<string>();
  const short = propertyOf(table, 'short');
  if (short && ts.isStringLiteral(short))
    for (const letter of short.text.replace(/[+:]/g, '')) names.add(letter);
  const long = propertyOf(table, 'long');
  if (long && ts.isObjectLiteralExpression(long))
    for (const property of long.properties)
      if (ts.isPropertyAssignment(property) && ts.isStringLiteral(property.initializer))
        names.add(property.initializer.text.replace(/:+$/, '') || keyOf(property.name));
  const about = propertyOf(table, 'about');
  const abouts =
    about && ts.isObjectLiteralExpression(about)
      ? [propertyOf(about, 'help'), propertyOf(about, 'version')].flatMap((each) =>
          each && ts.isStringLiteral(each) ? [each.text] : [],
        )
      : [];
  const excused = new Set([
    ...stringsOf(propertyOf(table, 'inert')),
    ...stringsOf(propertyOf(table, 'refused')),
    ...abouts,
  ]);
  return { names, excused };
}

interface Found {
  place: string;
  unread: string[];
  undeclared: string[];
}

const tables: Found[] = [];
for (const [file, { declarations }] of modules)
  for (const [name, node] of declarations) {
    const own: ts.ObjectLiteralExpression[] = [];
    visit(node, (inner) => {
      if (!isTable(inner)) return undefined;
      own.push(inner);
      return false;
    });
    if (own.length === 0) continue;
    const place = { file, node };
    const read = literalsOf(reachable(isCode(node) ? [place] : usersOf(place, name)));
    for (const table of own) {
      const { names, excused } = declared(table);
      tables.push({
        place: `${file.slice(ROOT.length + 1)}: ${name}`,
        unread: [...names].filter((option) => !read.has(option) && !excused.has(option)),
        undeclared: [...excused].filter((option) => !names.has(option)),
      });
    }
  }

test('tables of options are found', () => {
  expect(tables.length).toBeGreaterThan(150);
});

test('every option is looked at, refused, or named as one that changes nothing', () => {
  expect(tables.filter(({ unread }) => unread.length > 0)).toEqual([]);
});

test('what is refused or inert is an option', () => {
  expect(tables.filter(({ undeclared }) => undeclared.length > 0)).toEqual([]);
});
