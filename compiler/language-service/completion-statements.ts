/** Where something new begins: declarations of a file, statements of a body, fields of `train`, each only where it may stand. */
import type { Block, CallStage, Expression, Model, Output, Train } from '../../grammar/ast.ts';
import type { FileScope, FileSymbol } from '../resolve/file-scope.ts';
import type { Cursor } from './completion-cursor.ts';
import { modelBehind } from './locals.ts';
import { escaped, type Suggestion } from './completion-item.ts';

const snippet = (label: string, labelDescription: string, insertText: string, rank: number): Suggestion => ({
  label,
  labelDescription,
  kind: 'keyword',
  insertText,
  isSnippet: true,
  rank,
  data: { about: 'word', name: label.split(' ')[0]!, kind: 'keyword' },
});

/** Where the line goes on behind the word, the rest of it is there already: the word alone is written. */
const inPlace = ({ text, word }: Cursor, suggestions: readonly Suggestion[]): readonly Suggestion[] =>
  /^[^\S\n]*[^\s}/]/.test(text.slice(word.end, word.end + 200))
    ? suggestions.map((item) => ({
        ...item,
        insertText: item.label.split(' ')[0]!,
        isSnippet: false,
      }))
    : suggestions;

export function statementSuggestions(cursor: Cursor): readonly Suggestion[] {
  const { nodes } = cursor;
  const owner = nodes.findLast((node): node is Block | Model => node.kind === 'Block' || node.kind === 'Model');
  const statements = owner?.body.statements ?? [];
  const hasInput = statements.some(({ kind }) => kind === 'Input');
  const isInputNext = !hasInput ? 0 : 5;
  const last = statements.at(-1);
  const source = last?.kind === 'Input' || last?.kind === 'Let' ? nameOf(last) : undefined;
  const value = source === undefined ? '$0' : `${source} -> $0`;
  return inPlace(cursor, [
    snippet('input', 'what it takes', 'input ${1:x}: [${2:size}]', isInputNext),
    snippet('let', 'names a value', `let \${1:name} = ${value}`, 1),
    snippet('output', 'what it gives', `output \${1:y} = ${value}`, hasInput ? 0 : 1),
    snippet('layer', 'makes one set of weights, to be used again', 'layer ${1:name} = $0', 2),
    snippet('weight', 'a trained tensor', 'weight ${1:name}: [${2:size}] = ${3:zeros}', 3),
    snippet('require', 'what must hold', 'require ${1:condition}, "${2:message}"', 3),
    snippet('loss', 'adds to what is minimised', 'loss ${1:name} = $0', 4),
  ]);
}

function nameOf(statement: Block['body']['statements'][number]): string | undefined {
  if (statement.kind === 'Input') return statement.name.name === '' ? undefined : statement.name.name;
  return statement.kind === 'Let' && statement.pattern.kind === 'NamePattern' ? statement.pattern.name.name : undefined;
}

/** The models of a file that have no `train` of their own. */
export const untrainedModels = (file: FileScope): readonly FileSymbol[] =>
  [...file.symbols.values()].filter(
    (symbol) => symbol.file === file && (symbol.unit.kind === 'Model' || symbol.unit.kind === 'ModelAlias') && !file.trains.has(symbol.name), // prettier-ignore
  );

export function declarationSuggestions(cursor: Cursor): readonly Suggestion[] {
  const { file, word } = cursor;
  const isHead = file.units.every(({ start }) => start >= word.start);
  const importing = snippet('import', 'from another file', 'import { $2 } from "${1:./}"', 2);
  const imports = isHead ? [{ ...importing, opensNext: true }] : [];
  // Nothing else stands before an import.
  if (file.imports.some(({ span }) => span.start > word.start)) return inPlace(cursor, imports);
  const models = [...file.symbols.values()].filter(({ unit }) => unit.kind === 'Model');
  const pipeline = '${2:x}: [${3:size}]\n\n  output ${4:y} = ${2:x}\n    -> $0\n}';
  return inPlace(cursor, [
    snippet('model', 'with weights, to be trained', `model \${1:Name} {\n  input ${pipeline}`, 0),
    snippet('block', 'a part, to be used in models', `block \${1:Name} {\n  input ${pipeline}`, 1),
    snippet('const', 'a value for the whole file', 'const ${1:NAME} = $0', 2),
    ...untrainedModels(file).map((symbol) => ({ ...snippet('train', symbol.name, trainText(symbol), 3), filterText: `train ${symbol.name}` })),
    ...(models.length > 0 ? [{ ...snippet('model =', 'another of its kind, with other arguments', `model \${1:Name} = ${escaped(models.at(-1)!.name)}($0)`, 4), filterText: 'model' }] : []),
    ...imports,
  ]); // prettier-ignore
}

/** The output that is trained: the last; and the activation that its value ends in. */
export interface Trained {
  readonly output: string;
  readonly activation: string | undefined;
}

export function trainedOf(symbol: FileSymbol): Trained | undefined {
  const node = modelBehind(symbol)?.unit.anywhere;
  if (node?.kind !== 'Model') return undefined;
  const output = node.body.statements.findLast((statement): statement is Output => statement.kind === 'Output');
  return (
    output && {
      output: output.name.name,
      activation: activationOf(output.value, node),
    }
  );
}

/** The activation at the end of a pipeline: as a stage, or as the argument of its last layer. */
function activationOf(value: Expression, model: Model): string | undefined {
  if (value.kind === 'Name') {
    const named = model.body.statements.find((statement) => statement.kind === 'Let' && statement.pattern.kind === 'NamePattern' && statement.pattern.name.name === value.name); // prettier-ignore
    return named?.kind === 'Let' && named.value !== value ? activationOf(named.value, model) : undefined;
  }
  if (value.kind === 'Call') return value.callee.kind === 'Name' ? value.callee.name : undefined;
  const last = value.kind === 'Pipeline' ? value.stages.at(-1) : undefined;
  return last?.kind === 'CallStage' ? stageActivation(last) : undefined;
}

function stageActivation({ callee, calls }: CallStage): string | undefined {
  const given = calls.flatMap((list) => list.arguments).find(({ name }) => name?.name === 'activation')?.value;
  if (given) return given.kind === 'Name' ? given.name : undefined;
  return callee.kind === 'Name' ? callee.name : undefined;
}

/** The loss that fits an activation, with the target that it wants. */
export function lossFor(activation: string | undefined): { readonly loss: string; readonly metric: string | undefined; readonly target: string } {
  switch (activation) {
    case 'softmax':
      return { loss: 'sparseCategoricalCrossentropy', metric: 'sparseCategoricalAccuracy', target: 'int32' };
    case 'sigmoid':
      return { loss: 'binaryCrossentropy', metric: 'binaryAccuracy', target: '[1]' };
    default:
      return { loss: 'meanSquaredError', metric: 'meanAbsoluteError', target: '[1]' };
  }
} // prettier-ignore

function trainText(symbol: FileSymbol): string {
  const trained = trainedOf(symbol);
  const { loss, metric, target } = lossFor(trained?.activation);
  const output = escaped(trained?.output ?? 'output');
  return `train ${escaped(symbol.name)} {
  target \${1:label}: \${2:${target}}
  loss: \${3:${loss}}(\${1:label}, \${4:${output}})
  metrics: [${metric}(\${1:label}, \${4:${output}})]
  optimizer: adam(learningRate: \${5:1e-3})
  batchSize: \${6:32}
  epochs: \${7:10}
}`;
}

/** The loss for a target that is declared and the output of the model. */
export function fittingLoss(train: Train, file: FileScope): { readonly loss: string; readonly metric: string | undefined; readonly arguments: string } | undefined {
  const symbol = file.symbols.get(train.model.name);
  const trained = symbol && trainedOf(symbol);
  const target = train.items.find((item) => item.kind === 'Target');
  if (!trained || target?.kind !== 'Target') return undefined;
  const usual = lossFor(trained.activation);
  const isIndex = target.type.dtype?.name === 'int32';
  const oneHot = { loss: 'categoricalCrossentropy', metric: 'categoricalAccuracy' };
  const fits = trained.activation === 'softmax' && !isIndex ? oneHot : usual;
  return { loss: fits.loss, metric: fits.metric, arguments: `(${target.name.name}, ${trained.output})` };
} // prettier-ignore

export function fieldSuggestions(cursor: Cursor, train: Train): readonly Suggestion[] {
  const given = new Set(train.items.flatMap((item) => (item.kind === 'TrainField' && item.name.span.start !== cursor.word.start ? [item.name.name] : []))); // prettier-ignore
  const isLabelled = /^\s*:/.test(cursor.text.slice(cursor.word.end, cursor.word.end + 20));
  const fit = fittingLoss(train, cursor.file);
  const loss = fit ? `\${1:${fit.loss}}${escaped(fit.arguments)}` : '$0';
  const metrics = fit?.metric ? `\${1:${fit.metric}}${escaped(fit.arguments)}` : '$0';
  const fields: readonly (readonly [string, string, string, number])[] = [
    ['loss', 'what is minimised', loss, 1],
    ['optimizer', 'how weights are changed', 'adam(learningRate: ${1:1e-3})', 1],
    ['metrics', 'what is measured besides', `[${metrics}]`, 2],
    ['batchSize', 'examples per step; 32 unless given', '${1:32}', 2],
    ['epochs', 'rounds over the data; 1 unless given', '${1:10}', 2],
    ['validationSplit', 'part of the data that is kept for measuring', '${1:0.1}', 3],
    ['shuffle', 'whether the examples are mixed; true unless given', '${1|false,true|}', 3],
    ['callbacks', 'what happens between epochs', '[${1:earlyStopping(patience: 3)}]', 3],
    ['freeze', 'what is not trained', '[$0]', 3],
    ['clipNorm', 'the longest that the gradient of a weight may be', '${1:1}', 4],
    ['clipValue', 'the largest that a number of a gradient may be', '${1:0.5}', 4],
    ['globalClipNorm', 'the longest that all gradients together may be', '${1:1}', 4],
  ];
  const items = fields.flatMap(([name, description, value, rank]): Suggestion[] => {
    if (given.has(name)) return [];
    if (isLabelled) return [{ label: name, kind: 'field', labelDescription: description, rank, data: { about: 'word', name, kind: 'field' } }]; // prettier-ignore
    return [{ ...snippet(name, description, `${name}: ${value}`, rank), kind: 'field', data: { about: 'word', name, kind: 'field' } }]; // prettier-ignore
  });
  const hasTarget = train.items.some(({ kind }) => kind === 'Target');
  const target = snippet('target', 'what the answer to an example looks like', 'target ${1:label}: ${2:int32}', hasTarget ? 5 : 0);
  return isLabelled ? items : [target, ...items];
} // prettier-ignore
