import { describe, expect, it } from 'vitest';
import { hierarchyItemAt, incomingCalls, outgoingCalls, type HierarchyCall } from '../../compiler/language-service/index.ts'; // prettier-ignore
import { projectWith } from './marked.ts';

const files = {
  '/b.nn':
    'block Mlp(n = 4) {\n  input x: [d]\n  output y = x -> Dense(n) -> Dense(d)\n}\nblock Encoder {\n  input x: [d]\n  output y = x -> Mlp(8) -> repeat 2 { Mlp(n: 4) }\n}\n',
  '/a.nn': 'import { Encoder as E, Mlp } from "./b.nn"\nmodel M {\n  input x: [8]\n  layer e = E\n  output y = x -> e -> Mlp\n}\nmodel Same = M()\ntrain M {\n  loss: mean(y)\n  optimizer: adam\n}\n', // prettier-ignore
};

describe('call hierarchy', () => {
  const project = projectWith(files);
  const item = (path: keyof typeof files, name: string) => hierarchyItemAt(project, path, files[path].indexOf(name))!;
  const shown = (calls: readonly HierarchyCall[]): readonly string[] =>
    calls.map((call) => `${call.item.kind} ${call.item.name} ${call.item.path} ×${call.spans.length}`).sort();

  it('says who uses a block, across files and under other names', () => {
    expect(shown(incomingCalls(project, item('/b.nn', 'Mlp'), ['/a.nn', '/b.nn']))).toEqual(['block Encoder /b.nn ×2', 'model M /a.nn ×1']); // prettier-ignore
    expect(shown(incomingCalls(project, item('/b.nn', 'Encoder'), ['/a.nn']))).toEqual(['model M /a.nn ×1']);
    expect(shown(incomingCalls(project, item('/a.nn', 'M {'), []))).toEqual(['model Same /a.nn ×1']);
  });

  it('says what a model uses', () => {
    expect(shown(outgoingCalls(project, item('/a.nn', 'M {')))).toEqual([
      'block Encoder /b.nn ×1',
      'block Mlp /b.nn ×1',
    ]);
    expect(shown(outgoingCalls(project, item('/b.nn', 'Mlp')))).toEqual([]);
  });

  it('starts from uses too, and only from what can use something', () => {
    expect(item('/a.nn', 'E\n')).toEqual(item('/b.nn', 'Encoder'));
    expect(hierarchyItemAt(project, '/a.nn', files['/a.nn'].indexOf('x: [8]'))).toBeUndefined();
  });
});
