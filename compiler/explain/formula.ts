/** Markdown with TeX → plain lines for a terminal: `$\frac{a}{b}$` becomes a / b. */
const symbols: Readonly<Record<string, string>> = {
  cdot: '·', times: '×', sum: 'Σ', prod: '∏', odot: '⊙', leftarrow: '←', rightarrow: '→', to: '→', le: '≤', leq: '≤', ge: '≥', geq: '≥', neq: '≠', ne: '≠',
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', varepsilon: 'ε', eta: 'η', theta: 'θ', lambda: 'λ', mu: 'μ', nu: 'ν', pi: 'π', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', Phi: 'Φ', Delta: 'Δ', Sigma: 'Σ', omega: 'ω',
  infty: '∞', approx: '≈', sim: '~', pm: '±', in: '∈', bigvee: '∨', bigwedge: '∧', land: '∧', lor: '∨', lnot: '¬', neg: '¬', partial: '∂', ldots: '…', dots: '…', cdots: '…', mid: '|', lVert: '‖', rVert: '‖', Vert: '‖', ast: '*', circ: '∘', top: 'T', prime: '′', min: 'min', max: 'max', lfloor: '⌊', rfloor: '⌋', lceil: '⌈', rceil: '⌉', langle: '⟨', rangle: '⟩', quad: '  ', bmod: 'mod',
}; // prettier-ignore

const accents: Readonly<Record<string, string>> = { bar: '\u0304', hat: '\u0302', tilde: '\u0303', vec: '\u20d7' };

/** A TeX formula in one line of plain text. */
export function plainFormula(tex: string): string {
  let text = tex.replaceAll(/\\[,;:! ]/g, ' ').replaceAll(/\\(?:left|right|big|Big)(?![a-z])/g, '');
  for (let before = ''; before !== text;) {
    before = text;
    text = text
      .replaceAll(/\\frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, (_, a: string, b: string) => `${grouped(a)} / ${grouped(b)}`)
      .replaceAll(/\\sqrt\s*\{([^{}]*)\}/g, (_, a: string) => `√${grouped(a)}`)
      .replaceAll(/\\sqrt\s+(\\?\w+)/g, '√$1')
      .replaceAll(/\\(?:mathrm|text|operatorname|mathit|mathbf|mathcal)\s*\{([^{}]*)\}/g, '$1')
      .replaceAll(
        /\\(bar|hat|tilde|vec)\s*(?:\{(\w)\}|(\w))/g,
        (_, accent: string, a?: string, b?: string) => `${a ?? b}${accents[accent]}`,
      ) // prettier-ignore
      .replaceAll(/([_^])\{([^{}]*)\}/g, (_, mark: string, inner: string) => `${mark}${grouped(inner)}`);
  }
  return text
    .replaceAll(/\\([A-Za-z]+)/g, (_, name: string) => symbols[name] ?? name)
    .replaceAll(/[{}\\]/g, '')
    .replaceAll(/\^2(?!\d)/g, '²')
    .replaceAll(/\^3(?!\d)/g, '³')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
}

const grouped = (text: string): string => (/^[A-Za-z0-9.\\]+$/.test(text.trim()) ? text.trim() : `(${text.trim()})`);

/** Formulas in plain text; links as their text, with the addresses apart. */
export function plainMarkdown(markdown: string): { readonly text: string; readonly links: readonly string[] } {
  const links: string[] = [];
  const text = markdown
    .replaceAll(/\[([^[\]]*)\]\((https?:[^)\s]+)\)/g, (_, label: string, address: string) => {
      links.push(`${label}: ${address}`);
      return label === 'Keras' ? '' : label;
    })
    .replaceAll(/(?<!\\)\$([^$]+)\$/g, (_, tex: string) => plainFormula(tex))
    .trim();
  return { text, links };
}
