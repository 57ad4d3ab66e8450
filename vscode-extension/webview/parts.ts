/** The elements of the page, made once. */

export interface PageParts {
  readonly page: HTMLElement;
  readonly picker: HTMLSelectElement;
  readonly title: HTMLElement;
  readonly totals: HTMLElement;
  readonly foldAll: HTMLButtonElement;
  readonly openAll: HTMLButtonElement;
  readonly fit: HTMLButtonElement;
  readonly larger: HTMLButtonElement;
  readonly smaller: HTMLButtonElement;
  readonly message: HTMLElement;
  readonly stage: SVGSVGElement;
  readonly picture: SVGGElement;
  readonly details: HTMLElement;
}

export function makeParts(into: HTMLElement): PageParts {
  const page = make('div', 'nn-page');
  const bar = make('header', 'bar');
  const picker = make('select', 'picker');
  picker.setAttribute('aria-label', 'Model');
  picker.hidden = true;
  const [title, totals] = [make('strong', 'name'), make('span', 'costs')];
  const tools = make('div', 'tools');
  tools.setAttribute('role', 'toolbar');
  tools.setAttribute('aria-label', 'Graph');
  const foldAll = button('⊟', 'Fold all groups');
  const openAll = button('⊞', 'Unfold all groups');
  const smaller = button('−', 'Smaller (key -)');
  const larger = button('+', 'Larger (key +)');
  const fit = button('⤢', 'Show all (key 0)');
  tools.append(foldAll, openAll, smaller, larger, fit);
  bar.append(picker, title, totals, tools);
  const message = make('p', 'message');
  message.setAttribute('role', 'status');
  message.hidden = true;
  const stage = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  stage.classList.add('nn-graph', 'stage');
  stage.setAttribute('role', 'tree');
  // What is in it has the one stop for the Tab key; browsers that stop at what may scroll do not stop here.
  stage.setAttribute('tabindex', '-1');
  const picture = document.createElementNS('http://www.w3.org/2000/svg', 'g');
  picture.setAttribute('role', 'group');
  stage.append(picture);
  const details = make('dl', 'details');
  details.hidden = true;
  page.append(bar, message, stage, details);
  into.replaceChildren(page);
  return { page, picker, title, totals, foldAll, openAll, fit, larger, smaller, message, stage, picture, details };
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, name: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.classList.add(name);
  return element;
}

function button(text: string, label: string): HTMLButtonElement {
  const element = make('button', 'tool');
  element.type = 'button';
  element.textContent = text;
  element.title = label;
  element.setAttribute('aria-label', label);
  return element;
}
