/** Trains on most of the flowers in data/iris.csv, measures on the others, saves the weights, loads and uses them. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { Iris } from './iris.nn';

const kinds = ['setosa', 'versicolor', 'virginica'];
const columns = ['sepalLength', 'sepalWidth', 'petalLength', 'petalWidth'];
const rows = parse<Record<string, string>>(await readFile('data/iris.csv'), { columns: true });

/** Every fifth flower is kept from training. */
const [seen, unseen] = [rows.filter((_, i) => i % 5 !== 0), rows.filter((_, i) => i % 5 === 0)];

const tensors = (flowers: typeof rows) => ({
  flower: Float32Array.from(flowers.flatMap((row) => columns.map((name) => Number(row[name])))),
  kind: Int32Array.from(flowers, (row) => kinds.indexOf(row['species']!)),
});

const net = await Iris.create({ seed: 1 });
await net.fit(tensors(seen), {
  onEpochEnd: (epoch, logs) => {
    if ((epoch + 1) % 10 === 0) console.log(`epoch ${epoch + 1}: loss ${logs.loss.toFixed(3)}`);
  },
});
const { sparseCategoricalAccuracy } = await net.evaluate(tensors(unseen));
console.log(`right on ${(100 * sparseCategoricalAccuracy).toFixed(1)} % of ${unseen.length} flowers it has not seen`);
await net.save('iris.safetensors');
net.dispose();

const loaded = await Iris.load('iris.safetensors');
const species = await loaded.run(Float32Array.of(5.9, 3.0, 5.1, 1.8));
console.log(`a flower of 5.9, 3.0, 5.1 and 1.8 cm is ${kinds[species.indexOf(Math.max(...species))]}`);
loaded.dispose();
