/**
 * What is seen of a picture → where it stands. Each open group is laid out by itself, by dagre, and is one box for what is
 * around it; a value that comes in or goes out passes through its frame at a place of its own. So groups keep their form
 * wherever they are, and folding one moves little of the rest.
 */
import { Graph, layout as dagreLayout, type OrderConstraint } from '@dagrejs/dagre';
import { fontSizes, frameWidth, leafTexts, type LeafTexts } from './box-texts.ts';
import type { Box, LeafBox, OpenBox, SeenEdge, SeenGraph } from './fold.ts';
import { textWidth } from './text-width.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Rectangle extends Point {
  readonly width: number;
  readonly height: number;
}

/** All positions are in the whole picture; `x` and `y` are of the left upper corner. */
export interface PlacedLeaf extends Rectangle {
  readonly kind: 'leaf';
  readonly box: LeafBox;
  readonly texts: LeafTexts;
}
export interface PlacedFrame extends Rectangle {
  readonly kind: 'frame';
  readonly box: OpenBox;
  readonly inside: Level;
}
export type PlacedBox = PlacedLeaf | PlacedFrame;

/** One stretch of an edge, between two frames of one level. */
export interface Wire {
  readonly value: string;
  readonly points: readonly Point[];
  /** Whether it ends at what reads the value, and not in a frame. */
  readonly arrives: boolean;
  readonly label?: Rectangle & { readonly text: string };
  /** The frames that it enters and leaves, where these are its ends. */
  readonly into?: string;
  readonly outOf?: string;
  /** Leaves that the value comes from and goes to along this wire. */
  readonly from: string;
  readonly to: readonly string[];
}

export interface Level {
  readonly boxes: readonly PlacedBox[];
  readonly wires: readonly Wire[];
}

export interface Layout extends Level {
  readonly width: number;
  readonly height: number;
}

/** Of frames: around what they hold. */
const padding = { side: 16, top: 32, bottom: 4 } as const;

/** Between what passes a frame and the boxes in it. */
const entry = 16;

/** In larger pictures nobody follows one wire, and a layout takes its time. */
const mostUncrossed = 150;

export function layoutOf(seen: SeenGraph): Layout {
  let orders: PassingOrders = new Map();
  let layout = new Placing(seen, orders).layout(seen.boxes);
  if (new Set(seen.leafOf.values()).size > mostUncrossed) return layout;
  // Only now is it known from where values come into frames; those that cross change places, then those in inner frames.
  for (let i = 0; i < 2; i++) {
    const crossed = passingOrders(layout);
    if (crossed.size === 0) break;
    orders = new Map([...orders, ...crossed]);
    layout = new Placing(seen, orders).layout(seen.boxes);
  }
  return layout;
}

/** By the ids of frames, the values that pass them, from left to right. */
type PassingOrders = ReadonlyMap<string, { readonly ins: readonly string[]; readonly outs: readonly string[] }>;

/** Of frames through which values cross each other: the orders in which they would not. */
function passingOrders(level: Level): PassingOrders {
  const orders = new Map<string, { ins: readonly string[]; outs: readonly string[] }>();
  for (const box of level.boxes) {
    if (box.kind === 'leaf') continue;
    const ins = level.wires.filter(({ into }) => into === box.box.id).map((wire) => passingOf(wire, wire.points.toReversed())); // prettier-ignore
    const outs = level.wires.filter(({ outOf }) => outOf === box.box.id).map((wire) => passingOf(wire, wire.points));
    if (doCross(ins) || doCross(outs)) orders.set(box.box.id, { ins: valuesInOrder(ins), outs: valuesInOrder(outs) });
    for (const [id, order] of passingOrders(box.inside)) orders.set(id, order);
  }
  return orders;
}

interface Passing {
  readonly value: string;
  readonly at: number;
  readonly wanted: number;
}

/** `points`: from the frame on. */
function passingOf({ value }: Wire, points: readonly Point[]): Passing {
  const at = points[0]!.x;
  return { value, at, wanted: points.find(({ x }) => Math.abs(x - at) > 1)?.x ?? at };
}

const doCross = (some: readonly Passing[]): boolean =>
  some.some((a) => some.some((b) => a.at < b.at - 1 && a.wanted > b.wanted + 1));

const valuesInOrder = (some: readonly Passing[]): readonly string[] => [
  ...new Set(some.toSorted((a, b) => a.wanted - b.wanted).map(({ value }) => value)),
];

/** Ends of a wire in a level: a box, or where the value passes the frame around. */
type End = { readonly box: string } | { readonly port: 'in' | 'out' };

interface Route {
  readonly value: string;
  readonly type: string;
  readonly source: End;
  readonly target: End;
  readonly from: string;
  readonly to: Set<string>;
}

interface LaidLevel {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly LaidBox[];
  readonly wires: readonly LaidWire[];
  /** Where values pass the frame, from its left. */
  readonly ins: ReadonlyMap<string, number>;
  readonly outs: ReadonlyMap<string, number>;
}
type LaidBox = Rectangle & { readonly box: Box; readonly texts?: LeafTexts; readonly inside?: LaidLevel };

/** `comes`, `goes`: it passes the frame around. */
type LaidWire = Wire & { readonly comes: boolean; readonly goes: boolean };

class Placing {
  readonly #parents = new Map<string, string | undefined>();
  readonly #routes = new Map<string | undefined, Map<string, Route>>();

  readonly #orders: PassingOrders;

  constructor(seen: SeenGraph, orders: PassingOrders) {
    this.#orders = orders;
    const walk = (boxes: readonly Box[]): void => {
      for (const box of boxes) {
        this.#parents.set(box.id, box.parent);
        if (box.kind === 'open') walk(box.children);
      }
    };
    walk(seen.boxes);
    for (const edge of seen.edges) this.#route(edge);
  }

  /** Cuts an edge where it passes frames. */
  #route(edge: SeenEdge): void {
    const [up, down] = [this.#way(edge.from), this.#way(edge.to)];
    while (up.length > 1 && down.length > 1 && up[0] === down[0]) {
      up.shift();
      down.shift();
    }
    // Both begin now with different boxes of one level.
    const meeting = this.#parents.get(up[0]!);
    for (let i = up.length - 1; i > 0; i--) this.#add(up[i - 1], edge, { box: up[i]! }, { port: 'out' });
    this.#add(meeting, edge, { box: up[0]! }, { box: down[0]! });
    for (let i = 1; i < down.length; i++) this.#add(down[i - 1], edge, { port: 'in' }, { box: down[i]! });
  }

  /** A box and what it stands in, outermost first. */
  #way(id: string): string[] {
    const way = [id];
    for (let at = this.#parents.get(id); at !== undefined; at = this.#parents.get(at)) way.unshift(at);
    return way;
  }

  #add(level: string | undefined, { value, type, from, to }: SeenEdge, source: End, target: End): void {
    const routes = this.#routes.get(level) ?? new Map<string, Route>();
    this.#routes.set(level, routes);
    const key = `${value} ${nameOf(source, value)} ${nameOf(target, value)}`;
    const known = routes.get(key);
    if (known) known.to.add(to);
    else routes.set(key, { value, type, source, target, from, to: new Set([to]) });
  }

  layout(boxes: readonly Box[]): Layout {
    const level = this.#level(boxes, undefined);
    return { ...placedLevel(level, 0, 0), width: level.width, height: level.height };
  }

  #level(boxes: readonly Box[], parent: string | undefined): LaidLevel {
    const laid = boxes.map((box) => this.#sized(box));
    const order = parent === undefined ? undefined : this.#orders.get(parent);
    const names = [order?.ins.map((value) => `in ${value}`) ?? [], order?.outs.map((value) => `out ${value}`) ?? []];
    const constraints = names.flatMap((some) => some.slice(1).map((right, i) => ({ left: some[i]!, right })));
    return arranged(laid, [...(this.#routes.get(parent)?.values() ?? [])], constraints);
  }

  #sized(box: Box): LaidBox {
    if (box.kind === 'leaf') {
      const texts = leafTexts(box);
      return { box, texts, x: 0, y: 0, width: texts.width, height: texts.height };
    }
    const inside = this.#level(box.children, box.id);
    const width = Math.max(inside.width + 2 * padding.side, frameWidth(box));
    return { box, inside, x: 0, y: 0, width, height: inside.height + padding.top + padding.bottom };
  }
}

const nameOf = (end: End, value: string): string => ('box' in end ? `box ${end.box}` : `${end.port} ${value}`);

const labelHeight = 15;

/** One level by dagre: boxes, and a point for each value that passes the frame. */
function arranged(boxes: readonly LaidBox[], routes: readonly Route[], constraints: OrderConstraint[]): LaidLevel {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 26, edgesep: 16, ranksep: 36, marginx: 0, marginy: 0 });
  for (const { box, width, height } of boxes) graph.setNode(`box ${box.id}`, { width, height });
  const ports = setPorts(graph, routes);
  const labelled = new Set<string>();
  for (const { value, type, source, target } of routes) {
    // What comes in has been told outside, what goes out is told there.
    const isTold = labelled.has(value) || 'port' in source || 'port' in target;
    labelled.add(value);
    const label = isTold ? {} : { width: textWidth(type, fontSizes.edge, 'code') + 8, height: labelHeight, labelpos: 'c' as const }; // prettier-ignore
    graph.setEdge(nameOf(source, value), nameOf(target, value), { weight: 1, minlen: 1, ...label }, value);
  }
  if (boxes.length > 0) dagreLayout(graph, { constraints });
  return measured(graph, boxes, routes, ports);
}

interface Ports {
  readonly ins: ReadonlySet<string>;
  readonly outs: ReadonlySet<string>;
}

/** All values come in at the top and leave at the bottom: held there by a point above and one below. */
function setPorts(graph: Graph, routes: readonly Route[]): Ports {
  const point = { width: 1, height: 0 };
  const ins = new Set(routes.flatMap(({ source, value }) => ('port' in source ? [value] : [])));
  const outs = new Set(routes.flatMap(({ target, value }) => ('port' in target ? [value] : [])));
  for (const value of ins) {
    graph.setNode(`in ${value}`, { ...point, width: 14 });
    graph.setNode('above', point);
    graph.setEdge('above', `in ${value}`, { weight: 8, minlen: 1 });
  }
  for (const value of outs) {
    graph.setNode(`out ${value}`, { ...point, width: 14 });
    graph.setNode('below', point);
    graph.setEdge(`out ${value}`, 'below', { weight: 8, minlen: 1 });
  }
  return { ins, outs };
}

function measured(graph: Graph, boxes: readonly LaidBox[], routes: readonly Route[], ports: Ports): LaidLevel {
  const at = (name: string): Rectangle => graph.node(name) as Rectangle;
  const places = new Map(boxes.map((laid) => [laid.box.id, corner(at(`box ${laid.box.id}`), laid)]));
  const tops = [...places.values()].map(({ y }) => y);
  const bottoms = [...places.values()].map(({ y, height }) => y + height);
  const ranks = ranksOf([...places.values()]);
  const passage = { ins: Math.min(...tops) - entry, outs: Math.max(...bottoms) + entry };
  const wires = routes.map((route) => wire(graph, route, places, ranks, passage));
  // The points above and below are no part of it.
  const all: readonly Rectangle[] = [...places.values(), ...wires.flatMap(({ label, points }) => [...(label ? [label] : []), ...points.map((p) => ({ ...p, width: 0, height: 0 }))])]; // prettier-ignore
  const left = Math.min(...all.map(({ x }) => x));
  const top = Math.min(...all.map(({ y }) => y));
  const right = Math.max(...all.map(({ x, width }) => x + width));
  const bottom = Math.max(...all.map(({ y, height }) => y + height));
  const shifted = <P extends Point>(point: P): P => ({ ...point, x: point.x - left, y: point.y - top });
  const passes = (values: ReadonlySet<string>, port: string): ReadonlyMap<string, number> =>
    new Map([...values].map((value) => [value, at(`${port} ${value}`).x - left]));
  return {
    width: right - left,
    height: bottom - top,
    boxes: [...places.values()].map(shifted),
    wires: wires.map((one) => ({ ...one, points: one.points.map(shifted), ...(one.label ? { label: shifted(one.label) } : {}) })), // prettier-ignore
    ins: passes(ports.ins, 'in'),
    outs: passes(ports.outs, 'out'),
  };
}

const corner = ({ x, y }: Point, laid: LaidBox): LaidBox => ({
  ...laid,
  x: x - laid.width / 2,
  y: y - laid.height / 2,
});

/** Where a value passes a frame, from the frame's left; what the frame holds is centred in it. */
const passing = ({ width, inside }: LaidBox, value: string, port: 'ins' | 'outs'): number | undefined =>
  inside && (width - inside.width) / 2 + (inside[port].get(value) ?? inside.width / 2);

/** At which height values pass the frame. */
type Passage = { readonly ins: number; readonly outs: number };

function wire(
  graph: Graph,
  route: Route,
  places: ReadonlyMap<string, LaidBox>,
  ranks: readonly Rank[],
  passage: Passage,
): LaidWire {
  const { value, source, target, type } = route;
  const edge = graph.edge(nameOf(source, value), nameOf(target, value), value) as { points: readonly Point[]; width?: number } & Point; // prettier-ignore
  const end = (of: End, port: 'ins' | 'outs', fallback: Point): Point => {
    const place = 'box' in of ? places.get(of.box) : undefined;
    if (!place) return { x: fallback.x, y: port === 'ins' ? passage.outs : passage.ins };
    const y = port === 'ins' ? place.y : place.y + place.height;
    const own = passing(place, value, port);
    if (own !== undefined) return { x: place.x + own, y };
    return { x: clamped(fallback.x, place.x + 12, place.x + place.width - 12), y };
  };
  const [first, last] = [end(source, 'outs', edge.points[0]!), end(target, 'ins', edge.points.at(-1)!)];
  // Points that held what passes the frame in its rank are farther out than the frame is now.
  const bends = edge.points.slice(1, -1).filter(({ y }) => y > first.y + 6 && y < last.y - 6);
  const points = [first, ...bends, last].flatMap((point) => straightened(point, ranks, first, last));
  const width = edge.width ?? 0;
  const label = width > 0 ? { label: { text: type, x: edge.x - width / 2, y: edge.y - labelHeight / 2, width, height: labelHeight } } : {}; // prettier-ignore
  return {
    value,
    points,
    arrives: 'box' in target && !places.get(target.box)?.inside,
    ...('box' in target && places.get(target.box)?.inside ? { into: target.box } : {}),
    ...('box' in source && places.get(source.box)?.inside ? { outOf: source.box } : {}),
    from: route.from,
    to: [...route.to],
    comes: 'port' in source,
    goes: 'port' in target,
    ...label,
  };
}

/** The boxes of a rank stand beside each other: between their upper and lower edges a wire only goes down. */
interface Rank {
  readonly top: number;
  readonly bottom: number;
}

function ranksOf(boxes: readonly Rectangle[]): readonly Rank[] {
  const ranks = new Map<number, Rank>();
  for (const { y, height } of boxes) {
    const middle = Math.round(y + height / 2);
    const known = ranks.get(middle) ?? { top: y, bottom: y };
    ranks.set(middle, { top: Math.min(known.top, y), bottom: Math.max(known.bottom, y + height) });
  }
  return [...ranks.values()];
}

/** A point of a wire as the points where it enters and leaves the rank around, or the label on it. */
function straightened(point: Point, ranks: readonly Rank[], first: Point, last: Point): readonly Point[] {
  const rank = ranks.find(({ top, bottom }) => top <= point.y && point.y <= bottom);
  const [top, bottom] = rank ? [rank.top, rank.bottom] : [point.y - labelHeight / 2, point.y + labelHeight / 2];
  if (point === first) return rank && bottom < last.y ? [point, { x: point.x, y: bottom }] : [point];
  if (point === last) return rank && top > first.y ? [{ x: point.x, y: top }, point] : [point];
  return [top, bottom].map((y) => ({ x: point.x, y }));
}

const clamped = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** A level and everything in it at its place in the whole picture; what passes the frame is drawn to its edge. */
function placedLevel(level: LaidLevel, x: number, y: number, frame?: Rectangle): Level {
  const moved = <P extends Point>(point: P): P => ({ ...point, x: point.x + x, y: point.y + y });
  const boxes = level.boxes.map((laid): PlacedBox => {
    const place = { x: laid.x + x, y: laid.y + y, width: laid.width, height: laid.height };
    if (laid.box.kind === 'leaf') return { kind: 'leaf', box: laid.box, texts: laid.texts!, ...place };
    const inside = laid.inside!;
    const left = place.x + (place.width - inside.width) / 2;
    return { kind: 'frame', box: laid.box, ...place, inside: placedLevel(inside, left, place.y + padding.top, place) };
  });
  const wires = level.wires.map(({ comes, goes, ...wire }): Wire => {
    const points = wire.points.map(moved);
    const above = comes && frame ? [{ x: points[0]!.x, y: frame.y }] : [];
    const below = goes && frame ? [{ x: points.at(-1)!.x, y: frame.y + frame.height }] : [];
    return { ...wire, points: [...above, ...points, ...below], ...(wire.label ? { label: moved(wire.label) } : {}) };
  });
  return { boxes, wires };
}
