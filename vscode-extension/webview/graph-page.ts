/** The page of the model graph: what is seen of it, and what keys, pointer and messages do to it. */
import { totalsOf } from '../../compiler/graph-view/box-texts.ts';
import { drawing } from '../../compiler/graph-view/draw.ts';
import { seenGraph, type Fold, type Folds, type SeenGraph } from '../../compiler/graph-view/fold.ts';
import type { GraphView, ViewGroup, ViewSpan } from '../../compiler/graph-view/graph-view.ts';
import { layoutOf, type Layout, type PlacedBox } from '../../compiler/graph-view/layout.ts';
import { detailsOf } from './details.ts';
import type { FromPage, GraphMessage, SelectMessage, ToPage } from './messages.ts';
import { boxBeside, boxesIn, type Direction } from './moves.ts';
import { emptyState, foldsNow, toggled, withFolds, type PageState } from './page-state.ts';
import type { PageParts } from './parts.ts';
import { boxesAt } from './source-parts.ts';
import { Viewport } from './viewport.ts';

/** Who shows the page: what it is told, and where it keeps things while the page is hidden. */
export interface Host {
  post(message: FromPage): void;
  load(): PageState | undefined;
  keep(state: PageState): void;
}

/** A view with all that follows from it and its folds. */
interface Shown {
  readonly view: GraphView;
  readonly folds: Folds;
  readonly seen: SeenGraph;
  readonly layout: Layout;
}

const arrows: Readonly<Record<string, Direction>> = {
  ArrowDown: 'down',
  ArrowUp: 'up',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Escape: 'out',
};

export class GraphPage {
  readonly #parts: PageParts;
  readonly #host: Host;
  readonly #viewport: Viewport;
  #state: PageState;
  #views: readonly GraphView[] = [];
  #shown: Shown | undefined;
  /** The box that the keys go from. */
  #current: string | undefined;
  #cursor: SelectMessage | undefined;
  /** What is told of in words: what was last focused or marked. */
  #told: string | undefined;

  constructor(parts: PageParts, host: Host) {
    this.#parts = parts;
    this.#host = host;
    this.#state = host.load() ?? emptyState;
    this.#viewport = new Viewport(parts.stage, parts.picture, () => this.#keepZoom());
    parts.picker.addEventListener('change', () => this.#choose(parts.picker.value));
    parts.foldAll.addEventListener('click', () => this.#foldAll('folded'));
    parts.openAll.addEventListener('click', () => this.#foldAll('open'));
    parts.fit.addEventListener('click', () => this.#fit());
    parts.larger.addEventListener('click', () => this.#viewport.zoomBy(1.25));
    parts.smaller.addEventListener('click', () => this.#viewport.zoomBy(0.8));
    parts.stage.addEventListener('click', (event) => this.#click(event));
    parts.stage.addEventListener('keydown', (event) => this.#key(event));
    parts.stage.addEventListener('focusin', (event) => this.#focused(event));
    window.addEventListener('resize', () => !this.#viewport.isMoved && this.#fit());
  }

  receive(message: ToPage): void {
    switch (message.type) {
      case 'graph':
        return this.#take(message);
      case 'select':
        return this.#follow(message);
      case 'message':
        return this.#tell(message.text);
    }
  }

  #take({ view, show, folds = {} }: GraphMessage): void {
    this.#views = Array.isArray(view) ? (view as readonly GraphView[]) : [view as GraphView];
    this.#tell('');
    const wanted = show ?? this.#state.shown;
    const next = this.#views.find(({ name }) => name === wanted) ?? this.#views[0];
    this.#parts.picker.replaceChildren(...this.#views.map(({ name }) => new Option(name, name, false, name === next?.name))); // prettier-ignore
    this.#parts.picker.hidden = this.#views.length < 2;
    if (!next) return this.#tell('There is no model here.');
    this.#draw(next, foldsNow(next, this.#state, folds[next.name]), this.#shown?.view.name !== next.name);
    if (this.#cursor) this.#mark(this.#cursor, false);
  }

  #choose(name: string): void {
    const view = this.#views.find((one) => one.name === name);
    if (view) this.#draw(view, foldsNow(view, this.#state), true);
  }

  /** `isOther`: another model than the one that is shown. */
  #draw(view: GraphView, folds: Folds, isOther: boolean): void {
    const { stage, picture, title, totals } = this.#parts;
    const hadFocus = stage.contains(document.activeElement);
    const seen = seenGraph(view, folds);
    const layout = layoutOf(seen);
    this.#shown = { view, folds, seen, layout };
    this.#state = { ...withFolds(this.#state, view.name, folds), shown: view.name };
    picture.innerHTML = drawing(layout, { interactive: true });
    [title.textContent, totals.textContent] = [view.title, totalsOf(view)];
    stage.setAttribute('aria-label', `The model ${view.title}: ${totalsOf(view)}`);
    if (this.#current === undefined || !this.#boxAt(this.#current)) this.#current = this.#boxShowing(this.#current) ?? layout.boxes[0]?.box.id; // prettier-ignore
    this.#setTabStop();
    if (hadFocus) this.#element(this.#current)?.focus({ preventScroll: true });
    if (isOther) this.#placeFirst();
    this.#host.keep(this.#state);
    this.#describe();
  }

  #placeFirst(): void {
    const kept = this.#shown && this.#state.zooms[this.#shown.view.name];
    this.#viewport.isMoved = kept !== undefined;
    if (kept) this.#viewport.zoom = kept;
    else this.#fit();
  }

  #fit(): void {
    if (this.#shown) this.#viewport.fit(this.#shown.layout);
  }

  #keepZoom(): void {
    const name = this.#shown?.view.name;
    if (name === undefined || !this.#viewport.isMoved) return;
    this.#state = { ...this.#state, zooms: { ...this.#state.zooms, [name]: this.#viewport.zoom } };
    this.#host.keep(this.#state);
  }

  /** '' takes away what was told. */
  #tell(text: string): void {
    this.#parts.message.textContent = text;
    this.#parts.message.hidden = text === '';
    this.#parts.page.classList.toggle('stale', text !== '' && this.#shown !== undefined);
    this.#parts.page.classList.toggle('empty', text !== '' && this.#shown === undefined);
  }

  #foldAll(fold: Fold): void {
    if (!this.#shown) return;
    const { view } = this.#shown;
    this.#draw(view, new Map(view.groups.map(({ id }) => [id, fold])), false);
    this.#fit();
  }

  /** The box that is folded or unfolded stays where it is on the screen. */
  #toggle(group: ViewGroup, way: 'fold' | 'rounds'): void {
    if (!this.#shown) return;
    const { view, folds } = this.#shown;
    const before = this.#boxAt(group.id);
    this.#current = group.id;
    this.#draw(view, toggled(view, folds, group, way), false);
    const after = this.#boxAt(group.id);
    if (!before || !after) return;
    const { scale } = this.#viewport.zoom;
    this.#viewport.moveBy((before.x + before.width / 2 - after.x - after.width / 2) * scale, (before.y - after.y) * scale); // prettier-ignore
    if (this.#cursor) this.#mark(this.#cursor, false);
  }

  #click(event: MouseEvent): void {
    if (this.#parts.stage.classList.contains('dragging')) return;
    const target = event.target as Element;
    const id = target.closest('[data-id]')?.getAttribute('data-id');
    const group = this.#group(id);
    const box = id === undefined || id === null ? undefined : this.#boxAt(id);
    if (!box) return;
    // Of an open group only its head is a thing to click on.
    if (box.kind === 'frame' && !target.closest('.head')) return;
    this.#element(box.box.id)?.focus({ preventScroll: true });
    if (!group) return this.#select(box.box.id);
    if (event.altKey) return this.#reveal(group.source);
    this.#toggle(group, target.closest('.rounds') ? 'rounds' : 'fold');
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey) return;
    const id = (event.target as Element).getAttribute('data-id') ?? undefined;
    const direction = arrows[event.key];
    if (direction !== undefined && id !== undefined) this.#move(id, direction);
    else if (event.key === 'Enter' || event.key === ' ') this.#press(id, event.altKey);
    else if (event.key === 'r') this.#toggleRounds(id);
    else if (event.key === '+' || event.key === '=') this.#viewport.zoomBy(1.25);
    else if (event.key === '-') this.#viewport.zoomBy(0.8);
    else if (event.key === '0') this.#fit();
    else return;
    event.preventDefault();
  }

  #move(id: string, direction: Direction): void {
    if (!this.#shown) return;
    const next = boxBeside(id, direction, this.#shown.layout, this.#shown.seen);
    if (next === undefined) return;
    this.#element(next)?.focus({ preventScroll: true });
    this.#show(next);
  }

  #press(id: string | undefined, isAlt: boolean): void {
    if (id === undefined) return;
    const group = this.#group(id);
    if (!group) return this.#select(id);
    if (isAlt) this.#reveal(group.source);
    else this.#toggle(group, 'fold');
  }

  #toggleRounds(id: string | undefined): void {
    const group = this.#group(id);
    if (group?.alike) this.#toggle(group, 'rounds');
  }

  /** By the reader: its text is shown too. */
  #select(id: string): void {
    this.#markBoxes([id]);
    this.#show(id);
    const node = this.#shown?.view.nodes.find((one) => one.id === id);
    if (node) this.#reveal(node.source);
  }

  #reveal({ file, start, end }: ViewSpan): void {
    this.#host.post({ type: 'reveal', file, start, end });
  }

  #follow(message: SelectMessage): void {
    this.#cursor = message;
    this.#mark(message, true);
  }

  #mark({ file, offset }: SelectMessage, isBroughtIntoView: boolean): void {
    if (!this.#shown) return;
    const ids = boxesAt(this.#shown.view, this.#shown.seen, file, offset);
    this.#markBoxes(ids);
    this.#told = ids[0] ?? this.#told;
    this.#describe();
    if (isBroughtIntoView && ids[0] !== undefined) this.#show(ids[0]);
  }

  #markBoxes(ids: readonly string[]): void {
    const marked = new Set(ids);
    for (const element of this.#parts.picture.querySelectorAll('[data-id]')) {
      const isMarked = marked.has(element.getAttribute('data-id')!);
      element.classList.toggle('selected', isMarked);
      element.setAttribute('aria-selected', String(isMarked));
    }
    for (const edge of this.#parts.picture.querySelectorAll('.edge')) {
      const ends = [edge.getAttribute('data-from')!, ...edge.getAttribute('data-to')!.split(' ')];
      edge.classList.toggle('touching', ends.some((end) => marked.has(end))); // prettier-ignore
    }
  }

  #show(id: string): void {
    const box = this.#boxAt(id);
    // Of what is open, its head.
    if (box) this.#viewport.show(box.kind === 'frame' ? { ...box, height: Math.min(box.height, 120) } : box);
  }

  #focused(event: FocusEvent): void {
    const id = (event.target as Element).getAttribute('data-id');
    if (id === null) return;
    this.#current = id;
    this.#told = id;
    this.#setTabStop();
    this.#describe();
  }

  /** One stop for the Tab key; the arrows go on from there. */
  #setTabStop(): void {
    for (const element of this.#parts.picture.querySelectorAll('[tabindex="0"]')) element.setAttribute('tabindex', '-1'); // prettier-ignore
    this.#element(this.#current)?.setAttribute('tabindex', '0');
  }

  #describe(): void {
    const { details } = this.#parts;
    const rows = this.#shown ? detailsOf(this.#shown.view, this.#told) : [];
    details.replaceChildren(...rows);
    details.hidden = rows.length === 0;
  }

  #group(id: string | null | undefined): ViewGroup | undefined {
    return this.#shown?.view.groups.find((group) => group.id === id);
  }

  #boxAt(id: string): PlacedBox | undefined {
    return this.#shown && boxesIn(this.#shown.layout).find(({ box }) => box.id === id);
  }

  /** What shows a node or group that has no box of its own now. */
  #boxShowing(id: string | undefined): string | undefined {
    return id === undefined ? undefined : (this.#shown?.seen.leafOf.get(id) ?? this.#shown?.seen.boxOf.get(id));
  }

  #element(id: string | undefined): SVGGElement | null {
    return id === undefined ? null : this.#parts.picture.querySelector<SVGGElement>(`[data-id="${CSS.escape(id)}"]`);
  }
}
