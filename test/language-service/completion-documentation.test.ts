import { describe, expect, it } from 'vitest';
import { resolveCompletion } from '../../compiler/language-service/index.ts';
import { itemAt } from './completing.ts';
import { inModel, parts } from './completion-programs.ts';
import { atCursor } from './marked.ts';

describe('the documentation of a completion', () => {
  const documentationAt = (marked: string, label: string): string | undefined => {
    const { project } = atCursor(marked, parts);
    return resolveCompletion(project, itemAt(marked, label, parts)).documentation;
  };

  it('is that of the layer, the loss, the option', () => {
    expect(documentationAt(inModel('[4]', 'output y = x -> ¦'), 'Dense')).toMatch(
      /^```nn\nDense\(units, [^]*Fully connected/,
    );
    expect(documentationAt(inModel('[4]', 'output y = x -> Dense(3, activation: ¦)'), 'relu')).toContain('relu');
    expect(documentationAt(`${inModel('[4]', 'output y = x')}train M {\n  loss: ¦\n}\n`, 'huber')).toMatch(
      /^```nn\nhuber\(/,
    );
    expect(documentationAt(inModel('[4]', 'output y = x -> Dense(¦)'), 'range')).toContain('range(');
  });

  it('says what a word of the language is', () => {
    expect(documentationAt(inModel('[4]', '¦'), 'weight')).toContain('weight');
    expect(documentationAt('model M {\n  input x: ¦\n}\n', 'int32')).toContain('int32');
    const train = `${inModel('[4]', 'output y = x')}train M {\n  ¦\n}\n`;
    const [loss, statement] = [documentationAt(train, 'loss'), documentationAt(inModel('[4]', '¦'), 'loss')];
    expect(loss).toBeDefined();
    expect(statement).toBeDefined();
    expect(loss).not.toBe(statement);
  });

  it('says of an argument what it means and what it takes', () => {
    expect(documentationAt(inModel('[8, 8, 3]', 'output y = x -> Conv2D(¦)'), 'filters:')).toMatch(
      /whole number, at least 1/i,
    );
    const own = 'block B(\n  /// How wide.\n  width: int) {\n  input x: [n]\n  output y = x\n}\n';
    expect(documentationAt(own + inModel('[n]', 'output y = x -> B(¦)'), 'width:')).toContain('How wide.');
  });

  it('is the signature and the comment of what programs declare', () => {
    expect(documentationAt(inModel('[8, 8, 3]', 'output y = x -> ¦'), 'Down')).toMatch(
      /^```nn\nblock Down\(filters: int, act = relu\)[^]*Halves what it is given\./,
    );
    expect(documentationAt(inModel('[8]', '/// Twice as much.\n  let a = x * 2\n  output y = ¦'), 'a')).toBe(
      'Twice as much.',
    );
  });
});
