/** How likely each digit is, as ten bars, and the likeliest in words. */
import { percent } from './elements.ts';

export interface Shares {
  /** Undefined where nothing is drawn. */
  show(shares: ArrayLike<number> | undefined): void;
}

export function createShares(list: HTMLElement, answer: HTMLElement): Shares {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = document.createElement('li');
    row.innerHTML = `<span>${digit}</span><div class="track"><div class="bar"></div></div><span class="share"></span>`;
    list.append(row);
    return { row, bar: row.querySelector<HTMLElement>('.bar')!, share: row.querySelector<HTMLElement>('.share')! };
  });
  let said: number | undefined;
  return {
    show: (shares) => {
      const best = shares ? Array.from(shares).indexOf(Math.max(...Array.from(shares))) : -1;
      for (const [digit, { row, bar, share }] of rows.entries()) {
        const likely = shares?.[digit] ?? 0;
        row.classList.toggle('best', digit === best);
        bar.style.transform = `scaleX(${likely})`;
        share.textContent = shares ? percent(likely) : '';
      }
      // It is read aloud: only what is new.
      if (best !== said) answer.innerHTML = best < 0 ? 'Draw something.' : `This looks like a <strong>${best}</strong>`;
      said = best;
    },
  };
}
