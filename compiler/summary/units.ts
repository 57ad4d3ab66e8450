/** Large numbers in short: `4.94 M`, `30.3 KiB`. */

export const shortCount = (value: number): string => withUnit(value, 1000, ['', ' k', ' M', ' G', ' T', ' P']);

export const shortBytes = (value: number): string => withUnit(value, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']);

function withUnit(value: number, step: number, units: readonly string[]): string {
  let scaled = value;
  let unit = 0;
  while (scaled >= step && unit < units.length - 1) {
    scaled /= step;
    unit++;
  }
  const digits = unit === 0 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2;
  return `${scaled.toFixed(digits)}${units[unit]}`;
}
