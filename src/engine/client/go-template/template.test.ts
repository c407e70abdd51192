import { describe, expect, test } from 'vitest';
import { parseJson } from '../format/json.ts';
import { Template } from './template.ts';

const data = parseJson(
  '{"Id":"0123456789abcdef","Path":"sleep","Args":["5","6"],"State":{"Status":"created","Running":false,"ExitCode":0},"Config":{"Env":["A=b"],"Labels":{"b":"2","a":"1"}},"Nothing":null}',
);

const render = (text: string) => {
  try {
    return new Template(text).execute(data, { missingKeyIsError: true });
  } catch (error) {
    return `! ${(error as Error).message}`;
  }
};

describe('what templates print', () => {
  test.each([
    ['{{.Path}}', 'sleep'],
    ['{{.State.Status}}', 'created'],
    ['{{.Args}}', '[5 6]'],
    ['{{.Config.Labels}}', 'map[a:1 b:2]'],
    ['{{json .Config.Labels}}', '{"a":"1","b":"2"}'],
    ['{{.Nothing}}', '<no value>'],
    ['{{len .Args}} {{index .Args 1}} {{slice .Id 0 4}}', '2 6 0123'],
    ['{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}', 'a=1;b=2;'],
    ['{{range $i, $a := .Args}}{{if $i}}, {{end}}{{$a}}{{else}}none{{end}}', '5, 6'],
    ['{{range .Args}}{{if eq . "6"}}{{break}}{{end}}{{.}}{{end}}', '5'],
    ['{{if .State.Running}}yes{{else if eq .Path "sleep"}}no{{end}}', 'no'],
    ['{{with .State}}{{.Status}}{{end}}', 'created'],
    ['{{with $x := .Path}}{{$x}}{{end}}', 'sleep'],
    ['a {{- .Path -}} b', 'asleepb'],
    ['{{/* nothing */}}x', 'x'],
    ['{{print 1 2 "a" "b" 3}}', '1 2ab3'],
    ['{{println 1 "a" 2}}', '1 a 2\n'],
    [
      '{{printf "%5d|%-5s|%05d|%q|%x|%t|%v" 3 "a" 42 "b" "hi" true .Args}}',
      '    3|a    |00042|"b"|6869|true|[5 6]',
    ],
    ['{{printf "%d" "a"}}', '%!d(string=a)'],
    ['{{printf "%d"}}', '%!d(MISSING)'],
    ['{{printf "%d" 1 2}}', '1%!(EXTRA int=2)'],
    [
      '{{upper .Path}} {{title "hello world"}} {{pad .Path 1 2}}| {{truncate .Id 4}}',
      'SLEEP Hello World  sleep  | 0123',
    ],
    ['{{join (split "a,b" ",") "-"}}', 'a-b'],
    ['{{html "<a>"}} {{urlquery "a b&c"}}', '&lt;a&gt; a+b%26c'],
    ['{{and 1 0}} {{or "" "x"}} {{not 0}} {{lt 1 2}} {{ge 2 2}}', '0 x true true true'],
    ['{{.Path | printf "%s-%s" "a"}}', 'a-sleep'],
    ['{{define "x"}}<{{.}}>{{end}}{{template "x" .Path}}', '<sleep>'],
  ])('%s', (template, text) => expect(render(template)).toBe(text));
});

describe('errors in the words of text/template', () => {
  test.each([
    ['{{.Foo}}', 'template: :1:2: executing "" at <.Foo>: map has no entry for key "Foo"'],
    ['{{.State.Foo}}', 'template: :1:8: executing "" at <.State.Foo>: map has no entry for key "Foo"'],
    [
      '{{.Path.Foo}}',
      'template: :1:7: executing "" at <.Path.Foo>: can\'t evaluate field Foo in type interface {}',
    ],
    [
      '{{.Nothing.Foo}}',
      'template: :1:10: executing "" at <.Nothing.Foo>: nil pointer evaluating interface {}.Foo',
    ],
    [
      '{{index .Args 5}}',
      'template: :1:2: executing "" at <index .Args 5>: error calling index: index out of range: 5',
    ],
    ['{{len 3}}', 'template: :1:2: executing "" at <len 3>: error calling len: len of type int'],
    ['{{join .Args}}', 'template: :1:2: executing "" at <join>: wrong number of args for join: want 2 got 1'],
    [
      '{{eq .Path 0}}',
      'template: :1:2: executing "" at <eq .Path 0>: error calling eq: incompatible types for comparison: string and int',
    ],
    ['{{.Path', 'template: :1: unclosed action'],
    ['{{end}}', 'template: :1: unexpected {{end}}'],
    ['{{range .Args}}', 'template: :1: unexpected EOF'],
    ['{{nofunc .Id}}', 'template: :1: function "nofunc" not defined'],
    ['{{$x}}', 'template: :1: undefined variable "$x"'],
    ['{{"a', 'template: :1: unterminated quoted string'],
    ['{{}}', 'template: :1: missing value for command'],
    ['{{.A.}}', 'template: :1: unexpected <.> in operand'],
    ['{{break}}', 'template: :1: {{break}} outside {{range}}'],
  ])('%s', (template, message) => expect(render(template)).toBe(`! ${message}`));
});

test('without missingkey=error an absent key is no value', () => {
  expect(new Template('{{.Foo.Bar}}').execute(data)).toBe('<no value>');
});
